"""Two who want to know what a colleague answered, and have all that was released and both their own answers.

Nothing of the package is used here: what was released is read as it is meant. `isolates_few` is exact linear algebra over the counts;
`exposed` looks for another way in which everybody may have answered, and where there is none an answer is known.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ortools.sat.python import cp_model

Histogram = tuple[int, ...]
Statement = tuple[frozenset[int], dict[str, Any]]  # the cells of a group, what is released of it
Own = tuple[int, int]  # an own answer: in which cell, which value from 0

VALUES = (1, 2, 3, 4, 5)


def rank(rows: Sequence[Sequence[int]]) -> int:
    """The rank of a matrix, exactly."""
    left = [[Fraction(v) for v in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((i for i in range(found, len(left)) if left[i][column]), None)
        if pivot is None:
            continue
        left[found], left[pivot] = left[pivot], left[found]
        for i in range(found + 1, len(left)):
            if left[i][column]:
                times = left[i][column] / left[found][column]
                left[i] = [a - times * b for a, b in zip(left[i], left[found], strict=True)]
        found += 1
    return found


class Attack:
    """On one item: `groups` as they were written, and who answered what, to see whether what is inferred is right."""

    def __init__(self, groups: Sequence[Mapping[str, Any]], item: str, truth: Mapping[str, Histogram]) -> None:
        released = [(frozenset(g["units"]), g["items"][item]) for g in groups if g["items"][item]["n"] is not None]
        # Units in exactly the same groups cannot be distinguished by anybody.
        signs: dict[tuple[bool, ...], list[str]] = {}
        for unit, h in truth.items():
            sign = tuple(unit in units for units, _figure in released)
            if any(sign) and sum(h):
                signs.setdefault(sign, []).append(unit)
        self.cells = [tuple(sum(truth[u][k] for u in us) for k in range(5)) for us in signs.values()]
        self.statements: list[Statement] = []
        for number, (_units, figure) in enumerate(released):
            self.statements.append((frozenset(i for i, sign in enumerate(signs) if sign[number]), figure))
        for inside, figure in self.statements:  # what is released must be true in the first place
            assert fits(figure, self.added(inside, self.cells)), figure

    def added(self, inside: frozenset[int], cells: Sequence[Histogram]) -> Histogram:
        return tuple(sum(cells[i][k] for i in inside) for k in range(5))

    def isolates_few(self, least: int = 5) -> bool:
        """Whether some combination of what was released is about one to `least` - 1 people alone."""
        small = [i for i, h in enumerate(self.cells) if sum(h) < least]
        if not small:
            return False
        rows = [[int(i in inside) for i in range(len(self.cells))] for inside, _figure in self.statements]
        before = rank(rows)
        for size in range(1, least):
            for some in itertools.combinations(small, size):
                if sum(sum(self.cells[i]) for i in some) < least:
                    units = [[int(i == j) for i in range(len(self.cells))] for j in some]
                    if rank(rows + units) < before + size:
                        return True
        return False

    def exposed(self, coalition_size: int = 2) -> tuple[list[Own], int] | None:
        """(the insiders' answers, the others' answer) where up to `coalition_size` who tell each other theirs know somebody else's.

        They may be in one unit or in several, and know in which. An own answer is (cell, value from 0).
        """
        for i, h in enumerate(self.cells):
            for c in range(5):
                outside = [v for v in range(5) if v != c for _ in range(h[v])]
                # All in the cell who gave another answer must be among them; some who gave this one may be, too.
                for more in range(max(0, coalition_size - len(outside)) + 1):
                    inside = [(i, v) for v in outside] + [(i, c)] * more
                    if h[c] > more and len(inside) <= coalition_size:
                        found = self._known(i, c, inside, coalition_size - len(inside))
                        if found is not None:
                            return found, c + 1
        return None

    def _known(self, i: int, c: int, inside: list[Own], elsewhere: int) -> list[Own] | None:
        """The insiders who know that all others in cell i answered c: these in it, and `elsewhere` anywhere else."""
        ways = []
        for way in self.otherwise(i, c, inside):
            ways.append(way)
            changed = {k for k in range(len(self.cells)) if way[k] != self.cells[k]}
            if changed == {i}:
                return None  # whoever is elsewhere sees no difference
        # Whoever is nowhere else knows less: if one way is left to them all, each coalition is asked for.
        others = [(j, v) for j, h in enumerate(self.cells) if j != i for v in range(5) if h[v]]
        elsewhere = min(elsewhere, sum(self.cells[j][v] for j, v in others))
        for coalition in itertools.combinations_with_replacement(others, elsewhere):
            if any(count > self.cells[j][v] for (j, v), count in Counter(coalition).items()):
                continue
            if any(all(way[j][v] >= count for (j, v), count in Counter(coalition).items()) for way in ways):
                continue
            found = self.solved(i, c, [*inside, *coalition])
            if found is None:
                return [*inside, *coalition]
            ways.append(found)
        return None

    def otherwise(self, i: int, c: int, inside: list[Own]) -> Iterator[Sequence[Histogram]]:
        """Other ways in which not all in cell i (but those `inside` it) answered c.

        In cell i one or two answers are changed; where that does not fit, the other way round in another cell.
        """
        known = Counter(v for _i, v in inside)
        for changes in itertools.chain(self._changes(i, 1), self._changes(i, 2)):
            here = self._after(i, changes)
            if here is None:
                continue
            others = [k - known[v] for v, k in enumerate(here)]
            if min(others) < 0 or others[c] == sum(others):
                continue
            if self._all_fit({i: here}):
                yield _Changed(self.cells, {i: here}).all()
                return
            for k in range(len(self.cells)):
                there = self._after(k, [(b, a) for a, b in changes])
                if k != i and there is not None and self._all_fit({i: here, k: there}):
                    yield _Changed(self.cells, {i: here, k: there}).all()

    def _after(self, i: int, changes: Iterable[tuple[int, int]]) -> Histogram | None:
        h = list(self.cells[i])
        for a, b in changes:
            h[a], h[b] = h[a] - 1, h[b] + 1
        return tuple(h) if min(h) >= 0 else None

    def _all_fit(self, changed: Mapping[int, Histogram]) -> bool:
        cells = _Changed(self.cells, changed)
        return all(fits(f, self.added(inside, cells)) for inside, f in self.statements if inside & changed.keys())

    def _changes(self, i: int, count: int) -> Iterator[tuple[tuple[int, int], ...]]:
        single = [(a, b) for a in range(5) for b in range(5) if a != b and self.cells[i][a]]
        return itertools.combinations_with_replacement(single, count)

    def solved(self, i: int, c: int, own: list[Own]) -> list[Histogram] | None:
        """Such a way by integer programming over all ways, in which all `own` answers are given; None where there is none."""
        model = cp_model.CpModel()
        x = [[model.new_int_var(0, sum(h), "") for _ in range(5)] for h in self.cells]
        for row, h in zip(x, self.cells, strict=True):
            model.add(sum(row) == sum(h))
        for inside, f in self.statements:
            n = sum(sum(self.cells[k]) for k in inside)
            total = sum(v * x[k][v - 1] for k in inside for v in VALUES)
            least, most = f["mean"] or f["at_least"], f["mean"] or f["at_most"]
            if least is not None:
                model.add(20 * total >= 2 * n * round(10 * least) - n)
            if most is not None:
                model.add(20 * total < 2 * n * round(10 * most) + n)
            for low, high, count in f["distribution"] or ():
                model.add(sum(x[k][v - 1] for k in inside for v in range(low, high + 1)) == count)
        for (j, v), count in Counter(own).items():
            model.add(x[j][v] >= count)
        model.add(sum(x[i][v] for v in range(5) if v != c) >= 1 + sum(j == i and v != c for j, v in own))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        status = solver.solve(model)
        assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.INFEASIBLE)
        if status == cp_model.INFEASIBLE:
            return None
        return [tuple(solver.value(var) for var in row) for row in x]


class _Changed:
    """The cells with some of them otherwise."""

    def __init__(self, cells: Sequence[Histogram], changed: Mapping[int, Histogram]) -> None:
        self.cells, self.changed = cells, changed

    def __getitem__(self, i: int) -> Histogram:
        return self.changed.get(i, self.cells[i])

    def all(self) -> list[Histogram]:
        return [self[i] for i in range(len(self.cells))]


def fits(figure: Mapping[str, Any], h: Histogram) -> bool:
    """Whether answers `h` would be released like this: from the meaning of each word."""
    n = sum(h)
    if figure["n"] != n:
        return False
    total = 20 * sum(v * k for v, k in zip(VALUES, h, strict=True))
    least, most = figure["mean"] or figure["at_least"], figure["mean"] or figure["at_most"]
    if least is not None and total < 2 * n * round(10 * least) - n:
        return False
    if most is not None and total >= 2 * n * round(10 * most) + n:
        return False
    return all(sum(h[low - 1 : high]) == count for low, high, count in figure["distribution"] or ())
