"""The five stages, one after the other and never as one giant weight.

1. as many pairs as the hard rules allow; 2. the fairness floor; 3. the highest total; 4. few changes from the plan that
is already shown; 5. a tie-break by hash, so that the answer does not depend on the order of the people or the machine.
"""

import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from oppipari.pairing.errors import NoAllowedPair
from oppipari.pairing.field import Field
from oppipari.pairing.matching import Duals, Matching, exact, largest, vertex_duals
from oppipari.pairing.people import Odd
from oppipari.pairing.plan import Certificate, Group, Plan
from oppipari.pairing.problem import Problem
from oppipari.pairing.trios import best_trios, trio_score
from oppipari.pairing.waiting import reasons_of_waiting

Progress = Callable[[str, float], None]


def solve(
    problem: Problem,
    *,
    odd: Odd = Odd.WAIT,
    stay: Plan | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Plan:
    """The best plan for `problem`, with its proof.

    `odd` says what happens to those left over: they wait (and `suggested_trios` says which trio would suit), or each
    joins the trio that suits all three. `stay` is the plan that is already shown: every pair of it that stays counts
    half a point more. `time_limit` (seconds) stops the raising of the floor early; the plan is then still the best for
    its floor. Raises NoAllowedPair when nothing is allowed and nothing locked.
    """
    started = time.monotonic()

    def tell(what: str, done: float) -> None:
        if progress:
            progress(what, done)

    if not problem.allowed_matrix.any() and not problem.locked and not problem.locked_trios:
        raise NoAllowedPair()
    tell("pairs", 0.1)
    field = Field.of(problem)
    size, removed = largest(field.allowed)
    seats = len(field.rows) - 2 * size
    bonus = _bonus(problem, stay)
    tell("floor", 0.3)
    deadline = None if time_limit is None else started + time_limit
    floor, unfloored = None, None
    if problem.policy.floor and size:
        floor, unfloored = _floor(problem, field, seats, deadline, tell)
    tell("total", 0.9)
    matching = _best(problem, field, seats, floor, bonus)
    assert matching is not None  # this many pairs were just found
    rows = [(int(field.rows[u]), int(field.rows[v])) for u, v in matching.pairs if v < len(field.rows)]
    certificate = Certificate(
        fingerprint=problem.fingerprint(),
        size=size,
        seats=seats,
        removed=removed,
        floor=floor,
        kept=tuple(sorted((problem.keys[i], problem.keys[j]) for i, j in bonus)),
        bonus=problem.policy.stay_bonus if bonus else 0,
        duals=matching.duals,
        unfloored=unfloored,
    )
    plan = _plan(problem, rows, matching, certificate, bonus, odd)
    tell("done", 1.0)
    return _timed(plan, time.monotonic() - started)


def _timed(plan: Plan, seconds: float) -> Plan:
    from dataclasses import replace

    return replace(plan, seconds=round(seconds, 3))


def _bonus(problem: Problem, stay: Plan | None) -> dict[tuple[int, int], int]:
    """The bonus of pairs that were already shown, by rows."""
    if stay is None:
        return {}
    shown = [tuple(sorted(g.members)) for g in stay.pairs]
    return {
        (problem.index[a], problem.index[b]): problem.policy.stay_bonus
        for a, b in shown
        if a in problem.index and b in problem.index and problem.allowed(a, b)
    }


def _best(
    problem: Problem, field: Field, seats: int, floor: int | None, bonus: dict[tuple[int, int], int]
) -> Matching | None:
    return exact(*field.with_seats(seats, floor, bonus, problem.waited))


def _floor(
    problem: Problem,
    field: Field,
    seats: int,
    deadline: float | None,
    tell: Progress,
) -> tuple[int, Duals]:
    """The highest score under which no pair needs to fall: as many pairs still, at 95 % of the best total or more.

    Both only get harder as the floor rises, so the scores are searched by halving. Returns the floor and the duals of
    the best plan without one.
    """
    free = _best(problem, field, seats, None, {})
    assert free is not None
    price = Fraction(1) - problem.policy.floor_price
    least = -(-free.weight * price.numerator // price.denominator)
    worst = min(int(field.scores[u, v]) for u, v in free.pairs if v < len(field.rows))
    candidates = sorted({int(s) for s in np.unique(field.scores[field.allowed]) if s > worst})
    low, high = 0, len(candidates)  # candidates[:low] hold, candidates[high:] do not
    while low < high:
        if deadline is not None and time.monotonic() > deadline:
            break
        middle = (low + high) // 2
        if _holds(problem, field, seats, candidates[middle], least):
            low = middle + 1
        else:
            high = middle
        tell("floor", 0.9 - 0.6 * (high - low) / max(len(candidates), 1))
    return (candidates[low - 1] if low else worst), free.duals


def _holds(problem: Problem, field: Field, seats: int, floor: int, least: int) -> bool:
    """Whether as many pairs of at least `floor` exist with a total of at least `least`."""
    weights, allowed, ties = field.with_seats(seats, floor, {}, problem.waited)
    duals = vertex_duals(weights, allowed)
    if duals is None or duals.bound < least:
        return False
    found = exact(weights, allowed, ties)
    return found is not None and found.weight >= least


def _plan(
    problem: Problem,
    rows: list[tuple[int, int]],
    matching: Matching,
    certificate: Certificate,
    bonus: dict[tuple[int, int], int],
    odd: Odd,
) -> Plan:
    """Put locked and found groups together, and say why the others wait."""

    def pair(i: int, j: int, locked: bool) -> Group:
        a, b = sorted((problem.keys[i], problem.keys[j]))
        return Group((a, b), int(problem.scores[i, j]), locked)

    pairs = [pair(i, j, True) for i, j in problem.locked] + [pair(i, j, False) for i, j in rows]
    trios = [
        Group(tuple(sorted(problem.keys[i] for i in t)), trio_score(problem, t), True) for t in problem.locked_trios
    ]
    locked_total = sum(g.score for g in pairs if g.locked) + sum(g.score for g in trios)
    kept = sum(bonus.get((min(p), max(p)), 0) for p in rows)
    # The bound speaks of score and bonus together; what the kept pairs' bonus was is taken off again.
    bound = locked_total + matching.duals.bound - kept
    in_groups = {k for g in (*pairs, *trios) for k in g.members}
    left = [k for k in problem.keys if k not in in_groups]
    free = [k for k in left if problem.index[k] not in problem.set_aside]
    if problem.policy.two_sided:  # a mentor whom nobody needed is not left without; a mentee is
        free_of_trio: list[str] = []
    else:
        free_of_trio = free
    if odd == Odd.TRIO and free_of_trio:
        pairs, new = best_trios(problem, pairs, free_of_trio)
        trios += new
    in_groups = {k for g in (*pairs, *trios) for k in g.members}
    waiting = [k for k in left if k not in in_groups]
    suggested = best_trios(problem, pairs, [k for k in waiting if k in free_of_trio])[1] if odd == Odd.WAIT else []
    total = sum(g.score for g in (*pairs, *trios))
    return Plan(
        pairs=tuple(sorted(pairs, key=lambda g: g.members)),
        trios=tuple(sorted(trios, key=lambda g: g.members)),
        waiting=tuple(waiting),
        waiting_reasons=reasons_of_waiting(problem, waiting, certificate),
        suggested_trios=tuple(suggested),
        total=total,
        bound=bound,
        floor=certificate.floor,
        people=len(problem),
        allowed_pairs=problem.number_allowed,
        possible_pairs=certificate.size + len(problem.locked),
        certificate=certificate,
    )
