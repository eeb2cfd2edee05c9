"""The five objectives in lexicographic order, one after the other and never as one weighted sum.

1. as many pairs as the hard rules allow; 2. the fairness floor; 3. the highest total; 4. few changes from the plan that
was shown before; 5. a tie-break by hash, so that the answer does not depend on the order of the people or the machine.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from oppipari.pairing.blas_threads import single_threaded_blas
from oppipari.pairing.cardinality import Cardinality, component_bound, maximum_cardinality
from oppipari.pairing.certificate import Certificate, Duals, duals_of
from oppipari.pairing.column_generation import OptimalMatching, optimal_matching, with_seats_for
from oppipari.pairing.column_pool import ColumnPool, build_pool
from oppipari.pairing.edges import Edges
from oppipari.pairing.errors import NoAllowedPair, NothingToCompare
from oppipari.pairing.floor import Floor, raise_floor
from oppipari.pairing.graph import Graph
from oppipari.pairing.people import Odd
from oppipari.pairing.plan import Group, Plan
from oppipari.pairing.pricing import initial_candidates
from oppipari.pairing.problem import Problem
from oppipari.pairing.trios import trio_score, trios_for
from oppipari.pairing.waiting import reasons_of_waiting

Progress = Callable[[str, float], None]
# So many candidates are taken first for everybody.
CANDIDATES_EACH = 20


@dataclass(frozen=True)
class Solution:
    """A plan and what was computed on the way, from which `reoptimize` answers the next change at once.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    matching : OptimalMatching
        Under the floor.
    cardinality : Cardinality
    unfloored : Duals or None
        Duals without a floor.
    pool : ColumnPool, optional
        None after `solve`, or among too many people.
    """

    problem: Problem
    plan: Plan
    matching: OptimalMatching
    cardinality: Cardinality
    unfloored: Duals | None
    pool: ColumnPool | None = None


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

    Parameters
    ----------
    problem : Problem
    odd : Odd
        What happens to those left over: they wait (and `suggested_trios` says which trio would suit), or each joins the trio
        that suits all three.
    stay : Plan, optional
        The plan that was shown before: every pair of it that stays counts half a point more (`Policy.stay_bonus`).
    time_limit : float, optional
        Seconds; ends the search early, after all pairs were priced once at the soonest. The plan then has a gap.
    progress : callable, optional
        Takes the name of a stage and a share from 0 to 1.
    threads : int, optional
        Changes the speed, never the answer.

    Returns
    -------
    Plan

    Raises
    ------
    NoAllowedPair
        When nothing is allowed and nothing locked.
    NothingToCompare
        When nobody named a competence.

    Examples
    --------
    >>> problem = Problem.from_triples("abcd", [("a", "b", 900), ("b", "c", 800), ("a", "d", 800), ("c", "d", 100)])
    >>> plan = solve(problem)
    >>> [pair.members for pair in plan.pairs], plan.total, plan.floor, plan.gap
    ([('a', 'd'), ('b', 'c')], 1600, 800, 0)
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
    """As `solve`, with all that `reoptimize` needs to answer changes of it at once.

    Parameters
    ----------
    problem, odd, stay, time_limit, progress, threads
        As in `solve`.
    changed : bool
        It answers a change of `stay`, and pairs that stay count as they do then (`Policy.bonus_of_change`).

    Returns
    -------
    Solution

    Raises
    ------
    NoAllowedPair, NothingToCompare
    """
    bonus = problem.policy.bonus_of_change(len(problem)) if changed else problem.policy.stay_bonus
    result = _solved(problem, odd, stay, time_limit, progress, threads, bonus)
    matching = result.matching
    with single_threaded_blas():
        pool_and_edges = build_pool(matching.graph, matching.fractional.y)
    if pool_and_edges is None:
        return result
    pool, more = pool_and_edges
    return replace(
        result, matching=replace(matching, edges=matching.edges.union(more, size=matching.graph.people)), pool=pool
    )


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

    def report(what: str, done: float) -> None:
        if progress:
            progress(what, done)

    # One thread within a product of matrices: tiles are what is computed in parallel.
    with single_threaded_blas():
        report("pairs", 0.05)
        graph = Graph.of(problem, threads)
        seen = initial_candidates(graph, CANDIDATES_EACH)
        if not seen.allowed and not problem.locked and not problem.locked_trios:
            raise NoAllowedPair
        if problem.participants and not any(p.shares or p.wants for p in problem.participants):
            raise NothingToCompare
        if np.array_equal(graph.rows, np.arange(len(problem))) and not len(graph.blocked):
            problem.source.counted = 2 * seen.allowed  # everybody met everybody once: no need to count again
        allowed = problem.number_allowed
        report("pairs", 0.3)
        kept = kept_pairs(problem, stay)
        graph, cardinality, free = _cardinality_and_weight(graph, seen.edges, deadline)
        report("floor", 0.6)
        floor = Floor(None)
        final, proof_without = free, free
        if problem.policy.floor and cardinality.pairs:
            floor = raise_floor(
                free, seen.best_scores, cardinality.pairs, deadline, lambda done: report("floor", 0.6 + 0.25 * done)
            )
        report("total", 0.85)
        if kept or floor.level is not None:
            floored = free.graph.with_floor(floor.level or 0).with_kept(kept, bonus)
            result = optimal_matching(floored, floor.edges or free.edges, deadline)
            if result is not None:
                final = result
                if not floor.level and result.duals.bound < free.duals.bound:
                    proof_without = result  # the floor forbids nothing, so that its duals bound every plan, and better
            elif floor.level is not None:  # time ran out before a plan under the floor was found: none is promised
                floor = Floor(0)
        unfloored = duals_of(proof_without) if problem.policy.floor else None
        plan = plan_of(problem, final, cardinality, allowed, floor, unfloored, odd)
        report("done", 1.0)
    return Solution(problem, replace(plan, seconds=round(time.monotonic() - started, 3)), final, cardinality, unfloored)


def _cardinality_and_weight(
    graph: Graph, edges: Edges, deadline: float | None
) -> tuple[Graph, Cardinality, OptimalMatching]:
    """Objectives 1 and 3 without a floor: optimistic about the number of pairs, and exact where that fails."""
    cardinality, edges = component_bound(graph, edges)
    seated = with_seats_for(graph, cardinality)
    result = optimal_matching(seated, edges, deadline)
    if result is None:
        cardinality, edges = maximum_cardinality(graph, edges)
        seated = with_seats_for(graph, cardinality)
        result = optimal_matching(seated, edges, deadline)
    assert result is not None  # so many pairs were just found
    return seated, cardinality, result


def kept_pairs(problem: Problem, stay: Plan | None) -> list[tuple[int, int]]:
    """Rows of the pairs of `stay`, cores of trios among them, that are still allowed."""
    if stay is None:
        return []
    shown = (g.members for g in (*stay.pairs, *(t.core for t in stay.joined if t.core)))
    there = [(problem.index[a], problem.index[b]) for a, b in shown if a in problem.index and b in problem.index]
    rows = np.sort(np.array(there, dtype=np.int64).reshape(-1, 2), axis=1)
    allowed = problem.at(rows[:, 0], rows[:, 1]) >= 0
    return sorted({(i, j) for i, j in rows[allowed].tolist()})


def plan_of(
    problem: Problem,
    result: OptimalMatching,
    cardinality: Cardinality,
    allowed: int,
    floor: Floor,
    unfloored: Duals | None,
    odd: Odd,
) -> Plan:
    """The plan of a matching: locked and free groups together, trios, and why the others wait."""
    graph = result.graph
    taken = result.pairs()
    rows = list(zip(graph.rows[taken.u].tolist(), graph.rows[taken.v].tolist(), taken.score.tolist(), strict=True))
    certificate = Certificate(
        fingerprint=problem.fingerprint,
        size=cardinality.pairs,
        barrier=tuple(cardinality.barrier.tolist()),
        components=tuple(cardinality.components.tolist())
        if len(cardinality.barrier) or cardinality.components.max(initial=0)
        else (),
        seat_components=tuple(graph.seat_components.tolist()),
        floor=floor.level,
        ceiling=floor.ceiling,
        kept=tuple((problem.keys[i], problem.keys[j]) for i, j in graph.kept_people),
        bonus=graph.bonus,
        duals=duals_of(result),
        unfloored=unfloored,
        too_costly=floor.too_costly,
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
    kept = result.weight - int(taken.score.sum())
    # The bound speaks of score and bonus together; what the kept pairs' bonus was is taken off again.
    bound = locked_total + result.duals.bound - kept
    in_groups = {k for g in (*pairs, *trios) for k in g.members}
    left = [k for k in problem.keys if k not in in_groups]
    pairs, new, suggested = trios_for(problem, pairs, left, odd)
    trios += new
    in_groups = {k for g in (*pairs, *trios) for k in g.members}
    waiting = [k for k in left if k not in in_groups]
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
