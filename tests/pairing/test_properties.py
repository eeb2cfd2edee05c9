"""What holds for every problem: proofs are true, mutated ones are refused, and nothing outside the problem matters."""

import dataclasses
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oppipari import pairing
from oppipari.pairing import Participant, Policy, Problem, Side, Stage, Way
from oppipari.pairing.criteria import Criteria, Rule
from oppipari.pairing.graph import Graph

TAGS = [f"tag{i}" for i in range(12)]
KINDS = ("even", "ties", "sparse", "odd groups", "two parts", "few types")


def adversary(seed: int, largest: int = 90) -> Problem:
    """A random problem of one of six kinds, those that are hard for one or another method among them."""
    r = np.random.default_rng(seed)
    kind = KINDS[seed % len(KINDS)]
    n = int(r.integers(6, largest))
    scores, allowed = r.integers(0, 1001, (n, n)), r.random((n, n)) < 0.8
    if kind == "ties":
        scores = r.integers(0, r.integers(2, 11), (n, n)) * 90
    elif kind == "sparse":
        allowed = r.random((n, n)) < min(1.0, r.uniform(1.5, 5) / n)
    elif kind == "odd groups":
        group = np.repeat(np.arange(n), 2 * r.integers(1, 4, n) + 1)[:n]
        same = group[:, None] == group[None, :]
        scores, allowed = np.where(same, 900, r.integers(0, 300, (n, n))), same | (r.random((n, n)) < 0.1)
    elif kind == "two parts":
        border = int(r.integers(1, n))
        allowed[:border, border:] = allowed[border:, :border] = False
    elif kind == "few types":
        types = r.integers(0, 5, n)
        scores = (r.integers(1, 8, (5, 5)) * 120)[types][:, types]
    scores, allowed = np.triu(scores, 1), np.triu(allowed, 1)
    return Problem.from_scores([f"k{i:03}" for i in range(n)], scores + scores.T, allowed | allowed.T, seed=str(seed))


@pytest.mark.parametrize("block", range(4))
def test_plans_of_every_kind_are_proven_without_a_gap(block: int) -> None:
    for seed in range(block * 60, block * 60 + 60):
        problem = adversary(seed)
        if problem.number_allowed:
            plan = pairing.solve(problem)
            assert plan.gap == 0, seed
            assert pairing.verify(problem, plan) == pairing.Verdict(True), seed


participants = st.lists(
    st.builds(
        Participant,
        key=st.integers(0, 10**6).map(lambda k: f"p{k}@example.org"),
        shares=st.lists(st.sampled_from(TAGS), max_size=5, unique=True).map(tuple),
        wants=st.lists(st.sampled_from(TAGS), max_size=7, unique=True).map(tuple),
        stage=st.sampled_from([None, *Stage]),
        wished_stages=st.frozensets(st.sampled_from(list(Stage)), max_size=2),
        slots=st.frozensets(st.integers(0, 20), max_size=8),
        languages=st.frozensets(st.sampled_from(["fi", "sv", "en"]), max_size=2),
        way=st.sampled_from([None, *Way]),
        unit=st.sampled_from(["", "u", "v"]),
        team=st.sampled_from(["", "x", "y"]),
        side=st.sampled_from([None, *Side]),
    ),
    min_size=2,
    max_size=14,
    unique_by=lambda p: p.key,
)
policies = st.builds(
    Policy,
    min_common_slots=st.integers(0, 3),
    require_common_language=st.booleans(),
    two_sided=st.booleans(),
    apart_within_team=st.booleans(),
    stage_pairs=st.sampled_from([frozenset(), frozenset({(Stage.EARLY, Stage.EXPERIENCED)})]),
)
relaxed = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(participants, policies)
def test_a_tile_of_scores_is_what_listed_pairs_say(some: list[Participant], policy: Policy) -> None:
    source = Criteria(some, policy)
    n = len(some)
    i, j = np.divmod(np.arange(n * n), n)
    everybody = np.arange(n)
    tile = source.tile(everybody, everybody).ravel()
    listed = source.at(i, j)
    off = i != j
    assert np.array_equal(np.where(tile < 0, -1, tile)[off], listed[off])


@relaxed
@given(participants, policies)
def test_hard_rules_read_as_they_are_meant(some: list[Participant], policy: Policy) -> None:
    if policy.two_sided:
        some = [dataclasses.replace(p, side=p.side or Side.MENTOR) for p in some]
    problem = Problem.from_participants(some, policy=policy)
    people = {p.key: p for p in some}
    for a in problem.keys:
        for b in problem.keys:
            p, q = people[a], people[b]
            if a == b:
                assert not problem.allowed(a, b)
                continue
            meets = True
            if policy.two_sided:
                meets &= p.side != q.side
            if policy.require_common_language and p.languages and q.languages:
                meets &= bool(p.languages & q.languages)
            if p.slots and q.slots:
                meets &= len(p.slots & q.slots) >= policy.min_common_slots
            if policy.apart_within_team and p.team:
                meets &= (p.unit, p.team) != (q.unit, q.team)
            if policy.stage_pairs and p.stage and q.stage:
                meets &= {p.stage, q.stage} == {Stage.EARLY, Stage.EXPERIENCED}
            assert problem.allowed(a, b) == meets


