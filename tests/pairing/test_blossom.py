"""Edmonds' blossom algorithm against networkx and rustworkx, and its barrier against the Tutte-Berge formula."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
import rustworkx

from oppipari.pairing.blossom import BlossomSearch


def matched(n: int, edges: list[tuple[int, int]]) -> BlossomSearch:
    u, v = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    search = BlossomSearch(n, u, v, np.full(n, -1, dtype=np.int64))
    search.run()
    return search


def test_every_graph_of_five_vertices_is_matched_as_networkx_does() -> None:
    every = list(combinations(range(5), 2))
    for picked in range(1 << len(every)):
        edges = [e for k, e in enumerate(every) if picked >> k & 1]
        search = matched(5, edges)
        pairs = {(a, b) for a, b in enumerate(search.mate) if a < b}
        assert pairs <= set(edges)
        assert all(search.mate[b] == a for a, b in pairs)
        assert len(pairs) == len(nx.max_weight_matching(nx.Graph(edges), maxcardinality=True))


def test_a_blossom_within_a_blossom_is_shrunk_and_augmented_through() -> None:
    # A path leads into a triangle, one corner of which is itself part of another odd cycle; 8 is beyond it.
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (2, 4), (4, 5), (5, 6), (3, 6), (6, 7), (5, 7), (7, 8), (8, 9)]
    assert (matched(10, edges).mates >= 0).all()


def test_a_given_matching_is_augmented_and_not_begun_anew() -> None:
    u, v = np.array([0, 1, 2]), np.array([1, 2, 3])
    search = BlossomSearch(4, u, v, np.array([-1, 2, 1, -1]))
    assert search.run().tolist() == []
    assert search.mate == [1, 0, 3, 2]


@pytest.mark.parametrize("seed", range(40))
def test_the_cardinality_is_what_another_solver_finds_and_the_barrier_proves_it(seed: int) -> None:
    r = np.random.default_rng(seed)
    n = int(r.integers(3, 60))
    u, v = np.triu_indices(n, 1)
    pick = r.random(len(u)) < r.uniform(1, 4) / n
    u, v = u[pick], v[pick]
    search = BlossomSearch(n, u, v, np.full(n, -1, dtype=np.int64))
    barrier = search.run()
    pairs = int((search.mates >= 0).sum()) // 2
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from([(int(a), int(b), 1) for a, b in zip(u, v, strict=True)])
    assert pairs == len(rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=lambda _w: 1))
    # Tutte and Berge: without the barrier there are as many odd components more as vertices stay exposed.
    graph.remove_nodes_from(barrier.tolist())
    odd = sum(len(component) % 2 for component in rustworkx.connected_components(graph))
    assert n - 2 * pairs == odd - len(barrier)
