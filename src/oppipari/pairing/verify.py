"""Check a plan's claims from the problem and the certificate, in whole numbers, without solving anything."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oppipari.pairing.cardinality import across, at_most
from oppipari.pairing.criteria import Ints
from oppipari.pairing.field import Field, Rectangle
from oppipari.pairing.people import Policy
from oppipari.pairing.plan import Certificate, Duals, Group, Plan
from oppipari.pairing.pricing import crossing, rounding
from oppipari.pairing.problem import Problem
from oppipari.pairing.sources import MAX_SCORE
from oppipari.pairing.threads import single_products
from oppipari.pairing.trios import suits, trio_score
from oppipari.pairing.waiting import reasons_of_waiting

# So that nothing wraps around in 64 bits: two prices and all odd sets make less than 2**62, and so does a doubled weight,
# which is below 2**15 tenths with the largest bonus.
LARGEST_PRICE, LARGEST_UNIT = 2**59, 2**46


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the plan holds; if not, `failed` names the first claim that does not.

    The names are read by people who look for a fault, and are the keys of the sentences in `words` ([claims]).
    """

    holds: bool
    failed: str | None = None


class _Broken(Exception):
    pass


def _claim(true: object, name: str) -> None:
    if not true:
        raise _Broken(name)


def verify(problem: Problem, plan: Plan, threads: int = 2) -> Verdict:
    """Re-score all allowed pairs and check every claim of `plan` against `problem`."""
    try:
        with single_products():
            _check_groups(problem, plan)
            _check_proof(problem, plan, threads)
            # Last: any change breaks the seal, and what is untrue is told better by the claim that it broke.
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
    places: Counter[int] = Counter()
    for group in plan.groups:
        rows = [problem.find(k) for k in group.members]
        _claim(len(set(rows)) == len(rows) in (2, 3), "two or three different people in a group")
        places.update(rows)
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
    _claim(all(count <= problem.capacities[i] for i, count in places.items()), "nobody in too many groups")
    _claim(all(tuple(sorted(g.members)) == g.members for g in plan.groups), "members in order")
    _claim(len({g.members for g in plan.groups}) == len(plan.groups), "no pair twice")
    _claim(sorted(plan.waiting) == sorted(k for i, k in enumerate(problem.keys) if i not in places), "who waits")
    _claim(len(set(plan.waiting)) == len(plan.waiting), "who waits")
    _claim(not any(problem.find(k) in problem.set_aside for g in plan.groups for k in g.members), "set aside waits")
    locked = {tuple(sorted(problem.keys[i] for i in t)) for t in (*problem.locked, *problem.locked_trios)}
    _claim(locked == {g.members for g in plan.groups if g.locked}, "locks kept")
    _claim(plan.total == sum(g.score for g in plan.groups), "total")
    reasons = reasons_of_waiting(problem, plan.waiting, plan.certificate)
    _claim(dict(plan.waiting_reasons) == reasons, "the reason of everyone who waits")


