"""What makes changes among thousands quick must not make them wrong."""

import random

import numpy as np
import pytest
import rustworkx

from oppipari import pairing
from oppipari.pairing import Participant, Problem
from oppipari.pairing.cardinality import Search
from oppipari.pairing.pricing import near, slack
from oppipari.pairing.reserve import laid_by


def many(n: int) -> list[Participant]:
    r = random.Random(n)
    tags = [f"t{i}" for i in range(40)]
    return [
        Participant(
            f"p{i:04}",
            tuple(r.sample(tags, 3)),
            tuple(r.sample(tags, 3)),
            slots=frozenset(r.sample(range(21), 6)),
            unit=f"u{i % 5}",
        )
        for i in range(n)
    ]


def test_a_change_among_thousands_is_proven_and_moves_ten_people_at_most() -> None:
    r = random.Random(1)
    problem = Problem.from_participants(many(2101))
    now = pairing.solution(problem)
    locked: list[tuple[str, ...]] = []
    forbidden: list[tuple[str, ...]] = []
    for step in range(6):
        pair = r.choice([g for g in now.plan.pairs if not g.locked])
        meant = set(pair.members)
        if step % 2:
            forbidden.append(pair.members)
        else:
            other = r.choice([k for k in problem.keys if problem.allowed(pair.members[0], k) and k not in meant])
            locked.append((pair.members[0], other))
            meant = {pair.members[0], other}
        changed = problem.changed(locked=locked, forbidden=forbidden)  # type: ignore[arg-type]
        after = pairing.resolve(changed, now)
        assert after.plan.gap == 0
        assert pairing.verify(changed, after.plan).holds
        old = {g.members for g in now.plan.groups}
        moved = {k for g in after.plan.groups if g.members not in old for k in g.members} - meant
        assert len(moved) <= 10
        now = after


@pytest.mark.parametrize("fall", [3, 60, 900])
def test_no_open_pair_is_missed_however_far_prices_fell(fall: int) -> None:
    found = pairing.solution(Problem.from_participants(many(400)))
    field, y = found.best.field, found.best.fractional.y
    laid = laid_by(field, y)
    assert laid is not None
    reserve, edges = laid
    r = np.random.default_rng(fall)
    lower = y.copy()
    lower[r.choice(field.people, 40, replace=False)] -= r.integers(0, 2 * fall * field.unit, 40)
    open_ones = near(field, lower, -1, every=True)
    assert len(open_ones)
    code = field.people
    known = edges.joined(reserve.open(field, lower), size=code)
    known = known.picked(slack(field, lower, known) < 0)
    assert set((known.u * code + known.v).tolist()) >= set((open_ones.u * code + open_ones.v).tolist())


@pytest.mark.parametrize("seed", range(40))
def test_the_largest_number_of_pairs_is_what_another_solver_finds(seed: int) -> None:
    r = np.random.default_rng(seed)
    n = int(r.integers(3, 60))
    u, v = np.triu_indices(n, 1)
    pick = r.random(len(u)) < r.uniform(1, 4) / n
    u, v = u[pick], v[pick]
    search = Search(n, u, v, np.full(n, -1, dtype=np.int64))
    removed = search.run()
    pairs = int((search.mates >= 0).sum()) // 2
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from([(int(a), int(b), 1) for a, b in zip(u, v, strict=True)])
    assert pairs == len(rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=lambda _w: 1))
    # Tutte and Berge: without the removed ones there are as many odd parts more as people stay alone.
    graph.remove_nodes_from(removed.tolist())
    odd = sum(len(part) % 2 for part in rustworkx.connected_components(graph))
    assert n - 2 * pairs == odd - len(removed)
