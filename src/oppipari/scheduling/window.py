"""The window minute by minute: local clock, quiet minutes, and the grid on which meetings may begin."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from oppipari.scheduling.problem import Minutes, Problem

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]

# The first and the last so many minutes of a shift, and these hours of the night, are bad hours for a meeting.
EDGE = 30
NIGHT_FROM, NIGHT_TO = 22 * 60, 6 * 60


@dataclass(frozen=True)
class Window:
    """All minutes from the first day's midnight on; index 0 is the minute `origin` since 1970.

    `clock` is the local minute of the day and `day` the number of the day of every minute. Across a change of summer time
    a local hour is missing or there twice; minutes themselves are always of one length.
    """

    problem: Problem
    origin: int
    clock: Ints
    day: Ints

    @classmethod
    def of(cls, problem: Problem) -> "Window":
        """The window of the problem's rules."""
        days = problem.rules.days
        midnights = [problem.midnight(d) for d in range(days + 1)]
        clocks = [np.arange(0)]
        for a, b in pairwise(midnights):
            if b - a == 24 * 60:
                clocks.append(np.arange(24 * 60))
            else:
                local = (problem.local(m) for m in range(a, b))
                clocks.append(np.array([at.hour * 60 + at.minute for at in local]))
        clock = np.concatenate(clocks)
        lengths = [len(c) for c in clocks[1:]]
        return cls(problem, midnights[0], clock, np.repeat(np.arange(days), lengths))

    def __len__(self) -> int:
        return len(self.clock)

    @cached_property
    def quiet(self) -> Mask:
        """(minutes,) whether the local clock is within quiet hours."""
        weekday = (self.problem.rules.first_day.weekday() + self.day) % 7
        result = np.zeros(len(self), dtype=bool)
        for q in self.problem.rules.quiet:
            start, end = (t.hour * 60 + t.minute for t in (q.start, q.end))
            on = np.array([not q.weekdays or d in q.weekdays for d in range(7)])
            if start < end:
                result |= on[weekday] & (self.clock >= start) & (self.clock < end)
            else:
                result |= (on[weekday] & (self.clock >= start)) | (on[weekday - 1] & (self.clock < end))
        return result

    @cached_property
    def grid(self) -> Ints:
        """(starts,) minutes at which a meeting could begin: on the step of the local clock, and over before the window ends."""
        result = np.flatnonzero(self.clock % self.problem.rules.step_minutes == 0)
        return result[result + self.problem.rules.minutes <= len(self)]

    def mask(self, intervals: Iterable[Minutes]) -> Mask:
        """(minutes,) the minutes of the window within `intervals` (minutes since 1970)."""
        result = np.zeros(len(self), dtype=bool)
        for a, b in intervals:
            result[max(0, a - self.origin) : max(0, b - self.origin)] = True
        return result

    def touching(self, minutes: Mask) -> Mask:
        """(grid,) whether a meeting that begins there touches any of `minutes`."""
        if not minutes.any():
            return np.zeros(len(self.grid), dtype=bool)
        before = np.concatenate([[0], np.cumsum(minutes, dtype=np.int32)])
        return before[self.grid + self.problem.rules.minutes] > before[self.grid]

    def touching_intervals(self, intervals: Iterable[Minutes]) -> Mask:
        """(grid,) the same for `intervals` (minutes since 1970)."""
        result = np.zeros(len(self.grid), dtype=bool)
        length = self.problem.rules.minutes
        for a, b in intervals:
            first, last = np.searchsorted(self.grid, (a - self.origin - length + 1, b - self.origin))
            result[first:last] = True
        return result

    def within(self, intervals: Iterable[Minutes]) -> Mask:
        """(grid,) whether a meeting that begins there lies wholly within one of `intervals`."""
        result = np.zeros(len(self.grid), dtype=bool)
        length = self.problem.rules.minutes
        for a, b in intervals:
            first, last = np.searchsorted(self.grid, (a - self.origin, b - self.origin - length + 1))
            result[first:last] = True
        return result

    @cached_property
    def touching_night(self) -> Mask:
        """A meeting would touch the night."""
        return self.touching((self.clock >= NIGHT_FROM) | (self.clock < NIGHT_TO))


def edges(shifts: Iterable[Minutes]) -> list[Minutes]:
    """The first and the last minutes of shifts, as intervals."""
    return [interval for a, b in shifts for interval in ((a, min(a + EDGE, b)), (max(a, b - EDGE), b))]
