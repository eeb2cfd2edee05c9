from typing import Any

from django.apps import AppConfig


class PairsConfig(AppConfig):
    name = "oppipari.pairs"
    label = "pairs"

    def ready(self) -> None:
        from django.db.models.signals import post_save

        from oppipari.rounds.models import SignUp

        post_save.connect(_keep_apart, sender=SignUp, dispatch_uid="pairs.keep_apart")


def _keep_apart(sender: Any, instance: Any, **kwargs: Any) -> None:
    """What somebody wrote goes when they withdraw; that it was written must not show in what is told of their namesakes."""
    if instance.withdrawn_at is not None and instance.confirmed_at is not None:
        from oppipari.pairs.actions.leaving import keep_apart_of_withdrawn

        keep_apart_of_withdrawn(instance)