@relaxed
@given(participants, st.randoms(use_true_random=False))
def test_neither_order_nor_threads_nor_the_second_time_change_a_plan(some: list[Participant], r: random.Random) -> None:
    try:
        plan = pairing.solve(Problem.from_participants(some, seed="s"), threads=1)
    except (pairing.NoAllowedPair, pairing.NothingToCompare):
        return
    shuffled = some[:]
    r.shuffle(shuffled)
    other = pairing.solve(Problem.from_participants(shuffled, seed="s"), threads=2)
    assert dataclasses.replace(plan, seconds=0).to_dict() == dataclasses.replace(other, seconds=0).to_dict()


def mutations(problem: Problem, plan: pairing.Plan, r: random.Random) -> Any:
    """Lies about a plan, each of which makes one of its claims untrue."""
    replace = dataclasses.replace
    c = plan.certificate
    vertices = list(c.duals.vertices)
    while True:
        kind = r.randrange(9)
        if kind == 0:
            yield replace(plan, total=plan.total + r.choice([-10, -1, 1, 10]))
        elif kind == 1:
            yield replace(plan, bound=plan.bound + r.choice([-5, -1, 1, 5]))
        elif kind == 2:  # a price falls by more than all tie-breaks hold up
            k = r.randrange(len(vertices))
            lower = [*vertices]
            lower[k] -= 4 * c.duals.unit * r.randint(1, 50)
            yield replace(plan, certificate=replace(c, duals=replace(c.duals, vertices=tuple(lower))))
        elif kind == 3:  # two pairs change partners
            one, two = r.sample(plan.pairs, 2)
            swapped = [tuple(sorted((one.members[0], two.members[k]))) for k in (0, 1)]
            swapped[1] = tuple(sorted((one.members[1], two.members[1])))
            groups = [pairing.Group(m, problem.score(*m)) for m in swapped]
            if sum(g.score for g in groups) == one.score + two.score:
                continue  # equally good, so nothing about it is untrue
            rest = [g for g in plan.pairs if g not in (one, two)]
            found = tuple(sorted((*rest, *groups), key=lambda g: g.members))
            yield replace(plan, pairs=found)
        elif kind == 4:
            gone = r.choice(plan.pairs)
            yield replace(plan, pairs=tuple(g for g in plan.pairs if g != gone))
        elif kind == 5:
            k = r.randrange(len(plan.pairs))
            pairs = list(plan.pairs)
            pairs[k] = replace(pairs[k], score=pairs[k].score + r.choice([-1, 1]))
            yield replace(plan, pairs=tuple(pairs))
        elif kind == 6:
            yield replace(plan, certificate=replace(c, size=c.size + r.choice([-1, 1])))
        elif kind == 7:
            yield replace(plan, floor=(plan.floor or 0) + 1)
        else:
            yield replace(plan, allowed_pairs=plan.allowed_pairs + r.choice([-1, 1]))


def test_a_thousand_lies_are_found_out() -> None:
    """Also when the seal is made anew, so that only the claims themselves can give them away."""
    r = random.Random(4)
    refused = 0
    for seed in range(40):
        problem = adversary(seed, 40)
        if not problem.number_allowed:
            continue
        plan = pairing.solve(problem)
        if len(plan.pairs) < 2:
            continue
        lies = mutations(problem, plan, r)
        for _ in range(28):
            lie = next(lies)
            assert not pairing.verify(problem, lie).holds
            sealed = pairing.verify(problem, lie.sealed())
            assert not sealed.holds, (seed, lie)
            refused += 1
    assert refused >= 1000


def test_any_single_figure_of_a_certificate_that_is_touched_is_noticed() -> None:
    problem = adversary(0, 30)
    plan = pairing.solve(problem)
    data = plan.to_dict()
    touched = 0

    def walk(node: Any) -> None:
        nonlocal touched
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for key, value in list(items):
            if isinstance(value, int) and not isinstance(value, bool):
                node[key] = value + 1
                assert not pairing.verify(problem, pairing.Plan.from_dict(data)).holds
                node[key] = value
                touched += 1
            elif isinstance(value, tuple):
                node[key] = list(value)
                walk(node[key])
            else:
                walk(value)

    walk(data["certificate"])
    assert touched > 30


