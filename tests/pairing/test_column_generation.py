"""Column generation reaches what networkx finds, from however few candidates, and its duals cover every allowed pair."""

import networkx as nx
import numpy as np
import pytest
from tests.pairing.small_graphs import as_networkx, small_problem

from oppipari.pairing.cardinality import maximum_cardinality
from oppipari.pairing.column_generation import blossom_cover, optimal_matching, with_seats_for
from oppipari.pairing.edges import Edges
from oppipari.pairing.graph import Graph
from oppipari.pairing.pricing import initial_candidates


@pytest.mark.parametrize("each", [1, 3])
@pytest.mark.parametrize("block", range(3))
def test_the_optimal_matching_is_that_of_networkx_and_proven_over_every_pair(block: int, each: int) -> None:
    for seed in range(block * 20, block * 20 + 20):
        problem = small_problem(seed)
        graph = Graph.of(problem)
        edges = initial_candidates(graph, each).edges
        size, edges = maximum_cardinality(graph, edges)
        graph = with_seats_for(graph, size)
        found = optimal_matching(graph, edges)
        assert found is not None
        theirs = nx.max_weight_matching(as_networkx(problem), maxcardinality=True)
        assert size.pairs == len(theirs) == len(found.pairs())
        assert found.weight == sum(problem.score_if_allowed(a, b) for a, b in theirs) == found.duals.bound
        u, v = np.triu_indices(graph.people, 1)
        score = graph.at(u, v)
        u, v, score = u[score >= 0], v[score >= 0], score[score >= 0]
        covered = found.duals.y[u] + found.duals.y[v] + blossom_cover(found.duals.blossoms, u, v)
        assert (covered >= 2 * found.duals.unit * score).all()


def test_there_is_no_perfect_matching_of_three_without_a_seat() -> None:
    graph = Graph.of(small_problem(4))
    assert optimal_matching(graph.with_floor(1001), Edges.empty()) is None
