"""Regressions: what once went wrong, in the smallest problem that shows it."""

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.pairing.plans import forged, pairs

from oppipari import pairing
from oppipari.pairing import (
    Odd,
    Participant,
    Plan,
    Policy,
    Problem,
    Side,
    reoptimize,
    solution,
    solve,
    verify,
    words,
)
from oppipari.pairing.blossom_duals import Blossom
from oppipari.pairing.certificate import Duals, TooCostly

S, E = Side.MENTOR, Side.MENTEE
listed = Problem.from_triples
replace = dataclasses.replace


def test_a_plan_in_which_all_that_was_shown_is_locked_holds() -> None:
    problem = listed("abcd", [(a, b, 100) for a in "abcd" for b in "abcd" if a < b])
    shown = solve(problem)
    locked = problem.changed(locked=[g.members for g in shown.pairs])
    assert verify(locked, solve(locked, stay=shown)).failed is None


def test_places_of_one_person_are_not_taken_for_neighbours() -> None:
    problem = listed(
        "abcde",
        [("b", "d", 200), ("b", "e", 300)],
        sides=[E, S, E, E, E],
        capacities=[1, 2, 1, 1, 1],
        set_aside=["a", "d"],
    )
    assert [(g.members, g.score) for g in solve(problem).pairs] == [(("b", "e"), 300)]
    problem = listed("abc", [("a", "b", 2), ("a", "c", 3)], sides=[S, E, E], capacities=[3, 1, 1], locked=[("a", "b")])
    plan = solve(problem)
    assert pairs(plan) == {("a", "b"), ("a", "c")}
    assert verify(problem, plan).failed is None


def test_allowed_pairs_are_those_of_people_not_of_their_places() -> None:
    allowed = np.zeros((4, 4), dtype=bool)
    allowed[0, 2:] = allowed[2:, 0] = allowed[1, 2] = allowed[2, 1] = True
    problem = Problem.from_scores(
        "abcd", np.full((4, 4), 5), allowed, sides=[S, S, E, E], capacities=[2, 1, 1, 1], set_aside=["b"]
    )
    plan = solve(problem)
    assert plan.allowed_pairs == 3
    assert verify(problem, plan).failed is None


# -- pairs that are allowed again ---------------------------------------------------------------------------------------


def test_a_pair_that_is_allowed_again_is_found_again() -> None:
    people = [Participant(f"p{i}", shares=("x",) if i < 2 else (), wants=("x",) if i < 2 else ("y",)) for i in range(6)]
    problem = Problem.from_participants(people)
    before = solution(problem.changed(forbidden=[("p0", "p1")]))
    after = reoptimize(problem, before)
    assert after.plan.total == solve(problem).total == 1250
    assert verify(problem, after.plan).failed is None


# -- forged proofs ------------------------------------------------------------------------------------------------------


def test_prices_too_large_for_64_bits_prove_nothing() -> None:
    """Twice 2**61 times a score that 4 divides is a multiple of 2**64, so that every pair would look covered by nothing."""
    triples = [("a", "b", 400), ("a", "c", 800), ("b", "d", 800), ("c", "d", 400)]
    worse = solve(listed("abcd", [triples[0], triples[3]]))
    problem = listed("abcd", triples)
    assert (worse.total, solve(problem).total) == (800, 1600)
    for unit in (2**61, 2**62, 2**63):
        # 800 blossoms that make the bound what is wanted; four of them together cover a multiple of 2**64: nothing.
        duals = Duals(unit, (0, 0, 0, 0), (Blossom((0, 1, 2), unit),) * 800)
        assert duals.bound == 800
        lie = replace(worse, allowed_pairs=4, floor=400, total=800, bound=800)
        proof = {"fingerprint": problem.fingerprint, "components": (), "seat_components": (), "floor": 400, "size": 2}
        assert not verify(problem, forged(lie, **proof, duals=duals, unfloored=duals, ceiling=None)).holds
    plan = solve(problem)
    for price in (2**60, 2**62, 2**63, 2**70):
        prices = replace(plan.certificate.duals, vertices=(price, -price, price, -price))
        assert not verify(problem, forged(plan, duals=prices)).holds


