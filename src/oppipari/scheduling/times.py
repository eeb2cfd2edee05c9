"""Common working time, and where one meeting of one group could be now. No solver, so that a phone is answered at once."""

from collections.abc import Sequence

import numpy as np

from oppipari.scheduling.errors import UnknownMeeting
from oppipari.scheduling.problem import Problem, minutes_around
from oppipari.scheduling.spacing import Spacing
from oppipari.scheduling.start_times import FeasibleStarts, Starts
from oppipari.scheduling.window import Window
from oppipari.scheduling.work import Group, Rules, Span, Worker


def common(workers: Sequence[Worker], rules: Rules) -> tuple[Span, ...]:
    """When all `workers` are at work within the window, without quiet hours and rest.

    Parameters
    ----------
    workers : sequence of Worker
        What they have `busy` is not subtracted.
    rules : Rules

    Returns
    -------
    tuple of Span
        In the rules' zone, in order; only those long enough for a meeting.
    """
    problem = Problem.of(workers, (), rules)
    window = Window.of(problem)
    free = ~window.quiet if workers else np.zeros(len(window), dtype=bool)
    for person in problem.people.values():
        free &= window.mask(person.shifts) & ~window.mask(person.rest)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], free, [False]]).astype(np.int8)))
    pieces = (edges.reshape(-1, 2) + window.origin).tolist()
    return tuple(Span(problem.local(a), problem.local(b)) for a, b in pieces if b - a >= rules.minutes)


def openings(
    workers: Sequence[Worker], groups: Sequence[Group], rules: Rules, group: str, *, moving: Span | None = None
) -> tuple[Span, ...]:
    """Every time at which one more meeting of a group violates no rule.

    Parameters
    ----------
    workers : sequence of Worker
    groups : sequence of Group
        Everybody's `kept` meetings stay.
    rules : Rules
    group : str
        Key of the group.
    moving : Span, optional
        One of the group's kept meetings that is to move: it does not count, and its own time is not returned.

    Returns
    -------
    tuple of Span
        In order.

    Raises
    ------
    UnknownGroup
    UnknownMeeting
        Where `moving` is none of the group's kept meetings.
    SchedulingError
    """
    starts, _, feasible = _feasible_starts(workers, groups, rules, group, moving)
    return tuple(starts.problem.span(starts.window.origin + m) for m in feasible.minute.tolist())


def suggestions(
    workers: Sequence[Worker],
    groups: Sequence[Group],
    rules: Rules,
    group: str,
    *,
    count: int = 3,
    moving: Span | None = None,
) -> tuple[Span, ...]:
    """Of the `openings`, the `count` best, the best first, each on a day of its own.

    Best: nearest to the wished spacing, then at fewest bad hours, then on a full hour, then early. Parameters and errors as
    `openings`.
    """
    starts, target, feasible = _feasible_starts(workers, groups, rules, group, moving)
    days, first = np.unique(feasible.day, return_inverse=True)
    spacing = Spacing(rules, days, starts.kept_days(target))
    deviation = (spacing.enter + spacing.leave)[first]
    clock = starts.window.clock[feasible.minute]
    ranks = np.lexsort((feasible.minute, clock % 60 != 0, feasible.bad.sum(axis=0), deviation))
    taken: dict[int, int] = {}
    for index in ranks.tolist():
        taken.setdefault(int(feasible.day[index]), int(feasible.minute[index]))
        if len(taken) >= count:
            break
    return tuple(starts.problem.span(starts.window.origin + m) for m in list(taken.values())[: max(0, count)])


def _feasible_starts(
    workers: Sequence[Worker], groups: Sequence[Group], rules: Rules, key: str, moving: Span | None
) -> tuple[Starts, Group, FeasibleStarts]:
    problem = Problem.of(workers, groups, rules)
    group = problem.group(key)
    if moving is None:
        starts = Starts(problem)
        return starts, group, starts.feasible(group)
    kept = [s for s in group.kept if minutes_around(s) == minutes_around(moving)]
    if not kept:
        raise UnknownMeeting(group=key, at=moving.start)
    starts = Starts(problem, without=(key, kept[0]))
    feasible = starts.feasible(group)
    moves = feasible.minute != minutes_around(moving)[0] - starts.window.origin
    return starts, group, feasible.only(moves)
