"""The problem as the search sees it: each group's choices, and the components that share nobody, no team and no room."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oppipari.scheduling.paths import Spacing, most
from oppipari.scheduling.problem import Problem, minutes_around
from oppipari.scheduling.squeezes import Hull, Squeeze, squeezes
from oppipari.scheduling.starts import Load, Possible, Starts, is_bad
from oppipari.scheduling.window import Ints
from oppipari.scheduling.work import Group

# What runs out: ("team", name), ("room", ""), ("person", key), or ("group", key), which cannot meet twice at once.
Resource = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """A stretch of starts on one day that are alike in all aims: the same people have a bad hour.

    `minutes` are its starts in the window, in order. A time that was already shown is a choice of its own, and is within
    its stretch as well.
    """

    day: int
    minutes: tuple[int, ...]
    bad: tuple[bool, ...]
    shown: bool = False


class Part:
    """One group with what it could do by itself; `wanted` is how many meetings it can have at most, alone."""

    def __init__(self, starts: Starts, group: Group) -> None:
        self.group = group
        self.possible: Possible = starts.possible(group)
        self.days: Ints = np.unique(self.possible.day)
        self.spacing = Spacing(starts.problem.rules, self.days, starts.kept_days(group))
        rules, at = starts.problem.rules, self.possible
        self.wanted = min(group.meetings, most(at.minute.tolist(), at.day.tolist(), rules.minutes, rules.least))
        self.leaving = starts.leaving(group)
        self.shown = _shown(starts, group)
        self.choices = _choices(self.possible, self.shown)
        self.on_day: list[list[int]] = [[] for _ in self.days]
        place = {int(d): k for k, d in enumerate(self.days)}
        for k, choice in enumerate(self.choices):
            self.on_day[place[choice.day]].append(k)


def _shown(starts: Starts, group: Group) -> frozenset[int]:
    """The starts that were shown and are no kept meeting's, as minutes in the window."""
    kept = {a for a, _ in starts.kept[group.key]}
    seen = {minutes_around(s)[0] for s in group.shown if s is not None}
    return frozenset(a - starts.window.origin for a in seen - kept)


def _choices(possible: Possible, shown: frozenset[int]) -> list[Choice]:
    found: list[Choice] = []
    if not len(possible):
        return found
    ends = (np.diff(possible.place) > 1) | (np.diff(possible.day) > 0) | np.diff(possible.bad, axis=1).any(axis=0)
    for places in np.split(np.arange(len(possible)), np.flatnonzero(ends) + 1):
        minutes = tuple(possible.minute[places].tolist())
        day, bad = int(possible.day[places[0]]), tuple(possible.bad[:, places[0]].tolist())
        found += [Choice(day, (m,), bad, True) for m in minutes if m in shown]
        if len(minutes) > 1 or minutes[0] not in shown:
            found.append(Choice(day, minutes, bad))
    return sorted(found, key=lambda c: (c.day, c.bad, not c.shown, c.minutes))


@dataclass(frozen=True)
class Agreed:
    """What agreed meetings have settled already, of whatever group: who has one, who one at a good hour, and on which days
    a team is interrupted."""

    met: frozenset[str]
    well: frozenset[str]
    interrupted: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, starts: Starts) -> "Agreed":
        """Read off the kept meetings."""
        problem = starts.problem
        each = [(problem.people[m], part) for g in problem.groups for m in g.members for part in starts.kept[g.key]]
        return cls(
            frozenset(person.key for person, _ in each),
            frozenset(person.key for person, part in each if not is_bad(problem, person, part)),
            frozenset((person.team, problem.day(part[0])) for person, part in each),
        )


