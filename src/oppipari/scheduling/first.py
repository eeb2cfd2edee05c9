"""A good timetable at once: groups are placed one after the other, each on its best days, and then again around the others.

For one group the best days are found exactly (a shortest path); only the others' times are taken as they are.
"""

import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from oppipari.scheduling.parts import Component, Part, order_of
from oppipari.scheduling.paths import NEVER
from oppipari.scheduling.state import Ledger, State
from oppipari.scheduling.window import Ints

# The aims after the number of meetings as one sum, each far above all of the next; only a search, never a proof.
STRAY, BAD, INTERRUPTION, CHANGE = 10**8, 10**5, 10**2, 1
BLOCKED = NEVER * STRAY
# So often at most everybody is placed anew.
ROUNDS = 12


class Search:
    """Placing one group at a time."""

    def __init__(self, component: Component, begin: State | None = None) -> None:
        self.component = component
        self.ledger = Ledger(component)
        self.taken: list[list[tuple[int, int]]] = [[] for _ in component.parts]
        self.teams: Counter[tuple[str, int]] = Counter(dict.fromkeys(component.agreed.interrupted, 1))
        self.flat = [_Flat(p) for p in component.parts]
        self.orders: dict[tuple[int, int], Sequence[int]] = {}
        if begin is not None:
            for k, ms in enumerate(begin.meetings):
                self._put(k, ms, 1)

    def run(self, deadline: float | None = None) -> State:
        """Place everybody, the scarcest first, and again around the others as long as that betters anything."""
        parts = self.component.parts
        scarce = sorted(range(len(parts)), key=lambda k: (len(parts[k].days), len(parts[k].possible), k))
        for k in scarce:
            if not self.taken[k]:
                self._put(k, self._best(k), 1)
        for _ in range(ROUNDS):
            moved = False
            for k in scarce:
                if deadline is not None and time.monotonic() > deadline:
                    return self.state()
                before = self.taken[k]
                self._put(k, before, -1)
                after = self._best(k)
                better = self._cost(k, after) < self._cost(k, before)
                moved |= better
                self._put(k, after if better else before, 1)
            if not moved:
                break
        return self.state()

    def state(self) -> State:
        """The timetable as it stands."""
        return State.of(self.component, self.taken)

    def _put(self, k: int, meetings: Sequence[tuple[int, int]], sign: int) -> None:
        part = self.component.parts[k]
        for c, minute in meetings:
            self.ledger.add(self.component.uses[k], minute, sign)
            for team in part.leaving:
                self.teams[team, part.choices[c].day] += sign
        self.taken[k] = list(meetings) if sign > 0 else []

    def _choice_costs(self, k: int) -> Ints:
        part, flat = self.component.parts[k], self.flat[k]
        costs = flat.bad * BAD + flat.changes * CHANGE
        for team in part.leaving:
            costs = costs + np.array([not self.teams[team, c.day] for c in part.choices]) * INTERRUPTION
        return costs

    def _cost(self, k: int, meetings: Sequence[tuple[int, int]]) -> tuple[int, int]:
        part, s = self.component.parts[k], self.component.parts[k].spacing
        costs = self._choice_costs(k)
        total = sum(int(costs[c]) for c, _ in meetings)
        at = np.searchsorted(part.days, [part.choices[c].day for c, _ in meetings]).tolist()
        if at:
            between = sum(int(s.between[a, b]) for a, b in pairwise(at))
            total += STRAY * (int(s.enter[at[0]]) + between + int(s.leave[at[-1]]))
        return -len(meetings), total

    def _best(self, k: int) -> list[tuple[int, int]]:
        """The best meetings of one part around all others."""
        part, flat = self.component.parts[k], self.flat[k]
        fits = self.ledger.fitting(self.component.uses[k], flat.minutes)
        open_choices = np.zeros(len(part.choices), dtype=bool)
        open_choices[flat.choice[fits]] = True
        costs = np.where(open_choices, self._choice_costs(k), BLOCKED)
        # The cheapest choice of every day.
        by_day = np.full(len(part.days), BLOCKED)
        np.minimum.at(by_day, flat.day, costs)
        days = _path(part, by_day)
        found: list[tuple[int, int]] = []
        fitting = set(flat.minutes[fits].tolist())
        for d in days:
            c = next(c for c in part.on_day[d] if costs[c] == by_day[d])
            if (k, c) not in self.orders:
                self.orders[k, c] = order_of(self.component, part.choices[c])
            # The last meeting may have run past midnight into this day.
            after = found[-1][1] + self.component.length if found else 0
            minute = next((m for m in self.orders[k, c] if m in fitting and m >= after), None)
            if minute is not None:
                found.append((c, minute))
        return found


class _Flat:
    """A part's choices as arrays."""

    def __init__(self, part: Part) -> None:
        self.day = np.searchsorted(part.days, [c.day for c in part.choices])
        self.bad = np.array([sum(c.bad) for c in part.choices], dtype=np.int64)
        self.changes = np.array([not c.shown for c in part.choices], dtype=np.int64)
        self.minutes = np.array([m for c in part.choices for m in c.minutes], dtype=np.int64)
        self.choice = np.repeat(np.arange(len(part.choices)), [len(c.minutes) for c in part.choices])


def _path(part: Part, by_day: Ints) -> list[int]:
    """As many days as possible, at most `wanted`, of the least sum of `by_day` and spacing."""
    s = part.spacing
    steps = np.where(s.between >= NEVER, BLOCKED, s.between * STRAY)
    reached = [np.minimum(BLOCKED, s.enter * STRAY + by_day)]
    came: list[Ints] = []
    while len(reached) < part.wanted:
        over = reached[-1][:, None] + steps
        came.append(over.argmin(axis=0))
        reached.append(np.minimum(BLOCKED, over.min(axis=0, initial=BLOCKED) + by_day))
    for level in range(part.wanted - 1, -1, -1):
        if reached[level].min(initial=BLOCKED) < BLOCKED:
            day = int((reached[level] + s.leave * STRAY).argmin())
            days = [day]
            for step in reversed(came[:level]):
                day = int(step[day])
                days.append(day)
            return days[::-1]
    return []
