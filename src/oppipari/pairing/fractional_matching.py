"""Fractional matching: an optimal assignment in the bipartite double cover, and its dual potentials.

Every vertex has a copy on the left and one on the right, and each edge becomes two arcs. An assignment is a permutation,
that is, a set of cycles: a cycle of two is a pair, a longer one stands for half of each edge along it. Even cycles can be
split into pairs without loss; odd ones are left to `integral_matching`. The potentials of the assignment are the duals that
bound every matching. scipy solves the assignment and gives no potentials: they are recovered as shortest path distances in
integers (Bellman 1958; an optimal assignment leaves no negative cycle), or maintained while an assignment is repaired by
shortest augmenting paths.

References
----------
M. L. Balinski (1965), Integer programming: methods, uses, computation. Management Science 12 (fractional matchings).
J. Edmonds and R. M. Karp (1972), Theoretical improvements in algorithmic efficiency for network flow problems. J. ACM 19.
R. Jonker and A. Volgenant (1987), A shortest augmenting path algorithm for linear assignment problems. Computing 38.
"""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts load where they are first used: not in processes that form no pairs

from oppipari.pairing.criteria import Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.graph import Graph

# Up to here a dense table is quicker, and never slow: the sparse method bids up prices step by step where many are alike.
DENSE_UP_TO = 1200
# The length of a shortest path is estimated from every so many'th arc.
SAMPLED_ARC = 61


@dataclass(frozen=True)
class Arcs:
    """The bipartite double cover of a graph.

    Parameters
    ----------
    size : int
        Number of vertices on each side.
    tail, head : (arcs,) arrays of int
        From `tail` on the left to `head` on the right; sorted by head unless that is not needed.
    cost : (arcs,) array of int
        Minus the weight. The arc of a vertex to itself is waiting, free or, as an artificial arc, at a penalty.
    """

    size: int
    tail: Ints
    head: Ints
    cost: Ints

    @classmethod
    def of(cls, graph: Graph, edges: Edges, *, in_order: bool = True) -> "Arcs":
        """The arcs of `edges`, of the edges to seats, and of every vertex to itself."""
        seated, seats = graph.seat_edges()
        u = np.concatenate([edges.u, seated])
        v = np.concatenate([edges.v, seats])
        cost = -np.concatenate([graph.weights(edges), graph.waiting_weights[seated]])
        own = np.full(graph.size, graph.penalty * graph.unit, dtype=np.int64)
        own[: graph.people][graph.may_wait] = 0
        everybody = np.arange(graph.size)
        tail = np.concatenate([u, v, everybody])
        head = np.concatenate([v, u, everybody])
        cost = np.concatenate([cost, cost, own])
        if not in_order:
            return cls(graph.size, tail, head, cost)
        order = np.lexsort((tail, head))
        return cls(graph.size, tail[order], head[order], cost[order])


@dataclass(frozen=True)
class FractionalMatching:
    """An optimal assignment with its potentials.

    Parameters
    ----------
    successor : (size,) array of int
        The permutation: the vertex on the right that each vertex on the left is assigned to.
    left, right : (size,) arrays of int
        Potentials: left[u] + right[v] <= cost for every arc, with equality where v is the successor of u.
    """

    successor: Ints
    left: Ints
    right: Ints

    @property
    def y(self) -> Ints:
        """(size,) doubled duals: y[u] + y[v] >= 2 * weight for every edge; half their sum bounds every matching."""
        result: Ints = -(self.left + self.right)
        return result

    @property
    def loops(self) -> Ints:
        """The vertices that are assigned to themselves."""
        return np.flatnonzero(self.successor == np.arange(len(self.successor)))


class NotOptimal(ArithmeticError):
    """The assignment was not optimal: impossible while numbers stay below 2**53, and checked all the same."""


def optimal_assignment(arcs: Arcs) -> FractionalMatching:
    """An assignment of least cost, with potentials that prove it.

    Parameters
    ----------
    arcs : Arcs
        Sorted by head, with a full assignment among them.

    Returns
    -------
    FractionalMatching

    Raises
    ------
    NotOptimal
        If the assignment that scipy returned cannot be proven.

    Examples
    --------
    >>> arcs = Arcs(2, np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), np.array([4, 1, 2, 9]))
    >>> found = optimal_assignment(arcs)
    >>> found.successor.tolist(), int(found.left.sum() + found.right.sum())
    ([1, 0], 3)
    """
    n = arcs.size
    if n == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return FractionalMatching(nothing, nothing, nothing)
    if n <= DENSE_UP_TO:
        table = np.full((n, n), np.inf)
        table[arcs.tail, arcs.head] = arcs.cost
        return _with_potentials(arcs, scipy.optimize.linear_sum_assignment(table)[1].astype(np.int64))
    cost = arcs.cost - (int(arcs.cost.min()) - 1)  # zeros would count as no arc
    network = scipy.sparse.csr_array((cost.astype(np.float64), (arcs.tail, arcs.head)), shape=(n, n))
    _rows, successor = scipy.sparse.csgraph.min_weight_full_bipartite_matching(network)
    successor = successor.astype(np.int64)
    return _with_potentials(arcs, successor)


