"""The model that CP-SAT solves: which days, and which kind of hours on them, every group takes.

Spacing depends on days only, and so do interruptions; bad hours on the kind of hour. So a meeting is first a choice
(a day and a kind of hour), and the times of day are found afterwards (`placing`). Where they do not fit beside one another,
that day is *opened*: from then on the model knows every start on it and what is taken at every minute. The model without
opened days allows more than is possible, so its bounds are true for the whole problem; with all days opened it is exact.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from oppipari.scheduling.parts import Choice, Component, Part, Resource
from oppipari.scheduling.solving import Model
from oppipari.scheduling.squeezes import Squeeze
from oppipari.scheduling.starts import Load
from oppipari.scheduling.state import State
from oppipari.scheduling.steps import Steps
from oppipari.scheduling.timetable import Aim


class Master:
    """One model of one component.

    `fewest` is the least number of meetings of each part, `total` of all; `steps` are the days that each part may take
    (None: spacing is not looked at, only the least distance); `opened` the days on which every start is known.
    """

    def __init__(
        self,
        component: Component,
        fewest: Sequence[int],
        total: int,
        steps: Sequence[Steps] | None,
        opened: Iterable[int],
    ) -> None:
        self.component = component
        self.fewest = fewest
        self.opened = frozenset(opened)
        self.model = Model()
        # For each part, the variables of its choices.
        self.choice: list[dict[int, int]] = []
        self.strays: list[tuple[int, int]] = []
        # For hints: of every part and number of meetings before, the steps by their ends (-1: begins, or ends).
        self.arcs: list[dict[tuple[int, int, int], int]] = []
        self.all_bad: dict[str, int] = {}
        self.interrupted: dict[tuple[str, int], int] = {}
        # (part, choice, minute, variable) on opened days.
        self.starts: list[tuple[int, int, int, int]] = []
        for k, part in enumerate(component.parts):
            if steps is None:
                self._apart(k, part)
            else:
                self._path(k, part, steps[k])
            self._open(k, part)
        # What all parts share, and the rows that say it.
        self.shared: list[tuple[Squeeze, int]] = []
        for squeeze in component.squeezes:
            some = [(self.choice[k][c], n) for k, c, n in squeeze.terms if c in self.choice[k]]
            if sum(n for _, n in some) > squeeze.free:
                self.shared.append((squeeze, self.model.row(some, None, squeeze.free)))
        if sum(fewest) < total:
            every = tuple((k, c, -1) for k, ys in enumerate(self.choice) for c in ys)
            row = self.model.row([(self.choice[k][c], -1) for k, c, _ in every], None, -total)
            everything = tuple((k, c, -1) for k, p in enumerate(component.parts) for c in range(len(p.choices)))
            self.shared.append((Squeeze(everything, -total), row))
        crowd(component, self.model, [(k, minute, x) for k, _, minute, x in self.starts])

    def _choices(self, part: Part, choices: Iterable[int]) -> dict[int, list[int]]:
        """Variables for choices of a part, by the places of their days."""
        mine = {c: self.model.boolean() for c in choices}
        by_day: dict[int, list[int]] = {}
        for d, cs in enumerate(part.on_day):
            if some := [mine[c] for c in cs if c in mine]:
                by_day[d] = some
        self.choice.append(mine)
        return by_day

    def _apart(self, k: int, part: Part) -> None:
        by_day = self._choices(part, range(len(part.choices)))
        least = self.component.problem.rules.least
        for d, day in enumerate(part.days.tolist()):
            until = int(np.searchsorted(part.days, day + least))
            self.model.at_most_one(y for other in range(d, until) for y in by_day[other])
        self.model.row([(y, 1) for y in self.choice[k].values()], self.fewest[k], part.wanted)

    def _path(self, k: int, part: Part, steps: Steps) -> None:
        model, s = self.model, part.spacing
        by_day = self._choices(part, steps.choices)
        into: list[dict[int, list[int]]] = [{d: [] for d in level} for level in steps.nodes]
        out: list[dict[int, list[int]]] = [{d: [] for d in level} for level in steps.nodes]
        arcs: dict[tuple[int, int, int], int] = {}
        self.arcs.append(arcs)

        def arc(cost: int, level: int, a: int, b: int) -> int:
            variable = arcs[level, a, b] = model.boolean()
            if cost:
                self.strays.append((variable, cost))
            if b >= 0:
                into[level][b].append(variable)
            if a >= 0:
                out[level - 1][a].append(variable)
            return variable

        first = [arc(int(s.enter[d]), 0, -1, d) for d in steps.nodes[0]]
        for level in range(1, len(steps.nodes)):
            for a, b in steps.steps[level]:
                arc(int(s.between[a, b]), level, a, b)
        for level, ends in enumerate(steps.ends):
            for d in ends:
                arc(int(s.leave[d]), level + 1, d, -1)
        (model.exactly_one if self.fewest[k] else model.at_most_one)(first)
        used: dict[int, list[int]] = {d: [] for d in by_day}
        for level, nodes in enumerate(steps.nodes):
            for d in nodes:
                model.same(into[level][d], out[level][d])
                used.setdefault(d, []).extend(into[level][d])
        for d, variables in used.items():
            model.same(by_day.get(d, []), variables)
            model.at_most_one(by_day.get(d, []))

    def _open(self, k: int, part: Part) -> None:
        for c, y in self.choice[k].items():
            choice = part.choices[c]
            if choice.day not in self.opened:
                continue
            if len(choice.minutes) == 1:
                self.starts.append((k, c, choice.minutes[0], y))
                continue
            xs = [self.model.boolean() for _ in choice.minutes]
            self.model.same(xs, [y])
            self.starts += [(k, c, m, x) for m, x in zip(choice.minutes, xs, strict=True)]

    # The aims as sums.

    def aim(self, aim: Aim) -> list[tuple[int, int]]:
        """What is to be made small for an aim, as terms; makes the variables it needs."""
        if aim == Aim.MEETINGS:
            return [(y, -1) for ys in self.choice for y in ys.values()]
        if aim == Aim.SPACING:
            return self.strays
        if aim == Aim.ALL_BAD:
            return [(v, 1) for v in self._all_bad().values()]
        if aim == Aim.BAD_HOURS:
            return [(y, n) for _, c, y in self._each() if (n := sum(c.bad))]
        if aim == Aim.INTERRUPTIONS:
            return [(v, 1) for v in self._interrupted().values()]
        return [(y, -1) for _, c, y in self._each() if c.shown]

    def _each(self) -> Iterable[tuple[Part, Choice, int]]:
        for part, ys in zip(self.component.parts, self.choice, strict=True):
            for c, y in ys.items():
                yield part, part.choices[c], y

    def _all_bad(self) -> dict[str, int]:
        """For each person who has no meeting at a good hour yet: whether all of theirs are at bad hours."""
        good: dict[str, list[int]] = {}
        met, well = set(self.component.agreed.met), self.component.agreed.well
        days: dict[str, list[list[int]]] = {}
        for k, (part, ys) in enumerate(zip(self.component.parts, self.choice, strict=True)):
            for m, person in enumerate(part.group.members):
                good.setdefault(person, []).extend(y for c, y in ys.items() if not part.choices[c].bad[m])
                by_day: dict[int, list[int]] = {}
                for c, y in ys.items():
                    by_day.setdefault(part.choices[c].day, []).append(y)
                days.setdefault(person, []).extend(by_day.values())
                if self.fewest[k]:
                    met.add(person)
        found = self.all_bad
        for person in sorted(good.keys() - well):
            found[person] = self.model.boolean()
            some = [(v, 1) for v in (found[person], *good[person])]
            if person in met:
                self.model.row(some, 1, None)
            else:
                for ys_of_day in days[person]:
                    self.model.row([*some, *((y, -1) for y in ys_of_day)], 0, None)
        return found

    def _interrupted(self) -> dict[tuple[str, int], int]:
        """For each team and day that no agreed meeting interrupts: whether a new one does."""
        found = self.interrupted
        for part, ys in zip(self.component.parts, self.choice, strict=True):
            by_day: dict[int, list[int]] = {}
            for c, y in ys.items():
                by_day.setdefault(part.choices[c].day, []).append(y)
            for day, some in by_day.items():
                for team in part.leaving:
                    if (team, day) in self.component.agreed.interrupted:
                        continue
                    if (team, day) not in found:
                        found[team, day] = self.model.boolean()
                    self.model.row([*((y, 1) for y in some), (found[team, day], -1)], None, 0)
        return found

    def hint(self, state: State) -> dict[int, bool]:
        """A timetable that is known as values of the variables; call it when all aims are there."""
        found: dict[int, bool] = {}
        for k, (part, meetings) in enumerate(zip(self.component.parts, state.meetings, strict=True)):
            taken = {c for c, _ in meetings}
            found |= {y: c in taken for c, y in self.choice[k].items()}
            if self.arcs:
                days = np.searchsorted(part.days, [part.choices[c].day for c, _ in meetings]).tolist()
                walked = {(level, a, b) for level, (a, b) in enumerate(pairwise([-1, *days, -1]))} if days else set()
                found |= {variable: step in walked for step, variable in self.arcs[k].items()}
        for k, c, minute, x in self.starts:
            if len(self.component.parts[k].choices[c].minutes) > 1:
                found[x] = (c, minute) in state.meetings[k]
        well, days_away = state.well(self.component)
        found |= {variable: person not in well for person, variable in self.all_bad.items()}
        found |= {variable: team_day in days_away for team_day, variable in self.interrupted.items()}
        return found


def crowd(component: Component, model: Model, starts: Sequence[tuple[int, int, int]]) -> None:
    """No more is taken of anything than there is, among `starts`: (part, minute, variable)."""
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
    """The minutes at which more is taken by agreed meetings than the minute before."""
    part = load[start:end]
    return set((np.flatnonzero(np.diff(part) > 0) + start + 1).tolist())
