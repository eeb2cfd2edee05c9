"""A timetable under construction: the choice and start of each meeting, the resource profile, and the value of each objective."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from oppipari.scheduling.components import Component, GroupDomain, Resource
from oppipari.scheduling.start_times import Load
from oppipari.scheduling.window import Ints, Mask

# The meetings of every domain: the choice taken and the minute it begins, in the order of time.
Meetings = tuple[tuple[tuple[int, int], ...], ...]
# One number an objective, smaller is better: minus the meetings, then the others in order.
Score = tuple[int, int, int, int, int, int]


class ResourceProfile:
    """What is taken of every resource that may run out, minute by minute.

    Parameters
    ----------
    component : Component
    only : set of Resource, optional
        Only these.
    """

    def __init__(self, component: Component, only: set[Resource] | None = None) -> None:
        self.length = component.length
        limits = {r: limit for r, limit in component.limits.items() if only is None or r in only}
        self.most = {r: k for r, (k, _) in limits.items()}
        self.load: dict[Resource, Load] = {r: load.copy() for r, (_, load) in limits.items()}
        # For each resource and amount: at which minutes a meeting cannot begin.
        self._closed: dict[tuple[Resource, int], Mask] = {}

    @classmethod
    def over(cls, component: Component, domains: Iterable[int]) -> "ResourceProfile":
        """The resources that the given domains use."""
        return cls(component, {r for k in domains for r in component.uses[k]})

    def add(self, use: dict[Resource, int], minute: int, sign: int = 1) -> None:
        """Take (or with `sign` -1 give back) what one meeting that begins at `minute` uses."""
        for resource, n in use.items():
            self.load[resource][minute : minute + self.length] += sign * n
            for closed in self._closed:
                if closed[0] == resource:
                    self._close(*closed, max(0, minute - self.length), minute + self.length)

    def fits(self, use: dict[Resource, int], minute: int) -> bool:
        """Whether a meeting could begin at `minute`."""
        return all(self.load[r][minute : minute + self.length].max() + n <= self.most[r] for r, n in use.items())

    def fitting(self, use: dict[Resource, int], minutes: Ints) -> Mask:
        """(minutes,) whether a meeting could begin there."""
        result = np.ones(len(minutes), dtype=bool)
        for r, n in use.items():
            if (r, n) not in self._closed:
                self._closed[r, n] = np.zeros(len(self.load[r]), dtype=bool)
                self._close(r, n, 0, len(self.load[r]))
            result &= ~self._closed[r, n][minutes]
        return result

    def _close(self, resource: Resource, n: int, start: int, end: int) -> None:
        """Recompute where a meeting cannot begin, from `start` up to `end`."""
        full = self.load[resource][start : end + self.length] + n > self.most[resource]
        before = np.concatenate([[0], np.cumsum(full, dtype=np.int32)])
        at = np.arange(min(end, len(self.load[resource])) - start)
        self._closed[resource, n][start:end] = before[np.minimum(at + self.length, len(full))] > before[at]


@dataclass(frozen=True)
class State:
    """A whole timetable of one component, and its objective values."""

    meetings: Meetings
    score: Score

    @classmethod
    def of(cls, component: Component, meetings: Sequence[Sequence[tuple[int, int]]]) -> "State":
        """The state of `meetings`: (choice, minute) of every domain."""
        ordered: Meetings = tuple(tuple(sorted(ms, key=lambda m: m[1])) for ms in meetings)
        return cls(ordered, scored(component, ordered))

    def satisfied(self, component: Component) -> tuple[set[str], set[tuple[str, int]]]:
        """Who has no meeting, or one at a good hour; and which teams are interrupted on which days."""
        with_meeting, with_good_hour = set(component.agreed.with_meeting), set(component.agreed.with_good_hour)
        days: set[tuple[str, int]] = set()
        for domain, ms in zip(component.domains, self.meetings, strict=True):
            days |= {(team, domain.choices[c].day) for team in domain.leaving for c, _ in ms}
            for k, person in enumerate(domain.group.members):
                if ms:
                    with_meeting.add(person)
                if any(not domain.choices[c].bad[k] for c, _ in ms):
                    with_good_hour.add(person)
        everybody = {m for domain in component.domains for m in domain.group.members}
        return with_good_hour | (everybody - with_meeting), days


def scored(component: Component, meetings: Meetings) -> Score:
    """The value of each objective, recomputed from days and minutes."""
    deviation = bad = changes = 0
    with_meeting, with_good_hour = set(component.agreed.with_meeting), set(component.agreed.with_good_hour)
    interrupted: set[tuple[str, int]] = set()
    for domain, ms in zip(component.domains, meetings, strict=True):
        days = [domain.choices[c].day for c, _ in ms]
        deviation += spacing_deviation(domain, days)
        changes += len(domain.shown - {minute for _, minute in ms})
        interrupted |= {(team, day) for team in domain.leaving for day in days}
        for k, person in enumerate(domain.group.members):
            if ms:
                with_meeting.add(person)
            for c, _ in ms:
                if domain.choices[c].bad[k]:
                    bad += 1
                else:
                    with_good_hour.add(person)
    everybody = {m for domain in component.domains for m in domain.group.members}
    all_bad = len((everybody & with_meeting) - with_good_hour)
    placed = sum(len(ms) for ms in meetings)
    return (-placed, deviation, all_bad, bad, len(interrupted - component.agreed.interrupted), changes)


def spacing_deviation(domain: GroupDomain, days: Iterable[int]) -> int:
    """By how many days the meetings of a domain deviate from the wished spacing."""
    at = np.searchsorted(domain.days, sorted(days)).tolist()
    if not at:
        return 0
    s = domain.spacing
    between = sum(int(s.between[a, b]) for a, b in pairwise(at))
    return int(s.enter[at[0]]) + between + int(s.leave[at[-1]])