def _with_potentials(arcs: Arcs, successor: Ints) -> FractionalMatching:
    """Integer potentials that prove an optimal assignment; raises NotOptimal if there are none."""
    n = arcs.size
    matched_cost = np.zeros(n, dtype=np.int64)  # what u pays for the one it takes
    on = arcs.head == successor[arcs.tail]
    matched_cost[arcs.tail[on]] = arcs.cost[on]
    # v[head] <= v[taken by tail] + cost - paid: relaxed for all arcs at once until nothing changes.
    length = arcs.cost - matched_cost[arcs.tail]
    source = successor[arcs.tail]
    starts = np.searchsorted(arcs.head, np.arange(n))
    v = np.zeros(n, dtype=np.int64)
    for _ in range(n + 1):
        lower = np.minimum.reduceat(v[source] + length, starts)
        if np.array_equal(lower, v):
            break
        v = lower
    else:
        raise NotOptimal
    return FractionalMatching(successor, matched_cost - v[successor], v)


def repair_assignment(
    arcs: Arcs, successor: Ints, left: Ints, right: Ints, most: int = 128
) -> FractionalMatching | None:
    """An optimal assignment from a nearly optimal one, by one shortest augmenting path for each unmatched vertex.

    Parameters
    ----------
    arcs : Arcs
    successor : (size,) array of int
        The assignment so far, -1 for an unmatched vertex; arcs that are not tight are given up first.
    left, right : (size,) arrays of int
        Feasible potentials.
    most : int
        The largest number of vertices that are repaired.

    Returns
    -------
    FractionalMatching or None
        None if more than `most` vertices are unmatched, or if a potential is infeasible.
    """
    n = arcs.size
    left, right, successor = left.copy(), right.copy(), successor.copy()
    reduced = arcs.cost - left[arcs.tail] - right[arcs.head]
    if reduced.min(initial=0) < 0:
        return None
    tight = np.zeros(n, dtype=bool)
    tight[arcs.tail[(arcs.head == successor[arcs.tail]) & (reduced == 0)]] = True
    successor[~tight] = -1
    unmatched = np.flatnonzero(~tight)
    if len(unmatched) > most:
        return None
    predecessor = np.full(n, -1, dtype=np.int64)
    predecessor[successor[tight]] = np.flatnonzero(tight)
    for start in unmatched.tolist():
        _augment(arcs, successor, predecessor, left, right, start)
    return FractionalMatching(successor, left, right)


def _augment(arcs: Arcs, successor: Ints, predecessor: Ints, left: Ints, right: Ints, start: int) -> None:
    """Augment along one shortest path from `start` on the left to an unmatched vertex on the right; potentials stay feasible.

    Left vertices are 0..n-1, right ones n..2n-1; a right vertex leads on, at no cost, to its predecessor.
    """
    n = arcs.size
    reduced = arcs.cost - left[arcs.tail] - right[arcs.head]
    sample = reduced[::SAMPLED_ARC]
    limit = float(np.partition(sample, len(sample) // 16)[len(sample) // 16] + 1)
    free_columns = np.flatnonzero(predecessor < 0) + n
    while True:
        few = np.flatnonzero(reduced <= limit)
        matched = np.flatnonzero(predecessor >= 0)
        tails = np.concatenate([arcs.tail[few], matched + n])
        heads = np.concatenate([arcs.head[few] + n, predecessor[matched]])
        lengths = np.concatenate([reduced[few].astype(np.float64), np.zeros(len(matched))])
        network = scipy.sparse.csr_array((lengths, (tails, heads)), shape=(2 * n, 2 * n))
        far, before = scipy.sparse.csgraph.dijkstra(network, indices=start, return_predecessors=True, limit=limit)
        nearest = int(free_columns[np.argmin(far[free_columns])])
        if np.isfinite(far[nearest]):
            break
        if len(few) == len(reduced):
            raise NotOptimal  # everybody has a loop, so there is always a path
        limit *= 4
    distance = far[nearest]
    left += np.maximum(distance - far[:n], 0).astype(np.int64)
    right -= np.maximum(distance - far[n:], 0).astype(np.int64)
    at = nearest
    while True:
        tail = int(before[at])
        last = int(successor[tail])
        successor[tail], predecessor[at - n] = at - n, tail
        if tail == start:
            return
        at = last + n
