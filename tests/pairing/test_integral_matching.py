"""From the fractional to an integral matching: cycles are split, and what is found is of maximum weight (networkx)."""

import networkx as nx
import numpy as np
import pytest
from tests.pairing.small_graphs import as_networkx, small_problem

from oppipari.pairing.column_generation import uses_artificial_arcs, weight_of
from oppipari.pairing.edges import Edges
from oppipari.pairing.fractional_matching import Arcs, optimal_assignment
from oppipari.pairing.graph import Graph
from oppipari.pairing.integral_matching import integral_matching, split_cycles
from oppipari.pairing.pricing import initial_candidates


def test_even_cycles_are_split_into_pairs_and_odd_ones_are_left() -> None:
    # 0 <-> 1, an even cycle 2 3 4 5, an odd one 6 7 8, and 9 that may wait and does.
    successor = np.array([1, 0, 3, 4, 5, 2, 7, 8, 6, 9])
    may_wait = np.array([False] * 9 + [True])
    mates, odd, more = split_cycles(successor, may_wait)
    assert mates.tolist() == [1, 0, 3, 2, 5, 4, -1, -1, -1, -1]
    assert odd.tolist() == [6, 7, 8]
    assert more.tolist() == [1, 0, 3, 2, 5, 4, 7, 6, -1, -1]


@pytest.mark.parametrize("block", range(3))
def test_it_has_the_weight_that_networkx_finds(block: int) -> None:
    with_odd_cycles = 0
    for seed in range(block * 30, block * 30 + 30):
        problem = small_problem(seed)
        graph = Graph.of(problem)
        edges = Edges.empty().union(initial_candidates(graph, graph.people).edges, size=graph.people)
        fractional = optimal_assignment(Arcs.of(graph, edges))
        theirs = nx.max_weight_matching(as_networkx(problem), maxcardinality=True)
        if uses_artificial_arcs(graph, fractional) or 2 * len(theirs) < graph.people:
            continue
        _mates, odd, _more = split_cycles(fractional.successor, graph.may_wait)
        with_odd_cycles += bool(len(odd))
        mates, _edges = integral_matching(graph, edges, fractional)
        assert mates is not None
        assert (mates[mates] == np.arange(graph.people)).all()
        assert weight_of(graph, mates) == sum(problem.score_if_allowed(a, b) for a, b in theirs)
    assert with_odd_cycles
