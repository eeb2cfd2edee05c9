"""From a fractional matching to pairs: odd circles are resolved exactly, in the small part of the graph they can reach.

Half the sum of the prices less the weight of a matching is half the slack it uses. So a best matching differs from the
fractional one only along ways of a slack of at most the gap that join two odd circles; everybody farther away keeps their
mate. rustworkx solves what is left. Where that is more than is worth it (very many plans equally good), Edmonds' search
finds pairs among those that lose nothing but tie-breaks.
"""

from dataclasses import dataclass

import numpy as np
import rustworkx
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from oppipari.pairing.cardinality import Search
from oppipari.pairing.criteria import Bools, Ints
from oppipari.pairing.doubled import Fractional
from oppipari.pairing.field import Edges, Field
from oppipari.pairing.pricing import near

# So many vertices are searched exactly, tie-breaks included; where more are within reach, equal scores are enough.
TOO_MANY = 600


@dataclass(frozen=True)
class Graph:
    """All edges of the perfect matching: pairs of people and seats; `slack` doubled, `weight` whole numbers."""

    size: int
    u: Ints
    v: Ints
    weight: Ints

    @classmethod
    def of(cls, field: Field, edges: Edges) -> "Graph":
        seated, seats = field.seat_edges()
        weights = np.concatenate([field.weights(edges), field.waiting_weights[seated]])
        return cls(field.size, np.concatenate([edges.u, seated]), np.concatenate([edges.v, seats]), weights)

    def slack(self, y: Ints) -> Ints:
        found: Ints = y[self.u] + y[self.v] - 2 * self.weight
        return found


def split(takes: Ints, may_wait: Bools) -> tuple[Ints, Ints, Ints]:
    """Mates (-1: none) from the circles of a fractional matching, the vertices of its odd circles, and mates with those.

    Even circles are split into pairs, which loses nothing; a vertex that may wait and takes itself does. The third result
    has pairs along the odd circles too, which leaves one of each alone: the pairs along a circle have no slack.
    """
    n = len(takes)
    mates = np.full(n, -1, dtype=np.int64)
    back = takes[takes] == np.arange(n)
    pairs = back & (takes != np.arange(n))
    mates[pairs] = takes[pairs]
    along: list[tuple[int, int]] = []
    seen = back.copy()
    odd: list[int] = [
        u for u in np.flatnonzero(takes == np.arange(n)).tolist() if not (u < len(may_wait) and may_wait[u])
    ]
    for start in np.flatnonzero(~back).tolist():
        if seen[start]:
            continue
        circle, u = [], start
        while not seen[u]:
            seen[u] = True
            circle.append(u)
            u = int(takes[u])
        if len(circle) % 2:
            odd += circle
            along += zip(circle[:-1:2], circle[1::2], strict=True)
        else:
            for a, b in zip(circle[::2], circle[1::2], strict=True):
                mates[a], mates[b] = b, a
    more = mates.copy()
    for a, b in along:
        more[a], more[b] = b, a
    return mates, np.array(sorted(odd), dtype=np.int64), more


def settled(field: Field, edges: Edges, found: Fractional, *, everywhere: bool = True) -> tuple[Ints | None, Edges]:
    """Mates of everybody in a best matching over all allowed pairs, and the edges known afterwards; None if there is none.

    `found` must cover all allowed pairs; ties are broken as the weights say. Without `everywhere`, only among `edges`.
    """
    mates, odd, more_mates = split(found.takes, field.may_wait)
    if not len(odd):
        return mates, edges
    y = found.y
    while True:
        graph = Graph.of(field, edges)
        far = _ways_from_circles(graph, y, mates, odd)
        try:
            solved, reach, region = _within(graph, y, mates, odd, far, TOO_MANY)
        except _TooMany:
            loosest = 0 if graph.size <= TOO_MANY else 2048
            solved = _by_search(field, graph, y, more_mates, loosest)
            if solved is not None:
                return solved, edges
            solved, reach, region = _within(graph, y, mates, odd, far, graph.size)
        if not everywhere:
            return solved, edges
        people = region[region < field.people]
        # Only what is nearer than the gap could serve better; with no matching yet, everything might.
        more = near(field, y, reach, us=people, every=solved is not None)
        grown = edges.joined(more, size=field.people)
        if len(grown) == len(edges):
            return solved, edges
        edges = grown


