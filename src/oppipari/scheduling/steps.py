"""Which days a group may still take, if the whole is to stray no more than so many days.

By itself every group has a least that it strays. Nothing that is best takes a group farther above its own least than the
whole is above the sum of all leasts; steps between days that would are left out. Where groups crowd, the sum of leasts is far
below what is possible; so crowded stretches of time (`squeezes`) get prices, which every meeting in them pays. The sum of the
leasts with prices, less what the prices would bring in, is still below every timetable (Lagrange), and much nearer. Prices are
whole parts of a day and come from a linear program; the sums are done anew in whole numbers, so that no rounding matters.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oppipari.scheduling.parts import Component, Part
from oppipari.scheduling.paths import NEVER
from oppipari.scheduling.squeezes import Squeeze
from oppipari.scheduling.window import Ints

# Prices are in so many parts of a day.
PARTS = 64


@dataclass(frozen=True)
class Steps:
    """Of one part: `nodes[l]` are the places (in its days) of the meeting with number l, `steps[l]` those from the one
    before it, `ends[l]` those after which nothing follows, `choices` which may be taken, and the `least` by itself."""

    nodes: list[list[int]]
    steps: list[list[tuple[int, int]]]
    ends: list[list[int]]
    choices: list[int]
    least: int


@dataclass(frozen=True)
class Tolls:
    """A price, in parts of a day, for every choice of every part, and what the prices would bring in if all were sold out.

    Prices of squeezes may be any whole numbers from 0 up; those of a choice are the sum of what it takes part in.
    """

    choice: tuple[Ints, ...]
    income: int

    @classmethod
    def none(cls, component: Component) -> "Tolls":
        """Everything is free."""
        return cls(tuple(np.zeros(len(p.choices), dtype=np.int64) for p in component.parts), 0)

    @classmethod
    def of(cls, component: Component, squeezes: Sequence[Squeeze], prices: Sequence[float]) -> "Tolls":
        """From a price in days for each squeeze."""
        found = cls.none(component)
        income = 0
        for squeeze, price in zip(squeezes, prices, strict=True):
            whole = round(price * PARTS)
            if whole:
                income += whole * squeeze.free
                for k, c, n in squeeze.terms:
                    found.choice[k][c] += whole * n
        return cls(found.choice, income)


def steps_of(part: Part, fewest: int, spare: int, tolls: Ints) -> Steps:
    """The steps of `part`, with at least `fewest` and at most `wanted` meetings, that cost at most `spare` above its least.

    All costs are in parts of a day. Exact, by shortest paths.
    """
    s, levels, never = part.spacing, part.wanted, NEVER * PARTS
    enter, leave = s.enter * PARTS, s.leave * PARTS
    between = np.where(s.between >= NEVER, never, s.between * PARTS)
    toll = np.array([min(tolls[c] for c in cs) for cs in part.on_day], dtype=np.int64)
    ahead = [enter + toll]
    for _ in range(levels - 1):
        ahead.append(np.minimum(never, (ahead[-1][:, None] + between).min(axis=0) + toll))
    behind: list[Ints] = [leave] * levels
    for level in range(levels - 1, -1, -1):
        behind[level] = leave if level + 1 >= fewest else np.full(len(part.days), never)
        if level + 1 < levels:
            on = (between + (toll + behind[level + 1])[None, :]).min(axis=1)
            behind[level] = np.minimum(behind[level], on)
    least = int((ahead[0] + behind[0]).min())
    if not fewest:
        least = min(0, least)
    most = min(least + spare, never // 2)
    nodes = [np.flatnonzero(a + b <= most).tolist() for a, b in zip(ahead, behind, strict=True)]
    steps: list[list[tuple[int, int]]] = [[]]
    for level in range(1, levels):
        through = ahead[level - 1][:, None] + between + (toll + behind[level])[None, :]
        steps.append([(int(a), int(b)) for a, b in zip(*np.nonzero(through <= most), strict=True)])
    ends = [
        np.flatnonzero(ahead[level] + leave <= most).tolist() if level + 1 >= fewest else [] for level in range(levels)
    ]
    through_day = np.min([a + b for a, b in zip(ahead, behind, strict=True)], axis=0) - toll
    choices = [c for d, cs in enumerate(part.on_day) for c in cs if through_day[d] + tolls[c] <= most]
    return Steps(nodes, steps, ends, choices, least)


def least_of(component: Component, fewest: Sequence[int], tolls: Tolls) -> int:
    """What no timetable strays less than, in parts of a day."""
    leasts = (steps_of(p, n, -1, t).least for p, n, t in zip(component.parts, fewest, tolls.choice, strict=True))
    return sum(leasts) - tolls.income
