"""Fractional matching: everybody once on the left and once on the right, an assignment between them, and its prices.

An assignment in which u takes v and v takes u is a pair. One in which three or more take each other in a circle is half
of each pair along it; even circles can be split into pairs, odd ones are left to `integral`. The prices (duals) of the
assignment bound every matching. scipy solves the assignment and gives no prices: they are recovered as shortest ways,
in whole numbers (Bellman 1958; the assignment has no negative circles), or kept up to date while an assignment is mended
(shortest augmenting paths: Edmonds & Karp 1972, Jonker & Volgenant 1987).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra, min_weight_full_bipartite_matching

from oppipari.pairing.criteria import Ints
from oppipari.pairing.field import Edges, Field

# Up to here a dense table is quicker, and never slow: the sparse method bids up prices step by step where many are alike.
DENSE_UP_TO = 1200
# How far to search for a way is guessed from every so many'th arc.
SAMPLED_ARC = 61


@dataclass(frozen=True)
class Arcs:
    """The doubled graph: `tail[k]` on the left may take `head[k]` on the right for `cost[k]` (minus the weight).

    Sorted by head, unless that is not needed. The arcs of everybody to themselves are waiting, free or at a penalty.
    """

    size: int
    tail: Ints
    head: Ints
    cost: Ints

    @classmethod
    def of(cls, field: Field, edges: Edges, *, in_order: bool = True) -> "Arcs":
        """All `edges` of people, the edges to seats, and everybody's arc to themselves."""
        seated, seats = field.seat_edges()
        u = np.concatenate([edges.u, seated])
        v = np.concatenate([edges.v, seats])
        cost = -np.concatenate([field.weights(edges), field.waiting_weights[seated]])
        own = np.full(field.size, field.penalty * field.unit, dtype=np.int64)
        own[: field.people][field.may_wait] = 0
        everybody = np.arange(field.size)
        tail = np.concatenate([u, v, everybody])
        head = np.concatenate([v, u, everybody])
        cost = np.concatenate([cost, cost, own])
        if not in_order:
            return cls(field.size, tail, head, cost)
        order = np.lexsort((tail, head))
        return cls(field.size, tail[order], head[order], cost[order])


@dataclass(frozen=True)
class Fractional:
    """`takes[u]` is whom u takes; `left[u] + right[v] <= cost` on all arcs, with equality where u takes v."""

    takes: Ints
    left: Ints
    right: Ints

    @property
    def y(self) -> Ints:
        """Doubled prices of the vertices: y[u] + y[v] >= 2 * weight on all edges; half their sum bounds every plan."""
        found: Ints = -(self.left + self.right)
        return found

    @property
    def left_out(self) -> Ints:
        """Vertices that take themselves."""
        return np.flatnonzero(self.takes == np.arange(len(self.takes)))


class NotTheBest(ArithmeticError):
    """The assignment was not optimal: it cannot happen while numbers stay below 2**53, and is checked all the same."""


def assign(arcs: Arcs) -> Fractional:
    """The best assignment of everybody, and its prices."""
    n = arcs.size
    if n == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return Fractional(nothing, nothing, nothing)
    if n <= DENSE_UP_TO:
        table = np.full((n, n), np.inf)
        table[arcs.tail, arcs.head] = arcs.cost
        return _priced(arcs, linear_sum_assignment(table)[1].astype(np.int64))
    cost = arcs.cost - (int(arcs.cost.min()) - 1)  # zeros would count as no arc
    graph = csr_array((cost.astype(np.float64), (arcs.tail, arcs.head)), shape=(n, n))
    _rows, takes = min_weight_full_bipartite_matching(graph)
    takes = takes.astype(np.int64)
    return _priced(arcs, takes)


def _priced(arcs: Arcs, takes: Ints) -> Fractional:
    """Whole-number prices that prove an optimal assignment; raises NotTheBest if it is not."""
    n = arcs.size
    paid = np.zeros(n, dtype=np.int64)  # what u pays for the one it takes
    on = arcs.head == takes[arcs.tail]
    paid[arcs.tail[on]] = arcs.cost[on]
    # v[head] <= v[taken by tail] + cost - paid: relaxed for all arcs at once until nothing changes.
    length = arcs.cost - paid[arcs.tail]
    source = takes[arcs.tail]
    starts = np.searchsorted(arcs.head, np.arange(n))
    v = np.zeros(n, dtype=np.int64)
    for _ in range(n + 1):
        lower = np.minimum.reduceat(v[source] + length, starts)
        if np.array_equal(lower, v):
            break
        v = lower
    else:
        raise NotTheBest
    return Fractional(takes, paid - v[takes], v)


def mended(arcs: Arcs, takes: Ints, left: Ints, right: Ints, most: int = 128) -> Fractional | None:
    """The best assignment from a nearly best one, by one shortest way for each vertex that has to take somebody anew.

    The prices cover every arc; those of `takes` that are -1, or not tight, are given up first. None when there are more
    than `most` of them, or when a price is not covered.
    """
    n = arcs.size
    left, right, takes = left.copy(), right.copy(), takes.copy()
    reduced = arcs.cost - left[arcs.tail] - right[arcs.head]
    if reduced.min(initial=0) < 0:
        return None
    tight = np.zeros(n, dtype=bool)
    tight[arcs.tail[(arcs.head == takes[arcs.tail]) & (reduced == 0)]] = True
    takes[~tight] = -1
    to_do = np.flatnonzero(~tight)
    if len(to_do) > most:
        return None
    taken_by = np.full(n, -1, dtype=np.int64)
    taken_by[takes[tight]] = np.flatnonzero(tight)
    for start in to_do.tolist():
        _augment(arcs, takes, taken_by, left, right, start)
    return Fractional(takes, left, right)


def _augment(arcs: Arcs, takes: Ints, taken_by: Ints, left: Ints, right: Ints, start: int) -> None:
    """One shortest way from `start` on the left to somebody on the right whom nobody takes; the prices stay proofs.

    Left vertices are 0..n-1, right ones n..2n-1; a right vertex leads on, at no cost, to who takes it.
    """
    n = arcs.size
    reduced = arcs.cost - left[arcs.tail] - right[arcs.head]
    some = reduced[::SAMPLED_ARC]
    limit = float(np.partition(some, len(some) // 16)[len(some) // 16] + 1)
    open_ones = np.flatnonzero(taken_by < 0) + n
    while True:
        few = np.flatnonzero(reduced <= limit)
        held = np.flatnonzero(taken_by >= 0)
        tails = np.concatenate([arcs.tail[few], held + n])
        heads = np.concatenate([arcs.head[few] + n, taken_by[held]])
        lengths = np.concatenate([reduced[few].astype(np.float64), np.zeros(len(held))])
        graph = csr_array((lengths, (tails, heads)), shape=(2 * n, 2 * n))
        far, before = dijkstra(graph, indices=start, return_predecessors=True, limit=limit)
        nearest = int(open_ones[np.argmin(far[open_ones])])
        if np.isfinite(far[nearest]):
            break
        if len(few) == len(reduced):
            raise NotTheBest  # everybody can take themselves, so there is always a way
        limit *= 4
    distance = far[nearest]
    left += np.maximum(distance - far[:n], 0).astype(np.int64)
    right -= np.maximum(distance - far[n:], 0).astype(np.int64)
    at = nearest
    while True:
        tail = int(before[at])
        last = int(takes[tail])
        takes[tail], taken_by[at - n] = at - n, tail
        if tail == start:
            return
        at = last + n
