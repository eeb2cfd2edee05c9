"""Check a plan's claims from the problem and the certificate, in integers, without solving anything."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oppipari.pairing.blas_threads import single_threaded_blas
from oppipari.pairing.cardinality import bipartite_bound, tutte_berge_bound
from oppipari.pairing.certificate import Certificate, Duals
from oppipari.pairing.criteria import Ints
from oppipari.pairing.graph import Graph
from oppipari.pairing.people import Odd, Policy
from oppipari.pairing.plan import Group, Plan
from oppipari.pairing.pricing import edges_between, rounding_error
from oppipari.pairing.problem import Problem
from oppipari.pairing.sources import MAX_SCORE
from oppipari.pairing.tiles import Tile, scan
from oppipari.pairing.trios import suits, trio_score, trios_for
from oppipari.pairing.waiting import reasons_of_waiting

# So that nothing wraps around in 64 bits: two duals and all blossoms make less than 2**62, and so does a doubled weight,
# which is below 2**15 tenths with the largest bonus.
LARGEST_PRICE, LARGEST_UNIT = 2**59, 2**46


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the plan is true; if not, `failed` is the first false claim, by the key of its sentence in `words` ([claims])."""

    holds: bool
    failed: str | None = None


class _Broken(Exception):
    pass


def _claim(true: object, name: str) -> None:
    if not true:
        raise _Broken(name)


def verify(problem: Problem, plan: Plan, threads: int = 2, odd: Odd | None = None) -> Verdict:
    """Re-score all allowed pairs and check every claim of `plan` against `problem`.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    threads : int
    odd : Odd, optional
        What was asked for those left over; without it the plan may follow either wish, but must follow one.

    Returns
    -------
    Verdict
        Also where the certificate cannot be read: nothing is raised for a forged plan.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from oppipari.pairing.solver import solve
    >>> problem = Problem.from_triples("ab", [("a", "b", 900)])
    >>> plan = solve(problem)
    >>> verify(problem, plan).holds, verify(problem, replace(plan, total=901)).failed
    (True, 'total')
    """
    try:
        with single_threaded_blas():
            _check_groups(problem, plan)
            _check_trios(problem, plan, odd)
            _check_proof(problem, plan, threads)
            # Last: any change breaks the seal, and the claim that is untrue says more.
            _claim(plan.seal == plan.digest(), "nothing changed since it was made")
    except _Broken as broken:
        return Verdict(False, str(broken))
    except (IndexError, KeyError, ValueError, TypeError, OverflowError):
        return Verdict(False, "readable certificate")
    return Verdict(True)


def _check_groups(problem: Problem, plan: Plan) -> None:
    _claim(plan.certificate.fingerprint == problem.fingerprint, "same problem")
    _claim(plan.people == len(problem), "number of people")
    _claim(plan.allowed_pairs == problem.number_allowed, "number of allowed pairs")
    memberships: Counter[int] = Counter()
    for group in plan.groups:
        rows = [problem.find(k) for k in group.members]
        _claim(len(set(rows)) == len(rows) in (2, 3), "two or three different people in a group")
        memberships.update(rows)
    _claim(all(len(g.members) == 2 for g in plan.pairs) and all(len(g.members) == 3 for g in plan.trios), "kinds")
    i, j = _rows(problem, [g.members for g in plan.pairs])
    scores = problem.at(i, j)
    _claim((scores >= 0).all(), "only allowed pairs")
    _claim(scores.tolist() == [g.score for g in plan.pairs], "scores of the groups")
    for group in (*plan.trios, *plan.suggested_trios):
        rows = [problem.find(k) for k in group.members]
        _claim(len(set(rows)) == 3 and suits(problem, rows), "only allowed pairs")
        _claim(group.score == trio_score(problem, rows), "scores of the groups")
        _claim((group.core is None) == group.locked, "the pair that a third joined")
        if group.core is not None:
            a, b = group.core.members
            _claim(a < b and {a, b} < set(group.members), "the pair that a third joined")
            _claim(group.core == Group((a, b), problem.score(a, b)), "the pair that a third joined")
    _claim(not any(g.core for g in plan.pairs), "the pair that a third joined")
    _claim(all(count <= problem.capacities[i] for i, count in memberships.items()), "nobody in too many groups")
    _claim(all(tuple(sorted(g.members)) == g.members for g in plan.groups), "members in order")
    _claim(len({g.members for g in plan.groups}) == len(plan.groups), "no pair twice")
    for some in (plan.pairs, plan.trios):
        _claim(list(some) == sorted(some, key=lambda g: g.members), "groups in order")
    _claim(plan.waiting == tuple(k for i, k in enumerate(problem.keys) if i not in memberships), "who waits")
    _claim(not any(problem.find(k) in problem.set_aside for g in plan.groups for k in g.members), "set aside waits")
    locked = {tuple(sorted(problem.keys[i] for i in t)) for t in (*problem.locked, *problem.locked_trios)}
    _claim(locked == {g.members for g in plan.groups if g.locked}, "locks kept")
    _claim(plan.total == sum(g.score for g in plan.groups), "total")
    reasons = reasons_of_waiting(problem, plan.waiting, plan.certificate)
    _claim(dict(plan.waiting_reasons) == reasons, "the reason of everyone who waits")


