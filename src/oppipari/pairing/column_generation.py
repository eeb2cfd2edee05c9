"""A maximum-weight matching of maximum cardinality, proven over every allowed pair, by column generation.

1. The best few pairs of everybody are the first columns (edges). 2. The restricted problem is solved as a fractional
matching with its duals (`fractional_matching`). 3. Pricing: every allowed pair is compared with the duals; violated ones
join the columns, until there are none (`pricing`). 4. Odd cycles are resolved exactly (`integral_matching`). 5. If the bound
is still a whole tenth above the weight, blossom duals close the gap (`blossom_duals`).

References
----------
M. E. Lübbecke and J. Desrosiers (2005), Selected topics in column generation. Operations Research 53, 1007-1023.
D. Applegate and W. Cook (1993), Solving large-scale matching problems. DIMACS Series 12 (price and repair).
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from oppipari.pairing.blossom_duals import Blossom, PrimalDualBlossom
from oppipari.pairing.cardinality import Cardinality
from oppipari.pairing.column_pool import ColumnPool
from oppipari.pairing.criteria import Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.fractional_matching import Arcs, FractionalMatching, optimal_assignment, repair_assignment
from oppipari.pairing.graph import Graph
from oppipari.pairing.integral_matching import WeightedEdges, integral_matching, split_cycles
from oppipari.pairing.pricing import dual_violations, edges_within, slack

# Columns come in not only when an edge is violated, but when its slack is within so many tenths: that saves rounds.
MARGIN = 30
# Up to so many violated edges the assignment is repaired; with more, a new one is quicker.
REPAIR_UP_TO = 32
# So often the proof by blossom duals is begun anew with more candidates.
MAX_ATTEMPTS = 30


@dataclass(frozen=True)
class DualSolution:
    """Feasible duals, in parts of 1/`unit` tenth, doubled: `y` (size,) of vertices, and those of `blossoms`."""

    unit: int
    y: Ints
    blossoms: tuple[Blossom, ...] = ()

    @property
    def bound(self) -> int:
        """The dual objective: no matching weighs more than this many whole tenths."""
        return (int(self.y.sum()) + sum(s.dual * (len(s.members) - 1) for s in self.blossoms)) // (2 * self.unit)


@dataclass(frozen=True)
class OptimalMatching:
    """A maximum-weight perfect matching, the duals that prove it, and what was computed on the way.

    Parameters
    ----------
    graph : Graph
    mates : (size,) array of int
        -1 for a vertex that waits without a seat.
    weight : int
        Whole tenths, bonus included.
    duals : DualSolution
        Nothing weighs more than its bound.
    edges : Edges
        The candidates in the end.
    fractional : FractionalMatching
        Its duals are feasible for all allowed pairs, unless time ran out.
    scans : int
        How often all pairs were priced.
    """

    graph: Graph
    mates: Ints
    weight: int
    duals: DualSolution
    edges: Edges
    fractional: FractionalMatching
    scans: int

    def pairs(self) -> Edges:
        """The pairs of people, with their scores."""
        return pairs_of(self.graph, self.mates)


def pairs_of(graph: Graph, mates: Ints) -> Edges:
    """The pairs of people among `mates`, with their scores."""
    u = np.flatnonzero((mates > np.arange(len(mates))) & (mates < graph.people))
    return Edges(u, mates[u], graph.at(u, mates[u]))


def with_seats_for(graph: Graph, cardinality: Cardinality) -> Graph:
    """The graph with a waiting seat for everybody who cannot be matched.

    Parameters
    ----------
    graph : Graph
    cardinality : Cardinality
        The size of a maximum matching and its proof.

    Returns
    -------
    Graph
        In which a perfect matching is a matching of that size.
    """
    if graph.problem.policy.two_sided:
        short = int((~graph.may_wait).sum()) - cardinality.pairs
        return graph.with_seats(cardinality.components, np.full(short, -1, dtype=np.int64))
    if len(cardinality.barrier):
        return graph.with_seats(
            cardinality.components, np.full(graph.people - 2 * cardinality.pairs, -1, dtype=np.int64)
        )
    # With an empty barrier each odd component leaves one of its own exposed: a seat for each.
    labels, counts = np.unique(cardinality.components, return_counts=True)
    return graph.with_seats(cardinality.components, labels[counts % 2 == 1])


def optimal_matching(graph: Graph, edges: Edges, deadline: float | None = None) -> OptimalMatching | None:
    """A maximum-weight perfect matching, by rounds of pricing.

    Parameters
    ----------
    graph : Graph
        With its seats.
    edges : Edges
        The first candidates.
    deadline : float, optional
        Monotonic seconds at which the rounds of pricing end; the bound is then valid but not tight.

    Returns
    -------
    OptimalMatching or None
        None if there is no perfect matching.
    """
    edges = edges.subset(edges.score >= graph.floor)
    edges = edges.union(graph.kept.subset(graph.kept.score >= graph.floor), size=max(graph.people, 1))
    scans = 0
    while True:
        fractional = optimal_assignment(Arcs.of(graph, edges))
        if scans and deadline is not None and time.monotonic() > deadline:
            early = _at_deadline(graph, edges, fractional, scans)
            if early is not None:
                return early
        fractional, edges, more, done = generate_columns(graph, edges, fractional)
        scans += more
        if not done:
            continue
        if not uses_artificial_arcs(graph, fractional):
            return integral_optimum(graph, edges, fractional, scans)
        if graph.penalty >= 1024 * graph.size:
            return None
        # An artificial arc is cheaper than breaking up better pairs: the penalty was too low, or the problem is infeasible.
        graph = replace(graph, penalty=graph.penalty * 16)


def generate_columns(
    graph: Graph, edges: Edges, fractional: FractionalMatching, us: Ints | None = None, pool: ColumnPool | None = None
) -> tuple[FractionalMatching, Edges, int, bool]:
    """Price out: find violated edges, and repair the assignment where they are few.

    Parameters
    ----------
    graph : Graph
    edges : Edges
        The candidates; `fractional` is feasible for them.
    fractional : FractionalMatching
    us : (vertices,) array of int, optional
        Without a pool: the vertices whose edges may be violated; by default all.
    pool : ColumnPool, optional
        Its edges must be among `edges`; then only edges that it does not answer for are priced.

    Returns
    -------
    fractional : FractionalMatching
    edges : Edges
        With the violated edges and those nearly so.
    scans : int
        How often pairs were priced.
    done : bool
        Whether the duals are feasible for all edges now. If not, too many are violated to repair the assignment, and it is
        better solved anew.
    """
    scans = 0
    while True:
        y = fractional.y
        more = pool.violated(graph, y) if pool else edges_within(graph, y, 2 * MARGIN * graph.unit, us)
        scans += 1
        violated = more.subset(slack(graph, y, more) < 0)
        if not len(violated):
            return fractional, edges, scans, True
        edges = edges.union(more, size=graph.people)
        if len(violated) > REPAIR_UP_TO:
            return fractional, edges, scans, False
        arcs = Arcs.of(graph, edges)
        left = fractional.left.copy()
        # The left end of a violated arc pays for it; its vertex is then unmatched.
        np.minimum.at(left, arcs.tail, arcs.cost - fractional.right[arcs.head])
        repaired = repair_assignment(arcs, fractional.successor, left, fractional.right)
        if repaired is None:
            return fractional, edges, scans, False
        # Only where duals fell can an edge have become violated.
        us = np.flatnonzero(repaired.y[: graph.people] < y[: graph.people])
        fractional = repaired
        if not len(us):
            return fractional, edges, scans, True


def integral_optimum(graph: Graph, edges: Edges, fractional: FractionalMatching, scans: int) -> OptimalMatching | None:
    """The integral optimum from a fractional matching whose duals are feasible for all allowed pairs; None if there is none."""
    mates, edges = integral_matching(graph, edges, fractional)
    if mates is None:
        return None
    weight = weight_of(graph, mates)
    duals = DualSolution(graph.unit, fractional.y)
    if duals.bound > weight and not graph.problem.policy.two_sided:
        mates, duals, edges = _with_blossom_duals(graph, edges, mates, duals, fractional)
    return OptimalMatching(graph, mates, weight_of(graph, mates), duals, edges, fractional, scans)


def _with_blossom_duals(
    graph: Graph, edges: Edges, mates: Ints, duals: DualSolution, fractional: FractionalMatching
) -> tuple[Ints, DualSolution, Edges]:
    """The proof by blossom duals, with a better matching where one is found; the arguments unchanged where it is given up.

    Blossoms close a gap of whole tenths, so tie-breaks are left out (`plain`: a weight is the score, and a unit one tenth),
    which keeps numbers small and stages few. The method halves its step where duals need it; its growing unit becomes the
    `scale` of the graph, so that scores are weighed in the same parts when all pairs are priced.
    """
    plain = graph
    if graph.tie_bits:
        plain = replace(graph, plain=True)
        fractional = optimal_assignment(Arcs.of(plain, edges))
        done = False
    else:
        done = True
    for _ in range(MAX_ATTEMPTS):
        while not done:
            fractional, edges, _scans, done = generate_columns(plain, edges, fractional)
            if not done:
                fractional = optimal_assignment(Arcs.of(plain, edges))
        if uses_artificial_arcs(plain, fractional):
            break
        _mates, _odd, first = split_cycles(fractional.successor, graph.may_wait)
        weighted = WeightedEdges.of(plain, edges)
        primal_dual = PrimalDualBlossom(graph.size, weighted.u, weighted.v, 2 * weighted.weight, fractional.y, first)
        repaired = primal_dual.run()
        if repaired is None:
            break
        fine, blossoms = replace(plain, scale=primal_dual.unit), primal_dual.blossoms()
        lower = np.flatnonzero(primal_dual.y[: graph.people] < primal_dual.unit * fractional.y[: graph.people])
        more = edges_within(fine, primal_dual.y, -1, lower, every=True) if len(lower) else Edges.empty()
        slacks = slack(fine, primal_dual.y, more) + blossom_cover(blossoms, more.u, more.v)
        if (slacks < 0).any():
            edges = edges.union(more.subset(slacks < 0), size=graph.people)
            continue
        if weight_of(graph, repaired) > weight_of(graph, mates):
            mates = repaired
        return mates, DualSolution(fine.unit, primal_dual.y, blossoms), edges
    return mates, duals, edges


def blossom_cover(blossoms: tuple[Blossom, ...], u: Ints, v: Ints) -> Ints:
    """(edges,) what blossoms add, doubled, to the duals of each edge that lies inside them."""
    total = np.zeros(len(u), dtype=np.int64)
    for blossom in blossoms:
        total += 2 * blossom.dual * (np.isin(u, blossom.members) & np.isin(v, blossom.members))
    return total


def uses_artificial_arcs(graph: Graph, fractional: FractionalMatching) -> bool:
    """Whether a vertex that may not wait is assigned to itself: the restricted problem is infeasible."""
    out = fractional.loops
    people = out[out < graph.people]
    return len(people) < len(out) or not bool(graph.may_wait[people].all())


def weight_of(graph: Graph, mates: Ints) -> int:
    """The weight of a matching in whole tenths, bonus included."""
    pairs = pairs_of(graph, mates)
    return int(pairs.score.sum()) + graph.bonus * int(graph.is_kept(pairs.u, pairs.v).sum())


def _at_deadline(graph: Graph, edges: Edges, fractional: FractionalMatching, scans: int) -> OptimalMatching | None:
    """What there is when time runs out: a matching of the candidates, and duals raised until they are feasible for all edges."""
    if uses_artificial_arcs(graph, fractional):
        return None
    mates, edges = integral_matching(graph, edges, fractional, everywhere=False)
    if mates is None:
        return None
    y = fractional.y
    y[: graph.people] += (dual_violations(graph, y) + 1) // 2
    return OptimalMatching(graph, mates, weight_of(graph, mates), DualSolution(graph.unit, y), edges, fractional, scans)
