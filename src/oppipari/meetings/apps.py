from typing import Any

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "oppipari.meetings"
    label = "meetings"

    def ready(self) -> None:
        from oppipari.meetings.brought import tell
        from oppipari.meetings.unfinished import tell_unfinished
        from oppipari.organisation.signals import address_changed, details_changing
        from oppipari.pairs.signals import pair_ended, pair_finished, pair_joined
        from oppipari.rounds.brought import what_came
        from oppipari.rounds.unfinished import what_is_open

        for signal in (pair_ended, pair_finished):
            signal.connect(_call_off, dispatch_uid="meetings.call_off")
        pair_joined.connect(_take_in, dispatch_uid="meetings.take_in")
        details_changing.connect(_hold_meetings, dispatch_uid="meetings.hold")
        address_changed.connect(_follow_address, dispatch_uid="meetings.follow_address")
        what_came.connect(tell, dispatch_uid="meetings.brought")
        what_is_open.connect(tell_unfinished, dispatch_uid="meetings.unfinished")


def _call_off(sender: Any, pair: Any, **kwargs: Any) -> None:
    """A pair that ended has no meetings ahead."""
    from oppipari.meetings.actions import call_off

    call_off(pair)


def _take_in(sender: Any, pair: Any, person: Any, **kwargs: Any) -> None:
    """Who joins a pair is invited to what the others agreed on."""
    from oppipari.meetings.actions import take_in

    take_in(pair, person)


def _hold_meetings(sender: Any, person: Any, **kwargs: Any) -> None:
    """Nothing about their meetings changes while somebody is called or reached otherwise."""
    from oppipari.meetings.actions import hold_meetings_of

    hold_meetings_of(person)


def _follow_address(sender: Any, person: Any, **kwargs: Any) -> None:
    """Calendars follow somebody to their new address."""
    from oppipari.meetings.actions import follow_address

    follow_address(person)
