"""What once went wrong, in the smallest problem that shows it."""

import numpy as np

from oppipari.pairing import Group, Odd, Participant, Policy, Problem, Side, resolve, solution, solve, verify

S, E = Side.MENTOR, Side.MENTEE
listed = Problem.from_triples


def pairs(plan: object) -> set[tuple[str, ...]]:
    return {g.members for g in plan.pairs}  # type: ignore[attr-defined]


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
    problem = listed(
        "abc", [("a", "b", 2), ("a", "c", 3)], sides=[S, E, E], capacities=[3, 1, 1], locked=[("a", "b")]
    )
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
