from typing import Any

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "oppipari.meetings"
    label = "meetings"

    def ready(self) -> None:
        from oppipari.meetings.brought import tell
        from oppipari.pairs.signals import pair_ended, pair_finished
        from oppipari.rounds.brought import what_came

        for signal in (pair_ended, pair_finished):
            signal.connect(_call_off, dispatch_uid="meetings.call_off")
        what_came.connect(tell, dispatch_uid="meetings.brought")


def _call_off(sender: Any, pair: Any, **kwargs: Any) -> None:
    """A pair that ended has no meetings ahead."""
    from oppipari.meetings.actions import call_off

    call_off(pair)