def _ways_from_circles(graph: Graph, y: Ints, mates: Ints, odd: Ints) -> np.ndarray:
    """For every vertex, the slack of the cheapest alternating way to it from an odd circle (it then needs a new mate)."""
    n = graph.size
    tail, head = np.concatenate([graph.u, graph.v]), np.concatenate([graph.v, graph.u])
    lengths = np.tile(graph.slack(y), 2).astype(np.float64)
    onward = mates[head]
    # A vertex of an odd circle has no one mate: ways end there, and every way begins there.
    use = (onward >= 0) & (onward != tail)
    graph_of_ways = csr_array((lengths[use], (tail[use], onward[use])), shape=(n, n))
    ways: np.ndarray = dijkstra(graph_of_ways, indices=odd, min_only=True)
    return ways


class _TooMany(Exception):
    """More vertices are within reach than an exact search is worth."""


def _by_search(field: Field, graph: Graph, y: Ints, start: Ints, loosest: int) -> Ints | None:
    """A matching of everybody that loses only tie-breaks, along edges with next to no slack; None if there is none.

    Where very many plans are equally good, the tie-break is left to the order of the search, which is that of the keys.
    Edges with a slack of up to `loosest` tenths come in, a few at a time, for those who cannot be matched without: the
    gap that this may leave is told.
    """
    room = graph.slack(y)
    tenth = 2 * field.unit
    equal = max(2 << field.tie_bits, tenth // max(field.size, 1))
    known = -1
    for reach in (equal, *(tenth * 2**k for k in range(12) if 2**k <= loosest)):
        few = np.flatnonzero((room <= reach) | (start[graph.u] == graph.v))
        if len(few) == known:
            continue
        known = len(few)
        search = Search(graph.size, graph.u[few], graph.v[few], start)
        search.run()
        start = search.mates
        if (start >= 0).all():
            return start
    return None


def _within(graph: Graph, y: Ints, mates: Ints, odd: Ints, far: np.ndarray, most: int) -> tuple[Ints | None, int, Ints]:
    """The best matching of the vertices within reach, with the rest as it is; the slack it uses, and those vertices.

    Raises _TooMany for more than `most` vertices.
    """
    room = graph.slack(y)
    order = np.sort(far[np.isfinite(far)])
    count = min(len(order), max(4 * len(odd), 64))
    everything = False
    limit = float(order[count - 1])
    while True:
        inside = far <= limit
        inside[odd] = True
        inside[mates[inside & (mates >= 0)]] = True
        if everything:
            inside[:] = True
        region = np.flatnonzero(inside)
        if len(region) > most:
            raise _TooMany
        reach = int(2 * limit) if not everything else int(room.max(initial=0))
        use = inside[graph.u] & inside[graph.v] & (room <= reach)
        pairs = _perfect(region, graph, np.flatnonzero(use))
        if pairs is not None:
            solved = mates.copy()
            solved[region] = -1
            solved[pairs[:, 0]], solved[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
            used = _used(graph, y, solved)
            if used <= reach or everything:
                return solved, used, region
            limit = used / 2
        elif everything:
            return None, reach, region
        else:
            count = min(4 * count, len(order))
            limit = max(4 * limit, float(order[count - 1]))
        everything = everything or (count == len(order) and limit >= order[-1] and pairs is None)


def _used(graph: Graph, y: Ints, mates: Ints) -> int:
    """The slack that a matching uses: the sum of all prices less twice its weight."""
    on = mates[graph.u] == graph.v
    return int(y.sum()) - 2 * int(graph.weight[on].sum())


def _perfect(region: Ints, graph: Graph, use: Ints) -> Ints | None:
    """The heaviest matching of everybody in `region` by rustworkx, whose whole numbers are wide; None if there is none."""
    place = np.full(graph.size, -1, dtype=np.int64)
    place[region] = np.arange(len(region))
    made = rustworkx.PyGraph(multigraph=False)
    made.add_nodes_from(range(len(region)))
    listed = zip(place[graph.u[use]].tolist(), place[graph.v[use]].tolist(), graph.weight[use].tolist(), strict=True)
    made.add_edges_from(list(listed))
    found = rustworkx.max_weight_matching(made, max_cardinality=True, weight_fn=int)
    if 2 * len(found) < len(region):
        return None
    pairs = np.array(sorted((min(p), max(p)) for p in found), dtype=np.int64).reshape(-1, 2)
    return region[pairs]
