"""The fractional matching: an optimal assignment with duals that prove it, and its repair after costs fell."""

from itertools import permutations

import numpy as np
import pytest

from oppipari.pairing.fractional_matching import Arcs, optimal_assignment, repair_assignment


def arcs_of(cost: np.ndarray) -> Arcs:
    """All arcs of a cost table, sorted by head."""
    n = len(cost)
    head, tail = np.divmod(np.arange(n * n), n)
    return Arcs(n, tail, head, cost[tail, head])


def cost_table(seed: int) -> np.ndarray:
    r = np.random.default_rng(seed)
    n = int(r.integers(1, 7))
    return r.integers(-50, 50, (n, n))


def holds(cost: np.ndarray, successor: np.ndarray, left: np.ndarray, right: np.ndarray) -> None:
    everybody = np.arange(len(cost))
    assert sorted(successor.tolist()) == everybody.tolist()
    assert (left[:, None] + right[None, :] <= cost).all()
    assert (left + right[successor] == cost[everybody, successor]).all()


@pytest.mark.parametrize("seed", range(40))
def test_an_assignment_is_the_best_of_all_permutations_and_proven(seed: int) -> None:
    cost = cost_table(seed)
    n = len(cost)
    found = optimal_assignment(arcs_of(cost))
    holds(cost, found.successor, found.left, found.right)
    best = min(sum(cost[u, v] for u, v in enumerate(p)) for p in permutations(range(n)))
    assert cost[np.arange(n), found.successor].sum() == best
    assert found.loops.tolist() == [u for u, v in enumerate(found.successor) if u == v]


@pytest.mark.parametrize("seed", range(40))
def test_a_repaired_assignment_is_as_good_as_a_new_one(seed: int) -> None:
    cost = cost_table(seed)
    before = optimal_assignment(arcs_of(cost))
    r = np.random.default_rng(seed)
    cheaper = cost - r.integers(0, 30, cost.shape) * (r.random(cost.shape) < 0.3)
    arcs = arcs_of(cheaper)
    left = before.left.copy()
    np.minimum.at(left, arcs.tail, arcs.cost - before.right[arcs.head])
    after = repair_assignment(arcs, before.successor, left, before.right)
    assert after is not None
    holds(cheaper, after.successor, after.left, after.right)


def test_an_assignment_is_not_repaired_where_duals_are_infeasible_or_too_many_are_unmatched() -> None:
    cost = np.array([[0, 5], [5, 0]])
    found = optimal_assignment(arcs_of(cost))
    assert repair_assignment(arcs_of(cost - 10), found.successor, found.left, found.right) is None
    assert repair_assignment(arcs_of(cost), np.full(2, -1), found.left, found.right, 1) is None
