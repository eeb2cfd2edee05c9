"""From a fractional to an integral matching: odd cycles are resolved exactly, in the part of the graph they can reach.

Half the sum of the duals less the weight of a matching is half the slack it uses. So an optimal matching differs from the
fractional one only along alternating paths between two odd cycles whose slack is at most the gap; all other vertices keep
their mate. rustworkx solves what is left. Where that is too large (very many plans equally good), the blossom algorithm
looks for a perfect matching among the edges that lose nothing but tie-breaks.
"""

from dataclasses import dataclass

import numpy as np
import rustworkx
import scipy  # its parts load where they are first used: not in processes that form no pairs

from oppipari.pairing.blossom import BlossomSearch
from oppipari.pairing.criteria import Bools, Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.fractional_matching import FractionalMatching
from oppipari.pairing.graph import Graph
from oppipari.pairing.pricing import edges_within

# So many vertices are searched exactly, tie-breaks included; where more are within reach, equal scores are enough.
MAX_REGION = 600


@dataclass(frozen=True)
class WeightedEdges:
    """The edges of the perfect matching problem: pairs of people, and people with seats.

    Parameters
    ----------
    size : int
        Number of vertices, the seats last.
    u, v : (edges,) arrays of int
    weight : (edges,) array of int
    """

    size: int
    u: Ints
    v: Ints
    weight: Ints

    @classmethod
    def of(cls, graph: Graph, edges: Edges) -> "WeightedEdges":
        """`edges` of a graph and its edges to seats."""
        seated, seats = graph.seat_edges()
        weights = np.concatenate([graph.weights(edges), graph.waiting_weights[seated]])
        return cls(graph.size, np.concatenate([edges.u, seated]), np.concatenate([edges.v, seats]), weights)

    def slack(self, y: Ints) -> Ints:
        """(edges,) doubled slacks under the duals `y`."""
        result: Ints = y[self.u] + y[self.v] - 2 * self.weight
        return result


def split_cycles(successor: Ints, may_wait: Bools) -> tuple[Ints, Ints, Ints]:
    """Split the even cycles of a fractional matching into pairs.

    Parameters
    ----------
    successor : (size,) array of int
        The permutation.
    may_wait : (people,) array of bool
        Which vertices may be assigned to themselves.

    Returns
    -------
    mates : (size,) array of int
        -1 for vertices of odd cycles and for those that wait.
    odd : (odd,) array of int
        The vertices of odd cycles, sorted; loops of vertices that may not wait among them.
    more_mates : (size,) array of int
        `mates` with pairs along the odd cycles, too, each of which leaves one vertex exposed. All these edges are tight.

    Examples
    --------
    >>> mates, odd, more = split_cycles(np.array([1, 0, 3, 4, 2]), np.zeros(5, dtype=bool))
    >>> mates.tolist(), odd.tolist(), more.tolist()
    ([1, 0, -1, -1, -1], [2, 3, 4], [1, 0, 3, 2, -1])
    """
    n = len(successor)
    mates = np.full(n, -1, dtype=np.int64)
    back = successor[successor] == np.arange(n)
    pairs = back & (successor != np.arange(n))
    mates[pairs] = successor[pairs]
    along_odd: list[tuple[int, int]] = []
    seen = back.copy()
    odd: list[int] = [
        u for u in np.flatnonzero(successor == np.arange(n)).tolist() if not (u < len(may_wait) and may_wait[u])
    ]
    for start in np.flatnonzero(~back).tolist():
        if seen[start]:
            continue
        cycle, u = [], start
        while not seen[u]:
            seen[u] = True
            cycle.append(u)
            u = int(successor[u])
        if len(cycle) % 2:
            odd += cycle
            along_odd += zip(cycle[:-1:2], cycle[1::2], strict=True)
        else:
            for a, b in zip(cycle[::2], cycle[1::2], strict=True):
                mates[a], mates[b] = b, a
    more = mates.copy()
    for a, b in along_odd:
        more[a], more[b] = b, a
    return mates, np.array(sorted(odd), dtype=np.int64), more


def integral_matching(
    graph: Graph, edges: Edges, fractional: FractionalMatching, *, everywhere: bool = True
) -> tuple[Ints | None, Edges]:
    """A maximum-weight perfect matching over all allowed pairs, from a fractional one.

    Parameters
    ----------
    graph : Graph
    edges : Edges
        The candidates.
    fractional : FractionalMatching
        Its duals must be feasible for all allowed pairs; ties are broken as the weights say.
    everywhere : bool
        Whether all allowed pairs are used, or `edges` alone.

    Returns
    -------
    mates : (size,) array of int, or None
        None if there is no perfect matching.
    edges : Edges
        The candidates and those that were added.
    """
    mates, odd, more_mates = split_cycles(fractional.successor, graph.may_wait)
    if not len(odd):
        return mates, edges
    y = fractional.y
    while True:
        weighted = WeightedEdges.of(graph, edges)
        far = _distances_from_odd_cycles(weighted, y, mates, odd)
        try:
            solved, reach, region = _match_region(weighted, y, mates, odd, far, MAX_REGION)
        except _RegionTooLarge:
            loosest = 0 if weighted.size <= MAX_REGION else 2048
            solved = _by_cardinality(graph, weighted, y, more_mates, loosest)
            if solved is not None:
                return solved, edges
            solved, reach, region = _match_region(weighted, y, mates, odd, far, weighted.size)
        if not everywhere:
            return solved, edges
        people = region[region < graph.people]
        # Only what is nearer than the gap could serve better; with no matching yet, everything might.
        more = edges_within(graph, y, reach, us=people, every=solved is not None)
        grown = edges.union(more, size=graph.people)
        if len(grown) == len(edges):
            return solved, edges
        edges = grown


