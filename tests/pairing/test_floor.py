"""The fairness floor against trying every level with networkx, and the Hall violator that shows that one is too high."""

import math

import networkx as nx
import numpy as np
import pytest
import scipy.sparse
from tests.pairing.small_graphs import as_networkx, small_problem

from oppipari.pairing import Policy, Problem
from oppipari.pairing.cardinality import maximum_cardinality
from oppipari.pairing.column_generation import optimal_matching, with_seats_for
from oppipari.pairing.floor import _hall_violator, raise_floor
from oppipari.pairing.graph import Graph
from oppipari.pairing.pricing import initial_candidates


def highest(problem: Problem) -> tuple[int, int]:
    """The highest floor and the number of pairs, by trying every score as a level."""
    graph = as_networkx(problem)

    def best(level: int) -> tuple[int, int]:
        allowed = nx.Graph([(a, b, d) for a, b, d in graph.edges(data=True) if d["weight"] >= level])
        pairs = nx.max_weight_matching(allowed, maxcardinality=True)
        return len(pairs), sum(graph.edges[p]["weight"] for p in pairs)

    size, total = best(0)
    least = math.ceil((1 - Policy().floor_price) * total)
    levels = {d["weight"] for _a, _b, d in graph.edges(data=True)}
    return max(s for s in levels if best(s)[0] == size and best(s)[1] >= least), size


@pytest.mark.parametrize("seed", range(24))
def test_no_higher_floor_keeps_the_pairs_and_the_share_of_the_total(seed: int) -> None:
    problem = small_problem(seed)
    graph = Graph.of(problem)
    candidates = initial_candidates(graph, 3)
    size, edges = maximum_cardinality(graph, candidates.edges)
    free = optimal_matching(with_seats_for(graph, size), edges)
    assert free is not None
    assert free.duals.bound == free.weight
    floor = raise_floor(free, candidates.best_scores, size.pairs, None, lambda _done: None)
    assert (floor.level, size.pairs) == highest(problem)
    assert (floor.ceiling is None) != (floor.too_costly is None)


def test_a_hall_violator_has_fewer_neighbours_than_members() -> None:
    # Three on the left share two on the right; the fourth has its own.
    rows, columns = np.array([0, 0, 1, 1, 2, 2, 3]), np.array([0, 1, 0, 1, 0, 1, 3])
    cover = scipy.sparse.csr_array((np.ones(7, dtype=np.int8), (rows, columns)), shape=(4, 4))
    matched_to = scipy.sparse.csgraph.maximum_bipartite_matching(cover, perm_type="column")
    assert _hall_violator(cover, matched_to).tolist() == [0, 1, 2]
