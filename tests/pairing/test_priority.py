"""Whoever has priority is left over only where every maximum matching leaves them over; compared with brute force."""

from collections.abc import Iterator

import numpy as np
import pytest

from oppipari import pairing
from oppipari.pairing import Participant, Policy, Problem, solve_with_priority

Two = tuple[str, str]


def all_sets_of_pairs(keys: tuple[str, ...], allowed: set[Two]) -> Iterator[tuple[Two, ...]]:
    if len(keys) < 2:
        yield ()
        return
    first, rest = keys[0], keys[1:]
    yield from all_sets_of_pairs(rest, allowed)
    for other in rest:
        if (first, other) in allowed:
            left = tuple(k for k in rest if k != other)
            yield from (((first, other), *more) for more in all_sets_of_pairs(left, allowed))


def a_problem(seed: int, people: int, policy: Policy | None = None) -> Problem:
    r = np.random.default_rng(seed)
    scores = np.triu(r.integers(0, 101, (people, people)) * 10, 1)
    may = np.triu(r.random((people, people)) < r.uniform(0.2, 0.9), 1)
    return Problem.from_scores(
        [f"k{i}" for i in range(people)], scores + scores.T, may | may.T, policy=policy, seed="s"
    )


@pytest.mark.parametrize("block", range(4))
def test_pairs_then_people_with_priority_then_points_as_brute_force_finds_them(block: int) -> None:
    tried = 0
    for seed in range(block * 60, block * 60 + 60):
        problem = a_problem(seed, 4 + seed % 5, Policy(floor=False))
        if not problem.number_allowed:
            continue
        first = {k for i, k in enumerate(problem.keys) if (seed >> (i % 7)) & 1}
        score = {(a, b): s for a, b, s in problem.allowed_pairs()}
        best = max(
            (len(twos), sum(k in first for two in twos for k in two), sum(score[two] for two in twos))
            for twos in all_sets_of_pairs(problem.keys, set(score))
        )
        plan = solve_with_priority(problem, first)
        matched = {k for group in plan.pairs for k in group.members}
        assert (len(plan.pairs), len(matched & first), plan.total) == best, seed
        assert matched.isdisjoint(plan.waiting), seed
        tried += 1
    assert tried > 50


def test_with_the_fairness_floor_as_few_are_left_over() -> None:
    for seed in range(60):
        loose, fair = a_problem(seed, 9, Policy(floor=False)), a_problem(seed, 9)
        if not loose.number_allowed:
            continue
        first = set(loose.keys[:4])
        left = [len(first & set(solve_with_priority(p, first).waiting)) for p in (loose, fair)]
        assert left[0] == left[1], seed


def test_whoever_of_seven_has_priority_has_a_pair_and_nothing_else_changes_where_none_had_to_wait() -> None:
    some = [Participant(f"p{i}", ("x", f"y{i % 3}"), ("x", f"y{(i + 1) % 3}")) for i in range(7)]
    problem = Problem.from_participants(some)
    for key in problem.keys:
        assert key not in solve_with_priority(problem, [key]).waiting
    everybody_else = [k for k in problem.keys if k != "p0"]
    assert solve_with_priority(problem, everybody_else).waiting == ("p0",)
    plain = pairing.solve(problem)
    spared = [k for k in problem.keys if k not in plain.waiting]
    assert solve_with_priority(problem, spared) == plain


def test_among_equals_who_waited_last_round_does_not_wait_again() -> None:
    for unlucky in range(1, 7):
        some = [Participant(f"p{i}", ("x",), ("x",), waited_last_round=i == unlucky) for i in range(7)]
        plan = solve_with_priority(Problem.from_participants(some), ["p0"])
        assert not {"p0", f"p{unlucky}"} & set(plan.waiting)


def test_a_key_that_is_not_there_is_told() -> None:
    with pytest.raises(pairing.UnknownPerson):
        solve_with_priority(a_problem(1, 6), ["nobody"])
