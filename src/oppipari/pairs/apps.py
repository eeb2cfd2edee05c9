from typing import Any

from django.apps import AppConfig


class PairsConfig(AppConfig):
    name = "oppipari.pairs"
    label = "pairs"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from oppipari.messages.signals import morning_has_come
        from oppipari.organisation.signals import details_changing
        from oppipari.pairs.queries.closing import tell_unfinished
        from oppipari.rounds.models import SignUp
        from oppipari.rounds.unfinished import what_is_open

        details_changing.connect(_keep_apart_as_called, dispatch_uid="pairs.keep_apart_as_called")
        post_save.connect(_keep_apart, sender=SignUp, dispatch_uid="pairs.keep_apart")
        what_is_open.connect(tell_unfinished, dispatch_uid="pairs.unfinished")
        morning_has_come.connect(_every_morning, dispatch_uid="pairs.every_morning")


def _keep_apart(sender: Any, instance: Any, **kwargs: Any) -> None:
    """What somebody wrote goes when they withdraw; that it was written must not show in what is told of their namesakes."""
    if instance.withdrawn_at is not None and instance.confirmed_at is not None:
        from oppipari.pairs.actions.leaving import keep_apart_of_withdrawn

        keep_apart_of_withdrawn(instance)


def _keep_apart_as_called(sender: Any, person: Any, **kwargs: Any) -> None:
    """What others wrote about somebody holds under another name, too."""
    from oppipari.pairs.actions.leaving import keep_apart_as_called

    keep_apart_as_called(person)


def _every_morning(sender: Any, now: Any, **kwargs: Any) -> None:
    """Pairs end before the night's letters about their meetings leave, not at the housekeeping's round after them."""
    from oppipari.pairs.actions import every_morning

    every_morning(now)
