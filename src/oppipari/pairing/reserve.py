"""Pairs that may come open when prices fall a little, laid by so that a change need not look at all pairs again.

A pair is open when the prices do not cover it. Prices that cover every pair leave most of them a long way off; those within
`reach` are laid by. While no two prices together have fallen by more than the reach, every open pair is among them.
Somebody whose price fell so far that this is not certain has all their pairs looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oppipari.pairing.criteria import Ints
from oppipari.pairing.field import Edges, Field, Rectangle
from oppipari.pairing.pricing import near, slack

# About so many pairs of each person are laid by; the reach follows from it.
EACH = 24
# The reach is judged by so many rows of the table of all pairs.
SAMPLED = 256
# Among more people, looking at all pairs once more takes longer than quick changes are worth.
MOST_PEOPLE = 20_000
# The reach when all pairs are laid by: no two prices fall so far, since weights stay below 2**46.
ALL = 2**50


@dataclass(frozen=True)
class Reserve:
    """Every allowed pair within `reach` of open, when the prices were `y` (people,), is among a solution's edges.

    Prices and reach are doubled and in parts of 1/unit tenth, as everywhere.
    """

    y: Ints
    reach: int

    def open(self, field: Field, y: Ints) -> Edges:
        """The pairs not covered by the prices `y` that are not among those laid by; others may come along.

        Those laid by are among the edges that `y` covers already: whoever calls must hold them, or their open ones are missed.
        """
        fell = np.maximum(self.y - y[: field.people], 0)
        # Of two prices that fell by more than the reach together, one fell by more than half of it.
        far = np.flatnonzero(2 * fell > self.reach)
        if not len(far) or int(np.partition(fell, -2)[-2:].sum()) <= self.reach:
            return Edges.none()
        return near(field, y, -1, far, every=True)

    def moved(self, place: Ints, people: int) -> "Reserve":
        """In other numbers: `place` says where each vertex is now (-1: gone). Newcomers count as never fallen."""
        y = np.full(people, np.iinfo(np.int64).min // 4)
        there = np.flatnonzero(place[: len(self.y)] >= 0)
        y[place[there]] = self.y[there]
        return Reserve(y, self.reach)


def laid_by(field: Field, y: Ints) -> tuple[Reserve, Edges] | None:
    """The reserve for prices that cover every pair, and its pairs; None where there are too many people to look again."""
    if not 2 < field.people <= MOST_PEOPLE:
        return None
    reach = _reach(field, y)
    return Reserve(y[: field.people].copy(), reach), near(field, y, reach, every=True)


def _reach(field: Field, y: Ints) -> int:
    """How far to reach so that about `EACH` pairs a person come within it."""
    us = np.unique(np.linspace(0, field.people - 1, SAMPLED).astype(np.int64))

    def work(strip: Iterator[Rectangle]) -> Ints:
        found = []
        for r in strip:
            found.append(slack(field, y, r.edges(np.flatnonzero(r.scores >= 0))))
        return np.concatenate(found)

    rooms = np.concatenate(list(field.scan(work, us)))
    wanted = 2 * EACH * len(us)  # a row holds both ends of every pair
    return ALL if len(rooms) <= wanted else max(0, int(np.partition(rooms, wanted)[wanted]))
