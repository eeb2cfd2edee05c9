"""Spacing: the days of one group's meetings as a path, and the deviation of each step from the wished distance, in days."""

from collections.abc import Sequence

import numpy as np

from oppipari.scheduling.window import Ints
from oppipari.scheduling.work import Rules

# No path: more than any sum of days.
INFINITE = 10**9
# A first meeting anywhere in the first days is early enough.
EARLY = 7


class Spacing:
    """Costs of the steps between the days on which one group could meet, with its kept meetings between them.

    Between two consecutive meetings of which at least one is new, the cost is the difference of their distance from the wish.
    Before the first meeting of a group that has none kept, each day after the first week costs one.

    Parameters
    ----------
    rules : Rules
    days : (days,) array of int
        The days, in order, counted from the first day of the window.
    kept : sequence of int
        The days of kept meetings, in order.

    Attributes
    ----------
    enter, leave : (days,) arrays of int
        The cost of beginning with a day, and of ending with it.
    between : (days, days) array of int
        The cost of a step; `INFINITE` where it is shorter than the least distance.
    """

    def __init__(self, rules: Rules, days: Ints, kept: Sequence[int]) -> None:
        self.days = days.astype(np.int64)
        wish = rules.spacing_days
        fixed = np.array(kept, dtype=np.int64)
        after = np.searchsorted(fixed, self.days)
        before = after - 1
        to_next = np.zeros(len(days), dtype=np.int64)
        from_last = np.zeros(len(days), dtype=np.int64)
        if len(fixed):
            has_next, has_last = after < len(fixed), before >= 0
            to_next[has_next] = abs(fixed[after[has_next]] - self.days[has_next] - wish)
            from_last[has_last] = abs(self.days[has_last] - fixed[before[has_last]] - wish)
            self.enter = from_last
        else:
            self.enter = np.maximum(0, self.days - (EARLY - 1))
        self.leave = to_next
        apart = self.days[None, :] - self.days[:, None]
        direct = abs(apart - wish)
        over = to_next[:, None] + from_last[None, :]
        self.between = np.where(after[:, None] == after[None, :], direct, over)
        self.between[apart < rules.least] = INFINITE


def most_meetings(minutes: Sequence[int], days: Sequence[int], length: int, least: int) -> int:
    """The largest number of meetings that fit one after the other; taking the earliest each time is optimal.

    Parameters
    ----------
    minutes, days : sequences of int
        At which a meeting could begin, in order, and the day of each.
    length : int
        Minutes of a meeting.
    least : int
        Least distance of two meetings in days.

    Returns
    -------
    int

    Examples
    --------
    >>> most_meetings([0, 30, 60], [0, 0, 1], length=60, least=1)
    2
    """
    count, next_minute, next_day = 0, -1, -1
    for minute, day in zip(minutes, days, strict=True):
        if minute >= next_minute and day >= next_day:
            count, next_minute, next_day = count + 1, minute + length, day + least
    return count
