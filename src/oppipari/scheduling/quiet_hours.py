"""Quiet hours as people write them: "ma-pe 7-9", "Mon 07:00-09:00, 15-16", "daily 12-13"."""

from datetime import time
from itertools import pairwise

from oppipari.scheduling.hours import DAY, Hours, find_hours
from oppipari.scheduling.weekdays import read_weekdays
from oppipari.scheduling.work import Quiet


def read_quiet(text: str) -> tuple[Quiet, ...]:
    """The quiet hours that a text tells, one for each part; no day means every day. Empty where it is not understood."""
    hours, rest = find_hours(text)
    days = read_weekdays(rest)
    if not hours or days is None:
        return ()
    return tuple(Quiet(days, start, end) for part in hours for start, end in _clock(part))


def _clock(hours: Hours) -> list[tuple[time, time]]:
    """Hours as clock times; a whole day is two halves, since hours that end when they begin would be none."""
    points = [hours.start, hours.end % DAY]
    if points[0] == points[1]:
        points.insert(1, DAY // 2)
    return list(pairwise(time(p // 60, p % 60) for p in points))
