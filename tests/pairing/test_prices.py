"""What a pair would cost: a lower bound at once, the exact price on request, and what no price can be asked for."""

import dataclasses

import pytest

from oppipari import pairing
from oppipari.pairing import (
    Odd,
    Policy,
    Price,
    Problem,
    Side,
    price_of,
    solution,
    solve,
    verify,
    why_not,
    words,
)

S, E = Side.MENTOR, Side.MENTEE
listed = Problem.from_triples
replace = dataclasses.replace


def test_what_a_pair_would_cost_holds_for_as_many_pairs() -> None:
    some = [("a", "g", 900), ("b", "d", 500), ("b", "e", 1), ("c", "e", 500), ("c", "h", 1), ("d", "f", 1)]
    problem = listed("abcdefgh", [*some, ("d", "g", 1), ("e", "g", 900)], policy=Policy(floor=False))
    plan = solve(problem)
    price = why_not(problem, plan, "e", "g")
    locked = solve(problem.changed(locked=[("e", "g")]))
    assert isinstance(price, Price)
    assert price.at_least > plan.total - locked.total
    assert len(locked.pairs) < len(plan.pairs)
    assert "if as many pairs are formed" in words.obstacle(price, "en")


def test_who_is_locked_elsewhere_or_set_aside_is_no_price_but_an_obstacle() -> None:
    problem = listed("abcdef", [(a, b, 100) for a in "abcdef" for b in "abcdef" if a < b])
    fixed = problem.changed(locked=[("a", "b")], set_aside=["c"])
    plan = solve(fixed)
    assert why_not(fixed, plan, "a", "d") == pairing.Obstacle(pairing.Fixed.LOCKED)
    assert why_not(fixed, plan, "d", "c") == pairing.Obstacle(pairing.Fixed.SET_ASIDE)
    assert why_not(fixed, plan, "a", "b") == Price(0)
    assert why_not(problem, plan, "e", "f") == Price(0)  # the plan is of another problem: nothing is known
    for lang in words.languages():
        assert words.obstacle(why_not(fixed, plan, "a", "d"), lang) != words.obstacle(
            why_not(fixed, plan, "d", "c"), lang
        )


def test_a_price_asked_for_is_that_of_doing_it_now() -> None:
    problem = listed("abcdefg", [(a, b, 100) for a in "abcdefg" for b in "abcdefg" if a < b])
    fixed = solution(problem.changed(locked=[("a", "b")], set_aside=["c"]))
    cost, after = price_of(fixed, "b", "a")
    assert (cost.lost, cost.groups_changed, after) == (0, 0, fixed)
    there = next(g.members for g in fixed.plan.pairs if not g.locked)
    assert price_of(fixed, *there)[0].lost == 0
    with pytest.raises(pairing.LockedTwice):
        price_of(fixed, "c", "d")
    with pytest.raises(pairing.LockedTwice):
        price_of(fixed, "a", "d")
    with pytest.raises(pairing.UnknownPerson):
        price_of(fixed, "a", "nobody")
    odd = solution(problem, odd=Odd.TRIO)
    a, b = (g.members[0] for g in odd.plan.pairs[:2])
    _cost, after = price_of(odd, a, b, odd=Odd.TRIO)
    assert not after.plan.waiting
    assert verify(after.problem, after.plan).failed is None
