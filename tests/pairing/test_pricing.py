"""Pricing over all allowed pairs, against one loop over every two vertices."""

import numpy as np
import pytest
from tests.pairing.small_graphs import small_problem

from oppipari.pairing.edges import Edges
from oppipari.pairing.graph import Graph
from oppipari.pairing.pricing import dual_violations, edges_between, edges_of, edges_within, initial_candidates, slack


def every_edge(graph: Graph) -> Edges:
    u, v = np.triu_indices(graph.people, 1)
    score = graph.at(u, v)
    return Edges(u, v, score).subset(score >= 0)


def pairs(edges: Edges) -> set[tuple[int, int]]:
    return set(zip(edges.u.tolist(), edges.v.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_edges_within_a_slack_are_found_all_and_no_other(seed: int) -> None:
    graph = Graph.of(small_problem(seed))
    y = np.random.default_rng(seed).integers(0, 1200, graph.people) * graph.unit
    every = every_edge(graph)
    for reach in (-1, 100 * graph.unit):
        found = edges_within(graph, y, reach, every=True)
        assert pairs(found) == pairs(every.subset(slack(graph, y, every) <= reach))
    some = np.array([0, 2])
    found = edges_within(graph, y, -1, some, every=True)
    violated = every.subset(slack(graph, y, every) < 0)
    assert pairs(found) == pairs(violated.subset(np.isin(violated.u, some) | np.isin(violated.v, some)))
    short = dual_violations(graph, y)
    for u, v, lacks in zip(violated.u, violated.v, -slack(graph, y, violated), strict=True):
        assert min(short[u], short[v]) >= lacks


@pytest.mark.parametrize("seed", range(10))
def test_candidates_are_the_best_few_of_everybody(seed: int) -> None:
    graph = Graph.of(small_problem(seed))
    every, found = every_edge(graph), initial_candidates(graph, 2)
    assert found.allowed == len(every)
    for u in range(graph.people):
        own = sorted(every.score[(every.u == u) | (every.v == u)].tolist(), reverse=True)
        assert found.best_scores[u] == (own[0] if own else -1)
        mine = sorted(found.edges.score[(found.edges.u == u) | (found.edges.v == u)].tolist(), reverse=True)
        assert mine[: min(2, len(own))] == own[:2]


def test_edges_between_components_and_edges_of_some_vertices() -> None:
    graph = Graph.of(small_problem(6, density=1.0))
    n = graph.people
    components = np.arange(n) % 2
    found = edges_between(graph, components, np.array([0]), limit=n)
    assert pairs(found) == {(a, b) for a, b in pairs(every_edge(graph)) if a and (a + b) % 2}
    known = np.arange(n) >= 2
    assert pairs(edges_of(graph, np.array([0]), known)) == {(0, 1)}
