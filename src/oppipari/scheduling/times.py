"""Common working time, and where one meeting of one group could be now. No solver, so that a phone is answered at once."""

from collections.abc import Sequence

import numpy as np

from oppipari.scheduling.errors import UnknownMeeting
from oppipari.scheduling.paths import Spacing
from oppipari.scheduling.problem import Problem, minutes_around
from oppipari.scheduling.starts import Possible, Starts
from oppipari.scheduling.window import Window
from oppipari.scheduling.work import Group, Rules, Span, Worker


def common(workers: Sequence[Worker], rules: Rules) -> tuple[Span, ...]:
    """When all `workers` are at work within the window, without quiet hours and rest; pieces that hold a meeting.

    What they have `busy` is not taken off. Times are in the rules' zone, in order.
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
    """Every time at which one more meeting of the group with key `group` keeps all rules, in order.

    Everybody's `kept` meetings stand. `moving` is the one of the group's kept meetings that is to move: it does not
    count, and its own time is not among the answers. Raises UnknownGroup, UnknownMeeting where `moving` is none of the
    group's kept ones, and the errors of `plan`.
    """
    starts, _, possible = _looked_up(workers, groups, rules, group, moving)
    return tuple(starts.problem.span(starts.window.origin + m) for m in possible.minute.tolist())


def suggestions(
    workers: Sequence[Worker],
    groups: Sequence[Group],
    rules: Rules,
    group: str,
    *,
    count: int = 3,
    moving: Span | None = None,
) -> tuple[Span, ...]:
    """Of the `openings`, the `count` that suit best, the best first, each on a day of its own.

    Best: nearest to the wished spacing, then at fewest bad hours, then on a full hour, then early.
    """
    starts, found, possible = _looked_up(workers, groups, rules, group, moving)
    days, first = np.unique(possible.day, return_inverse=True)
    spacing = Spacing(rules, days, starts.kept_days(found))
    strays = (spacing.enter + spacing.leave)[first]
    clock = starts.window.clock[possible.minute]
    ranks = np.lexsort((possible.minute, clock % 60 != 0, possible.bad.sum(axis=0), strays))
    taken: dict[int, int] = {}
    for place in ranks.tolist():
        taken.setdefault(int(possible.day[place]), int(possible.minute[place]))
        if len(taken) >= count:
            break
    return tuple(starts.problem.span(starts.window.origin + m) for m in list(taken.values())[: max(0, count)])


def _looked_up(
    workers: Sequence[Worker], groups: Sequence[Group], rules: Rules, key: str, moving: Span | None
) -> tuple[Starts, Group, Possible]:
    problem = Problem.of(workers, groups, rules)
    group = problem.group(key)
    if moving is None:
        starts = Starts(problem)
        return starts, group, starts.possible(group)
    kept = [s for s in group.kept if minutes_around(s) == minutes_around(moving)]
    if not kept:
        raise UnknownMeeting(group=key, at=moving.start)
    starts = Starts(problem, without=(key, kept[0]))
    possible = starts.possible(group)
    moves = possible.minute != minutes_around(moving)[0] - starts.window.origin
    return starts, group, possible.only(moves)
