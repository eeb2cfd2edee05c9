"""Lagrangian relaxation of the resources, and which days a group may still take (reduced-cost fixing).

Alone, every group has a shortest path through its days. In an optimal timetable no group is longer than its shortest path by
more than the whole is above the sum of all shortest paths; arcs that would be are removed. Where groups compete, that sum is
far below what is possible; so the capacity cuts get multipliers, which every meeting in them pays. The sum of the shortest
paths with multipliers, less what the multipliers would yield, is still a lower bound, and much nearer. Multipliers are
integers in parts of a day, rounded from the shadow prices of a linear program; the sums are recomputed in integers, so that
no rounding matters.

References
----------
M. L. Fisher (1981), The Lagrangian relaxation method for solving integer programming problems. Management Science 27.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oppipari.scheduling.capacity_cuts import CapacityCut
from oppipari.scheduling.components import Component, GroupDomain
from oppipari.scheduling.spacing import INFINITE
from oppipari.scheduling.window import Ints

# Multipliers are in so many parts of a day.
SCALE = 64


@dataclass(frozen=True)
class LayeredGraph:
    """The paths of one domain: a layer for each meeting, whose nodes are days.

    Parameters
    ----------
    nodes : list of list of int
        The days (positions in the domain's days) of each meeting.
    arcs : list of list of (int, int)
        To each layer from the one before it.
    ends : list of list of int
        The days of each layer after which nothing follows.
    choices : list of int
        The choices that may be taken.
    shortest : int
        The length of a shortest path, in parts of a day.
    """

    nodes: list[list[int]]
    arcs: list[list[tuple[int, int]]]
    ends: list[list[int]]
    choices: list[int]
    shortest: int


@dataclass(frozen=True)
class Multipliers:
    """Lagrange multipliers, summed for every choice of every domain.

    Parameters
    ----------
    choice : tuple of (choices,) arrays of int
        In parts of a day; the sum of the multipliers of the cuts that a choice takes part in.
    constant : int
        What the multipliers would yield if all cuts were tight.
    """

    choice: tuple[Ints, ...]
    constant: int

    @classmethod
    def none(cls, component: Component) -> "Multipliers":
        """All multipliers zero."""
        return cls(tuple(np.zeros(len(p.choices), dtype=np.int64) for p in component.domains), 0)

    @classmethod
    def of(
        cls, component: Component, capacity_cuts: Sequence[CapacityCut], shadow_prices: Sequence[float]
    ) -> "Multipliers":
        """Multipliers from a shadow price in days for each cut, any number from 0 up."""
        result = cls.none(component)
        constant = 0
        for cut, multiplier in zip(capacity_cuts, shadow_prices, strict=True):
            scaled = round(multiplier * SCALE)
            if scaled:
                constant += scaled * cut.free
                for k, c, n in cut.terms:
                    result.choice[k][c] += scaled * n
        return cls(result.choice, constant)


def layered_graph(domain: GroupDomain, fewest: int, gap: int, multipliers: Ints) -> LayeredGraph:
    """The paths of `domain` whose length is at most `gap` above its shortest; exact, by shortest paths.

    Parameters
    ----------
    domain : GroupDomain
    fewest : int
        The least number of meetings; `domain.wanted` is the largest.
    gap : int
        In parts of a day.
    multipliers : (choices,) array of int
        In parts of a day.

    Returns
    -------
    LayeredGraph
    """
    s, levels, infinite = domain.spacing, domain.wanted, INFINITE * SCALE
    enter, leave = s.enter * SCALE, s.leave * SCALE
    between = np.where(s.between >= INFINITE, infinite, s.between * SCALE)
    multiplier = np.array([min(multipliers[c] for c in cs) for cs in domain.on_day], dtype=np.int64)
    from_start = [enter + multiplier]
    for _ in range(levels - 1):
        from_start.append(np.minimum(infinite, (from_start[-1][:, None] + between).min(axis=0) + multiplier))
    to_end: list[Ints] = [leave] * levels
    for level in range(levels - 1, -1, -1):
        to_end[level] = leave if level + 1 >= fewest else np.full(len(domain.days), infinite)
        if level + 1 < levels:
            on = (between + (multiplier + to_end[level + 1])[None, :]).min(axis=1)
            to_end[level] = np.minimum(to_end[level], on)
    shortest = int((from_start[0] + to_end[0]).min())
    if not fewest:
        shortest = min(0, shortest)
    most = min(shortest + gap, infinite // 2)
    nodes = [np.flatnonzero(a + b <= most).tolist() for a, b in zip(from_start, to_end, strict=True)]
    arcs: list[list[tuple[int, int]]] = [[]]
    for level in range(1, levels):
        through = from_start[level - 1][:, None] + between + (multiplier + to_end[level])[None, :]
        arcs.append([(int(a), int(b)) for a, b in zip(*np.nonzero(through <= most), strict=True)])
    ends = [
        np.flatnonzero(from_start[level] + leave <= most).tolist() if level + 1 >= fewest else []
        for level in range(levels)
    ]
    through_day = np.min([a + b for a, b in zip(from_start, to_end, strict=True)], axis=0) - multiplier
    choices = [c for d, cs in enumerate(domain.on_day) for c in cs if through_day[d] + multipliers[c] <= most]
    return LayeredGraph(nodes, arcs, ends, choices, shortest)


def lagrangian_bound(component: Component, fewest: Sequence[int], multipliers: Multipliers) -> int:
    """A lower bound of the total deviation from the wished spacing, in parts of a day."""
    shortest_paths = (
        layered_graph(p, n, -1, t).shortest
        for p, n, t in zip(component.domains, fewest, multipliers.choice, strict=True)
    )
    return sum(shortest_paths) - multipliers.constant
