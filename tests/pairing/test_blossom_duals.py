"""Edmonds' primal-dual method against networkx on small graphs: the matching is of maximum weight, its duals prove it."""

import networkx as nx
import numpy as np
import pytest

from oppipari.pairing.blossom_duals import Blossom, PrimalDualBlossom


def solved(weights: dict[tuple[int, int], int], n: int) -> tuple[PrimalDualBlossom, np.ndarray | None]:
    edges = sorted(weights)
    u, v = np.array(edges).T
    weight = np.array([weights[e] for e in edges])
    method = PrimalDualBlossom(n, u, v, 2 * weight, np.full(n, int(weight.max())), np.full(n, -1))
    return method, method.run()


def random_graph(seed: int) -> tuple[dict[tuple[int, int], int], int]:
    r = np.random.default_rng(seed)
    n = 2 * int(r.integers(2, 7))
    u, v = np.triu_indices(n, 1)
    chosen = r.random(len(u)) < r.uniform(0.3, 1)
    # Equal weights in odd groups make blossoms.
    group = np.repeat(np.arange(n), 3)[:n]
    high = np.where(group[u] == group[v], 50, 0) * (seed % 2)
    weight = r.integers(0, 8, len(u)) * 5 + high
    return {(int(a), int(b)): int(w) for a, b, w in zip(u[chosen], v[chosen], weight[chosen], strict=True)}, n


@pytest.mark.parametrize("block", range(4))
def test_the_matching_is_of_maximum_weight_and_its_duals_prove_it(block: int) -> None:
    with_blossoms = 0
    for seed in range(block * 40, block * 40 + 40):
        weights, n = random_graph(seed)
        if not weights:
            continue
        graph = nx.Graph()
        graph.add_weighted_edges_from([(a, b, w) for (a, b), w in weights.items()])
        theirs = nx.max_weight_matching(graph, maxcardinality=True)
        method, mates = solved(weights, n)
        if len(theirs) < n // 2:
            assert mates is None
            continue
        assert mates is not None
        pairs = {(a, int(b)) for a, b in enumerate(mates) if a < b}
        assert pairs <= weights.keys()
        assert len(pairs) == n // 2
        weight = sum(weights[p] for p in pairs)
        assert weight == sum(weights[min(p), max(p)] for p in theirs)
        blossoms = method.blossoms()
        with_blossoms += bool(blossoms)
        for (a, b), w in weights.items():  # dual feasibility, and complementary slackness on the pairs
            inside = sum(2 * s.dual for s in blossoms if a in s.members and b in s.members)
            slack = int(method.y[a] + method.y[b]) + inside - 2 * method.unit * w
            assert slack == 0 if (a, b) in pairs else slack >= 0
        for s in blossoms:
            assert len(s.members) % 2
            assert s.dual > 0
            assert sum(a in s.members and b in s.members for a, b in pairs) == len(s.members) // 2
        bound = int(method.y.sum()) + sum(s.dual * (len(s.members) - 1) for s in blossoms)
        assert bound == 2 * method.unit * weight
    assert with_blossoms


def test_a_nested_blossom_is_expanded_from_the_outside_in() -> None:
    # 0 1 2 are nearly alike, with 3 and 4 they form a larger odd set of next-best pairs; 5 is far from all.
    weights = {(0, 1): 40, (0, 2): 40, (1, 2): 40, (2, 3): 30, (3, 4): 30, (0, 4): 30, (1, 3): 30, (4, 5): 1}
    method, mates = solved(weights, 6)
    assert mates is not None
    assert mates[5] == 4
    assert Blossom((0, 1, 2), method.blossoms()[0].dual) in method.blossoms()
