"""The engine against brute force, an independent solver, and its own proof."""

import dataclasses
import random
from fractions import Fraction
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
import rustworkx

from oppipari import pairing
from oppipari.pairing import Odd, Participant, Policy, Problem, Side, Stage, Way, words

TAGS = [f"tag{i}" for i in range(18)]


def people(n: int, seed: int, *, tongues: int = 2, slots: tuple[int, int] = (3, 9)) -> list[Participant]:
    r = random.Random(seed)
    return [
        Participant(
            key=f"p{i:03}@example.org",
            shares=tuple(r.sample(TAGS, r.randint(1, 5))),
            wants=tuple(r.sample(TAGS, r.randint(1, 5))),
            stage=r.choice(list(Stage)),
            wished_stages=frozenset(r.sample(list(Stage), r.randint(0, 1))),
            slots=frozenset(r.sample(range(21), r.randint(*slots))),
            languages=frozenset(r.sample(["fi", "sv", "en"], tongues)),
            way=r.choice(list(Way)),
            unit=f"u{r.randint(0, 3)}",
        )
        for i in range(n)
    ]


def matrices(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Scores of every two people, and which pairs are allowed."""
    rows = np.array([problem.row(i) for i in range(len(problem))])
    return rows, rows >= 0


def best_by_brute_force(scores: np.ndarray, allowed: np.ndarray, floor: int = -1) -> tuple[int, int]:
    """(number of pairs, total) of the best set of pairs, by trying all."""
    n = len(scores)

    def go(left: tuple[int, ...]) -> tuple[int, int]:
        if len(left) < 2:
            return 0, 0
        first, rest = left[0], left[1:]
        best = go(rest)
        for j in rest:
            if allowed[first, j] and scores[first, j] >= floor:
                count, total = go(tuple(k for k in rest if k != j))
                best = max(best, (count + 1, total + int(scores[first, j])))
        return best

    return go(tuple(range(n)))


def floor_by_brute_force(scores: np.ndarray, allowed: np.ndarray) -> tuple[int, int, int]:
    """(pairs, floor, total) of the stages one after the other."""
    count, free = best_by_brute_force(scores, allowed)
    found = (count, -1, free)
    for floor in sorted(set(scores[allowed].tolist())):
        now, total = best_by_brute_force(scores, allowed, floor)
        if now == count and total >= free * Fraction(95, 100):
            found = (count, floor, total)
    return found


def random_problem(seed: int, n: int) -> Problem:
    r = np.random.default_rng(seed)
    kinds = int(r.integers(1, 5))
    scores = np.triu(r.integers(0, [3, 12, 100, 1001][kinds - 1], (n, n)), 1)
    allowed = np.triu(r.random((n, n)) < r.choice([0.2, 0.5, 0.9]), 1)
    if kinds == 2:  # two groups that cannot meet
        allowed[: n // 2, n // 2 :] = False
    return Problem.from_scores([f"k{i:02}" for i in range(n)], scores + scores.T, allowed | allowed.T, seed=str(seed))


@pytest.mark.parametrize("block", range(6))
def test_it_equals_brute_force_stage_by_stage(block: int) -> None:
    for seed in range(block * 55, block * 55 + 55):
        n = 2 + seed % (11 if seed % 5 == 0 else 8)
        problem = random_problem(seed, n)
        if not problem.number_allowed:
            with pytest.raises(pairing.NoAllowedPair):
                pairing.solve(problem)
            continue
        plan = pairing.solve(problem)
        count, floor, total = floor_by_brute_force(*matrices(problem))
        assert (len(plan.pairs), plan.total) == (count, total), seed
        # The highest floor is the lowest score that had to stay; brute force names the same threshold.
        worst = min(g.score for g in plan.pairs)
        assert plan.floor is not None
        assert plan.floor <= worst
        assert floor_threshold(problem, plan.floor) == floor_threshold(problem, floor), seed
        assert plan.proven
        assert pairing.verify(problem, plan) == pairing.Verdict(True)


def floor_threshold(problem: Problem, floor: int) -> int:
    """Which allowed pairs a floor leaves: two floors between the same scores are the same rule."""
    return int((matrices(problem)[0] >= floor).sum())


@pytest.mark.parametrize("n", [30, 47, 64, 100])
def test_it_equals_an_independent_solver_with_floor_and_number_of_pairs(n: int) -> None:
    for seed in range(3):
        problem = Problem.from_participants(people(n, seed * 100 + n, tongues=1 + seed % 2), seed="s")
        plan = pairing.solve(problem)
        count, free = independent(problem, -1)
        assert len(plan.pairs) == count
        assert plan.floor is not None
        assert independent(problem, plan.floor) == (count, plan.total)
        assert plan.total >= free * Fraction(95, 100)
        higher = sorted({s for _a, _b, s in problem.allowed_pairs() if s > plan.floor})
        if higher:
            now, total = independent(problem, higher[0])
            assert now < count or total < free * Fraction(95, 100)
        alone = Policy(floor=False)
        without = pairing.solve(
            Problem.from_participants(people(n, seed * 100 + n, tongues=1 + seed % 2), policy=alone)
        )
        assert (without.total, without.floor) == (free, None)
        assert plan.proven
        assert without.proven


def independent(problem: Problem, floor: int) -> tuple[int, int]:
    """(number of pairs, total) by rustworkx on all allowed pairs of at least `floor`."""
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(problem.keys)
    graph.add_edges_from([(problem.index[a], problem.index[b], s) for a, b, s in problem.allowed_pairs() if s >= floor])
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return len(found), sum(graph.get_edge_data(u, v) for u, v in found)


def test_the_order_of_the_people_changes_nothing() -> None:
    some = people(41, 7)
    plan = pairing.solve(Problem.from_participants(some, seed="kevät"))
    for seed in range(5):
        shuffled = some[:]
        random.Random(seed).shuffle(shuffled)
        assert pairing.solve(Problem.from_participants(shuffled, seed="kevät")) == plan


def test_another_seed_text_may_take_another_equally_good_plan() -> None:
    keys = [f"k{i}" for i in range(12)]
    flat = np.full((12, 12), 500)
    plans = {pairing.solve(Problem.from_scores(keys, flat, seed=str(s))).pairs for s in range(4)}
    assert len(plans) > 1


def test_points_add_up_to_the_score_and_hard_rules_hold() -> None:
    some = people(30, 3, tongues=1, slots=(1, 4))
    problem = Problem.from_participants(some)
    by_key = {p.key: p for p in some}
    for a, b in combinations(by_key, 2):
        assert sum(problem.points(a, b).values()) == problem.score(a, b) == problem.score(b, a)
        assert 0 <= problem.score(a, b) <= 1000
        meets = bool(by_key[a].slots & by_key[b].slots) and bool(by_key[a].languages & by_key[b].languages)
        assert problem.allowed(a, b) == meets


def test_a_full_house_scores_one_hundred() -> None:
    a = Participant("a", ("x",), ("y",), Stage.MID, frozenset(), frozenset(range(5)), frozenset({"fi"}), Way.TEAMS, "u")
    b = dataclasses.replace(a, key="b", shares=("y",), wants=("x",), unit="v")
    problem = Problem.from_participants([a, b])
    assert problem.score("a", "b") == 1000
    assert {str(c): p for c, p in problem.points("a", "b").items()} == {
        "a_learns": 250, "b_learns": 250, "reciprocity": 150, "wishes": 150, "common_time": 100, "other_team": 50, "meeting_way": 50,
    }  # fmt: skip


def test_impossible_pairs_never_come_out_and_cannot_be_locked() -> None:
    some = people(8, 1)
    a, b, c, d = (p.key for p in some[:4])
    some[0] = dataclasses.replace(some[0], supervisors=frozenset({b}))
    rules = {"exclusions": [(a, c)], "earlier": [(a, d)]}
    problem = Problem.from_participants(some, **rules)
    for other in (b, c, d):
        assert not problem.allowed(a, other)
        with pytest.raises(pairing.LockNotAllowed):
            Problem.from_participants(some, **rules, locked=[(a, other)])
    with pytest.raises(pairing.ContradictoryLocks):
        Problem.from_participants(some, forbidden=[(c, d)], locked=[(d, c)])
    with pytest.raises(pairing.UnknownPerson):
        Problem.from_participants(some, locked=[(a, "nobody")])
    with pytest.raises(pairing.SamePersonTwice):
        Problem.from_participants([*some, some[0]])


def test_nobody_is_locked_twice_or_with_themselves() -> None:
    keys = ["a", "b", "c"]
    with pytest.raises(pairing.LockedTwice):
        Problem.from_scores(keys, np.zeros((3, 3)), locked=[("a", "b"), ("b", "c")])
    with pytest.raises(pairing.LockNotAllowed):
        Problem.from_scores(keys, np.zeros((3, 3)), locked=[("a", "a")])


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1, 1001, 0.5, 2**70])
def test_impossible_scores_are_refused(bad: float) -> None:
    scores = np.array([[0, bad], [bad, 0]], dtype=float)
    with pytest.raises(pairing.BadScores):
        Problem.from_scores(["a", "b"], scores)


def test_locks_are_kept_and_cost_what_the_plans_differ() -> None:
    some = people(20, 5)
    before = pairing.solve(Problem.from_participants(some))
    problem = Problem.from_participants(some)
    a, b = next(
        (a, b) for a, b, _s in problem.allowed_pairs() if not any({a, b} == set(g.members) for g in before.pairs)
    )
    locked = Problem.from_participants(some, locked=[(a, b)])
    after = pairing.solve(locked, stay=before)
    assert (a, b) in {g.members for g in after.pairs if g.locked}
    assert pairing.verify(locked, after).holds
    cost = pairing.cost_of(before, after, meant=(a, b))
    price = pairing.why_not(problem, before, a, b)
    assert isinstance(price, pairing.Price)
    assert price.at_least <= cost.lost == before.total - after.total


def test_an_odd_person_waits_with_a_suggestion_or_joins_a_trio() -> None:
    some = people(9, 2)
    problem = Problem.from_participants(some)
    waits = pairing.solve(problem, odd=Odd.WAIT)
    assert len(waits.waiting) == len(waits.suggested_trios) == 1
    assert waits.waiting_reasons[waits.waiting[0]] == pairing.Wait.ODD_NUMBER
    trio = pairing.solve(problem, odd=Odd.TRIO)
    assert [t.members for t in trio.trios] == [waits.suggested_trios[0].members]
    assert not trio.waiting
    assert pairing.verify(problem, trio).holds
    for x, y in combinations(trio.trios[0].members, 2):
        assert problem.allowed(x, y)


def test_who_waited_last_round_is_not_the_one_to_wait_again_at_equal_totals() -> None:
    for unlucky in range(7):
        some = [Participant(f"p{i}", ("x",), ("x",), waited_last_round=i == unlucky) for i in range(7)]
        assert pairing.solve(Problem.from_participants(some)).waiting != (f"p{unlucky}",)


def test_a_two_sided_round_respects_sides_and_places_and_equals_brute_force() -> None:
    for seed in range(40):
        some = people(9, seed)
        mentors = [
            dataclasses.replace(p, side=Side.MENTOR, capacity=1 + (i + seed) % 2) for i, p in enumerate(some[:4])
        ]
        mentees = [dataclasses.replace(p, side=Side.MENTEE) for p in some[4:]]
        problem = Problem.from_participants([*mentors, *mentees], policy=Policy(two_sided=True, floor=False))
        if not problem.number_allowed:
            continue
        plan = pairing.solve(problem)
        graph = nx.Graph()
        for m in mentors:
            for place in range(m.capacity):
                for e in mentees:
                    if problem.allowed(m.key, e.key):
                        graph.add_edge((m.key, place), e.key, weight=problem.score(m.key, e.key))
        ref = nx.max_weight_matching(graph, maxcardinality=True)
        assert (len(plan.pairs), plan.total) == (len(ref), sum(graph[a][b]["weight"] for a, b in ref))
        assert plan.proven
        assert pairing.verify(problem, plan).holds


def test_verify_rejects_what_is_not_true() -> None:
    some = people(21, 11)
    problem = Problem.from_participants(some, seed="a")
    plan = pairing.solve(problem)
    replace = dataclasses.replace
    c = plan.certificate
    first, second = plan.pairs[:2]
    swapped = tuple(sorted((first.members[0], second.members[0]))), tuple(sorted((first.members[1], second.members[1])))
    lies = [
        replace(plan, total=plan.total + 1),
        replace(plan, bound=plan.bound - 1),
        replace(plan, pairs=plan.pairs[1:], waiting=tuple(sorted((*plan.waiting, *first.members)))),
        replace(plan, pairs=(replace(first, score=first.score + 1), *plan.pairs[1:])),
        replace(plan, waiting=()),
        replace(plan, people=20),
        replace(plan, allowed_pairs=plan.allowed_pairs - 1),
        replace(plan, floor=None),
        replace(plan, certificate=replace(c, fingerprint="0" * 32)),
        replace(plan, certificate=replace(c, size=c.size - 1)),
        replace(plan, pairs=tuple(pairing.Group(m, problem.score(*m)) for m in swapped) + plan.pairs[2:]),
    ]
    for lie in lies:
        # The claim itself is found to be untrue, whether or not the seal was made anew.
        failed = pairing.verify(problem, lie.sealed()).failed
        assert failed, lie
        assert pairing.verify(problem, lie).failed == failed
    assert pairing.verify(problem, replace(plan, seal="")).failed == "nothing changed since it was made"
    assert not pairing.verify(Problem.from_participants(people(21, 12), seed="a"), plan).holds
    assert pairing.verify(problem, pairing.Plan.from_dict(plan.to_dict())).holds


def test_three_hundred_people_are_proven() -> None:
    problem = Problem.from_participants(people(300, 1), seed="x")
    plan = pairing.solve(problem)
    assert len(plan.pairs) == 150
    assert plan.proven
    assert pairing.verify(problem, plan).holds


def test_no_reason_promises_a_trio() -> None:
    """Whether one is possible is another question, and pages show the trio itself where there is one."""
    for lang, word in (("fi", "kolmik"), ("sv", "trio"), ("en", "trio")):
        for wait in pairing.Wait:
            assert word not in words.waiting(wait, lang).lower()
