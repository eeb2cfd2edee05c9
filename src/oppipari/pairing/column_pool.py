"""A pool of columns (edges) that may become violated when duals fall a little, so that a change need not price all pairs.

Duals that are feasible for every edge leave most of them with a large slack. The edges with a slack of up to `reach` are
put in the pool: while no two duals together have fallen by more than the reach, every violated edge is among them. Where a
dual fell so far that this is not certain, all edges of its vertex are priced.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oppipari.pairing.criteria import Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.graph import Graph
from oppipari.pairing.pricing import edges_within, slack
from oppipari.pairing.tiles import Tile, scan

# About so many edges of each vertex are in the pool; the reach follows from it.
EDGES_PER_VERTEX = 24
# The reach is judged by so many rows of the table of all pairs.
SAMPLED_ROWS = 256
# Among more people, pricing all pairs once more takes longer than quick changes are worth.
MOST_PEOPLE = 20_000
# The reach when all edges are in the pool: no two duals fall so far, since weights stay below 2**46.
UNLIMITED = 2**50


@dataclass(frozen=True)
class ColumnPool:
    """Every allowed edge with a slack of up to `reach` under the duals `y` is among the candidates of a solution.

    Parameters
    ----------
    y : (people,) array of int
        Doubled duals when the pool was built.
    reach : int
        Largest slack in the pool, doubled.
    """

    y: Ints
    reach: int

    def violated(self, graph: Graph, y: Ints) -> Edges:
        """The edges that the duals `y` violate and that are not in the pool; others may come along.

        Those in the pool must be among the caller's candidates, for which `y` is feasible already.
        """
        decrease = np.maximum(self.y - y[: graph.people], 0)
        # Of two duals that fell by more than the reach together, one fell by more than half of it.
        far = np.flatnonzero(2 * decrease > self.reach)
        if not len(far) or int(np.partition(decrease, -2)[-2:].sum()) <= self.reach:
            return Edges.empty()
        return edges_within(graph, y, -1, far, every=True)

    def renumbered(self, renumbering: Ints, people: int) -> "ColumnPool":
        """The pool in other vertex numbers.

        Parameters
        ----------
        renumbering : (old people,) array of int
            The new number of each vertex, -1 if it is gone.
        people : int
            New number of people; the duals of new vertices count as never fallen.
        """
        y = np.full(people, np.iinfo(np.int64).min // 4)
        there = np.flatnonzero(renumbering[: len(self.y)] >= 0)
        y[renumbering[there]] = self.y[there]
        return ColumnPool(y, self.reach)


def build_pool(graph: Graph, y: Ints) -> tuple[ColumnPool, Edges] | None:
    """The pool for feasible duals, and its edges; None where there are too many people to price them again."""
    if not 2 < graph.people <= MOST_PEOPLE:
        return None
    reach = _reach(graph, y)
    return ColumnPool(y[: graph.people].copy(), reach), edges_within(graph, y, reach, every=True)


def _reach(graph: Graph, y: Ints) -> int:
    """How large a slack puts about `EDGES_PER_VERTEX` edges of each vertex into the pool."""
    us = np.unique(np.linspace(0, graph.people - 1, SAMPLED_ROWS).astype(np.int64))

    def work(strip: Iterator[Tile]) -> Ints:
        parts = []
        for r in strip:
            parts.append(slack(graph, y, r.edges(np.flatnonzero(r.scores >= 0))))
        return np.concatenate(parts)

    slacks = np.concatenate(list(scan(graph, work, us)))
    wanted = 2 * EDGES_PER_VERTEX * len(us)  # a row contains both ends of every edge
    return UNLIMITED if len(slacks) <= wanted else max(0, int(np.partition(slacks, wanted)[wanted]))
