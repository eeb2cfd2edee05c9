from typing import Any

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "oppipari.exchange"
    label = "exchange"

    def ready(self) -> None:
        from django.db.models.signals import pre_delete

        from oppipari.meetings.models import OnlineMeeting
        from oppipari.meetings.signals import calendars_told

        calendars_told.connect(_follow, dispatch_uid="exchange.follow")
        pre_delete.connect(_let_go, sender=OnlineMeeting, dispatch_uid="exchange.let_go")


def _follow(sender: Any, meeting: Any, **kwargs: Any) -> None:
    """A meeting that was agreed or cancelled needs a Teams link, another time of it, or none any more."""
    from oppipari.exchange.graph.linking import follow

    follow(meeting)


def _let_go(sender: Any, instance: Any, **kwargs: Any) -> None:
    """What is erased or has had its time here leaves no event at Microsoft."""
    from oppipari.exchange.graph.removing import let_go

    let_go(instance)
