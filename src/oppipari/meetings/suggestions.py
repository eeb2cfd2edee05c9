"""Concrete times out of common working time: the next weeks' hours that suit everyone in the pair.

Slots are weekday * 3 + part of the day (Monday 0; morning 0, evening 1, night 2), as in the sign-ups; times are aware,
in Helsinki. `taken` are the (start, end) of meetings that the same people already have.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Helsinki")
# A calm hour within each part of the day.
HOURS = {0: time(13, 0), 1: time(15, 0), 2: time(21, 30)}
NIGHT = 2
# Where the two have no working time in common: afternoons of weekdays, Tuesday first.
WITHOUT_COMMON = [3, 0, 6, 9, 12]
SEARCHED_DAYS = 28

Taken = Sequence[tuple[datetime, datetime]]


def local(day: date, at: time) -> datetime:
    """A local time in Helsinki as an aware datetime; an hour that summer time skips moves to the next one."""
    found = datetime.combine(day, at, ZONE)
    return found if found.astimezone(ZoneInfo("UTC")).astimezone(ZONE).time() == at else found + timedelta(hours=1)


def _free(at: datetime, minutes: int, taken: Taken) -> bool:
    return not any(start < at + timedelta(minutes=minutes) and at < end for start, end in taken)


def suggest(
    slots: Sequence[int], today: date, *, count: int, weeks_between: int, minutes: int = 60, taken: Taken = ()
) -> list[datetime]:
    """`count` times, one in each spacing of `weeks_between`, in common `slots`, the first about a week ahead.

    Mornings and evenings before nights, weekdays before weekends, always the same weekday and hour unless that is
    taken; without common slots Tuesdays at 13.
    """
    order = sorted(set(slots), key=lambda s: (s % 3 == NIGHT, s // 3 >= 5, s % 3, s)) or WITHOUT_COMMON
    first = today + timedelta(days=7)
    first += timedelta(days=(order[0] // 3 - first.weekday()) % 7)
    found = []
    for i in range(count):
        day = first + timedelta(weeks=i * weeks_between)
        monday = day - timedelta(days=day.weekday())
        times = [local(monday + timedelta(days=slot // 3), HOURS[slot % 3]) for slot in order]
        ahead = [t for t in times if t.date() > today]
        found.append(next((t for t in ahead if _free(t, minutes, taken)), times[0]))
    return found


def nearest(
    slots: Sequence[int], around: date, today: date, *, count: int = 6, minutes: int = 60, taken: Taken = ()
) -> list[datetime]:
    """The `count` free times in common `slots` from some days before `around` on, the earliest first, never today."""
    chosen = [s for s in sorted(set(slots)) if s % 3 != NIGHT] or sorted(set(slots)) or sorted(WITHOUT_COMMON)
    times = _days(chosen, max(today + timedelta(days=1), around - timedelta(days=3)))
    return [t for t in times if _free(t, minutes, taken)][:count]


def _days(slots: Sequence[int], start: date) -> Iterator[datetime]:
    for i in range(SEARCHED_DAYS):
        day = start + timedelta(days=i)
        yield from (local(day, HOURS[s % 3]) for s in slots if s // 3 == day.weekday())
