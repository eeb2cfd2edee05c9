"""Reoptimization: a change of a plan that was shown (a lock, a ban, somebody who joins or leaves), answered at once.

Warm start: the duals of the plan before are still feasible for nearly every pair; so only the vertices that the change
touches are matched anew, each along one shortest augmenting path. Every pair that stays counts more, which is why few
others change. What cannot be settled in this way (fewer pairs become possible, or the floor no longer holds) is solved from
the beginning.
"""

import os
import time
from dataclasses import replace

import numpy as np

from oppipari.pairing.blas_threads import single_threaded_blas
from oppipari.pairing.cardinality import Cardinality
from oppipari.pairing.certificate import Duals
from oppipari.pairing.column_generation import (
    MARGIN,
    OptimalMatching,
    generate_columns,
    integral_optimum,
    uses_artificial_arcs,
    with_seats_for,
)
from oppipari.pairing.criteria import Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.errors import NoAllowedPair
from oppipari.pairing.floor import Floor
from oppipari.pairing.fractional_matching import Arcs, FractionalMatching, optimal_assignment, repair_assignment
from oppipari.pairing.graph import Graph
from oppipari.pairing.people import Odd
from oppipari.pairing.pricing import slack
from oppipari.pairing.problem import Problem, in_sorted
from oppipari.pairing.reasons import Cost, cost_of
from oppipari.pairing.solver import Solution, kept_pairs, plan_of, solution

# Where too many pairs are violated to repair the assignment, it is solved anew, so often at most.
MAX_RESTARTS = 4
# A dual beyond any that can occur: not known yet.
FAR = np.int64(2**60)


def reoptimize(problem: Problem, before: Solution, *, odd: Odd = Odd.WAIT, threads: int | None = None) -> Solution:
    """The best plan for a changed problem, close to the one before; the same proof in a fraction of the time.

    Parameters
    ----------
    problem : Problem
        May lock, forbid, set aside or lack other people than `before.problem`, or have more. Where the policy or somebody's
        answers changed too, it is solved from the beginning.
    before : Solution
    odd : Odd
        As in `solve`.
    threads : int, optional

    Returns
    -------
    Solution
        Every pair that stays counts more (`Policy.bonus_of_change`). The floor stays where it was as long as it is feasible.

    Raises
    ------
    NoAllowedPair, NothingToCompare
        As `solve`.

    Examples
    --------
    >>> problem = Problem.from_triples("abcd", [("a", "b", 900), ("b", "c", 800), ("a", "d", 800), ("c", "d", 100)])
    >>> before = solution(problem)
    >>> after = reoptimize(problem.changed(forbidden=[("b", "c")]), before)
    >>> [pair.members for pair in after.plan.pairs]
    [('a', 'b'), ('c', 'd')]
    """
    started = time.monotonic()
    threads = threads or min(2, os.cpu_count() or 1)
    result = None
    if _comparable(problem, before):
        with single_threaded_blas():
            result = _reoptimized(problem, before, odd, threads)
    if result is None:
        result = solution(problem, odd=odd, stay=before.plan, threads=threads, changed=True)
    return replace(result, plan=replace(result.plan, seconds=round(time.monotonic() - started, 3)))


def price_of(before: Solution, a: str, b: str, *, odd: Odd = Odd.WAIT) -> tuple[Cost, Solution]:
    """What locking two people together now would cost, and the plan that would be.

    It is the cost of doing it, by `reoptimize`: pairs that stay count more, and the floor stays while it is feasible. Without
    either, the best plan that contains the pair may cost less, and move more people. Nothing is changed by asking.

    Parameters
    ----------
    before : Solution
    a, b : str
        Keys; two who are a pair already cost nothing.
    odd : Odd

    Returns
    -------
    cost : Cost
    after : Solution

    Raises
    ------
    UnknownPerson
    ContradictoryLocks, LockNotAllowed
        Where the two may not be a pair.
    LockedTwice
        Where one of them is locked elsewhere or set aside.
    """
    old = before.problem
    old.find(a), old.find(b)
    if tuple(sorted((a, b))) in {g.members for g in before.plan.pairs}:
        return cost_of(before.plan, before.plan), before
    locked = [(old.keys[i], old.keys[j]) for i, j in old.locked]
    after = reoptimize(old.changed(locked=[*locked, (a, b)]), before, odd=odd)
    return cost_of(before.plan, after.plan, meant=(a, b)), after


