"""Concrete times out of common working time: the next weeks' hours that suit everyone in the pair."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Helsinki")
# A calm hour within each part of the day.
HOURS = {0: time(13, 0), 1: time(15, 0), 2: time(21, 30)}


def local(day: date, at: time) -> datetime:
    """A local time in Helsinki as an aware datetime; an hour that summer time skips moves to the next one."""
    found = datetime.combine(day, at, ZONE)
    return found if found.astimezone(ZoneInfo("UTC")).astimezone(ZONE).time() == at else found + timedelta(hours=1)


def suggest(slots: Sequence[int], today: date, *, count: int, weeks_between: int) -> list[datetime]:
    """`count` times, one in each spacing of `weeks_between`, in common `slots` (weekday * 3 + part).

    Mornings and evenings before nights, weekdays before weekends; without common slots Tuesdays at 13.
    """
    order = sorted(set(slots), key=lambda s: (s % 3 == 2, s // 3 >= 5, s % 3, s)) or [3]
    slot = order[0]
    first = today + timedelta(days=7)
    first += timedelta(days=(slot // 3 - first.weekday()) % 7)
    return [local(first + timedelta(weeks=i * weeks_between), HOURS[slot % 3]) for i in range(count)]