def _check_trios(problem: Problem, plan: Plan, odd: Odd | None) -> None:
    """The trios are those that the rule makes of these pairs, all of them, or suggests."""
    pairs = [*plan.pairs, *(t.core for t in plan.joined if t.core)]
    there = {k for g in (*pairs, *(t for t in plan.trios if t.locked)) for k in g.members}
    left = [k for k in problem.keys if k not in there]
    wish = odd or (Odd.TRIO if plan.joined else Odd.WAIT)
    _pairs, made, suggested = trios_for(problem, pairs, left, wish)
    _claim(sorted(made, key=lambda g: g.members) == list(plan.joined), "the trios that were asked for")
    _claim(suggested == list(plan.suggested_trios), "the trios that would suit")


def _rows(problem: Problem, pairs: list[tuple[str, ...]]) -> tuple[Ints, Ints]:
    result = np.array([[problem.find(k) for k in p] for p in pairs], dtype=np.int64).reshape(-1, 2)
    return result[:, 0], result[:, 1]


def _check_proof(problem: Problem, plan: Plan, threads: int) -> None:
    proof = plan.certificate
    graph = Graph.of(problem, threads)
    n = graph.people
    components = _labels(proof.components, n)
    barrier = _removed(proof.barrier, n)
    free_pairs = sum(1 for g in plan.groups if not g.locked)
    _claim(proof.size == free_pairs, "number of pairs")
    _claim(plan.possible_pairs == proof.size + len(problem.locked), "possible pairs")
    by_sides = problem.policy.two_sided and not len(barrier)
    most = bipartite_bound(components, graph.may_wait) if by_sides else tutte_berge_bound(components, barrier)
    _claim(most == proof.size, "as many pairs as possible")
    seats = np.array(proof.seat_components, dtype=np.int64)
    _check_seats(graph, components, barrier, seats, proof.size)
    graph = graph.with_seats(components, seats)

    policy = problem.policy
    _claim(plan.floor == proof.floor and (proof.floor is None) == (not policy.floor or not proof.size), "floor")
    # A third who joined a pair is no part of what the proof is about.
    paired = [g for g in plan.pairs if not g.locked] + [t.core for t in plan.joined if t.core]
    if proof.floor is not None:
        _claim(all(g.score >= proof.floor for g in paired), "no pair under the floor")
        _claim(0 <= proof.floor <= MAX_SCORE, "floor")
    _claim(proof.bonus in {0, policy.stay_bonus, policy.bonus_of_change(len(problem))}, "bonus")
    _claim(bool(proof.bonus) == bool(proof.kept), "bonus")
    kept = [(problem.find(a), problem.find(b)) for a, b in proof.kept]
    floored = graph.with_floor(proof.floor or 0).with_kept(kept, proof.bonus)
    _claim(kept == floored.kept_people, "kept pairs are possible")
    _claim(_of_one_plan(problem, kept), "kept pairs of one plan")
    _check_prices(proof.duals, floored)
    _claim((proof.unfloored is None) == (not policy.floor), "prices without a floor")
    if proof.unfloored is not None:
        _check_prices(proof.unfloored, graph)
    if components.max(initial=0) > 0:
        _claim(not len(edges_between(graph, components, barrier, limit=1)), "parts that nothing joins")
    _check_floor(proof, graph, policy)
    locked = sum(g.score for g in plan.groups if g.locked)
    shown = set(proof.kept)
    bonus = proof.bonus * sum(g.members in shown for g in paired)
    _claim(plan.bound == locked + proof.duals.bound - bonus, "bound")
    _claim(plan.paired <= plan.bound, "nothing above the bound")


def _of_one_plan(problem: Problem, kept: list[tuple[int, int]]) -> bool:
    """Whether one plan can have contained all these pairs: in it nobody had two partners, but for mentors of larger capacity.

    How large a capacity was then is not known, only that those of one side had 1.
    """
    often = np.bincount(np.array(kept, dtype=np.int64).reshape(-1), minlength=len(problem))
    if not problem.policy.two_sided:
        return bool(often.max(initial=0) <= 1)
    return min(int(often[problem.sides == side].max(initial=0)) for side in (0, 1)) <= 1


def _check_floor(proof: Certificate, graph: Graph, policy: Policy) -> None:
    """The floor costs no more than the policy allows; and why it is no higher, where the certificate says so."""
    if proof.floor is None or proof.unfloored is None:
        _claim(proof.ceiling is None and proof.too_costly is None, "a floor under the ceiling")
        return
    least = policy.least_with_floor(proof.unfloored.bound)
    _claim(proof.duals.bound >= least, "the price of the floor")
    _claim(proof.ceiling is None or proof.too_costly is None, "no higher floor")
    higher = graph.with_floor(proof.floor + 1)
    if proof.ceiling is not None:
        above, gone = _labels(proof.ceiling.components, graph.people), _removed(proof.ceiling.barrier, graph.people)
        _claim(tutte_berge_bound(above, gone) < proof.size, "no higher floor")
        _claim(not len(edges_between(higher, above, gone, limit=1)), "no higher floor")
    if proof.too_costly is not None:
        without = policy.least_with_floor(_makes(proof.too_costly.mates, graph, proof.size))
        _claim(proof.too_costly.duals.bound < without, "no higher floor")
        _check_prices(proof.too_costly.duals, higher, "no higher floor")