def costly_floor() -> Problem:
    """A floor of 300 would cost 40 % of the whole: the pairs ac and bd."""
    return listed("abcd", [("a", "b", 900), ("c", "d", 100), ("a", "c", 300), ("b", "d", 300)])


def test_a_floor_that_costs_more_than_the_policy_allows_is_refused() -> None:
    problem = costly_floor()
    plan = solve(problem)
    assert (plan.total, plan.floor) == (1000, 100)
    every = Policy(floor_price=Fraction(1))
    generous = listed("abcd", list(problem.allowed_pairs()), policy=every)
    other = solve(generous)
    assert (other.total, other.floor) == (600, 300)
    lie = forged(other, fingerprint=problem.fingerprint)
    assert verify(problem, lie).failed == "the price of the floor"


def test_a_floor_that_only_its_price_stops_is_proven_to_be_the_highest() -> None:
    problem = costly_floor()
    plan = solve(problem)
    proof = plan.certificate
    assert proof.ceiling is None
    assert proof.too_costly is not None
    assert not proof.floor_open
    assert verify(problem, plan).failed is None
    # A floor of 90 holds no less, but it could be higher, and nothing proves the contrary.
    low = replace(plan, floor=90)
    assert verify(problem, forged(low, floor=90)).failed == "no higher floor"
    unsaid = forged(low, floor=90, too_costly=None)
    assert verify(problem, unsaid).failed is None  # it claims no more than that nobody looked
    assert "not settled" in words.proof(unsaid, "en")
    assert "selvitetty" in words.proof(unsaid, "fi")
    assert "not settled" not in words.proof(plan, "en")


def test_what_a_floor_is_held_against_is_a_plan_not_only_a_bound() -> None:
    """Prices without a floor that are too high make a tenth more look too costly; a plan must show that it is."""
    problem = listed("abcd", [("a", "b", 510), ("c", "d", 490), ("a", "c", 495), ("b", "d", 495)])
    plan = solve(problem)
    assert (plan.floor, plan.total) == (495, 990)
    free = solve(listed("abcd", list(problem.allowed_pairs()), policy=Policy(floor=False)))
    higher = solve(listed("abcd", list(problem.allowed_pairs()), policy=Policy(floor_price=Fraction(1))))
    loose = replace(
        free.certificate.duals,
        vertices=tuple(v + 24 * free.certificate.duals.unit for v in free.certificate.duals.vertices),
    )
    assert (loose.bound, problem.policy.least_with_floor(loose.bound)) == (1048, 996)
    for mates in ((1, 0, 3, 2), (2, 3, 0, 1), (-1, -1, -1, -1), (1, 0), (1, 2, 3, 0), (0, 1, 2, 3), (9, 9, 9, 9)):
        lie = forged(
            replace(plan, pairs=free.pairs, total=1000, bound=1000, floor=490),
            floor=490,
            ceiling=None,
            too_costly=TooCostly(higher.certificate.duals, mates),
            duals=free.certificate.duals,
            unfloored=loose,
        )
        assert verify(problem, lie).failed == "no higher floor"


def test_a_bonus_is_what_the_policy_says_and_only_for_pairs_that_are_possible() -> None:
    problem = listed("abcd", [("a", "b", 900), ("c", "d", 100), ("a", "c", 500), ("b", "d", 500)])
    plan = solve(problem, stay=solve(problem))
    assert plan.certificate.bonus == 5
    other = solution(listed("abcd", list(problem.allowed_pairs()), policy=Policy(stay_bonus=80)))
    dearer = solve(other.problem, stay=other.plan)
    lie = forged(dearer, fingerprint=problem.fingerprint)
    assert verify(problem, lie).failed == "bonus"
    for kept in ((("a", "d"),), (("b", "a"),), (("a", "b"), ("a", "b"))):
        assert verify(problem, forged(plan, kept=kept)).failed == "kept pairs are possible"


def test_what_was_not_settled_in_time_is_said() -> None:
    problem = costly_floor()
    hasty = solve(problem, time_limit=0)
    assert verify(problem, hasty).failed is None
    assert hasty.certificate.floor_open
    assert "not settled" in words.proof(hasty, "en")
    # A change keeps the floor, and does not ask again whether it could be higher.
    after = reoptimize(problem.changed(forbidden=[("a", "d")]), solution(problem))
    assert verify(after.problem, after.plan).failed is None
    assert after.plan.certificate.floor_open


