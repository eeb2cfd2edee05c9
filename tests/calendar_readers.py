"""Two readers of calendar texts that share no code: `ical` (strict, typed) and `icalendar` (which also writes ours)."""

from datetime import UTC, datetime
from typing import Any

from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

OWN_NAME = "Oma/Vyohyke"


def second(text: str) -> Any:
    """The calendar as `ical` reads it.

    The zone gets a name that nobody knows, so that the reader has nothing but the text's own rules to go by, like a
    calendar program that does not know the zone.
    """
    return IcsCalendarStream.calendar_from_ics(text.replace("Europe/Helsinki", OWN_NAME))


def moments_of_second(text: str) -> list[tuple[datetime, datetime]]:
    """(start, end) of each event in universal time, by the second reader."""
    return [(e.dtstart.astimezone(UTC), e.dtend.astimezone(UTC)) for e in second(text).events]


def moments_of_first(text: str) -> list[tuple[datetime, datetime]]:
    """(start, end) of each event in universal time, by icalendar."""
    events = Calendar.from_ical(text).walk("VEVENT")
    return [(e.start.astimezone(UTC), e.end.astimezone(UTC)) for e in events]
