"""The clock on the wall: times in Helsinki, right also in the nights when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Helsinki")


def local(day: date, at: time) -> datetime:
    """A local time in Helsinki as an aware datetime; an hour that summer time skips moves to the next one."""
    found = datetime.combine(day, at, ZONE)
    return found if found.astimezone(UTC).astimezone(ZONE).time() == at else found + timedelta(hours=1)
