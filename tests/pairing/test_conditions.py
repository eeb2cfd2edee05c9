"""What somebody chose for a plan is listed in full; trios follow from a rule that is worked out again."""

import dataclasses
import random
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from oppipari import pairing
from oppipari.pairing import Choice, Criterion, Odd, Participant, Plan, Policy, Problem, Side, Stage, words
from oppipari.pairing.plan import Group
from oppipari.pairing.trios import join_leftovers, suits, trio_score

replace = dataclasses.replace
PEOPLE = [Participant(k, ("x",), ("x",)) for k in "abcdefg"]
UNUSUAL: dict[str, Any] = {
    "points": dict.fromkeys(Criterion, 10),
    "min_common_slots": 0,
    "require_common_language": False,
    "apart_within_team": True,
    "stage_pairs": frozenset({(Stage.EARLY, Stage.EXPERIENCED)}),
    "floor": False,
    "floor_price": Fraction(1, 3),
}
# Two sides are seen in the sign-ups; the bonus counts only with pairs that were shown before, which are told with it.
NOT_LISTED_ALONE = {"two_sided", "stay_bonus"}


def choices(problem: Problem, odd: Odd = Odd.WAIT, **options: Any) -> list[Choice]:
    plan = pairing.solve(problem, odd=odd, **options)
    found = pairing.conditions(problem, plan, odd)
    for lang in words.languages():  # each has its sentence, and every hole of it is filled
        for what in found:
            assert "{" not in words.condition(what, {}, lang)
    return [what.choice for what in found]


def test_a_usual_plan_has_no_conditions() -> None:
    assert choices(Problem.from_participants(PEOPLE[:6])) == []
    two_sided = [replace(p, side=list(Side)[i % 2]) for i, p in enumerate(PEOPLE)]
    assert choices(Problem.from_participants(two_sided, policy=Policy(two_sided=True))) == []


@pytest.mark.parametrize("field", [f.name for f in dataclasses.fields(Policy) if f.name not in NOT_LISTED_ALONE])
def test_every_setting_of_a_policy_that_is_not_as_usual_is_listed(field: str) -> None:
    """Whoever adds a setting says here how it is listed."""
    policy = Policy(**{field: UNUSUAL[field]})
    some = PEOPLE[:6]
    if field == "stage_pairs":
        some = [replace(p, stage=[Stage.EARLY, Stage.EXPERIENCED][i % 2]) for i, p in enumerate(some)]
    found = choices(Problem.from_participants(some, policy=policy))
    assert found
    assert set(found) <= {Choice.POINTS, Choice.COMMON_SLOTS, Choice.ANY_LANGUAGE, Choice.APART_WITHIN_TEAM,
                          Choice.STAGES, Choice.NO_FLOOR, Choice.FLOOR_PRICE}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({"forbidden": [("a", "b")]}, [Choice.FORBIDDEN]),
        ({"locked": [("a", "b")]}, [Choice.LOCKED]),
        ({"trios": [("a", "b", "c")]}, [Choice.LOCKED_TRIOS]),
        ({"set_aside": ["a"]}, [Choice.SET_ASIDE]),
        ({"earlier": [("a", "b")]}, [Choice.EARLIER]),
        ({"seed": "x"}, [Choice.SEED]),
        ({"exclusions": [("a", "b")]}, []),  # people's own, which are shown to nobody
    ],
)
def test_everything_that_is_asked_of_a_problem_is_listed(asked: dict[str, Any], listed: list[Choice]) -> None:
    some = PEOPLE if {"trios", "set_aside"} & set(asked) else PEOPLE[:6]
    assert choices(Problem.from_participants(some, **asked)) == listed


def test_what_those_left_over_do_is_listed() -> None:
    problem = Problem.from_participants(PEOPLE)
    assert choices(problem) == [Choice.LEFT_OVER_WAIT]
    assert choices(problem, Odd.TRIO) == [Choice.LEFT_OVER_JOIN]


def test_pairs_shown_before_are_listed_with_what_they_may_cost() -> None:
    """With ab and cd shown, the plan is a point below the best, and may be as much as two kept pairs bring."""
    some = [("a", "b", 500), ("c", "d", 500), ("a", "c", 503), ("b", "d", 503)]
    problem = Problem.from_triples("abcd", some, policy=Policy(floor=False))
    shown = pairing.solve(problem.changed(forbidden=[("a", "c")]))
    plan = pairing.solve(problem, stay=shown)
    best = pairing.solve(problem)
    assert (plan.total, best.total) == (1000, 1006)
    (what,) = (c for c in pairing.conditions(problem, plan, Odd.WAIT) if c.choice == Choice.SHOWN_BEFORE)
    assert what.people == (("a", "b"), ("c", "d"))
    assert best.total - plan.total <= what.values["most"] == 10
    assert "without that another plan could make at most 1.0 points more" in words.condition(what, {}, "en")


def test_pairs_that_no_one_plan_can_have_contained_bring_no_bonus() -> None:
    some = [(a, b, 100) for a, b in combinations("abcdef", 2)]
    problem = Problem.from_triples("abcdef", some, policy=Policy(floor=False))
    plan = pairing.solve(problem, stay=pairing.solve(problem))
    for kept, failed in (
        ((("a", "b"), ("a", "c")), "kept pairs of one plan"),
        ((("a", "b"), ("b", "c")), "kept pairs of one plan"),
        ((("a", "b"), ("c", "b")), "kept pairs are possible"),
    ):
        lie = replace(plan, certificate=replace(plan.certificate, kept=kept)).sealed()
        assert pairing.verify(problem, lie).failed == failed
    sides = [Side.MENTOR] * 3 + [Side.MENTEE] * 3
    two = Problem.from_triples(
        "abcdef", some, sides=sides, capacities=[2] * 3 + [1] * 3, policy=Policy(floor=False, two_sided=True)
    )
    plan = pairing.solve(two, stay=pairing.solve(two))
    for kept, holds in (((("a", "d"), ("a", "e")), True), ((("a", "d"), ("a", "e"), ("b", "d")), False)):
        lie = replace(plan, certificate=replace(plan.certificate, kept=kept))
        assert (pairing.verify(two, lie.sealed()).failed == "kept pairs of one plan") != holds


