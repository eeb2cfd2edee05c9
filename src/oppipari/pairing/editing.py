"""A change of a plan that is already shown, answered at once: a lock, a ban, somebody who joins or leaves.

The prices of the plan before still cover nearly every pair; so only those whom the change touches look for somebody anew,
each along one shortest way. Every pair that stays counts more, and that is why few others change. What the
change cannot settle in this way (fewer pairs become possible, or the floor no longer holds) is solved from the beginning.
"""

import os
import time
from dataclasses import replace

import numpy as np

from oppipari.pairing.cardinality import Size
from oppipari.pairing.criteria import Ints
from oppipari.pairing.doubled import Arcs, Fractional, assign, mended
from oppipari.pairing.errors import NoAllowedPair
from oppipari.pairing.field import Edges, Field
from oppipari.pairing.floor import Floor
from oppipari.pairing.people import Odd
from oppipari.pairing.perfect import MARGIN, Best, covered, finished, left_out, with_seats_for
from oppipari.pairing.plan import Duals
from oppipari.pairing.pricing import slack
from oppipari.pairing.problem import Problem, among
from oppipari.pairing.reasons import Cost, cost_of
from oppipari.pairing.solver import Solution, kept_pairs, plan_of, solution
from oppipari.pairing.threads import single_products

# Where too many pairs come open to mend them one by one, the assignment is begun anew, so often at most.
ANEW = 4
# A price beyond any that can come up: not known yet.
FAR = np.int64(2**60)


def resolve(problem: Problem, before: Solution, *, odd: Odd = Odd.WAIT, threads: int | None = None) -> Solution:
    """The best plan for a changed problem, close to the one before; same proof, a fraction of the time.

    `problem` may lock, forbid, set aside or lack other people than `before.problem`, or have more. Where the policy or what
    somebody answered changed too, nothing learnt before can be used and it is solved from the beginning. Every pair that stays counts more (`Policy.bonus_of_change`). The floor stays where it was as long as it holds. Raises as `solve` does.
    """
    started = time.monotonic()
    threads = threads or min(2, os.cpu_count() or 1)
    found = None
    if _alike(problem, before):
        with single_products():
            found = _mended(problem, before, odd, threads)
    if found is None:
        found = solution(problem, odd=odd, stay=before.plan, threads=threads, changed=True)
    return replace(found, plan=replace(found.plan, seconds=round(time.monotonic() - started, 3)))


def price_of(before: Solution, a: str, b: str, *, odd: Odd = Odd.WAIT) -> tuple[Cost, Solution]:
    """What locking `a` and `b` together now would cost, and the plan that would be: who would change.

    It is the cost of pressing the button: `resolve` answers it, so pairs that stay count more and the floor stays where it was
    while it holds. With neither, the best plan that holds the pair may cost less, and move more people. Two who are a pair
    already cost nothing. `odd` as in `resolve`. Nothing is changed by asking. Raises UnknownPerson, ContradictoryLocks and
    LockNotAllowed where the two may not be a pair, LockedTwice where one of them is locked elsewhere or set aside.
    """
    old = before.problem
    old.find(a), old.find(b)
    if tuple(sorted((a, b))) in {g.members for g in before.plan.pairs}:
        return cost_of(before.plan, before.plan), before
    locked = [(old.keys[i], old.keys[j]) for i, j in old.locked]
    after = resolve(old.changed(locked=[*locked, (a, b)]), before, odd=odd)
    return cost_of(before.plan, after.plan, meant=(a, b)), after


def _alike(problem: Problem, before: Solution) -> bool:
    """Whether what was learnt can be used: the same policy, and nothing but parity decides who waits."""
    old = before.best.field
    answers = {p.key: p for p in before.problem.participants}
    return (
        all(answers.get(p.key, p) == p for p in problem.participants)
        and (bool(problem.participants) or problem.source is before.problem.source)
        and problem.policy == before.problem.policy
        and problem.seed == before.problem.seed
        and not problem.policy.two_sided
        and not len(before.size.removed)
        and not before.size.parts.any()
        and old.people > 2
    )