def _comparable(problem: Problem, before: Solution) -> bool:
    """Whether the solution before can be used: the same policy and answers, and nothing but parity decides who waits."""
    old = before.matching.graph
    answers = {p.key: p for p in before.problem.participants}
    return (
        all(answers.get(p.key, p) == p for p in problem.participants)
        and (bool(problem.participants) or problem.source is before.problem.source)
        and problem.policy == before.problem.policy
        and problem.seed == before.problem.seed
        and not problem.policy.two_sided
        and not len(before.cardinality.barrier)
        and not before.cardinality.components.any()
        and old.people > 2
    )


def _reoptimized(problem: Problem, before: Solution, odd: Odd, threads: int) -> Solution | None:
    """As `reoptimize`, from the duals of before; None where they do not suffice."""
    matching = before.matching
    old = matching.graph
    graph = Graph.of(problem, threads)
    if graph.people < 2:
        return None
    nobody = np.zeros(0, dtype=np.int64)
    cardinality = Cardinality(graph.people // 2, nobody, np.zeros(graph.people, dtype=np.int64))
    graph = replace(with_seats_for(graph, cardinality), reckoned=(old.turns, old.steps - 3), penalty=old.penalty)
    if graph.seats > old.steps - 2 or graph.tie_bits != old.tie_bits:
        return None
    renumbering = _renumbering(old, graph)
    newly_allowed = _newly_allowed(old, renumbering, graph)
    unfloored = _unfloored(before.unfloored, renumbering, graph, newly_allowed)
    bonus = problem.policy.bonus_of_change(len(problem))
    graph = graph.with_floor(old.floor).with_kept(kept_pairs(problem, before.plan), bonus)
    more = (graph.kept, newly_allowed.subset(newly_allowed.score >= graph.floor), _edges_of_new(graph, renumbering))
    edges = _renumbered_edges(matching.edges, renumbering, graph).union(*more, size=graph.people)
    arcs = Arcs.of(graph, edges, in_order=False)
    left, right = _potentials(arcs, matching.fractional, renumbering, graph)
    successor = np.full(graph.size, -1, dtype=np.int64)
    there = np.flatnonzero((renumbering >= 0) & (matching.mates >= 0))
    successor[renumbering[there]] = renumbering[matching.mates[there]]
    # Before the bonus these duals were feasible for every pair but new vertices' and newly allowed ones, all of which are known.
    y = np.full(graph.size, -FAR)
    there_too = np.flatnonzero(renumbering >= 0)
    y[renumbering[there_too]] = matching.fractional.y[there_too]
    result = repair_assignment(arcs, successor, left, right)
    if result is None:
        return None
    decreased = np.flatnonzero(result.y[: graph.people] < y[: graph.people])
    done = True
    pool = before.pool.renumbered(renumbering, graph.people) if before.pool else None
    if len(decreased):
        result, edges, _scans, done = generate_columns(graph, edges, result, decreased, pool)
    for _ in range(MAX_RESTARTS):
        if done:
            break
        result, edges, _scans, done = generate_columns(graph, edges, optimal_assignment(Arcs.of(graph, edges)))
    if not done or uses_artificial_arcs(graph, result):
        return None
    final = _integral(graph, edges, result)
    if final is None:
        return None
    _update_count(problem, before.problem)
    allowed = problem.number_allowed
    if not allowed:
        raise NoAllowedPair
    if unfloored is not None and final.duals.bound < problem.policy.least_with_floor(unfloored.bound):
        return None  # the floor may have become too dear
    plan = plan_of(problem, final, cardinality, allowed, Floor(before.plan.floor), unfloored, odd)
    return Solution(problem, plan, final, cardinality, unfloored, pool)


def _integral(graph: Graph, edges: Edges, result: FractionalMatching) -> OptimalMatching | None:
    """The integral optimum, proven: first among edges of little slack, of which there are far fewer; else among all."""
    close = edges.subset(slack(graph, result.y, edges) <= 2 * (MARGIN + graph.bonus) * graph.unit)
    for some in (close, edges):
        final = integral_optimum(graph, some, result, 1)
        if final is not None and final.duals.bound <= final.weight:
            return replace(final, edges=edges.union(final.edges, size=graph.people))
    return None


def _update_count(problem: Problem, old: Problem) -> None:
    """The number of pairs that the scores allow, from that of the problem with one person more or less."""
    counted = old.source.counted
    if problem.source.counted is not None or counted is None:
        return
    gone, fresh = set(old.keys) - set(problem.keys), set(problem.keys) - set(old.keys)
    if len(gone) + len(fresh) != 1:
        return
    where, key, sign = (old, next(iter(gone)), -1) if gone else (problem, next(iter(fresh)), 1)
    i = where.find(key)
    others = np.delete(np.arange(len(where)), i)
    own = int((where.source.at(np.full(len(others), i), others) >= 0).sum())
    problem.source.counted = counted + sign * 2 * own


def _renumbering(old: Graph, new: Graph) -> Ints:
    """(old vertices,) the new number of each vertex, -1 if it is gone; seats follow seats."""
    now = {new.problem.keys[row]: v for v, row in enumerate(new.rows.tolist())}
    people = [now.get(old.problem.keys[row], -1) for row in old.rows.tolist()]
    seats = [new.people + k if k < new.seats else -1 for k in range(old.seats)]
    return np.array(people + seats, dtype=np.int64)


def _renumbered_edges(edges: Edges, renumbering: Ints, graph: Graph) -> Edges:
    """Edges in the new numbers, without those of people who are gone and pairs that are now blocked."""
    u, v = renumbering[edges.u], renumbering[edges.v]
    there = (u >= 0) & (v >= 0)
    u, v, score = u[there], v[there], edges.score[there]
    u, v = np.minimum(u, v), np.maximum(u, v)
    free = ~in_sorted(graph.blocked, u * graph.people + v)
    return Edges.empty().union(Edges(u, v, score).subset(free), size=graph.people)


def _newly_allowed(old: Graph, renumbering: Ints, graph: Graph) -> Edges:
    """Pairs of people who were there before that were blocked then and are no longer, whatever their score."""
    u, v = renumbering[old.blocked // old.people], renumbering[old.blocked % old.people]
    u, v = u[(u >= 0) & (u < v)], v[(u >= 0) & (u < v)]
    score = graph.at(u, v)
    return Edges.empty().union(Edges(u, v, score).subset(score >= 0), size=graph.people)


def _edges_of_new(graph: Graph, renumbering: Ints) -> Edges:
    """All edges of the vertices that were not there before, and of those that may now meet others than before."""
    known = np.zeros(graph.size, dtype=bool)
    known[renumbering[renumbering >= 0]] = True
    fresh = np.flatnonzero(~known[: graph.people])
    result = []
    for u in fresh.tolist():
        others = np.delete(np.arange(graph.people), u)
        score = graph.at(np.full(len(others), u), others)
        good = score >= 0
        result.append(Edges(np.minimum(u, others[good]), np.maximum(u, others[good]), score[good]))
    return Edges.empty().union(*result, size=graph.people)


def _potentials(arcs: Arcs, before: FractionalMatching, renumbering: Ints, graph: Graph) -> tuple[Ints, Ints]:
    """The potentials of before in the new numbers, lowered until every known arc is feasible; new vertices get the highest."""
    left, right = np.full(graph.size, FAR), np.full(graph.size, FAR)
    there = renumbering >= 0
    left[renumbering[there]], right[renumbering[there]] = before.left[there], before.right[there]
    fresh = np.flatnonzero(left == FAR)
    known = np.ones(graph.size, dtype=bool)
    known[fresh] = False
    for vertex in fresh.tolist():
        into = (arcs.head == vertex) & known[arcs.tail]
        right[vertex] = int((arcs.cost[into] - left[arcs.tail[into]]).min(initial=0))
        out = (arcs.tail == vertex) & (known[arcs.head] | (arcs.head == vertex))
        left[vertex] = int((arcs.cost[out] - right[arcs.head[out]]).min(initial=0))
        known[vertex] = True
    np.minimum.at(left, arcs.tail, arcs.cost - right[arcs.head])
    return left, right


def _unfloored(duals: Duals | None, renumbering: Ints, graph: Graph, newly_allowed: Edges) -> Duals | None:
    """The duals without a floor, raised to be feasible for new vertices and newly allowed pairs."""
    if duals is None:
        return None
    before = np.array(duals.vertices, dtype=np.int64)
    for odd in duals.blossoms:  # without the sets, their members pay for the pairs inside
        before[list(odd.members)] += odd.dual
    doubled = 2 * duals.unit
    y = np.zeros(graph.size, dtype=np.int64)
    known = np.zeros(graph.size, dtype=bool)
    there = renumbering >= 0
    y[renumbering[there]], known[renumbering[there]] = before[there], True
    for u, v, score in zip(
        newly_allowed.u.tolist(), newly_allowed.v.tolist(), newly_allowed.score.tolist(), strict=True
    ):
        y[u] = max(int(y[u]), doubled * score - int(y[v]))
    lowest = int(y[: graph.people][known[: graph.people]].min()) if known[: graph.people].any() else 0
    for u in np.flatnonzero(~known[: graph.people]).tolist():
        others = np.flatnonzero(known[: graph.people])
        score = graph.at(np.full(len(others), u), others)
        others, score = others[score >= 0], score[score >= 0]
        y[u], known[u] = (doubled * score - y[others]).max(initial=lowest), True
    y[graph.people :] = -int(y[: graph.people].min())  # a seat takes anybody, for nothing
    return Duals(duals.unit, tuple(y.tolist()))
