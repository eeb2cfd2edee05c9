"""The fairness floor: the highest minimum score (bottleneck value) at a price the policy allows, by binary search.

A higher floor takes pairs away and nothing else, so feasibility is monotone. Whether enough pairs are left is first asked of
the bipartite double cover (Hopcroft and Karp 1973): where it has no perfect matching, a *Hall violator* names vertices that
together have too few neighbours; all their pairs are priced before it is believed.

References
----------
P. Hall (1935), On representatives of subsets. J. London Math. Soc. 10, 26-30.
J. Edmonds and D. R. Fulkerson (1970), Bottleneck extrema. J. Combinatorial Theory 8, 299-306.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy  # its parts load where they are first used: not in processes that form no pairs

from oppipari.pairing.cardinality import maximum_cardinality, tutte_berge_bound
from oppipari.pairing.certificate import Ceiling, TooCostly, duals_of
from oppipari.pairing.column_generation import OptimalMatching, optimal_matching, uses_artificial_arcs, weight_of
from oppipari.pairing.criteria import Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.fractional_matching import Arcs, optimal_assignment
from oppipari.pairing.graph import Graph
from oppipari.pairing.integral_matching import integral_matching
from oppipari.pairing.pricing import edges_of

# Up to so many vertices, parity is checked too when the double cover says yes; above, that would take seconds.
EXACT_UP_TO = 2000


@dataclass(frozen=True)
class Floor:
    """The floor, and the proof that it could not be one tenth higher.

    Parameters
    ----------
    level : int or None
        Tenths; None for no floor.
    ceiling : Ceiling, optional
        Above it fewer pairs would be possible.
    too_costly : TooCostly, optional
        Above it they would make less than the policy allows. Neither of the two where that was not settled.
    edges : Edges, optional
        The candidates in the end.
    """

    level: int | None
    ceiling: Ceiling | None = None
    too_costly: TooCostly | None = None
    edges: Edges | None = None


def raise_floor(
    free: OptimalMatching, tops: Ints, pairs: int, deadline: float | None, report: Callable[[float], None]
) -> Floor:
    """The highest floor under which as many pairs exist, and make as much as the policy requires.

    Parameters
    ----------
    free : OptimalMatching
        The optimum without a floor. The policy's share is taken of its bound; where that is what it makes, its lowest score is
        a feasible floor.
    tops : (people,) array of int
        Everybody's best score in tenths, -1 for none.
    pairs : int
        Number of pairs in a maximum matching.
    deadline : float or None
        Monotonic seconds; what holds by then is returned.
    report : callable
        Takes the share of the search that is done, 0 to 1.

    Returns
    -------
    Floor
    """
    graph, edges = free.graph, free.edges
    least = graph.problem.policy.least_with_floor(free.duals.bound)
    low = int(free.pairs().score.min()) if free.weight >= least else 0
    must = np.sort(tops[~graph.may_wait])
    high = int(must[graph.seats]) if graph.seats < len(must) else low  # nobody gets a better pair than their best
    high = max(low, high)
    first, too_costly = True, None
    while low < high:
        if deadline is not None and time.monotonic() > deadline:
            return Floor(low, edges=edges)
        middle = high if first else (low + high + 1) // 2
        possible, edges = _has_fractional_cover(graph.with_floor(middle), edges)
        holds, best_there = False, None
        if possible:
            holds, edges, best_there = _affordable(graph.with_floor(middle), edges, least)
        if holds:
            low = middle
        else:
            high, too_costly = middle - 1, best_there
        first = False
        report(1 - (high - low) / 1000)
    # What failed last failed one tenth above.
    if too_costly is not None and too_costly.duals.bound < graph.problem.policy.least_with_floor(free.weight):
        mates = np.where(free.mates < graph.people, free.mates, -1)[: graph.people]
        return Floor(low, too_costly=TooCostly(duals_of(too_costly), tuple(mates.tolist())), edges=edges)
    ceiling, edges = _ceiling(graph, edges, low + 1, pairs)
    return Floor(low, ceiling, edges=edges)


def _double_cover(graph: Graph, edges: Edges) -> "scipy.sparse.csr_array":
    """The bipartite double cover under the graph's floor, with loops of those who may wait; rows are the left side."""
    good = edges.subset(edges.score >= graph.floor)
    seated, seats = graph.seat_edges()
    waiting = np.flatnonzero(graph.may_wait)
    u, v = np.concatenate([good.u, seated]), np.concatenate([good.v, seats])
    tails, heads = np.concatenate([u, v, waiting]), np.concatenate([v, u, waiting])
    return scipy.sparse.csr_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(graph.size, graph.size))


