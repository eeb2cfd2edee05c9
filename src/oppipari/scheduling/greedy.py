"""A good timetable at once: greedy construction, then local search. Groups are placed one after the other, and again.

For one group the best days around the others' times are found exactly, by a shortest path.
"""

import time
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from oppipari.scheduling.components import Component, GroupDomain, order_of
from oppipari.scheduling.spacing import INFINITE
from oppipari.scheduling.timetable_state import ResourceProfile, State
from oppipari.scheduling.window import Ints

# The objectives after the number of meetings as one weighted sum, each far above all of the next: a heuristic, never a proof.
DEVIATION, BAD, INTERRUPTION, CHANGE = 10**8, 10**5, 10**2, 1
BLOCKED = INFINITE * DEVIATION
# So often at most every group is placed again.
MAX_ROUNDS = 12


class GreedySearch:
    """Placing one group at a time, the others fixed.

    Parameters
    ----------
    component : Component
    begin : State, optional
        A timetable to start from.
    """

    def __init__(self, component: Component, begin: State | None = None) -> None:
        self.component = component
        self.profile = ResourceProfile(component)
        self.taken: list[list[tuple[int, int]]] = [[] for _ in component.domains]
        self.teams: Counter[tuple[str, int]] = Counter(dict.fromkeys(component.agreed.interrupted, 1))
        self.flat = [_ChoiceArrays(p) for p in component.domains]
        self.orders: dict[tuple[int, int], Sequence[int]] = {}
        if begin is not None:
            for k, ms in enumerate(begin.meetings):
                self._assign(k, ms, 1)

    def run(self, deadline: float | None = None) -> State:
        """Place every group, the scarcest first, and again around the others as long as that improves anything."""
        domains = self.component.domains
        scarce = sorted(range(len(domains)), key=lambda k: (len(domains[k].days), len(domains[k].feasible), k))
        for k in scarce:
            if not self.taken[k]:
                self._assign(k, self._best(k), 1)
        for _ in range(MAX_ROUNDS):
            moved = False
            for k in scarce:
                if deadline is not None and time.monotonic() > deadline:
                    return self.state()
                before = self.taken[k]
                self._assign(k, before, -1)
                after = self._best(k)
                better = self._cost(k, after) < self._cost(k, before)
                moved |= better
                self._assign(k, after if better else before, 1)
            if not moved:
                break
        return self.state()

    def state(self) -> State:
        """The timetable so far."""
        return State.of(self.component, self.taken)

    def _assign(self, k: int, meetings: Sequence[tuple[int, int]], sign: int) -> None:
        domain = self.component.domains[k]
        for c, minute in meetings:
            self.profile.add(self.component.uses[k], minute, sign)
            for team in domain.leaving:
                self.teams[team, domain.choices[c].day] += sign
        self.taken[k] = list(meetings) if sign > 0 else []

    def _choice_costs(self, k: int) -> Ints:
        domain, flat = self.component.domains[k], self.flat[k]
        costs = flat.bad * BAD + flat.changes * CHANGE
        for team in domain.leaving:
            costs = costs + np.array([not self.teams[team, c.day] for c in domain.choices]) * INTERRUPTION
        return costs

    def _cost(self, k: int, meetings: Sequence[tuple[int, int]]) -> tuple[int, int]:
        domain, s = self.component.domains[k], self.component.domains[k].spacing
        costs = self._choice_costs(k)
        total = sum(int(costs[c]) for c, _ in meetings)
        at = np.searchsorted(domain.days, [domain.choices[c].day for c, _ in meetings]).tolist()
        if at:
            between = sum(int(s.between[a, b]) for a, b in pairwise(at))
            total += DEVIATION * (int(s.enter[at[0]]) + between + int(s.leave[at[-1]]))
        return -len(meetings), total

    def _best(self, k: int) -> list[tuple[int, int]]:
        """The best meetings of one domain around all others."""
        domain, flat = self.component.domains[k], self.flat[k]
        fits = self.profile.fitting(self.component.uses[k], flat.minutes)
        open_choices = np.zeros(len(domain.choices), dtype=bool)
        open_choices[flat.choice[fits]] = True
        costs = np.where(open_choices, self._choice_costs(k), BLOCKED)
        # The cheapest choice of every day.
        by_day = np.full(len(domain.days), BLOCKED)
        np.minimum.at(by_day, flat.day, costs)
        days = _shortest_path(domain, by_day)
        result: list[tuple[int, int]] = []
        fitting = set(flat.minutes[fits].tolist())
        for d in days:
            c = next(c for c in domain.on_day[d] if costs[c] == by_day[d])
            if (k, c) not in self.orders:
                self.orders[k, c] = order_of(self.component, domain.choices[c])
            # The last meeting may have run past midnight into this day.
            after = result[-1][1] + self.component.length if result else 0
            minute = next((m for m in self.orders[k, c] if m in fitting and m >= after), None)
            if minute is not None:
                result.append((c, minute))
        return result


class _ChoiceArrays:
    """A domain's choices as arrays."""

    def __init__(self, domain: GroupDomain) -> None:
        self.day = np.searchsorted(domain.days, [c.day for c in domain.choices])
        self.bad = np.array([sum(c.bad) for c in domain.choices], dtype=np.int64)
        self.changes = np.array([not c.shown for c in domain.choices], dtype=np.int64)
        self.minutes = np.array([m for c in domain.choices for m in c.minutes], dtype=np.int64)
        self.choice = np.repeat(np.arange(len(domain.choices)), [len(c.minutes) for c in domain.choices])


def _shortest_path(domain: GroupDomain, by_day: Ints) -> list[int]:
    """As many days as possible, at most `wanted`, of the least sum of `by_day` and spacing."""
    s = domain.spacing
    steps = np.where(s.between >= INFINITE, BLOCKED, s.between * DEVIATION)
    reached = [np.minimum(BLOCKED, s.enter * DEVIATION + by_day)]
    predecessor: list[Ints] = []
    while len(reached) < domain.wanted:
        over = reached[-1][:, None] + steps
        predecessor.append(over.argmin(axis=0))
        reached.append(np.minimum(BLOCKED, over.min(axis=0, initial=BLOCKED) + by_day))
    for level in range(domain.wanted - 1, -1, -1):
        if reached[level].min(initial=BLOCKED) < BLOCKED:
            day = int((reached[level] + s.leave * DEVIATION).argmin())
            days = [day]
            for step in reversed(predecessor[:level]):
                day = int(step[day])
                days.append(day)
            return days[::-1]
    return []
