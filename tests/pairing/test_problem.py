"""Input that cannot be meant is refused and named."""

import dataclasses
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from oppipari import pairing
from oppipari.pairing import (
    Participant,
    Policy,
    Problem,
    Side,
    words,
)

S, E = Side.MENTOR, Side.MENTEE
listed = Problem.from_triples
replace = dataclasses.replace


FEW = [Participant(k, ("x",), ("x",)) for k in "abcd"]
ZEROS = np.zeros((4, 4))


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: Problem.from_participants(FEW, trios=[("a", "b")]), pairing.NotThree, "three members, not: a, b"),  # type: ignore[list-item]
        (lambda: Problem.from_participants(FEW, trios=["abcd"]), pairing.NotThree, "a, b, c, d"),  # type: ignore[list-item]
        (lambda: Problem.from_scores("abcd", ZEROS, sides=[S, E]), pairing.NotForEach, "sides"),
        (lambda: Problem.from_scores("abcd", ZEROS, capacities=[1]), pairing.NotForEach, "capacities"),
        (lambda: listed("abcd", [], sides=[S, E, S]), pairing.NotForEach, "sides"),
        (lambda: listed("abcd", [], capacities=[1] * 5), pairing.NotForEach, "capacities"),
        (lambda: listed("ab", [], sides=[S, E], capacities=[float("nan"), 1]), pairing.BadCapacity, "a: places"),  # type: ignore[list-item]
        (lambda: listed("ab", [], sides=[S, E], capacities=[1.5, 1]), pairing.BadCapacity, "a: places"),  # type: ignore[list-item]
        (lambda: Problem.from_participants([replace(FEW[0], slots=frozenset({21}))]), pairing.BadSlot, "a: 21"),
        (lambda: Problem.from_participants([replace(FEW[0], slots=frozenset({"x"}))]), pairing.BadSlot, "a: x"),  # type: ignore[arg-type]
        (lambda: listed("ab", [], policy=Policy(floor_price=0.05)), pairing.BadPolicy, "floor_price"),  # type: ignore[arg-type]
        (lambda: listed("ab", [], policy=Policy(floor_price=Fraction(6, 5))), pairing.BadPolicy, "floor_price"),
        (lambda: listed("ab", [], policy=Policy(stay_bonus=2000)), pairing.BadPolicy, "stay_bonus"),
        (lambda: listed("ab", [], policy=Policy(min_common_slots=-1)), pairing.BadPolicy, "min_common_slots"),
        (lambda: listed("ab", [("a", "b", 1)], policy=Policy(two_sided=True)), pairing.NoSide, "a: a round of two"),
        (lambda: Problem.from_participants(FEW, policy=Policy(two_sided=True)), pairing.NoSide, "a: a round of two"),
        (lambda: listed("ab", [], policy=Policy(), sides=[S, E]), pairing.NoSide, "a: a round of two"),
        (
            lambda: Problem.from_participants(
                [replace(FEW[0], side=S, capacity=0), replace(FEW[1], side=E)], policy=Policy(two_sided=True)
            ),
            pairing.BadCapacity,
            "a: places",
        ),
        (lambda: Problem.from_participants(FEW, forbidden=[("a", "a")]), pairing.PairOfOne, "a cannot be a pair"),
        (lambda: Problem.from_participants(FEW, earlier=[("a", "a")]), pairing.PairOfOne, "a cannot be a pair"),
    ],
)
def test_what_cannot_be_meant_is_named(make: Any, error: type[pairing.PairingError], says: str) -> None:
    with pytest.raises(error) as raised:
        make()
    assert says in words.error(raised.value, {}, "en")


def test_the_same_problem_changed_by_nothing_is_the_same() -> None:
    people = [replace(FEW[0], supervisors=frozenset({"a", "b"})), *FEW[1:]]  # at the top somebody is their own
    problem = Problem.from_participants(people, forbidden=[("a", "c")], exclusions=[("b", "d")])
    assert problem.changed().fingerprint == problem.fingerprint