def _has_fractional_cover(graph: Graph, edges: Edges) -> tuple[bool, Edges]:
    """Whether the double cover has a perfect matching, and the candidates in the end."""
    while True:
        cover = _double_cover(graph, edges)
        matched_to = scipy.sparse.csgraph.maximum_bipartite_matching(cover, perm_type="column")
        if (matched_to >= 0).all():
            return True, edges
        violator = _hall_violator(cover, matched_to)
        neighbours = np.zeros(graph.size, dtype=bool)
        neighbours[cover[violator].indices] = True
        more = edges_of(graph, violator[violator < graph.people], neighbours[: graph.people])
        grown = edges.union(more, size=graph.people)
        if len(grown) == len(edges):
            return False, edges
        edges = grown


def _hall_violator(cover: "scipy.sparse.csr_array", matched_to: Ints) -> Ints:
    """The left vertices that alternating paths reach from an unmatched one: together they have too few neighbours."""
    n = cover.shape[0]
    matched_by = np.full(n, -1, dtype=np.int64)
    matched = np.flatnonzero(matched_to >= 0)
    matched_by[matched_to[matched]] = matched
    coo = cover.tocoo()
    tails, heads = coo.coords
    onward = matched_by[heads]
    use = onward >= 0
    # One source in front of all unmatched vertices.
    unmatched = np.flatnonzero(matched_to < 0)
    reachable = scipy.sparse.csr_array(
        (
            np.ones(int(use.sum()) + len(unmatched), dtype=np.int8),
            (np.concatenate([tails[use], np.full(len(unmatched), n)]), np.concatenate([onward[use], unmatched])),
        ),
        shape=(n + 1, n + 1),
    )
    order = scipy.sparse.csgraph.breadth_first_order(reachable, n, return_predecessors=False)
    result: Ints = np.sort(order[order < n]).astype(np.int64)
    return result


def _affordable(graph: Graph, edges: Edges, least: int) -> tuple[bool, Edges, OptimalMatching | None]:
    """Whether the best plan under the graph's floor makes at least `least` tenths; the candidates may already show it.

    Also returns the candidates in the end, and that best plan where it had to be found.
    """
    good = edges.subset(edges.score >= graph.floor)
    result = optimal_assignment(Arcs.of(graph, good))
    if not uses_artificial_arcs(graph, result):
        mates, _good = integral_matching(graph, good, result, everywhere=False)
        if mates is not None and weight_of(graph, mates) >= least:
            return True, edges, None
    exact = optimal_matching(graph, good)
    if exact is None:
        return False, edges, None
    return exact.weight >= least, edges.union(exact.edges, size=graph.people), exact


def _ceiling(graph: Graph, edges: Edges, level: int, pairs: int) -> tuple[Ceiling | None, Edges]:
    """The proof that one tenth more leaves fewer pairs; None where only the price forbids it."""
    higher = graph.with_floor(level)
    possible, edges = _has_fractional_cover(higher, edges)
    if not possible:
        cover = _double_cover(higher, edges)
        violator = _hall_violator(cover, scipy.sparse.csgraph.maximum_bipartite_matching(cover, perm_type="column"))
        in_violator = np.zeros(graph.size, dtype=bool)
        in_violator[violator] = True
        neighbours = np.zeros(graph.size, dtype=bool)
        neighbours[cover[violator].indices] = True
        # Vertices of the violator that are nobody's neighbour in it are isolated without the barrier.
        alone = np.flatnonzero((in_violator & ~neighbours)[: graph.people])
        barrier = np.flatnonzero((neighbours & ~in_violator)[: graph.people])
        components = np.zeros(graph.people, dtype=np.int64)
        components[alone] = np.arange(1, len(alone) + 1)
        if tutte_berge_bound(components, barrier) < pairs:
            return Ceiling(tuple(barrier.tolist()), tuple(components.tolist())), edges
    if graph.people > EXACT_UP_TO:
        return None, edges
    cardinality, good = maximum_cardinality(higher, edges.subset(edges.score >= level))
    edges = edges.union(good, size=graph.people)
    if cardinality.pairs >= pairs:
        return None, edges
    return Ceiling(tuple(cardinality.barrier.tolist()), tuple(cardinality.components.tolist())), edges
