"""What needs attention first: groups without any common hour, and why; and where the wished spacing had to give way."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

import numpy as np

from oppipari.scheduling.problem import Minutes, Person, Problem
from oppipari.scheduling.spacing import EARLY
from oppipari.scheduling.timetable import NO_PARAMS, Placed
from oppipari.scheduling.window import Mask, Window
from oppipari.scheduling.work import Group, Rules, Worker


class NoCommonTimeCause(StrEnum):
    """Why a group has no common hour."""

    NO_WORK = "no_work"
    NEVER = "never"
    SHORT = "short"
    QUIET = "quiet"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class NoCommonTime:
    """A group that has no time for a meeting before the day `first`, or in the whole window where that is None.

    It is about shifts, rest and quiet hours alone: what others take, and what is agreed, may leave less. `params` fill the
    sentence; `who` in them are keys of people.
    """

    group: str
    first: date | None
    why: NoCommonTimeCause
    params: Mapping[str, object] = field(default=NO_PARAMS, hash=False)


def groups_without_common_time(
    workers: Sequence[Worker], groups: Sequence[Group], rules: Rules
) -> tuple[NoCommonTime, ...]:
    """The groups to be placed that have no common hour in the window, or none for as long as the wished spacing.

    Parameters
    ----------
    workers : sequence of Worker
    groups : sequence of Group
    rules : Rules

    Returns
    -------
    tuple of NoCommonTime
        Those without any come first, then those that wait longest, then by key.

    Raises
    ------
    SchedulingError
    """
    problem = Problem.of(workers, groups, rules)
    window = Window.of(problem)
    result = []
    for group in problem.groups:
        if not group.meetings:
            continue
        members = [problem.people[k] for k in group.members]
        start = _first_time(window, members)
        day = rules.days if start is None else int(window.day[start])
        if start is not None and day < rules.spacing_days:
            continue
        why, params = _why(window, members, window.day < day)
        first = None if start is None else rules.first_day + timedelta(days=day)
        result.append(NoCommonTime(group.key, first, why, params))
    return tuple(sorted(result, key=lambda a: (a.first is not None, -(a.first or date.min).toordinal(), a.group)))


def _first_time(window: Window, members: Sequence[Person]) -> int | None:
    """The first minute of the window at which a meeting of all could begin; only intervals that are long enough are searched."""
    length = window.problem.rules.minutes
    for a, b in _shared(members):
        a, b = max(0, a - window.origin), min(len(window), b - window.origin)
        if b - a < length:
            continue
        free = ~window.quiet[a:b]
        for person in members:
            for c, d in person.rest:
                free[max(0, c - window.origin - a) : max(0, d - window.origin - a)] = False
        if (start := _first(free, length)) is not None:
            return a + start
    return None


def _shared(members: Sequence[Person]) -> Sequence[Minutes]:
    """When all are at work, in order."""
    shared: Sequence[Minutes] = members[0].shifts
    for person in members[1:]:
        intervals, k = [], 0
        for a, b in shared:
            while k < len(person.shifts) and person.shifts[k][1] <= a:
                k += 1
            n = k
            while n < len(person.shifts) and person.shifts[n][0] < b:
                intervals.append((max(a, person.shifts[n][0]), min(b, person.shifts[n][1])))
                n += 1
        shared = intervals
    return shared


def _runs(minutes: Mask) -> tuple[list[int], list[int]]:
    """Where stretches of minutes begin, and how long they are."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], minutes, [False]]).astype(np.int8))).reshape(-1, 2)
    return edges[:, 0].tolist(), (edges[:, 1] - edges[:, 0]).tolist()


def _first(minutes: Mask, length: int) -> int | None:
    starts, lengths = _runs(minutes)
    return next((a for a, n in zip(starts, lengths, strict=True) if n >= length), None)


def _why(window: Window, members: Sequence[Person], stretch: Mask) -> tuple[NoCommonTimeCause, Mapping[str, object]]:
    """Why there is no hour in a `stretch` of the window."""
    length = window.problem.rules.minutes
    idle = tuple(p.key for p in members if not (window.mask(p.shifts) & stretch).any())
    if idle:
        return NoCommonTimeCause.NO_WORK, {"who": idle}
    shared = window.mask(_shared(members)) & stretch
    longest = max(_runs(shared)[1], default=0)
    if longest < length:
        return (
            (NoCommonTimeCause.SHORT, {"longest": longest, "minutes": length})
            if longest
            else (NoCommonTimeCause.NEVER, {})
        )
    if _first(shared & ~window.quiet, length) is None:
        return NoCommonTimeCause.QUIET, {}
    return NoCommonTimeCause.REST, {"hours": window.problem.rules.rest_hours}


@dataclass(frozen=True, slots=True)
class Gap:
    """Two meetings of a group that are farther from the wished distance than a quarter of it, in days.

    `before` is None for a first meeting: then `days` is how many days after the first day it is.
    """

    group: str
    before: date | None
    after: date
    days: int
    wish: int


def gaps(groups: Iterable[Group], rules: Rules, placed: Iterable[Placed]) -> tuple[Gap, ...]:
    """Where the wished spacing gave way around the `placed` meetings.

    Parameters
    ----------
    groups : iterable of Group
    rules : Rules
    placed : iterable of Placed

    Returns
    -------
    tuple of Gap
        By group and day; the distances between kept meetings are not reported.
    """
    new: dict[str, list[date]] = defaultdict(list)
    for meeting in placed:
        new[meeting.group].append(meeting.span.start.date())
    wish, result = rules.spacing_days, []
    for group in sorted(groups, key=lambda g: g.key):
        days = [(span.start.date(), False) for span in group.kept] + [(day, True) for day in new.get(group.key, ())]
        days.sort()
        if days and days[0][1] and (late := (days[0][0] - rules.first_day).days) >= max(EARLY, wish):
            result.append(Gap(group.key, None, days[0][0], late, wish))
        for (one, one_new), (other, other_new) in pairwise(days):
            apart = (other - one).days
            if (one_new or other_new) and abs(apart - wish) > max(2, wish // 4):
                result.append(Gap(group.key, one, other, apart, wish))
    return tuple(result)
