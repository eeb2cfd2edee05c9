"""The best set of pairs of the largest size, proven over every allowed pair: candidates, prices, pricing, whole pairs.

1. Everybody's best few pairs are the first candidates. 2. The doubled graph gives a fractional matching and its prices.
3. Every allowed pair is held against the prices; those not covered join the candidates, until there are none. 4. Odd
circles are resolved exactly. 5. If the bound is still a whole tenth above, odd sets close it.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from oppipari.pairing.cardinality import Size
from oppipari.pairing.criteria import Ints
from oppipari.pairing.doubled import Arcs, Fractional, assign, mended
from oppipari.pairing.field import Edges, Field
from oppipari.pairing.integral import Graph, settled, split
from oppipari.pairing.odd_sets import Growth, OddSet
from oppipari.pairing.pricing import near, shortfall, slack
from oppipari.pairing.reserve import Reserve

# Candidates come in not only when a pair is not covered, but when it is within so many tenths: that saves rounds.
MARGIN = 30
# Up to so many pairs not covered are mended one by one; with more, a new assignment is quicker.
MEND_UP_TO = 32
# So often the proof by odd sets is begun anew with more candidates.
MOST_ATTEMPTS = 30


@dataclass(frozen=True)
class Proof:
    """Doubled prices and odd sets, in parts of 1/`unit` tenth, that cover every allowed pair."""

    unit: int
    y: Ints
    sets: tuple[OddSet, ...] = ()

    @property
    def bound(self) -> int:
        """Nothing weighs more than this many whole tenths."""
        return (int(self.y.sum()) + sum(s.dual * (len(s.members) - 1) for s in self.sets)) // (2 * self.unit)


@dataclass(frozen=True)
class Best:
    """A best perfect matching of a field: `mates` (-1: waits without a seat), the prices that prove it, and what was learnt.

    `weight` is in whole tenths, bonus included; nothing weighs more than the proof's bound. `edges` are the candidates in the end,
    `rounds` how often all pairs were looked at.
    """

    field: Field
    mates: Ints
    weight: int
    proof: "Proof"
    edges: Edges
    fractional: Fractional
    rounds: int

    def pairs(self) -> Edges:
        """The pairs of people, with their scores."""
        return pairs_of(self.field, self.mates)


def pairs_of(field: Field, mates: Ints) -> Edges:
    """The pairs of people among `mates`, with their scores."""
    u = np.flatnonzero((mates > np.arange(len(mates))) & (mates < field.people))
    return Edges(u, mates[u], field.at(u, mates[u]))


def with_seats_for(field: Field, size: Size) -> Field:
    """The field with a seat for everybody who has to wait."""
    if field.problem.policy.two_sided:
        short = int((~field.may_wait).sum()) - size.pairs
        return field.with_seats(size.parts, np.full(short, -1, dtype=np.int64))
    if len(size.removed):
        return field.with_seats(size.parts, np.full(field.people - 2 * size.pairs, -1, dtype=np.int64))
    # Without removed vertices each odd part keeps one of its own: a seat for each.
    labels, counts = np.unique(size.parts, return_counts=True)
    return field.with_seats(size.parts, labels[counts % 2 == 1])


def best(field: Field, edges: Edges, deadline: float | None = None) -> Best | None:
    """The best perfect matching of `field` (its seats set), or None when there is none.

    `deadline` (monotonic seconds) ends the rounds of pricing early; the bound is then honest but not tight.
    """
    edges = edges.picked(edges.score >= field.floor)
    edges = edges.joined(field.kept.picked(field.kept.score >= field.floor), size=max(field.people, 1))
    rounds = 0
    while True:
        found = assign(Arcs.of(field, edges))
        if rounds and deadline is not None and time.monotonic() > deadline:
            early = _in_time(field, edges, found, rounds)
            if early is not None:
                return early
        found, edges, looks, done = covered(field, edges, found)
        rounds += looks
        if not done:
            continue
        if not left_out(field, found):
            return finished(field, edges, found, rounds)
        if field.penalty >= 1024 * field.size:
            return None
        # Somebody would rather pay than break up better pairs: the penalty was too low, or nobody is there.
        field = replace(field, penalty=field.penalty * 16)


def covered(
    field: Field, edges: Edges, found: Fractional, us: Ints | None = None, reserve: Reserve | None = None
) -> tuple[Fractional, Edges, int, bool]:
    """Hold pairs against the prices, and mend what few are not covered.

    `found` covers the `edges`. Which others are looked at depends: without a `reserve` all pairs, or those of `us` where only
    theirs can be open; with one, which must be among the edges, only those that its reach does not answer for. Returns the prices, the
    edges known, how often pairs were looked at, and whether all are covered now: where many are not, the assignment is
    better begun anew.
    """
    looks = 0
    while True:
        y = found.y
        more = reserve.open(field, y) if reserve else near(field, y, 2 * MARGIN * field.unit, us)
        looks += 1
        open_ones = more.picked(slack(field, y, more) < 0)
        if not len(open_ones):
            return found, edges, looks, True
        edges = edges.joined(more, size=field.people)
        if len(open_ones) > MEND_UP_TO:
            return found, edges, looks, False
        arcs = Arcs.of(field, edges)
        left = found.left.copy()
        # What is not covered is paid for by whoever would take it; they then have to take somebody anew.
        np.minimum.at(left, arcs.tail, arcs.cost - found.right[arcs.head])
        better = mended(arcs, found.takes, left, found.right)
        if better is None:
            return found, edges, looks, False
        # Only where prices fell can a pair have come open.
        us = np.flatnonzero(better.y[: field.people] < y[: field.people])
        found = better
        if not len(us):
            return found, edges, looks, True


def finished(field: Field, edges: Edges, found: Fractional, rounds: int) -> Best | None:
    """Whole pairs from a fractional matching whose prices cover every allowed pair; None if there are none."""
    mates, edges = settled(field, edges, found)
    if mates is None:
        return None
    weight = weight_of(field, mates)
    proof = Proof(field.unit, found.y)
    if proof.bound > weight and not field.problem.policy.two_sided:
        mates, proof, edges = _with_odd_sets(field, edges, mates, proof, found)
    return Best(field, mates, weight_of(field, mates), proof, edges, found, rounds)


def _with_odd_sets(
    field: Field, edges: Edges, mates: Ints, proof: Proof, found: Fractional
) -> tuple[Ints, Proof, Edges]:
    """The proof by odd sets, with better pairs where it finds some; what was known where it is given up.

    Odd sets close a gap of whole tenths, so the tie-breaks are left out (`plain`: a weight is the score, and a unit one tenth),
    which makes numbers small and turns few. The method halves its steps where prices need it; its growing unit becomes the
    `scale` of the field, so that scores are weighed in the same parts when all pairs are held against the prices.
    """
    plain = field
    if field.tie_bits:
        plain = replace(field, plain=True)
        found = assign(Arcs.of(plain, edges))
        done = False
    else:
        done = True
    for _ in range(MOST_ATTEMPTS):
        while not done:
            found, edges, _looks, done = covered(plain, edges, found)
            if not done:
                found = assign(Arcs.of(plain, edges))
        if left_out(plain, found):
            break
        _mates, _odd, first = split(found.takes, field.may_wait)
        graph = Graph.of(plain, edges)
        growth = Growth(field.size, graph.u, graph.v, 2 * graph.weight, found.y, first)
        better = growth.run()
        if better is None:
            break
        fine, sets = replace(plain, scale=growth.unit), growth.sets()
        lower = np.flatnonzero(growth.y[: field.people] < growth.unit * found.y[: field.people])
        more = near(fine, growth.y, -1, lower, every=True) if len(lower) else Edges.none()
        room = slack(fine, growth.y, more) + cover(sets, more.u, more.v)
        if (room < 0).any():
            edges = edges.joined(more.picked(room < 0), size=field.people)
            continue
        if weight_of(field, better) > weight_of(field, mates):
            mates = better
        return mates, Proof(fine.unit, growth.y, sets), edges
    return mates, proof, edges


def cover(sets: tuple[OddSet, ...], u: Ints, v: Ints) -> Ints:
    """What the odd sets add, doubled, for each pair of vertices that lies inside them."""
    found = np.zeros(len(u), dtype=np.int64)
    for odd in sets:
        found += 2 * odd.dual * (np.isin(u, odd.members) & np.isin(v, odd.members))
    return found


def left_out(field: Field, found: Fractional) -> bool:
    """Whether somebody who must not wait takes themselves."""
    out = found.left_out
    people = out[out < field.people]
    return len(people) < len(out) or not bool(field.may_wait[people].all())


def weight_of(field: Field, mates: Ints) -> int:
    """Whole tenths of a matching, bonus included."""
    pairs = pairs_of(field, mates)
    return int(pairs.score.sum()) + field.bonus * int(field.is_kept(pairs.u, pairs.v).sum())


def _in_time(field: Field, edges: Edges, found: Fractional, rounds: int) -> Best | None:
    """What there is when time runs out: the pairs of the candidates, and prices raised until they cover every pair."""
    if left_out(field, found):
        return None
    mates, edges = settled(field, edges, found, everywhere=False)
    if mates is None:
        return None
    y = found.y
    y[: field.people] += (shortfall(field, y) + 1) // 2
    return Best(field, mates, weight_of(field, mates), Proof(field.unit, y), edges, found, rounds)