def _distances_from_odd_cycles(weighted: WeightedEdges, y: Ints, mates: Ints, odd: Ints) -> np.ndarray:
    """(size,) the slack of a shortest alternating path from an odd cycle to each vertex, which then needs a new mate."""
    n = weighted.size
    tail, head = np.concatenate([weighted.u, weighted.v]), np.concatenate([weighted.v, weighted.u])
    lengths = np.tile(weighted.slack(y), 2).astype(np.float64)
    onward = mates[head]
    # A vertex of an odd cycle has no one mate: every path begins and ends there.
    use = (onward >= 0) & (onward != tail)
    alternating = scipy.sparse.csr_array((lengths[use], (tail[use], onward[use])), shape=(n, n))
    distances: np.ndarray = scipy.sparse.csgraph.dijkstra(alternating, indices=odd, min_only=True)
    return distances


class _RegionTooLarge(Exception):
    """More vertices are within reach than an exact search is worth."""


def _by_cardinality(graph: Graph, weighted: WeightedEdges, y: Ints, start: Ints, loosest: int) -> Ints | None:
    """A perfect matching that loses only tie-breaks, along edges of next to no slack; None if there is none.

    Where very many plans are equally good, the tie-break is left to the order of the search, which is that of the keys. Edges
    with a slack of up to `loosest` tenths are added, a few at a time, for vertices that cannot be matched without; the gap that
    this may leave is reported.
    """
    slacks = weighted.slack(y)
    tenth = 2 * graph.unit
    equal = max(2 << graph.tie_bits, tenth // max(graph.size, 1))
    known = -1
    for reach in (equal, *(tenth * 2**k for k in range(12) if 2**k <= loosest)):
        usable = np.flatnonzero((slacks <= reach) | (start[weighted.u] == weighted.v))
        if len(usable) == known:
            continue
        known = len(usable)
        search = BlossomSearch(weighted.size, weighted.u[usable], weighted.v[usable], start)
        search.run()
        start = search.mates
        if (start >= 0).all():
            return start
    return None


def _match_region(
    weighted: WeightedEdges, y: Ints, mates: Ints, odd: Ints, far: np.ndarray, most: int
) -> tuple[Ints | None, int, Ints]:
    """The best matching of the vertices within reach, the rest unchanged; the slack it uses, and those vertices.

    Raises _RegionTooLarge for more than `most` vertices.
    """
    slacks = weighted.slack(y)
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
            raise _RegionTooLarge
        reach = int(2 * limit) if not everything else int(slacks.max(initial=0))
        use = inside[weighted.u] & inside[weighted.v] & (slacks <= reach)
        pairs = _perfect(region, weighted, np.flatnonzero(use))
        if pairs is not None:
            solved = mates.copy()
            solved[region] = -1
            solved[pairs[:, 0]], solved[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
            used = _used_slack(weighted, y, solved)
            if used <= reach or everything:
                return solved, used, region
            limit = used / 2
        elif everything:
            return None, reach, region
        else:
            count = min(4 * count, len(order))
            limit = max(4 * limit, float(order[count - 1]))
        everything = everything or (count == len(order) and limit >= order[-1] and pairs is None)


def _used_slack(weighted: WeightedEdges, y: Ints, mates: Ints) -> int:
    """The slack that a matching uses: the sum of all duals less twice its weight."""
    on = mates[weighted.u] == weighted.v
    return int(y.sum()) - 2 * int(weighted.weight[on].sum())


def _perfect(region: Ints, weighted: WeightedEdges, use: Ints) -> Ints | None:
    """A maximum-weight perfect matching of `region` by rustworkx, which computes in big integers; None if there is none."""
    position = np.full(weighted.size, -1, dtype=np.int64)
    position[region] = np.arange(len(region))
    made = rustworkx.PyGraph(multigraph=False)
    made.add_nodes_from(range(len(region)))
    listed = zip(
        position[weighted.u[use]].tolist(),
        position[weighted.v[use]].tolist(),
        weighted.weight[use].tolist(),
        strict=True,
    )
    made.add_edges_from(list(listed))
    result = rustworkx.max_weight_matching(made, max_cardinality=True, weight_fn=int)
    if 2 * len(result) < len(region):
        return None
    pairs = np.array(sorted((min(p), max(p)) for p in result), dtype=np.int64).reshape(-1, 2)
    return region[pairs]
