"""Quiet hours as people write them: "ma-pe 7-9", "Mon 07:00-09:00, 15-16", "daily 12-13"."""

from datetime import time
from itertools import pairwise

from oppipari.scheduling.hours import DAY, Hours, find_hours
from oppipari.scheduling.weekdays import read_weekdays
from oppipari.scheduling.work import Quiet

# Quiet hours that end on the next day are a night; any other that end before they begin are a slip of the pen.
NIGHT_FROM, NIGHT_UNTIL = time(18), time(12)


def is_turned(quiet: Quiet) -> bool:
    """Whether quiet hours end before they begin and are no night: 9-7 rather than 7-9."""
    turned = time(0) < quiet.end < quiet.start
    return turned and not (quiet.start >= NIGHT_FROM and quiet.end <= NIGHT_UNTIL)


def read_quiet(text: str) -> tuple[Quiet, ...]:
    """The quiet hours in a text, one for each interval; no day means every day. Empty where it is not understood."""
    hours, rest = find_hours(text)
    days = read_weekdays(rest)
    if not hours or days is None:
        return ()
    return tuple(Quiet(days, start, end) for interval in hours for start, end in _clock(interval))


def _clock(hours: Hours) -> list[tuple[time, time]]:
    """Hours as clock times; a whole day is two halves, since hours that end when they begin would be none."""
    points = [hours.start, hours.end % DAY]
    if points[0] == points[1]:
        points.insert(1, DAY // 2)
    return list(pairwise(time(p // 60, p % 60) for p in points))