# -- trios --------------------------------------------------------------------------------------------------------------


def by_trying_all(problem: Problem, pairs: list[Group], left: list[str]) -> list[Group]:
    """One joining after the other, each the one that loses least of all that there are."""
    waiting, free, found = list(left), [g for g in pairs if not g.locked], []
    while True:
        options = []
        for key in waiting:
            for pair in free:
                members = tuple(sorted((*pair.members, key)))
                rows = [problem.find(k) for k in members]
                if suits(problem, rows):
                    worth = trio_score(problem, rows)
                    options.append((pair.score - worth, key, pair.members, Group(members, worth, core=pair)))
        if not options:
            return found
        _loss, key, members, trio = min(options, key=lambda o: o[:3])
        waiting.remove(key)
        free = [g for g in free if g.members != members]
        found.append(trio)


def odd_cycles(seed: int) -> Problem:
    """Five who know each other, and seven, and three, and few across: several are left over, with few different scores."""
    r = np.random.default_rng(seed)
    cycle = np.repeat([0, 1, 2], [5, 7, 3])
    n = len(cycle)
    scores = np.triu(r.integers(0, [4, 40, 1001][seed % 3], (n, n)), 1)
    chance = np.where(cycle[:, None] == cycle[None, :], 0.85, 0.03 * (seed % 2))
    allowed = np.triu(r.random((n, n)) < chance, 1)
    return Problem.from_scores([f"k{i:02}" for i in range(n)], scores + scores.T, allowed | allowed.T)


def test_the_trios_are_those_of_the_rule_and_no_others_hold() -> None:
    joined = 0
    for seed in range(60):
        problem = odd_cycles(seed)
        waits, joins = (pairing.solve(problem, odd=odd) for odd in (Odd.WAIT, Odd.TRIO))
        free = list(waits.waiting)
        due = by_trying_all(problem, list(waits.pairs), free)
        assert list(waits.suggested_trios) == due
        shuffled = random.Random(seed).sample(list(waits.pairs), len(waits.pairs))
        assert join_leftovers(problem, shuffled, free[::-1])[1] == due
        assert sorted(t.members for t in due) == [t.members for t in joins.joined]
        for plan, odd in ((waits, Odd.WAIT), (joins, Odd.TRIO)):
            assert pairing.verify(problem, plan, odd=odd).failed is None
            if due:
                other = Odd.TRIO if odd == Odd.WAIT else Odd.WAIT
                assert not pairing.verify(problem, plan, odd=other).holds
        joined += len(due)
        if not due:
            continue
        for suggested in ((), tuple(due[1:]), tuple(reversed(due)), (*due, due[0])):
            if suggested != tuple(due):
                lie = replace(waits, suggested_trios=suggested).sealed()
                assert pairing.verify(problem, lie).failed == "the trios that would suit"
        core = due[0].core
        assert core
        without = [t for t in joins.joined if t != due[0]]
        lie = replace(
            joins,
            pairs=tuple(sorted((*joins.pairs, core), key=lambda g: g.members)),
            trios=tuple(without),
            waiting=tuple(sorted({*joins.waiting, *due[0].members} - set(core.members))),
            total=joins.total - due[0].score + core.score,
        )
        assert not pairing.verify(problem, lie.sealed(), odd=Odd.TRIO).holds
    assert joined > 40


# -- what a plan file may hold ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("total", "5"),
        ("total", 5.0),
        ("total", True),
        ("people", None),
        ("floor", False),
        ("seal", 7),
        ("waiting", [7]),
    ],
)
def test_what_is_of_another_kind_is_not_made_to_fit(name: str, value: Any) -> None:
    plan = pairing.solve(Problem.from_participants(PEOPLE))
    assert Plan.from_dict(plan.to_dict()) == plan
    with pytest.raises((TypeError, ValueError)):
        Plan.from_dict(plan.to_dict() | {name: value})


def test_groups_and_those_who_wait_stand_in_their_order() -> None:
    problem = Problem.from_triples("abcdefgh", [("a", "b", 9), ("c", "d", 9)])
    plan = pairing.solve(problem)
    assert len(plan.waiting) == 4
    lie = replace(plan, pairs=plan.pairs[::-1]).sealed()
    assert pairing.verify(problem, lie).failed == "groups in order"
    assert pairing.verify(problem, replace(plan, waiting=plan.waiting[::-1]).sealed()).failed == "who waits"


def test_every_stage_must_be_proven() -> None:
    problem = Problem.from_triples("abcd", [("a", "b", 900), ("c", "d", 100), ("a", "c", 300), ("b", "d", 300)])
    plan = pairing.solve(problem)
    assert (plan.proven, plan.total_proven, plan.settled) == (True, True, True)
    open_ = replace(plan, certificate=replace(plan.certificate, too_costly=None)).sealed()
    assert pairing.verify(problem, open_).holds
    assert (open_.proven, open_.total_proven, open_.settled) == (False, True, False)
    assert words.verdict(None, open_, "en").startswith("The plan holds, but it is not proven to be the best.")