def _rows(problem: Problem, pairs: list[tuple[str, ...]]) -> tuple[Ints, Ints]:
    found = np.array([[problem.find(k) for k in p] for p in pairs], dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _check_proof(problem: Problem, plan: Plan, threads: int) -> None:
    proof = plan.certificate
    field = Field.of(problem, threads)
    n = field.people
    parts = _labels(proof.parts, n)
    removed = _removed(proof.removed, n)
    free_pairs = sum(1 for g in plan.groups if not g.locked)
    _claim(proof.size == free_pairs, "number of pairs")
    _claim(plan.possible_pairs == proof.size + len(problem.locked), "possible pairs")
    by_sides = problem.policy.two_sided and not len(removed)
    most = across(parts, field.may_wait) if by_sides else at_most(parts, removed)
    _claim(most == proof.size, "as many pairs as possible")
    seats = np.array(proof.seat_parts, dtype=np.int64)
    _check_seats(field, parts, removed, seats, proof.size)
    field = field.with_seats(parts, seats)

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
    floored = field.with_floor(proof.floor or 0).with_kept(kept, proof.bonus)
    _claim(kept == floored.kept_people, "kept pairs are possible")
    _check_prices(proof.duals, floored)
    _claim((proof.unfloored is None) == (not policy.floor), "prices without a floor")
    if proof.unfloored is not None:
        _check_prices(proof.unfloored, field)
    if parts.max(initial=0) > 0:
        _claim(not len(crossing(field, parts, removed, most=1)), "parts that nothing joins")
    _check_floor(proof, field, policy)
    locked = sum(g.score for g in plan.groups if g.locked)
    shown = set(proof.kept)
    bonus = proof.bonus * sum(g.members in shown for g in paired)
    _claim(plan.bound == locked + proof.duals.bound - bonus, "bound")
    _claim(plan.paired <= plan.bound, "nothing above the bound")


def _check_floor(proof: Certificate, field: Field, policy: Policy) -> None:
    """The floor costs no more than the policy allows; and why it is no higher, where the certificate says so."""
    if proof.floor is None or proof.unfloored is None:
        _claim(proof.ceiling is None and proof.too_dear is None, "a floor under the ceiling")
        return
    least = policy.least_with_floor(proof.unfloored.bound)
    _claim(proof.duals.bound >= least, "the price of the floor")
    _claim(proof.ceiling is None or proof.too_dear is None, "no higher floor")
    higher = field.with_floor(proof.floor + 1)
    if proof.ceiling is not None:
        above, gone = _labels(proof.ceiling.parts, field.people), _removed(proof.ceiling.removed, field.people)
        _claim(at_most(above, gone) < proof.size, "no higher floor")
        _claim(not len(crossing(higher, above, gone, most=1)), "no higher floor")
    if proof.too_dear is not None:
        without = policy.least_with_floor(_makes(proof.too_dear.mates, field, proof.size))
        _claim(proof.too_dear.duals.bound < without, "no higher floor")
        _check_prices(proof.too_dear.duals, higher, "no higher floor")


def _makes(mates: tuple[int, ...], field: Field, size: int) -> int:
    """What a plan of `size` pairs makes that is told by everybody's mate."""
    found, everybody = np.array(mates, dtype=np.int64), np.arange(field.people)
    _claim(len(found) == field.people and ((found >= -1) & (found < field.people)).all(), "no higher floor")
    u = np.flatnonzero(found > everybody)
    _claim((found[found[u]] == u).all() and (found >= 0).sum() == 2 * len(u) == 2 * size, "no higher floor")
    scores = field.at(u, found[u])
    _claim((scores >= 0).all(), "no higher floor")
    return int(scores.sum())


def _labels(parts: tuple[int, ...], n: int) -> Ints:
    found = np.array(parts, dtype=np.int64) if parts else np.zeros(n, dtype=np.int64)
    _claim(len(found) == n and found.min(initial=0) >= 0 and found.max(initial=0) <= n, "a part for everybody")
    return found


def _removed(removed: tuple[int, ...], n: int) -> Ints:
    found = np.array(removed, dtype=np.int64)
    _claim(len(set(removed)) == len(removed) and all(0 <= v < n for v in removed), "who is removed")
    return found


def _check_seats(field: Field, parts: Ints, removed: Ints, seats: Ints, size: int) -> None:
    """As many seats as must wait; one for a part only where that part surely keeps one of its own."""
    waits = int((~field.may_wait).sum()) - size if field.problem.policy.two_sided else field.people - 2 * size
    _claim(len(seats) == waits, "a seat for everybody who waits")
    if field.problem.policy.two_sided or len(removed):
        _claim((seats == -1).all(), "seats for anybody")
    else:
        labels, counts = np.unique(parts, return_counts=True)
        _claim(sorted(seats.tolist()) == labels[counts % 2 == 1].tolist(), "a seat for each odd part")


def _check_prices(duals: Duals, field: Field, claim: str = "the prices cover every allowed pair") -> None:
    """Prices are whole numbers that nothing makes wrap around, and cover all that `field` allows: so says `claim`."""
    figures = (duals.unit, *duals.vertices, *(odd.dual for odd in duals.odd_sets))
    _claim(all(type(f) is int for f in figures), "whole numbers")
    _claim(0 < duals.unit <= LARGEST_UNIT and len(duals.vertices) == field.size, "a price for every vertex")
    _claim(max(map(abs, duals.vertices), default=0) <= LARGEST_PRICE, "a price for every vertex")
    everybody = set(range(field.size))
    for odd in duals.odd_sets:
        members = set(odd.members)
        _claim(len(members) == len(odd.members) and len(members) % 2 == 1 and len(members) >= 3, "odd sets are odd")
        _claim(members <= everybody and odd.dual >= 0, "odd sets")
    _claim(sum(odd.dual for odd in duals.odd_sets) <= LARGEST_PRICE, "odd sets")
    _claim(_covers(duals, field), claim)


def _covers(duals: Duals, field: Field) -> bool:
    """Whether the prices cover every allowed pair, every seat and everybody who may wait for nothing."""
    y = np.array(duals.vertices, dtype=np.int64)
    doubled = 2 * duals.unit

    def cover(u: Ints, v: Ints) -> Ints:
        found: Ints = y[u] + y[v]
        for odd in duals.odd_sets:  # a pair inside an odd set is covered by it, too
            found += 2 * odd.dual * (np.isin(u, odd.members) & np.isin(v, odd.members))
        return found

    if (y[: field.people][field.may_wait] < 0).any():
        return False
    people, seats = field.seat_edges()
    if (cover(people, seats) < 0).any():
        return False
    kept = field.kept.picked(field.kept.score >= field.floor)
    if (cover(kept.u, kept.v) < doubled * (kept.score + field.bonus)).any():
        return False
    shown = (y[: field.people] / doubled).astype(np.float32)
    margin = np.float32(rounding(shown))  # tie-breaks need no cover here, and kept pairs had theirs above

    def work(strip: Iterator[Rectangle]) -> bool:
        for r in strip:
            width = r.scores.shape[1]
            gain = r.scores - shown[r.v0 : r.v0 + width][None, :]
            mask = (gain > (shown[r.us] - margin)[:, None]) & (r.scores >= 0)
            at = np.flatnonzero(mask)
            edges = r.edges(at)
            if (cover(edges.u, edges.v) < doubled * edges.score).any():
                return False
        return True

    return all(field.scan(work))
