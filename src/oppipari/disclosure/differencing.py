"""Differencing: which people can be isolated by adding and subtracting released groups (rule 4).

Each released group is a row of ones and zeros over the units. An intruder may take any linear combination of rows, so what
they can reach is the row space; a vector in it that is nonzero only at units with fewer than five answers together says
something about fewer than five people. Units that are in exactly the same groups cannot be told apart and count as one.
All arithmetic is exact.

References
----------
A. Hundepool et al. (2012), Statistical Disclosure Control, chapter 4 (differencing, linked tables).
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Row = dict[int, Fraction]


def isolated_by_differencing(
    groups: Sequence[Iterable[str]], answers: Mapping[str, int], least: int
) -> list[frozenset[str]]:
    """The smallest sets of units with 1 to `least` - 1 answers that some combination of released groups speaks of alone.

    Parameters
    ----------
    groups : sequence of iterables of str
        The released groups as units.
    answers : mapping of str to int
        How many answered in each unit.
    least : int
        The fewest people that a figure may be about.

    Returns
    -------
    list of frozenset of str
        Empty for a safe release.

    Examples
    --------
    >>> isolated_by_differencing([["a"], ["a", "b"]], {"a": 8, "b": 3}, least=5)
    [frozenset({'b'})]
    >>> isolated_by_differencing([["a"], ["a", "b"]], {"a": 8, "b": 5}, least=5)
    []
    """
    membership: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        for unit in group:
            membership.setdefault(unit, []).append(number)
    cells: dict[tuple[int, ...], set[str]] = {}
    for unit, inside in membership.items():
        if answers.get(unit):  # who nobody is in adds nothing to a figure
            cells.setdefault(tuple(inside), set()).add(unit)
    members = list(cells.values())
    weight = [sum(answers[u] for u in units) for units in members]
    rows: list[Row] = [{} for _ in groups]
    for cell, numbers in enumerate(cells):
        for number in numbers:
            rows[number][cell] = Fraction(1)
    small = [c for c, w in enumerate(weight) if w < least]
    if not small:
        return []
    space = _row_echelon(rows)
    remainder = {c: _remainder({c: Fraction(1)}, space) for c in small}
    result: list[frozenset[int]] = []
    for size in range(1, least):
        for some in combinations(small, size):
            if sum(weight[c] for c in some) >= least or any(f <= set(some) for f in result):
                continue
            # A combination of these alone is in the row space when what the rows leave of them is dependent.
            if len(_row_echelon([remainder[c] for c in some])) < size:
                result.append(frozenset(some))
    return [frozenset(u for c in some for u in members[c]) for some in result]


def _row_echelon(rows: Iterable[Row]) -> dict[int, Row]:
    """Independent rows by a column that only they have (Gauss-Jordan elimination)."""
    space: dict[int, Row] = {}
    for row in sorted(rows, key=len):
        left = _remainder(row, space)
        if not left:
            continue
        pivot = min(left)
        new = {c: value / left[pivot] for c, value in left.items()}
        for column, other in space.items():
            if pivot in other:
                space[column] = _minus(other, other[pivot], new)
        space[pivot] = new
    return space


def _remainder(row: Row, space: Mapping[int, Row]) -> Row:
    """A row reduced by all rows of the space."""
    for column in [c for c in row if c in space]:
        row = _minus(row, row[column], space[column])
    return row


def _minus(row: Row, times: Fraction, other: Row) -> Row:
    result = dict(row)
    for column, value in other.items():
        left = result.get(column, Fraction(0)) - times * value
        if left:
            result[column] = left
        else:
            result.pop(column, None)
    return result
