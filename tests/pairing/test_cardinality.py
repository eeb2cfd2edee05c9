"""The Tutte-Berge bound, and a maximum matching over all edges of a problem, against networkx."""

import networkx as nx
import numpy as np
import pytest

from oppipari.pairing import Problem
from oppipari.pairing.cardinality import (
    bipartite_bound,
    component_bound,
    component_labels,
    maximum_cardinality,
    tutte_berge_bound,
)
from oppipari.pairing.edges import Edges
from oppipari.pairing.graph import Graph


def sparse(seed: int) -> Problem:
    r = np.random.default_rng(seed)
    n = int(r.integers(2, 14))
    allowed = np.triu(r.random((n, n)) < r.uniform(0.5, 3) / n, 1)
    return Problem.from_scores([f"p{i:02}" for i in range(n)], np.full((n, n), 100), allowed | allowed.T)


@pytest.mark.parametrize("block", range(4))
def test_a_maximum_matching_is_found_from_no_edge_at_all_and_its_bound_is_tight(block: int) -> None:
    for seed in range(block * 30, block * 30 + 30):
        problem = sparse(seed)
        graph = Graph.of(problem)
        theirs = nx.Graph([(a, b) for a, b, _score in problem.allowed_pairs()])
        expected = len(nx.max_weight_matching(theirs, maxcardinality=True))
        size, edges = maximum_cardinality(graph, Edges.empty())
        assert size.pairs == expected == tutte_berge_bound(size.components, size.barrier)
        assert (graph.at(edges.u, edges.v) >= 0).all()
        bound, _edges = component_bound(graph, Edges.empty())
        assert bound.pairs >= expected
        assert len(bound.barrier) == 0


def test_components_are_counted_without_the_barrier() -> None:
    star = Edges(np.array([0, 0, 0]), np.array([1, 2, 3]), np.array([1, 1, 1]))
    assert len(set(component_labels(4, star, np.zeros(0, dtype=np.int64)).tolist())) == 1
    labels = component_labels(4, star, np.array([0]))
    assert len(set(labels.tolist())) == 4
    assert tutte_berge_bound(labels, np.array([0])) == 1


def test_between_two_sides_each_component_has_as_many_pairs_as_its_smaller_side() -> None:
    assert bipartite_bound(np.array([0, 0, 0, 1, 1]), np.array([True, True, False, False, False])) == 1
    assert bipartite_bound(np.array([0, 0, 0, 0]), np.array([True, True, False, False])) == 2
