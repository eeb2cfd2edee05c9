"""A timetable in the making: which choice and start each part has, what is taken, and how well each aim is reached."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from oppipari.scheduling.parts import Component, Part, Resource
from oppipari.scheduling.starts import Load
from oppipari.scheduling.window import Ints, Mask

# The meetings of every part: the choice taken and the minute it begins, in the order of time.
Meetings = tuple[tuple[tuple[int, int], ...], ...]
# One number an aim, smaller is better: minus the meetings, then the others in order.
Score = tuple[int, int, int, int, int, int]


class Ledger:
    """What is taken of everything that may run out, minute by minute."""

    def __init__(self, component: Component, only: set[Resource] | None = None) -> None:
        self.length = component.length
        limits = {r: limit for r, limit in component.limits.items() if only is None or r in only}
        self.most = {r: k for r, (k, _) in limits.items()}
        self.load: dict[Resource, Load] = {r: load.copy() for r, (_, load) in limits.items()}
        # For what takes so much of something: at which minutes a meeting cannot begin.
        self._closed: dict[tuple[Resource, int], Mask] = {}

    @classmethod
    def over(cls, component: Component, parts: Iterable[int]) -> "Ledger":
        """Only what the given parts use."""
        return cls(component, {r for k in parts for r in component.uses[k]})

    def add(self, use: dict[Resource, int], minute: int, sign: int = 1) -> None:
        """Take (or with `sign` -1 give back) what one meeting uses."""
        for resource, n in use.items():
            self.load[resource][minute : minute + self.length] += sign * n
            for closed in self._closed:
                if closed[0] == resource:
                    self._close(*closed, max(0, minute - self.length), minute + self.length)

    def fits(self, use: dict[Resource, int], minute: int) -> bool:
        """Whether a meeting could begin there."""
        return all(self.load[r][minute : minute + self.length].max() + n <= self.most[r] for r, n in use.items())

    def fitting(self, use: dict[Resource, int], minutes: Ints) -> Mask:
        """For each of `minutes`, whether a meeting could begin there."""
        found = np.ones(len(minutes), dtype=bool)
        for r, n in use.items():
            if (r, n) not in self._closed:
                self._closed[r, n] = np.zeros(len(self.load[r]), dtype=bool)
                self._close(r, n, 0, len(self.load[r]))
            found &= ~self._closed[r, n][minutes]
        return found

    def _close(self, resource: Resource, n: int, start: int, end: int) -> None:
        """Work out anew where a meeting cannot begin, from `start` up to `end`."""
        full = self.load[resource][start : end + self.length] + n > self.most[resource]
        before = np.concatenate([[0], np.cumsum(full, dtype=np.int32)])
        at = np.arange(min(end, len(self.load[resource])) - start)
        self._closed[resource, n][start:end] = before[np.minimum(at + self.length, len(full))] > before[at]


@dataclass(frozen=True)
class State:
    """A whole timetable of one component, and its score."""

    meetings: Meetings
    score: Score

    @classmethod
    def of(cls, component: Component, meetings: Sequence[Sequence[tuple[int, int]]]) -> "State":
        """Score `meetings`: (choice, minute) of every part."""
        ordered: Meetings = tuple(tuple(sorted(ms, key=lambda m: m[1])) for ms in meetings)
        return cls(ordered, scored(component, ordered))

    def well(self, component: Component) -> tuple[set[str], set[tuple[str, int]]]:
        """Who has nothing to complain of (no meeting at all, or one at a good hour), and which teams miss somebody when."""
        met, well = set(component.agreed.met), set(component.agreed.well)
        days: set[tuple[str, int]] = set()
        for part, ms in zip(component.parts, self.meetings, strict=True):
            days |= {(team, part.choices[c].day) for team in part.leaving for c, _ in ms}
            for k, person in enumerate(part.group.members):
                if ms:
                    met.add(person)
                if any(not part.choices[c].bad[k] for c, _ in ms):
                    well.add(person)
        everybody = {m for part in component.parts for m in part.group.members}
        return well | (everybody - met), days


def scored(component: Component, meetings: Meetings) -> Score:
    """How well a timetable reaches each aim, worked out anew from its days and minutes."""
    strays = bad = changes = 0
    met, well = set(component.agreed.met), set(component.agreed.well)
    interrupted: set[tuple[str, int]] = set()
    for part, ms in zip(component.parts, meetings, strict=True):
        days = [part.choices[c].day for c, _ in ms]
        strays += strayed(part, days)
        changes += len(part.shown - {minute for _, minute in ms})
        interrupted |= {(team, day) for team in part.leaving for day in days}
        for k, person in enumerate(part.group.members):
            if ms:
                met.add(person)
            for c, _ in ms:
                if part.choices[c].bad[k]:
                    bad += 1
                else:
                    well.add(person)
    everybody = {m for part in component.parts for m in part.group.members}
    all_bad = len((everybody & met) - well)
    placed = sum(len(ms) for ms in meetings)
    return (-placed, strays, all_bad, bad, len(interrupted - component.agreed.interrupted), changes)


def strayed(part: Part, days: Iterable[int]) -> int:
    """By how many days the meetings of a part stray from the wished spacing."""
    at = np.searchsorted(part.days, sorted(days)).tolist()
    if not at:
        return 0
    s = part.spacing
    between = sum(int(s.between[a, b]) for a, b in pairwise(at))
    return int(s.enter[at[0]]) + between + int(s.leave[at[-1]])