@pytest.mark.parametrize("together", [lambda a, b: a * b // 1000, lambda a, b: (a + b) // 2])
def test_a_floor_that_may_cost_nothing_is_kept_to_also_when_there_was_no_time(together: Any) -> None:
    """Everybody would have the same few, so that pricing all pairs once leaves a gap; the second time closes it."""
    worth = np.random.default_rng(1).integers(0, 1001, 126)[:93]
    problem = Problem.from_scores(
        [f"k{i:03}" for i in range(len(worth))],
        together(worth[:, None], worth[None, :]),
        policy=Policy(floor_price=Fraction(0)),
    )
    hasty = solve(problem, time_limit=0)
    assert verify(problem, hasty).failed is None
    assert hasty.certificate.floor_open


def test_an_edit_that_would_make_the_floor_too_costly_is_solved_anew() -> None:
    """The floor of 300 costs 49 of 1,049 at first; with ef locked at nothing it would cost more than 5 % of what is left."""
    triples = [("a", "b", 349), ("c", "d", 300), ("a", "c", 320), ("b", "d", 320), ("e", "f", 400), ("e", "g", 390)]
    problem = listed("abcdefgh", [*triples, ("g", "h", 400), ("f", "h", 390), ("g", "f", 0), ("e", "h", 0)])
    before = solution(problem)
    assert before.plan.floor == 320
    after = reoptimize(problem.changed(locked=[("e", "f"), ("g", "h")]), before)
    assert verify(after.problem, after.plan).failed is None


# -- trios ----------------------------------------------------------------------------------------------------------------


def test_a_trio_is_held_against_the_bound_as_the_pair_that_a_third_joined() -> None:
    policy = Policy(floor=False)
    problem = listed("abc", [("a", "b", 500), ("a", "c", 100), ("b", "c", 100)], policy=policy)
    shown = solve(problem.changed(forbidden=[("a", "b"), ("b", "c")]))
    plan = solve(problem, odd=Odd.TRIO, stay=shown)
    assert verify(problem, plan).failed is None
    assert plan.trios[0].core == pairing.Group(("a", "b"), 500)
    assert (plan.gap, plan.proven) == (0, False)

    problem = listed("abc", [("a", "b", 100), ("a", "c", 102), ("b", "c", 104)], policy=policy)
    shown = solve(problem.changed(forbidden=[("a", "c"), ("b", "c")]))
    plan = solve(problem, odd=Odd.TRIO, stay=shown)
    assert verify(problem, plan).failed is None
    assert (plan.total, plan.paired, plan.gap) == (102, 100, 0)
    assert "0.5 points more" in words.proof(plan, "en")
    assert verify(problem, Plan.from_dict(plan.to_dict())).failed is None
    # Another pair of the three is no better founded.
    lie = replace(plan, trios=(replace(plan.trios[0], core=pairing.Group(("b", "c"), 104)),)).sealed()
    assert not verify(problem, lie).holds
    assert not verify(problem, replace(plan, trios=(replace(plan.trios[0], core=None),)).sealed()).holds


# -- why somebody waits ---------------------------------------------------------------------------------------------------


def test_who_waits_by_an_odd_number_alone_is_not_told_that_others_are_needed_elsewhere() -> None:
    """Everybody possible for a, b and c is s, who is needed once; t, u and v are three who have nobody else."""
    star = [("a", "s", 1), ("b", "s", 2), ("c", "s", 3)]
    problem = listed("abcstuv", [*star, ("t", "u", 5), ("u", "v", 5), ("t", "v", 5)])
    plan = solve(problem)
    ring = {k: why for k, why in plan.waiting_reasons.items() if k in "tuv"}
    assert list(ring.values()) == [pairing.Wait.ODD_NUMBER]
    assert {k: str(why) for k, why in plan.waiting_reasons.items() if k in "abc"} == {
        "a": "needed_elsewhere",
        "b": "needed_elsewhere",
    }
    assert verify(problem, plan).failed is None
    lie = replace(plan, waiting_reasons=plan.waiting_reasons | {next(iter(ring)): pairing.Wait.NEEDED_ELSEWHERE})
    assert verify(problem, lie.sealed()).failed == "the reason of everyone who waits"