@pytest.mark.parametrize("seed", range(6))
def test_a_change_answered_at_once_is_as_good_as_a_new_solution(seed: int) -> None:
    r = random.Random(seed)
    some = [
        Participant(
            key=f"p{i:03}",
            shares=tuple(r.sample(TAGS, 3)),
            wants=tuple(r.sample(TAGS, 3)),
            slots=frozenset(r.sample(range(21), 7)),
            unit=f"u{i % 4}",
        )
        for i in range(60 + seed)
    ]
    problem = Problem.from_participants(some)
    now = pairing.solution(problem)
    locked: list[tuple[str, str]] = []
    forbidden: list[tuple[str, str]] = []
    for step in range(6):
        taken = {k for pair in locked for k in pair}
        free = [k for k in problem.keys if k not in taken]
        if step % 2:
            forbidden.append(r.choice([g for g in now.plan.pairs if not g.locked]).members)  # type: ignore[arg-type]
        else:
            locked.append(
                next(
                    (a, b)
                    for a, b in (r.sample(free, 2) for _ in range(1000))
                    if problem.allowed(a, b) and (a, b) not in forbidden and (b, a) not in forbidden
                )
            )
        changed = problem.changed(locked=locked, forbidden=forbidden)
        after = pairing.reoptimize(changed, now)
        again = pairing.solve(changed, stay=now.plan)
        assert pairing.verify(changed, after.plan).holds
        assert after.plan.gap == 0
        if again.floor == after.plan.floor:
            kept = [
                len({g.members for g in p.pairs} & {g.members for g in now.plan.pairs}) for p in (after.plan, again)
            ]
            assert after.plan.total + 5 * kept[0] == again.total + 5 * kept[1]
        now = after
    for others in (some[1:], [*some, dataclasses.replace(some[0], key="zz")]):
        with_others = Problem.from_participants(others)
        plan = pairing.reoptimize(with_others, pairing.solution(problem)).plan
        assert pairing.verify(with_others, plan).holds
        assert plan.gap == 0


def test_listed_pairs_make_the_same_problem_as_a_matrix() -> None:
    dense = adversary(1, 40)
    sparse = Problem.from_triples(dense.keys, list(dense.allowed_pairs()), seed="1")
    a, b = pairing.solve(dense), pairing.solve(sparse)
    assert (a.total, a.floor, len(a.pairs)) == (b.total, b.floor, len(b.pairs))
    assert pairing.verify(sparse, b).holds


def test_more_people_than_fit_one_tile_are_looked_at_in_full() -> None:
    """3,000 people are a dozen strips; the proof is over every pair, with one thread and with two."""
    r = random.Random(0)
    tags = [f"t{i}" for i in range(40)]
    some = [
        Participant(
            f"p{i:04}", tuple(r.sample(tags, 3)), tuple(r.sample(tags, 3)), slots=frozenset(r.sample(range(21), 6))
        )
        for i in range(2600)
    ]
    problem = Problem.from_participants(some)
    plan = pairing.solve(problem, threads=2)
    assert plan.gap == 0
    assert len(plan.pairs) == 1300
    assert pairing.verify(problem, plan).holds
    one = pairing.solve(problem, threads=1)
    assert dataclasses.replace(one, seconds=0) == dataclasses.replace(plan, seconds=0)


def test_when_time_runs_out_the_gap_is_told_and_true() -> None:
    r = np.random.default_rng(5)
    n = 400
    scores = np.triu(r.integers(0, 1001, (n, n)), 1)
    problem = Problem.from_scores([f"k{i:03}" for i in range(n)], scores + scores.T)
    best = pairing.solve(problem)
    hasty = pairing.solve(problem, time_limit=0.0)
    assert pairing.verify(problem, hasty).holds
    assert hasty.bound >= hasty.total
    assert len(hasty.pairs) == n // 2
    free = pairing.solve(Problem.from_scores(problem.keys, scores + scores.T, policy=Policy(floor=False)))
    assert free.total >= best.total
    assert hasty.total <= free.total


@pytest.mark.parametrize("weights", [{"a_learns": 101}, {"a_learns": -1}, {"a_learns": 1.5}, {"a_learns": 2**70}])
def test_impossible_weights_are_refused(weights: dict[str, Any]) -> None:
    points = {pairing.Criterion(c): p for c, p in weights.items()}
    with pytest.raises(pairing.BadWeights):
        Problem.from_participants([Participant("a"), Participant("b")], policy=Policy(points=points))


def test_an_empty_vocabulary_is_named() -> None:
    with pytest.raises(pairing.NothingToCompare):
        pairing.solve(Problem.from_participants([Participant("a"), Participant("b")]))


def test_places_are_for_one_side_only() -> None:
    with pytest.raises(pairing.BadCapacity):
        Problem.from_scores(["a", "b"], np.zeros((2, 2)), capacities=[2, 1])
    with pytest.raises(pairing.BadCapacity):
        Problem.from_scores(["a", "b"], np.zeros((2, 2)), capacities=[0, 1], sides=[Side.MENTOR, Side.MENTEE])


def test_no_common_time_is_named_to_everyone_who_waits_for_it() -> None:
    some = [Participant(k, ("x",), ("x",), slots=frozenset({s})) for s, k in enumerate("abc")]
    with pytest.raises(pairing.NoAllowedPair):
        pairing.solve(Problem.from_participants(some))
    problem = Problem.from_participants([*some, Participant("d", ("x",), ("x",), slots=frozenset({0}))])
    plan = pairing.solve(problem)
    assert plan.waiting_reasons == {"b": pairing.Wait.NO_COMMON_TIME, "c": pairing.Wait.NO_COMMON_TIME}
    assert problem.rule_between(0, 1) == Rule.NO_COMMON_TIME
    assert Graph.of(problem).people == 4
