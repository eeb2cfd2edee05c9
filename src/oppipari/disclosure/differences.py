"""Linear algebra over all that is told: which people can be told apart by adding and taking away (rule 4).

Each told group is a row of ones and zeros over the units. An adversary may multiply and add rows as they like. What they
can reach is the row space; a vector in it that is other than zero only at units with fewer than five answers together says
something about fewer than five people. Units that are in exactly the same groups can never be told apart and count as one.
All arithmetic is exact.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Row = dict[int, Fraction]


def isolated(groups: Sequence[Iterable[str]], answers: Mapping[str, int], least: int) -> list[frozenset[str]]:
    """The smallest sets of units with 1 to `least` - 1 answers of which a combination of told groups speaks alone.

    `groups` are the told groups as units, `answers` how many answered in each unit. Empty for a safe release.
    """
    signs: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        for unit in group:
            signs.setdefault(unit, []).append(number)
    cells: dict[tuple[int, ...], set[str]] = {}
    for unit, inside in signs.items():
        if answers.get(unit):  # who nobody is in adds nothing to a figure
            cells.setdefault(tuple(inside), set()).add(unit)
    members = list(cells.values())
    weight = [sum(answers[u] for u in units) for units in members]
    rows: list[Row] = [{} for _ in groups]
    for cell, numbers in enumerate(cells):
        for number in numbers:
            rows[number][cell] = Fraction(1)
    few = [c for c, w in enumerate(weight) if w < least]
    if not few:
        return []
    space = _reduced(rows)
    rest = {c: _rest({c: Fraction(1)}, space) for c in few}
    found: list[frozenset[int]] = []
    for size in range(1, least):
        for some in combinations(few, size):
            if sum(weight[c] for c in some) >= least or any(f <= set(some) for f in found):
                continue
            # A combination of these alone is in the row space when what the rows leave of them is dependent.
            if len(_reduced([rest[c] for c in some])) < size:
                found.append(frozenset(some))
    return [frozenset(u for c in some for u in members[c]) for some in found]


def _reduced(rows: Iterable[Row]) -> dict[int, Row]:
    """Independent rows by a column that only they hold (Gauss and Jordan)."""
    space: dict[int, Row] = {}
    for row in sorted(rows, key=len):
        left = _rest(row, space)
        if not left:
            continue
        pivot = min(left)
        new = {c: value / left[pivot] for c, value in left.items()}
        for column, other in space.items():
            if pivot in other:
                space[column] = _less(other, other[pivot], new)
        space[pivot] = new
    return space


def _rest(row: Row, space: Mapping[int, Row]) -> Row:
    """What is left of a row when all that the space can take is taken."""
    for column in [c for c in row if c in space]:
        row = _less(row, row[column], space[column])
    return row


def _less(row: Row, times: Fraction, other: Row) -> Row:
    found = dict(row)
    for column, value in other.items():
        left = found.get(column, Fraction(0)) - times * value
        if left:
            found[column] = left
        else:
            found.pop(column, None)
    return found
