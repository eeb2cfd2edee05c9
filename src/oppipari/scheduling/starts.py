"""Where each group's meetings could begin, looking at itself and at what is already agreed, not at what is to be placed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from oppipari.scheduling.problem import Minutes, Person, Problem, joined, minutes_around
from oppipari.scheduling.timetable import Reason
from oppipari.scheduling.window import EDGE, NIGHT_FROM, NIGHT_TO, Ints, Mask, Window, edges
from oppipari.scheduling.work import Group, Span

Load = NDArray[np.int16]


@dataclass(frozen=True)
class Possible:
    """The places of the grid at which one group could meet: for each its minute in the window, its day, who has a bad hour.

    `bad` has a row a member, in the order of the members.
    """

    place: Ints
    minute: Ints
    day: Ints
    bad: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.minute)

    def only(self, some: Mask) -> "Possible":
        """Those marked in `some`."""
        return Possible(self.place[some], self.minute[some], self.day[some], self.bad[:, some])


class Starts:
    """Masks over the grid, each made once."""

    def __init__(self, problem: Problem, *, without: tuple[str, Span] | None = None) -> None:
        """`without` leaves out one kept meeting of one group, which is to move."""
        self.problem = problem
        self.window = Window.of(problem)
        self.kept: dict[str, tuple[Minutes, ...]] = {}
        self.meetings_of: dict[str, list[tuple[str, Minutes]]] = defaultdict(list)
        for g in problem.groups:
            parts = [minutes_around(s) for s in g.kept]
            if without is not None and without[0] == g.key:
                parts.remove(minutes_around(without[1]))
            self.kept[g.key] = tuple(parts)
            for person in g.members:
                self.meetings_of[person] += [(g.key, part) for part in parts]
        self._of_person: dict[tuple[str, Reason], Mask] = {}
        self._bad_for: dict[str, Mask] = {}

    # One rule at a time: where a meeting would break it.

    @cached_property
    def quiet(self) -> Mask:
        """A meeting would touch quiet hours."""
        return self.window.touching(self.window.quiet)

    def of_person(self, key: str, rule: Reason) -> Mask:
        """A meeting would break `rule` (no_common_time: not within one shift; rest; busy) for one person."""
        if (key, rule) not in self._of_person:
            person, window = self.problem.people[key], self.window
            if rule == Reason.NO_COMMON_TIME:
                found = ~window.within(person.shifts)
            elif rule == Reason.REST:
                found = window.touching_parts(person.rest)
            else:
                found = window.touching_parts((*person.busy, *(part for _, part in self.meetings_of[key])))
            self._of_person[key, rule] = found
        return self._of_person[key, rule]

    def near_kept(self, group: Group) -> Mask:
        """A meeting would be nearer than the least distance to a kept one of the group."""
        day = self.window.day[self.window.grid]
        found = np.zeros(len(day), dtype=bool)
        for kept in self.kept_days(group):
            found |= abs(day - kept) < self.problem.rules.least
        return found

    def staffing(self, group: Group, team: str) -> Mask:
        """Too many of `team` would be away, by agreed meetings alone."""
        most = self.problem.rules.away_per_team
        leave = self.leaving(group).get(team, 0)
        if most is None or not leave:
            return np.zeros(len(self.window.grid), dtype=bool)
        return self.window.touching(self.team_load[team] + leave > most)

    def rooms(self, group: Group) -> Mask:
        """No room would be left, by agreed meetings alone."""
        rooms = self.problem.rules.rooms
        if rooms is None or not group.needs_room:
            return np.zeros(len(self.window.grid), dtype=bool)
        return self.window.touching(self.room_load + 1 > rooms)

    def breaking(self, group: Group, rule: Reason) -> Mask:
        """A meeting of `group` would break `rule` by what is agreed."""
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
        """The places of the grid at which a meeting of `group` breaks none of `rules`."""
        return ~_any((self.breaking(group, rule) for rule in rules), len(self.window.grid))

    def possible(self, group: Group) -> Possible:
        """Where a meeting of `group` could be with all rules, by itself and what is agreed."""
        places = np.flatnonzero(self.allowed(group, ALL))
        minute = self.window.grid[places]
        bad = np.array([self.bad_for(k)[places] for k in group.members]).reshape(len(group.members), len(places))
        return Possible(places, minute, self.window.day[minute], bad)

    # What is agreed, as loads.

    def leaving(self, group: Group) -> dict[str, int]:
        """How many of each team leave when `group` meets."""
        found: dict[str, int] = {}
        for key in group.members:
            team = self.problem.people[key].team
            if team:
                found[team] = found.get(team, 0) + 1
        return found

    @cached_property
    def team_load(self) -> dict[str, Load]:
        """How many of each team are away at every minute, in agreed meetings and elsewhere."""
        found: dict[str, Load] = {}
        for person in self.problem.people.values():
            load = found.setdefault(person.team, np.zeros(len(self.window), dtype=np.int16))
            away = joined((*person.busy, *(part for _, part in self.meetings_of[person.key])))
            if away:
                load += self.window.mask(away)
        return found

    @cached_property
    def room_load(self) -> Load:
        """How many rooms are taken at every minute."""
        found = np.zeros(len(self.window), dtype=np.int16)
        for g in self.problem.groups:
            for part in self.kept[g.key] if g.needs_room else ():
                found += self.window.mask([part])
        return found

    def kept_days(self, group: Group) -> list[int]:
        """The days of the group's kept meetings, from the first day on (before it: negative), in order."""
        return sorted(self.problem.day(a) for a, _ in self.kept[group.key])

    # Bad hours.

    def bad_for(self, key: str) -> Mask:
        """For each place of the grid, whether a meeting there is at a bad hour for one person."""
        if key not in self._bad_for:
            near_edges = self.window.touching_parts(edges(self.problem.people[key].shifts))
            self._bad_for[key] = near_edges | self.window.touching_night
        return self._bad_for[key]


ALL = (Reason.NO_COMMON_TIME, Reason.QUIET, Reason.REST, Reason.BUSY, Reason.SPACING, Reason.AWAY, Reason.ROOM)


def _any(masks: Iterable[Mask], size: int) -> Mask:
    found = np.zeros(size, dtype=bool)
    for mask in masks:
        found |= mask
    return found


def is_bad(problem: Problem, person: Person, part: Minutes) -> bool:
    """Whether a meeting is at a bad hour for somebody, also outside the window; unknown shifts have no edges."""
    shift = person.shift_around(part)
    if shift is not None and (part[0] < shift[0] + EDGE or part[1] > shift[1] - EDGE):
        return True
    looked_at: Sequence[int] = (*range(part[0], part[1], EDGE), part[1] - 1)
    local = [problem.local(m) for m in looked_at]
    return any(at.hour * 60 + at.minute >= NIGHT_FROM or at.hour * 60 + at.minute < NIGHT_TO for at in local)
