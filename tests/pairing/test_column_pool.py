"""The column pool answers for every edge: none that duals violate is missed, however far they fell."""

import numpy as np
import pytest
from tests.pairing.plans import many

from oppipari import pairing
from oppipari.pairing import Problem
from oppipari.pairing.column_pool import build_pool
from oppipari.pairing.pricing import edges_within, slack


@pytest.mark.parametrize("fall", [3, 60, 900])
def test_no_violated_edge_is_missed_however_far_duals_fell(fall: int) -> None:
    found = pairing.solution(Problem.from_participants(many(400)))
    graph, y = found.matching.graph, found.matching.fractional.y
    built = build_pool(graph, y)
    assert built is not None
    pool, edges = built
    r = np.random.default_rng(fall)
    lower = y.copy()
    lower[r.choice(graph.people, 40, replace=False)] -= r.integers(0, 2 * fall * graph.unit, 40)
    violated = edges_within(graph, lower, -1, every=True)
    assert len(violated)
    code = graph.people
    known = edges.union(pool.violated(graph, lower), size=code)
    known = known.subset(slack(graph, lower, known) < 0)
    assert set((known.u * code + known.v).tolist()) >= set((violated.u * code + violated.v).tolist())