def _makes(mates: tuple[int, ...], graph: Graph, size: int) -> int:
    """The total of a plan of `size` pairs that is given by everybody's mate."""
    result, everybody = np.array(mates, dtype=np.int64), np.arange(graph.people)
    _claim(len(result) == graph.people and ((result >= -1) & (result < graph.people)).all(), "no higher floor")
    u = np.flatnonzero(result > everybody)
    _claim((result[result[u]] == u).all() and (result >= 0).sum() == 2 * len(u) == 2 * size, "no higher floor")
    scores = graph.at(u, result[u])
    _claim((scores >= 0).all(), "no higher floor")
    return int(scores.sum())


def _labels(components: tuple[int, ...], n: int) -> Ints:
    result = np.array(components, dtype=np.int64) if components else np.zeros(n, dtype=np.int64)
    _claim(len(result) == n and result.min(initial=0) >= 0 and result.max(initial=0) <= n, "a part for everybody")
    return result


def _removed(barrier: tuple[int, ...], n: int) -> Ints:
    result = np.array(barrier, dtype=np.int64)
    _claim(len(set(barrier)) == len(barrier) and all(0 <= v < n for v in barrier), "who is removed")
    return result


def _check_seats(graph: Graph, components: Ints, barrier: Ints, seats: Ints, size: int) -> None:
    """As many seats as must wait; one for a component only where that component surely leaves one of its own."""
    waits = int((~graph.may_wait).sum()) - size if graph.problem.policy.two_sided else graph.people - 2 * size
    _claim(len(seats) == waits, "a seat for everybody who waits")
    if graph.problem.policy.two_sided or len(barrier):
        _claim((seats == -1).all(), "seats for anybody")
    else:
        labels, counts = np.unique(components, return_counts=True)
        _claim(sorted(seats.tolist()) == labels[counts % 2 == 1].tolist(), "a seat for each odd part")


def _check_prices(duals: Duals, graph: Graph, claim: str = "the prices cover every allowed pair") -> None:
    """Duals are integers that cannot overflow, and are feasible for all that `graph` allows: so says `claim`."""
    figures = (duals.unit, *duals.vertices, *(odd.dual for odd in duals.blossoms))
    _claim(all(type(f) is int for f in figures), "whole numbers")
    _claim(0 < duals.unit <= LARGEST_UNIT and len(duals.vertices) == graph.size, "a price for every vertex")
    _claim(max(map(abs, duals.vertices), default=0) <= LARGEST_PRICE, "a price for every vertex")
    everybody = set(range(graph.size))
    for odd in duals.blossoms:
        members = set(odd.members)
        _claim(len(members) == len(odd.members) and len(members) % 2 == 1 and len(members) >= 3, "odd sets are odd")
        _claim(members <= everybody and odd.dual >= 0, "odd sets")
    _claim(sum(odd.dual for odd in duals.blossoms) <= LARGEST_PRICE, "odd sets")
    _claim(_covers(duals, graph), claim)


def _covers(duals: Duals, graph: Graph) -> bool:
    """Whether the duals are feasible for every allowed pair, every seat and everybody who may wait."""
    y = np.array(duals.vertices, dtype=np.int64)
    doubled = 2 * duals.unit

    def cover(u: Ints, v: Ints) -> Ints:
        result: Ints = y[u] + y[v]
        for odd in duals.blossoms:  # the dual of a blossom counts for each pair inside it
            result += 2 * odd.dual * (np.isin(u, odd.members) & np.isin(v, odd.members))
        return result

    if (y[: graph.people][graph.may_wait] < 0).any():
        return False
    people, seats = graph.seat_edges()
    if (cover(people, seats) < 0).any():
        return False
    kept = graph.kept.subset(graph.kept.score >= graph.floor)
    if (cover(kept.u, kept.v) < doubled * (kept.score + graph.bonus)).any():
        return False
    shown = (y[: graph.people] / doubled).astype(np.float32)
    margin = np.float32(rounding_error(shown))  # tie-breaks need no cover here, and kept pairs had theirs above

    def work(strip: Iterator[Tile]) -> bool:
        for r in strip:
            width = r.scores.shape[1]
            gain = r.scores - shown[r.v0 : r.v0 + width][None, :]
            mask = (gain > (shown[r.us] - margin)[:, None]) & (r.scores >= 0)
            at = np.flatnonzero(mask)
            edges = r.edges(at)
            if (cover(edges.u, edges.v) < doubled * edges.score).any():
                return False
        return True

    return all(scan(graph, work))
