"""Whether a problem is consistent: settings, capacities, sides, locks."""

from collections.abc import Sequence
from numbers import Integral, Rational
from typing import TYPE_CHECKING

import numpy as np

from oppipari.pairing.criteria import SLOTS, Ints, Rule
from oppipari.pairing.errors import (
    BadCapacity,
    BadPolicy,
    BadWeights,
    ContradictoryLocks,
    LockedTwice,
    LockNotAllowed,
    NoSide,
    NotForEach,
)
from oppipari.pairing.people import Policy, Side
from oppipari.pairing.sources import MAX_SCORE

if TYPE_CHECKING:
    from oppipari.pairing.problem.problem import Problem

# A person may take this many others at most in a two-sided round.
MAX_CAPACITY = 100


def check_policy(policy: Policy) -> None:
    """Raises BadWeights unless the points are whole, not negative, and at most 100 in all; BadPolicy for other settings."""
    for criterion, points in policy.points.items():
        if isinstance(points, bool) or not isinstance(points, int) or points < 0:
            raise BadWeights(criterion=str(criterion))
    if sum(policy.points.values()) > 100:
        raise BadWeights(criterion="")
    whole = {"stay_bonus": MAX_SCORE, "min_common_slots": SLOTS}
    for name, most in whole.items():
        value = getattr(policy, name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise BadPolicy(setting=name)
    if not isinstance(policy.floor_price, Rational) or not 0 <= policy.floor_price <= 1:
        raise BadPolicy(setting="floor_price")


def check_lengths(keys: Sequence[str], *lists: Sequence[object] | None) -> None:
    """Raises NotForEach unless sides and capacities, where given, are as many as the keys."""
    for what, values in zip(("sides", "capacities"), lists, strict=True):
        if values is not None and len(values) != len(keys):
            raise NotForEach(what=what)


def capacities_of(keys: Sequence[str], capacities: Sequence[int] | None) -> Ints:
    """How many others each may take; raises BadCapacity."""
    if capacities is None:
        return np.ones(len(keys), dtype=np.int64)
    for key, capacity in zip(keys, capacities, strict=True):
        if not isinstance(capacity, Integral) or not 1 <= capacity <= MAX_CAPACITY:
            raise BadCapacity(person=key)
    return np.array(capacities, dtype=np.int64)


def numbered_sides(keys: Sequence[str], sides: Sequence[Side | None] | None, two_sided: bool) -> Ints:
    """Sides as numbers, -1 for none; raises NoSide unless in a round of two sides everybody has one, in another nobody."""
    order = list(Side)
    result = np.array([-1 if s is None else order.index(s) for s in sides or [None] * len(keys)], dtype=np.int64)
    wrong = np.flatnonzero((result < 0) == two_sided)
    if len(wrong):
        raise NoSide(person=keys[int(wrong[0])])
    return result


def check_locks(problem: "Problem") -> None:
    """Raises a PairingError where locks contradict each other or a hard rule, or exceed somebody's capacity."""
    if problem.policy.two_sided and problem.locked_trios:
        raise LockNotAllowed(a=problem.keys[problem.locked_trios[0][0]], b=problem.keys[problem.locked_trios[0][1]])
    if (
        len(set(problem.sides[problem.capacities > 1].tolist())) > 1
        or (problem.capacities[problem.sides < 0] > 1).any()
    ):
        raise BadCapacity(person=problem.keys[int(np.flatnonzero(problem.capacities > 1)[0])])
    capacity = problem.capacities.copy()
    seen: set[tuple[int, ...]] = set()
    for group in (*problem.locked, *problem.locked_trios):
        for x, i in enumerate(group):
            for j in group[x + 1 :]:
                names = {"a": problem.keys[i], "b": problem.keys[j]}
                if problem.rule_between(i, j) == Rule.FORBIDDEN:
                    raise ContradictoryLocks(**names)
                if problem.score_if_allowed(i, j) < 0:
                    raise LockNotAllowed(**names)
        for i in group:
            capacity[i] -= 1
            if capacity[i] < 0 or i in problem.set_aside or group in seen:
                raise LockedTwice(person=problem.keys[i])
        seen.add(group)
