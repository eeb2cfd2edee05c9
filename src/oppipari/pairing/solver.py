"""The five stages, one after the other and never as one giant weight.

1. as many pairs as the hard rules allow; 2. the fairness floor; 3. the highest total; 4. few changes from the plan that
is already shown; 5. a tie-break by hash, so that the answer does not depend on the order of the people or the machine.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from oppipari.pairing.cardinality import Size, largest, likely
from oppipari.pairing.errors import NoAllowedPair, NothingToCompare
from oppipari.pairing.field import Edges, Field
from oppipari.pairing.floor import Floor, raised
from oppipari.pairing.people import Odd
from oppipari.pairing.perfect import Best, best, with_seats_for
from oppipari.pairing.plan import Certificate, Duals, Group, Plan, written
from oppipari.pairing.pricing import survey
from oppipari.pairing.problem import Problem
from oppipari.pairing.reserve import Reserve, laid_by
from oppipari.pairing.threads import single_products
from oppipari.pairing.trios import best_trios, trio_score
from oppipari.pairing.waiting import reasons_of_waiting

Progress = Callable[[str, float], None]
# So many candidates are taken first for everybody.
EACH = 20


@dataclass(frozen=True)
class Solution:
    """A plan and what was learnt on the way to it, from which the next change is answered at once (`resolve`)."""

    problem: Problem
    plan: Plan
    best: Best
    size: Size
    unfloored: Duals | None
    reserve: Reserve | None = None


def solve(
    problem: Problem,
    *,
    odd: Odd = Odd.WAIT,
    stay: Plan | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Plan:
    """The best plan for `problem`, with its proof.

    `odd` says what happens to those left over: they wait (and `suggested_trios` says which trio would suit), or each
    joins the trio that suits all three. `stay` is the plan that is already shown: every pair of it that stays counts
    half a point more. `time_limit` (seconds) ends the search early, after the first look at all pairs at the soonest;
    the plan then tells its honest gap. `threads` changes the speed, never the answer. Raises NoAllowedPair when nothing
    is allowed and nothing locked, NothingToCompare when nobody named a competence.
    """
    return _solved(problem, odd, stay, time_limit, progress, threads, problem.policy.stay_bonus).plan


def solution(
    problem: Problem,
    *,
    odd: Odd = Odd.WAIT,
    stay: Plan | None = None,
    time_limit: float | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
    changed: bool = False,
) -> Solution:
    """As `solve`, with all that `resolve` needs to answer changes of it at once.

    `changed`: it answers a change of `stay`, and pairs that stay count as they do then (`Policy.bonus_of_change`).
    """
    bonus = problem.policy.bonus_of_change(len(problem)) if changed else problem.policy.stay_bonus
    found = _solved(problem, odd, stay, time_limit, progress, threads, bonus)
    best = found.best
    with single_products():
        laid = laid_by(best.field, best.fractional.y)
    if laid is None:
        return found
    reserve, more = laid
    return replace(found, best=replace(best, edges=best.edges.joined(more, size=best.field.people)), reserve=reserve)


def _solved(
    problem: Problem,
    odd: Odd,
    stay: Plan | None,
    time_limit: float | None,
    progress: Progress | None,
    threads: int | None,
    bonus: int,
) -> Solution:
    started = time.monotonic()
    deadline = None if time_limit is None else started + time_limit
    threads = threads or min(2, os.cpu_count() or 1)

    def tell(what: str, done: float) -> None:
        if progress:
            progress(what, done)

    # One thread within a product of matrices: rectangles are what runs side by side.
    with single_products():
        tell("pairs", 0.05)
        field = Field.of(problem, threads)
        seen = survey(field, EACH)
        if not seen.allowed and not problem.locked and not problem.locked_trios:
            raise NoAllowedPair()
        if problem.participants and not any(p.shares or p.wants for p in problem.participants):
            raise NothingToCompare()
        if np.array_equal(field.rows, np.arange(len(problem))) and not len(field.blocked):
            problem.source.counted = 2 * seen.allowed  # everybody met everybody once: no need to look again
        allowed = problem.number_allowed
        tell("pairs", 0.3)
        kept = kept_pairs(problem, stay)
        field, size, free = _largest_and_best(field, seen.edges, deadline)
        tell("floor", 0.6)
        floor = Floor(None)
        final, proof_without = free, free
        if problem.policy.floor and size.pairs:
            floor = raised(free, seen.best, size.pairs, deadline, lambda done: tell("floor", 0.6 + 0.25 * done))
        tell("total", 0.85)
        if kept or floor.level is not None:
            settled = free.field.with_floor(floor.level or 0).with_kept(kept, bonus)
            found = best(settled, floor.edges or free.edges, deadline)
            if found is not None:
                final = found
                if not floor.level and found.proof.bound < free.proof.bound:
                    proof_without = found  # the floor forbids nothing, so that its prices bound every plan, and better
            elif floor.level is not None:  # time ran out before a plan under the floor was found: none is promised
                floor = Floor(0)
        unfloored = written(proof_without) if problem.policy.floor else None
        plan = plan_of(problem, final, size, allowed, floor, unfloored, odd)
        tell("done", 1.0)
    return Solution(problem, replace(plan, seconds=round(time.monotonic() - started, 3)), final, size, unfloored)


def _largest_and_best(field: Field, edges: Edges, deadline: float | None) -> tuple[Field, Size, Best]:
    """Stages 1 and 3 without a floor: optimistic about the number of pairs, and exact where that fails."""
    size, edges = likely(field, edges)
    seated = with_seats_for(field, size)
    found = best(seated, edges, deadline)
    if found is None:
        size, edges = largest(field, edges)
        seated = with_seats_for(field, size)
        found = best(seated, edges, deadline)
    assert found is not None  # so many pairs were just found
    return seated, size, found


def kept_pairs(problem: Problem, stay: Plan | None) -> list[tuple[int, int]]:
    """The rows of the pairs that were already shown, also as part of a trio that a third joined, and are still allowed."""
    if stay is None:
        return []
    shown = (g.members for g in (*stay.pairs, *(t.core for t in stay.joined if t.core)))
    there = [(problem.index[a], problem.index[b]) for a, b in shown if a in problem.index and b in problem.index]
    rows = np.sort(np.array(there, dtype=np.int64).reshape(-1, 2), axis=1)
    allowed = problem.at(rows[:, 0], rows[:, 1]) >= 0
    return sorted({(i, j) for i, j in rows[allowed].tolist()})


def plan_of(
    problem: Problem,
    found: Best,
    size: Size,
    allowed: int,
    floor: Floor,
    unfloored: Duals | None,
    odd: Odd,
) -> Plan:
    """Put locked and found groups together, and say why the others wait."""
    field = found.field
    taken = found.pairs()
    rows = list(zip(field.rows[taken.u].tolist(), field.rows[taken.v].tolist(), taken.score.tolist(), strict=True))
    certificate = Certificate(
        fingerprint=problem.fingerprint,
        size=size.pairs,
        removed=tuple(size.removed.tolist()),
        parts=tuple(size.parts.tolist()) if len(size.removed) or size.parts.max(initial=0) else (),
        seat_parts=tuple(field.seat_parts.tolist()),
        floor=floor.level,
        ceiling=floor.ceiling,
        kept=tuple((problem.keys[i], problem.keys[j]) for i, j in field.kept_people),
        bonus=field.bonus,
        duals=written(found),
        unfloored=unfloored,
        too_dear=floor.too_dear,
    )

    def pair(i: int, j: int, score: int, locked: bool) -> Group:
        a, b = sorted((problem.keys[i], problem.keys[j]))
        return Group((a, b), score, locked)

    pairs = [pair(i, j, problem.score_if_allowed(i, j), True) for i, j in problem.locked] + [
        pair(*r, False) for r in rows
    ]
    trios = [
        Group(tuple(sorted(problem.keys[i] for i in t)), trio_score(problem, t), True) for t in problem.locked_trios
    ]
    locked_total = sum(g.score for g in pairs if g.locked) + sum(g.score for g in trios)
    kept = found.weight - int(taken.score.sum())
    # The bound speaks of score and bonus together; what the kept pairs' bonus was is taken off again.
    bound = locked_total + found.proof.bound - kept
    in_groups = {k for g in (*pairs, *trios) for k in g.members}
    left = [k for k in problem.keys if k not in in_groups]
    # In a two-sided round a mentor whom nobody needed is not left without, and a mentee joins no trio.
    free = [] if problem.policy.two_sided else [k for k in left if problem.index[k] not in problem.set_aside]
    if odd == Odd.TRIO and free:
        pairs, new = best_trios(problem, pairs, free)
        trios += new
    in_groups = {k for g in (*pairs, *trios) for k in g.members}
    waiting = [k for k in left if k not in in_groups]
    suggested = best_trios(problem, pairs, [k for k in waiting if k in set(free)])[1] if odd == Odd.WAIT else []
    return Plan(
        pairs=tuple(sorted(pairs, key=lambda g: g.members)),
        trios=tuple(sorted(trios, key=lambda g: g.members)),
        waiting=tuple(waiting),
        waiting_reasons=reasons_of_waiting(problem, waiting, certificate),
        suggested_trios=tuple(suggested),
        total=sum(g.score for g in (*pairs, *trios)),
        bound=bound,
        floor=certificate.floor,
        people=len(problem),
        allowed_pairs=allowed,
        possible_pairs=certificate.size + len(problem.locked),
        certificate=certificate,
    ).sealed()
