"""The master problem that CP-SAT solves: which days, and which kind of hours on them, every group takes.

Logic-based Benders decomposition: spacing depends on days only, and so do interruptions; bad hours on the kind of hour. So a
meeting is first a choice (a day and a kind of hour), and the times of day are found afterwards, in the subproblem
(`placement`). Where they do not fit beside one another, that day is *opened*: from then on the master knows every start on it
and a cumulative constraint of every resource. Without opened days the master is a relaxation, so its bounds are valid for the
whole problem; with all days opened it is exact.

References
----------
J. N. Hooker (2007), Planning and scheduling by logic-based Benders decomposition. Operations Research 55, 588-602.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from oppipari.scheduling.capacity_cuts import CapacityCut
from oppipari.scheduling.components import Choice, Component, GroupDomain, Resource
from oppipari.scheduling.lagrangian import LayeredGraph
from oppipari.scheduling.model import Model
from oppipari.scheduling.start_times import Load
from oppipari.scheduling.timetable import Objective
from oppipari.scheduling.timetable_state import State


class MasterProblem:
    """One model of one component.

    Parameters
    ----------
    component : Component
    fewest : sequence of int
        The least number of meetings of each domain.
    total : int
        The least number of all.
    graphs : sequence of LayeredGraph, or None
        The days that each domain may take; None leaves spacing out, but for the least distance.
    opened : iterable of int
        The days on which every start is modelled.
    """

    def __init__(
        self,
        component: Component,
        fewest: Sequence[int],
        total: int,
        graphs: Sequence[LayeredGraph] | None,
        opened: Iterable[int],
    ) -> None:
        self.component = component
        self.fewest = fewest
        self.opened = frozenset(opened)
        self.model = Model()
        # For each domain, the variables of its choices.
        self.choice: list[dict[int, int]] = []
        self.deviation_terms: list[tuple[int, int]] = []
        # For hints: of every domain and number of meetings before, the arcs by their ends (-1: begins, or ends).
        self.arcs: list[dict[tuple[int, int, int], int]] = []
        self.all_bad: dict[str, int] = {}
        self.interrupted: dict[tuple[str, int], int] = {}
        # (domain, choice, minute, variable) on opened days.
        self.starts: list[tuple[int, int, int, int]] = []
        for k, domain in enumerate(component.domains):
            if graphs is None:
                self._least_spacing(k, domain)
            else:
                self._layered_path(k, domain, graphs[k])
            self._start_variables(k, domain)
        # The capacity cuts that all domains share, and their rows.
        self.shared: list[tuple[CapacityCut, int]] = []
        for cut in component.capacity_cuts:
            some = [(self.choice[k][c], n) for k, c, n in cut.terms if c in self.choice[k]]
            if sum(n for _, n in some) > cut.free:
                self.shared.append((cut, self.model.row(some, None, cut.free)))
        if sum(fewest) < total:
            every = tuple((k, c, -1) for k, ys in enumerate(self.choice) for c in ys)
            row = self.model.row([(self.choice[k][c], -1) for k, c, _ in every], None, -total)
            everything = tuple((k, c, -1) for k, p in enumerate(component.domains) for c in range(len(p.choices)))
            self.shared.append((CapacityCut(everything, -total), row))
        add_cumulative(component, self.model, [(k, minute, x) for k, _, minute, x in self.starts])

    def _choices(self, domain: GroupDomain, choices: Iterable[int]) -> dict[int, list[int]]:
        """Variables for choices of a domain, by the positions of their days."""
        mine = {c: self.model.boolean() for c in choices}
        by_day: dict[int, list[int]] = {}
        for d, cs in enumerate(domain.on_day):
            if some := [mine[c] for c in cs if c in mine]:
                by_day[d] = some
        self.choice.append(mine)
        return by_day

    def _least_spacing(self, k: int, domain: GroupDomain) -> None:
        by_day = self._choices(domain, range(len(domain.choices)))
        least = self.component.problem.rules.least
        for d, day in enumerate(domain.days.tolist()):
            until = int(np.searchsorted(domain.days, day + least))
            self.model.at_most_one(y for other in range(d, until) for y in by_day[other])
        self.model.row([(y, 1) for y in self.choice[k].values()], self.fewest[k], domain.wanted)

    def _layered_path(self, k: int, domain: GroupDomain, layers: LayeredGraph) -> None:
        model, s = self.model, domain.spacing
        by_day = self._choices(domain, layers.choices)
        into: list[dict[int, list[int]]] = [{d: [] for d in level} for level in layers.nodes]
        out: list[dict[int, list[int]]] = [{d: [] for d in level} for level in layers.nodes]
        arcs: dict[tuple[int, int, int], int] = {}
        self.arcs.append(arcs)

        def arc(cost: int, level: int, a: int, b: int) -> int:
            variable = arcs[level, a, b] = model.boolean()
            if cost:
                self.deviation_terms.append((variable, cost))
            if b >= 0:
                into[level][b].append(variable)
            if a >= 0:
                out[level - 1][a].append(variable)
            return variable

        first = [arc(int(s.enter[d]), 0, -1, d) for d in layers.nodes[0]]
        for level in range(1, len(layers.nodes)):
            for a, b in layers.arcs[level]:
                arc(int(s.between[a, b]), level, a, b)
        for level, ends in enumerate(layers.ends):
            for d in ends:
                arc(int(s.leave[d]), level + 1, d, -1)
        (model.exactly_one if self.fewest[k] else model.at_most_one)(first)
        used: dict[int, list[int]] = {d: [] for d in by_day}
        for level, nodes in enumerate(layers.nodes):
            for d in nodes:
                model.same(into[level][d], out[level][d])
                used.setdefault(d, []).extend(into[level][d])
        for d, variables in used.items():
            model.same(by_day.get(d, []), variables)
            model.at_most_one(by_day.get(d, []))

    def _start_variables(self, k: int, domain: GroupDomain) -> None:
        for c, y in self.choice[k].items():
            choice = domain.choices[c]
            if choice.day not in self.opened:
                continue
            if len(choice.minutes) == 1:
                self.starts.append((k, c, choice.minutes[0], y))
                continue
            xs = [self.model.boolean() for _ in choice.minutes]
            self.model.same(xs, [y])
            self.starts += [(k, c, m, x) for m, x in zip(choice.minutes, xs, strict=True)]

    # The objectives as sums.

    def objective_terms(self, objective: Objective) -> list[tuple[int, int]]:
        """The terms that an objective minimizes; makes the variables it needs."""
        if objective == Objective.MEETINGS:
            return [(y, -1) for ys in self.choice for y in ys.values()]
        if objective == Objective.SPACING:
            return self.deviation_terms
        if objective == Objective.ALL_BAD:
            return [(v, 1) for v in self._all_bad().values()]
        if objective == Objective.BAD_HOURS:
            return [(y, n) for _, c, y in self._each() if (n := sum(c.bad))]
        if objective == Objective.INTERRUPTIONS:
            return [(v, 1) for v in self._interrupted().values()]
        return [(y, -1) for _, c, y in self._each() if c.shown]

    def _each(self) -> Iterable[tuple[GroupDomain, Choice, int]]:
        for domain, ys in zip(self.component.domains, self.choice, strict=True):
            for c, y in ys.items():
                yield domain, domain.choices[c], y

    def _all_bad(self) -> dict[str, int]:
        """For each person who has no meeting at a good hour yet: whether all of theirs are at bad hours."""
        good: dict[str, list[int]] = {}
        with_meeting, with_good_hour = set(self.component.agreed.with_meeting), self.component.agreed.with_good_hour
        days: dict[str, list[list[int]]] = {}
        for k, (domain, ys) in enumerate(zip(self.component.domains, self.choice, strict=True)):
            for m, person in enumerate(domain.group.members):
                good.setdefault(person, []).extend(y for c, y in ys.items() if not domain.choices[c].bad[m])
                by_day: dict[int, list[int]] = {}
                for c, y in ys.items():
                    by_day.setdefault(domain.choices[c].day, []).append(y)
                days.setdefault(person, []).extend(by_day.values())
                if self.fewest[k]:
                    with_meeting.add(person)
        result = self.all_bad
        for person in sorted(good.keys() - with_good_hour):
            result[person] = self.model.boolean()
            some = [(v, 1) for v in (result[person], *good[person])]
            if person in with_meeting:
                self.model.row(some, 1, None)
            else:
                for ys_of_day in days[person]:
                    self.model.row([*some, *((y, -1) for y in ys_of_day)], 0, None)
        return result

    def _interrupted(self) -> dict[tuple[str, int], int]:
        """For each team and day that no agreed meeting interrupts: whether a new one does."""
        result = self.interrupted
        for domain, ys in zip(self.component.domains, self.choice, strict=True):
            by_day: dict[int, list[int]] = {}
            for c, y in ys.items():
                by_day.setdefault(domain.choices[c].day, []).append(y)
            for day, some in by_day.items():
                for team in domain.leaving:
                    if (team, day) in self.component.agreed.interrupted:
                        continue
                    if (team, day) not in result:
                        result[team, day] = self.model.boolean()
                    self.model.row([*((y, 1) for y in some), (result[team, day], -1)], None, 0)
        return result

    def hint(self, state: State) -> dict[int, bool]:
        """A known timetable as values of the variables; call it when all objectives are there."""
        result: dict[int, bool] = {}
        for k, (domain, meetings) in enumerate(zip(self.component.domains, state.meetings, strict=True)):
            taken = {c for c, _ in meetings}
            result |= {y: c in taken for c, y in self.choice[k].items()}
            if self.arcs:
                days = np.searchsorted(domain.days, [domain.choices[c].day for c, _ in meetings]).tolist()
                walked = {(level, a, b) for level, (a, b) in enumerate(pairwise([-1, *days, -1]))} if days else set()
                result |= {variable: step in walked for step, variable in self.arcs[k].items()}
        for k, c, minute, x in self.starts:
            if len(self.component.domains[k].choices[c].minutes) > 1:
                result[x] = (c, minute) in state.meetings[k]
        with_good_hour, days_away = state.satisfied(self.component)
        result |= {variable: person not in with_good_hour for person, variable in self.all_bad.items()}
        result |= {variable: team_day in days_away for team_day, variable in self.interrupted.items()}
        return result


def add_cumulative(component: Component, model: Model, starts: Sequence[tuple[int, int, int]]) -> None:
    """Cumulative constraints: at no minute is more taken of a resource than its capacity.

    Parameters
    ----------
    component : Component
    model : Model
    starts : sequence of (domain, minute, variable)
    """
    using: dict[Resource, list[tuple[int, int, int, int]]] = {}
    for k, minute, x in starts:
        for resource, n in component.uses[k].items():
            using.setdefault(resource, []).append((minute, k, x, n))
    for resource, terms in sorted(using.items()):
        most, load = component.limits[resource]
        terms.sort(key=lambda t: t[:2])
        minutes = sorted({t[0] for t in terms} | _rises(load, terms[0][0], terms[-1][0] + component.length))
        first = last = 0
        previous: tuple[int, int, int] | None = None
        rows: list[tuple[int, int, int]] = []
        for at in minutes:
            while first < len(terms) and terms[first][0] <= at - component.length:
                first += 1
            while last < len(terms) and terms[last][0] <= at:
                last += 1
            row = (first, last, most - int(load[at]))
            # The row before says nothing that this one does not.
            if previous is not None and not (row[0] == previous[0] and row[2] <= previous[2]):
                rows.append(previous)
            previous = row
        if previous is not None:
            rows.append(previous)
        for a, b, free in rows:
            some = terms[a:b]
            # A group meets once a day; only across midnight could it be there twice.
            each: dict[int, int] = {k: n for _, k, _, n in some}
            if sum(each.values()) <= free and resource[0] != "group":
                continue
            if free < 2 * min(each.values()):
                model.at_most_one(x for _, _, x, _ in some)
            else:
                model.row([(x, n) for _, _, x, n in some], None, free)


def _rises(load: Load, start: int, end: int) -> set[int]:
    """The minutes at which agreed meetings take more than the minute before."""
    domain = load[start:end]
    return set((np.flatnonzero(np.diff(domain) > 0) + start + 1).tolist())
