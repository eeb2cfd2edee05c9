"""Where each group's meetings could begin, by the group itself and what is already agreed, not by what is to be placed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oppipari.scheduling.problem import Minutes, Person, Problem, minutes_around, union
from oppipari.scheduling.timetable import Reason
from oppipari.scheduling.window import EDGE, NIGHT_FROM, NIGHT_TO, Ints, Mask, Window, edges
from oppipari.scheduling.work import Group, Span

Load = NDArray[np.int16]


@dataclass(frozen=True)
class FeasibleStarts:
    """The starts at which one group could meet.

    Parameters
    ----------
    grid_index : (starts,) array of int
        Positions in the grid of the window.
    minute : (starts,) array of int
        Minutes in the window.
    day : (starts,) array of int
    bad : (members, starts) array of bool
        Who has a bad hour.
    """

    grid_index: Ints
    minute: Ints
    day: Ints
    bad: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.minute)

    def only(self, some: Mask) -> "FeasibleStarts":
        """Those that a mask chooses."""
        return FeasibleStarts(self.grid_index[some], self.minute[some], self.day[some], self.bad[:, some])


class Starts:
    """Masks over the grid, each made once.

    Parameters
    ----------
    problem : Problem
    without : (str, Span), optional
        A group and one of its kept meetings, which is to move and is left out.
    """

    def __init__(self, problem: Problem, *, without: tuple[str, Span] | None = None) -> None:
        """`without` leaves out one kept meeting of one group, which is to move."""
        self.problem = problem
        self.window = Window.of(problem)
        self.kept: dict[str, tuple[Minutes, ...]] = {}
        self.meetings_of: dict[str, list[tuple[str, Minutes]]] = defaultdict(list)
        for g in problem.groups:
            intervals = [minutes_around(s) for s in g.kept]
            if without is not None and without[0] == g.key:
                intervals.remove(minutes_around(without[1]))
            self.kept[g.key] = tuple(intervals)
            for person in g.members:
                self.meetings_of[person] += [(g.key, interval) for interval in intervals]
        self._of_person: dict[tuple[str, Reason], Mask] = {}
        self._bad_for: dict[str, Mask] = {}

    # One rule at a time: where a meeting would break it.

    @cached_property
    def quiet(self) -> Mask:
        """(grid,) a meeting would touch quiet hours."""
        return self.window.touching(self.window.quiet)

    def of_person(self, key: str, rule: Reason) -> Mask:
        """(grid,) a meeting would violate a rule for one person (no_common_time: not within one shift; rest; busy)."""
        if (key, rule) not in self._of_person:
            person, window = self.problem.people[key], self.window
            if rule == Reason.NO_COMMON_TIME:
                result = ~window.within(person.shifts)
            elif rule == Reason.REST:
                result = window.touching_intervals(person.rest)
            else:
                result = window.touching_intervals((*person.busy, *(interval for _, interval in self.meetings_of[key])))
            self._of_person[key, rule] = result
        return self._of_person[key, rule]

    def near_kept(self, group: Group) -> Mask:
        """(grid,) a meeting would be nearer than the least distance to a kept one of the group."""
        day = self.window.day[self.window.grid]
        result = np.zeros(len(day), dtype=bool)
        for kept in self.kept_days(group):
            result |= abs(day - kept) < self.problem.rules.least
        return result

    def staffing(self, group: Group, team: str) -> Mask:
        """(grid,) too many of `team` would be away, by agreed meetings alone."""
        most = self.problem.rules.away_per_team
        leave = self.leaving(group).get(team, 0)
        if most is None or not leave:
            return np.zeros(len(self.window.grid), dtype=bool)
        return self.window.touching(self.team_load[team] + leave > most)

    def rooms(self, group: Group) -> Mask:
        """(grid,) no meeting room would be left, by agreed meetings alone."""
        rooms = self.problem.rules.rooms
        if rooms is None or not group.needs_room:
            return np.zeros(len(self.window.grid), dtype=bool)
        return self.window.touching(self.room_load + 1 > rooms)

    def breaking(self, group: Group, rule: Reason) -> Mask:
        """(grid,) a meeting of `group` would violate `rule` by what is agreed."""
        if rule == Reason.QUIET:
            return self.quiet
        if rule == Reason.SPACING:
            return self.near_kept(group)
        if rule == Reason.ROOM:
            return self.rooms(group)
        if rule == Reason.AWAY:
            return _any((self.staffing(group, t) for t in self.leaving(group)), len(self.window.grid))
        return _any((self.of_person(k, rule) for k in group.members), len(self.window.grid))

    def allowed(self, group: Group, rules: Iterable[Reason]) -> Mask:
        """(grid,) a meeting of `group` violates none of `rules`."""
        return ~_any((self.breaking(group, rule) for rule in rules), len(self.window.grid))

    def feasible(self, group: Group) -> FeasibleStarts:
        """The starts at which a meeting of `group` violates no rule, by itself and what is agreed."""
        indices = np.flatnonzero(self.allowed(group, ALL))
        minute = self.window.grid[indices]
        bad = np.array([self.bad_for(k)[indices] for k in group.members]).reshape(len(group.members), len(indices))
        return FeasibleStarts(indices, minute, self.window.day[minute], bad)

    # What is agreed, as loads.

    def leaving(self, group: Group) -> dict[str, int]:
        """How many of each team leave when `group` meets."""
        result: dict[str, int] = {}
        for key in group.members:
            team = self.problem.people[key].team
            if team:
                result[team] = result.get(team, 0) + 1
        return result

    @cached_property
    def team_load(self) -> dict[str, Load]:
        """(minutes,) for each team: how many are away, in agreed meetings and elsewhere."""
        result: dict[str, Load] = {}
        for person in self.problem.people.values():
            load = result.setdefault(person.team, np.zeros(len(self.window), dtype=np.int16))
            away = union((*person.busy, *(interval for _, interval in self.meetings_of[person.key])))
            if away:
                load += self.window.mask(away)
        return result

    @cached_property
    def room_load(self) -> Load:
        """(minutes,) how many meeting rooms are taken."""
        result = np.zeros(len(self.window), dtype=np.int16)
        for g in self.problem.groups:
            for interval in self.kept[g.key] if g.needs_room else ():
                result += self.window.mask([interval])
        return result

    def kept_days(self, group: Group) -> list[int]:
        """The days of the group's kept meetings, from the first day on (before it: negative), in order."""
        return sorted(self.problem.day(a) for a, _ in self.kept[group.key])

    # Bad hours.

    def bad_for(self, key: str) -> Mask:
        """(grid,) a meeting would be at a bad hour for one person."""
        if key not in self._bad_for:
            near_edges = self.window.touching_intervals(edges(self.problem.people[key].shifts))
            self._bad_for[key] = near_edges | self.window.touching_night
        return self._bad_for[key]


ALL = (Reason.NO_COMMON_TIME, Reason.QUIET, Reason.REST, Reason.BUSY, Reason.SPACING, Reason.AWAY, Reason.ROOM)


def _any(masks: Iterable[Mask], size: int) -> Mask:
    result = np.zeros(size, dtype=bool)
    for mask in masks:
        result |= mask
    return result


def is_bad(problem: Problem, person: Person, interval: Minutes) -> bool:
    """Whether a meeting is at a bad hour for somebody, also outside the window; unknown shifts have no edges."""
    shift = person.shift_around(interval)
    if shift is not None and (interval[0] < shift[0] + EDGE or interval[1] > shift[1] - EDGE):
        return True
    minutes: Sequence[int] = (*range(interval[0], interval[1], EDGE), interval[1] - 1)
    local = [problem.local(m) for m in minutes]
    return any(at.hour * 60 + at.minute >= NIGHT_FROM or at.hour * 60 + at.minute < NIGHT_TO for at in local)