@dataclass(frozen=True)
class Component:
    """Groups that may stand in one another's way, and nobody else's."""

    problem: Problem
    starts: Starts
    parts: tuple[Part, ...]
    agreed: Agreed

    @cached_property
    def length(self) -> int:
        return self.problem.rules.minutes

    @cached_property
    def limits(self) -> dict[Resource, tuple[int, Load]]:
        """What may run out: how many at once, and how many are taken by agreed meetings at every minute."""
        found: dict[Resource, tuple[int, Load]] = {}
        rules = self.problem.rules
        if rules.away_per_team is not None:
            for team in sorted({t for p in self.parts for t in p.leaving}):
                found["team", team] = (rules.away_per_team, self.starts.team_load[team])
        if rules.rooms is not None:
            found["room", ""] = (rules.rooms, self.starts.room_load)
        none = np.zeros(len(self.starts.window), dtype=np.int16)
        places = Counter(m for p in self.parts for m in p.group.members)
        for person in sorted(m for m, count in places.items() if count > 1):
            found["person", person] = (1, none)
        if rules.least == 1:  # late on one day and early on the next may overlap
            for part in self.parts:
                across = np.diff(part.possible.minute) < rules.minutes
                if (across & (np.diff(part.possible.day) > 0)).any():
                    found["group", part.group.key] = (0, none)
        most_used = {r: sum(self.use(p).get(r, 0) for p in self.parts) for r in found}
        scarce = {r: (k, load) for r, (k, load) in found.items() if most_used[r] + int(load.max(initial=0)) > k}
        return {r: (max(k, 1) if r[0] == "group" else k, load) for r, (k, load) in scarce.items()}

    def use(self, part: Part) -> dict[Resource, int]:
        """How much of what a meeting of `part` takes."""
        found: dict[Resource, int] = {("team", t): n for t, n in part.leaving.items()}
        found |= {("person", m): 1 for m in part.group.members}
        found["group", part.group.key] = 1
        if part.group.needs_room:
            found["room", ""] = 1
        return found

    @cached_property
    def uses(self) -> tuple[dict[Resource, int], ...]:
        """For each part, how much it takes of what may run out."""
        return tuple({r: n for r, n in self.use(p).items() if r in self.limits} for p in self.parts)

    @cached_property
    def squeezes(self) -> tuple[Squeeze, ...]:
        """What is worth saying of stretches of time that could be overfull."""
        hulls: dict[Resource, list[Hull]] = {}
        for k, (part, use) in enumerate(zip(self.parts, self.uses, strict=True)):
            for c, choice in enumerate(part.choices):
                for resource, n in use.items():
                    if resource[0] != "group":
                        hull = (choice.minutes[0], choice.minutes[-1] + self.length, k, c, n)
                        hulls.setdefault(resource, []).append(hull)
        grid = self.starts.window.grid
        return tuple(s for r, some in sorted(hulls.items()) for s in squeezes(some, *self.limits[r], grid, self.length))


def components(starts: Starts) -> tuple[tuple[Component, ...], tuple[Part, ...]]:
    """The groups with something to place, in components by their first key; and those that can place nothing by themselves."""
    problem = starts.problem
    parts = [Part(starts, g) for g in problem.groups if g.meetings]
    agreed = Agreed.of(starts)
    live = [p for p in parts if p.wanted]
    owner: dict[Resource, int] = {}
    root = list(range(len(live)))

    def find(k: int) -> int:
        while root[k] != k:
            root[k] = root[root[k]]
            k = root[k]
        return k

    for k, p in enumerate(live):
        shared: list[Resource] = [("team", t) for t in p.leaving] + [("person", m) for m in p.group.members]
        if problem.rules.rooms is not None and p.group.needs_room:
            shared.append(("room", ""))
        for resource in shared:
            a, b = find(k), find(owner.setdefault(resource, k))
            root[max(a, b)] = min(a, b)
    found: dict[int, list[Part]] = {}
    for k, p in enumerate(live):
        found.setdefault(find(k), []).append(p)
    return (
        tuple(Component(problem, starts, tuple(ps), agreed) for _, ps in sorted(found.items())),
        tuple(p for p in parts if not p.wanted),
    )


def order_of(component: Component, choice: Choice) -> Sequence[int]:
    """The starts of a choice, those that people like first: full hours, half hours, then early."""
    clock = component.starts.window.clock
    return sorted(choice.minutes, key=lambda m: (clock[m] % 60 != 0, clock[m] % 30 != 0, m))
