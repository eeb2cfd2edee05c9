"""The problem as the search sees it: the domain of each group, and the connected components that share no resource."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from oppipari.scheduling.capacity_cuts import CapacityCut, Extent, capacity_cuts
from oppipari.scheduling.problem import Problem, minutes_around
from oppipari.scheduling.spacing import Spacing, most_meetings
from oppipari.scheduling.start_times import FeasibleStarts, Load, Starts, is_bad
from oppipari.scheduling.window import Ints
from oppipari.scheduling.work import Group

# What runs out: ("team", name), ("room", ""), ("person", key), or ("group", key), which cannot meet twice at once.
Resource = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choice:
    """Starts on one day that are interchangeable in every objective: the same people have a bad hour.

    Parameters
    ----------
    day : int
    minutes : tuple of int
        Starts in the window, in order.
    bad : (members,) tuple of bool
        Who has a bad hour.
    shown : bool
        A time that was shown before is a choice of its own, and is within its stretch as well.
    """

    day: int
    minutes: tuple[int, ...]
    bad: tuple[bool, ...]
    shown: bool = False


class GroupDomain:
    """The domain of one group: where each of its meetings could be, looking at the group alone.

    Attributes
    ----------
    group : Group
    feasible : FeasibleStarts
    days : (days,) array of int
    spacing : Spacing
    wanted : int
        The largest number of meetings it can have.
    leaving : dict of str to int
        How many of each team leave when it meets.
    shown : frozenset of int
        Starts that were shown before.
    choices : list of Choice
    on_day : list of list of int
        The choices of each day.
    """

    def __init__(self, starts: Starts, group: Group) -> None:
        self.group = group
        self.feasible: FeasibleStarts = starts.feasible(group)
        self.days: Ints = np.unique(self.feasible.day)
        self.spacing = Spacing(starts.problem.rules, self.days, starts.kept_days(group))
        rules, at = starts.problem.rules, self.feasible
        self.wanted = min(
            group.meetings, most_meetings(at.minute.tolist(), at.day.tolist(), rules.minutes, rules.least)
        )
        self.leaving = starts.leaving(group)
        self.shown = _shown(starts, group)
        self.choices = _choices(self.feasible, self.shown)
        self.on_day: list[list[int]] = [[] for _ in self.days]
        index_of = {int(d): k for k, d in enumerate(self.days)}
        for k, choice in enumerate(self.choices):
            self.on_day[index_of[choice.day]].append(k)


def _shown(starts: Starts, group: Group) -> frozenset[int]:
    """The starts that were shown and are no kept meeting's, as minutes in the window."""
    kept = {a for a, _ in starts.kept[group.key]}
    seen = {minutes_around(s)[0] for s in group.shown if s is not None}
    return frozenset(a - starts.window.origin for a in seen - kept)


def _choices(feasible: FeasibleStarts, shown: frozenset[int]) -> list[Choice]:
    result: list[Choice] = []
    if not len(feasible):
        return result
    ends = (np.diff(feasible.grid_index) > 1) | (np.diff(feasible.day) > 0) | np.diff(feasible.bad, axis=1).any(axis=0)
    for run in np.split(np.arange(len(feasible)), np.flatnonzero(ends) + 1):
        minutes = tuple(feasible.minute[run].tolist())
        day, bad = int(feasible.day[run[0]]), tuple(feasible.bad[:, run[0]].tolist())
        result += [Choice(day, (m,), bad, True) for m in minutes if m in shown]
        if len(minutes) > 1 or minutes[0] not in shown:
            result.append(Choice(day, minutes, bad))
    return sorted(result, key=lambda c: (c.day, c.bad, not c.shown, c.minutes))


@dataclass(frozen=True)
class Agreed:
    """What agreed meetings have settled already: who has one, who one at a good hour, and on which days a team is interrupted."""

    with_meeting: frozenset[str]
    with_good_hour: frozenset[str]
    interrupted: frozenset[tuple[str, int]]

    @classmethod
    def of(cls, starts: Starts) -> "Agreed":
        """Read off the kept meetings."""
        problem = starts.problem
        each = [
            (problem.people[m], interval) for g in problem.groups for m in g.members for interval in starts.kept[g.key]
        ]
        return cls(
            frozenset(person.key for person, _ in each),
            frozenset(person.key for person, interval in each if not is_bad(problem, person, interval)),
            frozenset((person.team, problem.day(interval[0])) for person, interval in each),
        )