def _mended(problem: Problem, before: Solution, odd: Odd, threads: int) -> Solution | None:
    """As `resolve`, from the prices of before; None where they do not serve."""
    best = before.best
    old = best.field
    field = Field.of(problem, threads)
    if field.people < 2:
        return None
    nobody = np.zeros(0, dtype=np.int64)
    size = Size(field.people // 2, nobody, np.zeros(field.people, dtype=np.int64))
    field = replace(with_seats_for(field, size), reckoned=(old.turns, old.steps - 3), penalty=old.penalty)
    if field.seats > old.steps - 2 or field.tie_bits != old.tie_bits:
        return None
    place = _places(old, field)
    freed = _freed(old, place, field)
    unfloored = _unfloored(before.unfloored, place, field, freed)
    bonus = problem.policy.bonus_of_change(len(problem))
    field = field.with_floor(old.floor).with_kept(kept_pairs(problem, before.plan), bonus)
    more = (field.kept, freed.picked(freed.score >= field.floor), _of_newcomers(field, place))
    edges = _moved(best.edges, place, field).joined(*more, size=field.people)
    arcs = Arcs.of(field, edges, in_order=False)
    left, right = _prices(arcs, best.fractional, place, field)
    takes = np.full(field.size, -1, dtype=np.int64)
    there = np.flatnonzero((place >= 0) & (best.mates >= 0))
    takes[place[there]] = place[best.mates[there]]
    # Before the bonus every pair was covered by these, but for newcomers' and those allowed again, which are all known.
    y = np.full(field.size, -FAR)
    there_too = np.flatnonzero(place >= 0)
    y[place[there_too]] = best.fractional.y[there_too]
    found = mended(arcs, takes, left, right)
    if found is None:
        return None
    fell = np.flatnonzero(found.y[: field.people] < y[: field.people])
    done = True
    reserve = before.reserve.moved(place, field.people) if before.reserve else None
    if len(fell):
        found, edges, _looks, done = covered(field, edges, found, fell, reserve)
    for _ in range(ANEW):
        if done:
            break
        found, edges, _looks, done = covered(field, edges, assign(Arcs.of(field, edges)))
    if not done or left_out(field, found):
        return None
    final = _finished(field, edges, found)
    if final is None:
        return None
    _count(problem, before.problem)
    allowed = problem.number_allowed
    if not allowed:
        raise NoAllowedPair()
    if unfloored is not None and final.proof.bound < problem.policy.least_with_floor(unfloored.bound):
        return None  # the floor may have become too dear
    plan = plan_of(problem, final, size, allowed, Floor(before.plan.floor), unfloored, odd)
    return Solution(problem, plan, final, size, unfloored, reserve)


def _finished(field: Field, edges: Edges, found: Fractional) -> Best | None:
    """Whole pairs, proven best: first among the edges that are near, of which there are far fewer; else among all."""
    close = edges.picked(slack(field, found.y, edges) <= 2 * (MARGIN + field.bonus) * field.unit)
    for some in (close, edges):
        final = finished(field, some, found, 1)
        if final is not None and final.proof.bound <= final.weight:
            return replace(final, edges=edges.joined(final.edges, size=field.people))
    return None


def _count(problem: Problem, old: Problem) -> None:
    """How many pairs the scores allow, from how many they allowed with one person more or less."""
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


def _places(old: Field, new: Field) -> Ints:
    """Where each old vertex is in the new field (-1: gone); seats follow seats."""
    now = {new.problem.keys[row]: v for v, row in enumerate(new.rows.tolist())}
    people = [now.get(old.problem.keys[row], -1) for row in old.rows.tolist()]
    seats = [new.people + k if k < new.seats else -1 for k in range(old.seats)]
    return np.array(people + seats, dtype=np.int64)


def _moved(edges: Edges, place: Ints, field: Field) -> Edges:
    """Edges in the new numbers, without those of people who are gone and pairs that are now blocked."""
    u, v = place[edges.u], place[edges.v]
    there = (u >= 0) & (v >= 0)
    u, v, score = u[there], v[there], edges.score[there]
    u, v = np.minimum(u, v), np.maximum(u, v)
    free = ~among(field.blocked, u * field.people + v)
    return Edges.none().joined(Edges(u, v, score).picked(free), size=field.people)


def _freed(old: Field, place: Ints, field: Field) -> Edges:
    """Pairs of people who were there before that were blocked then and are no longer, whatever their score."""
    u, v = place[old.blocked // old.people], place[old.blocked % old.people]
    u, v = u[(u >= 0) & (u < v)], v[(u >= 0) & (u < v)]
    score = field.at(u, v)
    return Edges.none().joined(Edges(u, v, score).picked(score >= 0), size=field.people)


def _of_newcomers(field: Field, place: Ints) -> Edges:
    """All pairs of the vertices that were not there before, and of those that may now meet others than before."""
    known = np.zeros(field.size, dtype=bool)
    known[place[place >= 0]] = True
    fresh = np.flatnonzero(~known[: field.people])
    found = []
    for u in fresh.tolist():
        others = np.delete(np.arange(field.people), u)
        score = field.at(np.full(len(others), u), others)
        good = score >= 0
        found.append(Edges(np.minimum(u, others[good]), np.maximum(u, others[good]), score[good]))
    return Edges.none().joined(*found, size=field.people)


def _prices(arcs: Arcs, before: Fractional, place: Ints, field: Field) -> tuple[Ints, Ints]:
    """The prices of before in the new numbers, lowered until every known arc is covered; newcomers get the highest."""
    left, right = np.full(field.size, FAR), np.full(field.size, FAR)
    there = place >= 0
    left[place[there]], right[place[there]] = before.left[there], before.right[there]
    fresh = np.flatnonzero(left == FAR)
    known = np.ones(field.size, dtype=bool)
    known[fresh] = False
    for vertex in fresh.tolist():
        into = (arcs.head == vertex) & known[arcs.tail]
        right[vertex] = int((arcs.cost[into] - left[arcs.tail[into]]).min(initial=0))
        out = (arcs.tail == vertex) & (known[arcs.head] | (arcs.head == vertex))
        left[vertex] = int((arcs.cost[out] - right[arcs.head[out]]).min(initial=0))
        known[vertex] = True
    np.minimum.at(left, arcs.tail, arcs.cost - right[arcs.head])
    return left, right


def _unfloored(duals: Duals | None, place: Ints, field: Field, freed: Edges) -> Duals | None:
    """The prices without a floor, raised where they have to cover more than before: newcomers and pairs allowed again."""
    if duals is None:
        return None
    before = np.array(duals.vertices, dtype=np.int64)
    for odd in duals.odd_sets:  # without the sets, their members pay for the pairs inside
        before[list(odd.members)] += odd.dual
    doubled = 2 * duals.unit
    y = np.zeros(field.size, dtype=np.int64)
    known = np.zeros(field.size, dtype=bool)
    there = place >= 0
    y[place[there]], known[place[there]] = before[there], True
    for u, v, score in zip(freed.u.tolist(), freed.v.tolist(), freed.score.tolist(), strict=True):
        y[u] = max(int(y[u]), doubled * score - int(y[v]))
    lowest = int(y[: field.people][known[: field.people]].min()) if known[: field.people].any() else 0
    for u in np.flatnonzero(~known[: field.people]).tolist():
        others = np.flatnonzero(known[: field.people])
        score = field.at(np.full(len(others), u), others)
        others, score = others[score >= 0], score[score >= 0]
        y[u], known[u] = (doubled * score - y[others]).max(initial=lowest), True
    y[field.people :] = -int(y[: field.people].min())  # a seat takes anybody, for nothing
    return Duals(duals.unit, tuple(y.tolist()))