@dataclass(frozen=True)
class Component:
    """Groups that may compete for a resource, and for none with groups of another component."""

    problem: Problem
    starts: Starts
    domains: tuple[GroupDomain, ...]
    agreed: Agreed

    @cached_property
    def length(self) -> int:
        """Minutes of a meeting."""
        return self.problem.rules.minutes

    @cached_property
    def limits(self) -> dict[Resource, tuple[int, Load]]:
        """The resources that may run out: capacity, and the load by agreed meetings at every minute."""
        result: dict[Resource, tuple[int, Load]] = {}
        rules = self.problem.rules
        if rules.away_per_team is not None:
            for team in sorted({t for p in self.domains for t in p.leaving}):
                result["team", team] = (rules.away_per_team, self.starts.team_load[team])
        if rules.rooms is not None:
            result["room", ""] = (rules.rooms, self.starts.room_load)
        none = np.zeros(len(self.starts.window), dtype=np.int16)
        groups_of = Counter(m for p in self.domains for m in p.group.members)
        for person in sorted(m for m, count in groups_of.items() if count > 1):
            result["person", person] = (1, none)
        if rules.least == 1:  # late on one day and early on the next may overlap
            for domain in self.domains:
                across = np.diff(domain.feasible.minute) < rules.minutes
                if (across & (np.diff(domain.feasible.day) > 0)).any():
                    result["group", domain.group.key] = (0, none)
        most_used = {r: sum(self.use(p).get(r, 0) for p in self.domains) for r in result}
        scarce = {r: (k, load) for r, (k, load) in result.items() if most_used[r] + int(load.max(initial=0)) > k}
        return {r: (max(k, 1) if r[0] == "group" else k, load) for r, (k, load) in scarce.items()}

    def use(self, domain: GroupDomain) -> dict[Resource, int]:
        """How much of each resource a meeting takes."""
        result: dict[Resource, int] = {("team", t): n for t, n in domain.leaving.items()}
        result |= {("person", m): 1 for m in domain.group.members}
        result["group", domain.group.key] = 1
        if domain.group.needs_room:
            result["room", ""] = 1
        return result

    @cached_property
    def uses(self) -> tuple[dict[Resource, int], ...]:
        """For each domain, how much it takes of the resources that may run out."""
        return tuple({r: n for r, n in self.use(p).items() if r in self.limits} for p in self.domains)

    @cached_property
    def capacity_cuts(self) -> tuple[CapacityCut, ...]:
        """The cuts for intervals of time that could be overfull."""
        extents: dict[Resource, list[Extent]] = {}
        for k, (domain, use) in enumerate(zip(self.domains, self.uses, strict=True)):
            for c, choice in enumerate(domain.choices):
                for resource, n in use.items():
                    if resource[0] != "group":
                        extent = (choice.minutes[0], choice.minutes[-1] + self.length, k, c, n)
                        extents.setdefault(resource, []).append(extent)
        grid = self.starts.window.grid
        return tuple(
            s for r, some in sorted(extents.items()) for s in capacity_cuts(some, *self.limits[r], grid, self.length)
        )


def components(starts: Starts) -> tuple[tuple[Component, ...], tuple[GroupDomain, ...]]:
    """The connected components, by their first key.

    Parameters
    ----------
    starts : Starts

    Returns
    -------
    tuple of Component
        Of groups with something to place.
    tuple of GroupDomain
        Groups that can place nothing even alone.
    """
    problem = starts.problem
    domains = [GroupDomain(starts, g) for g in problem.groups if g.meetings]
    agreed = Agreed.of(starts)
    placeable = [p for p in domains if p.wanted]
    owner: dict[Resource, int] = {}
    root = list(range(len(placeable)))

    def find(k: int) -> int:
        while root[k] != k:
            root[k] = root[root[k]]
            k = root[k]
        return k

    for k, p in enumerate(placeable):
        shared: list[Resource] = [("team", t) for t in p.leaving] + [("person", m) for m in p.group.members]
        if problem.rules.rooms is not None and p.group.needs_room:
            shared.append(("room", ""))
        for resource in shared:
            a, b = find(k), find(owner.setdefault(resource, k))
            root[max(a, b)] = min(a, b)
    result: dict[int, list[GroupDomain]] = {}
    for k, p in enumerate(placeable):
        result.setdefault(find(k), []).append(p)
    return (
        tuple(Component(problem, starts, tuple(ps), agreed) for _, ps in sorted(result.items())),
        tuple(p for p in domains if not p.wanted),
    )


def order_of(component: Component, choice: Choice) -> Sequence[int]:
    """The starts of a choice in order of preference: full hours, half hours, then early."""
    clock = component.starts.window.clock
    return sorted(choice.minutes, key=lambda m: (clock[m] % 60 != 0, clock[m] % 30 != 0, m))
