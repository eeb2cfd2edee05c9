"""Looking at every allowed pair: who are the best few for everybody, and which pairs would improve on given prices.

Prices (`y`, doubled duals, whole numbers in units of 1/`unit` tenth) cover a pair when y[u] + y[v] >= 2 * weight. If they
cover every allowed pair, half their sum is more than any plan can reach. Everything here looks at all pairs, not only at
the candidates; nothing is sampled.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oppipari.pairing.criteria import Bools, Floats, Ints
from oppipari.pairing.field import COLUMNS, Edges, Field, Rectangle

# About so many pairs of one vertex are taken at a time; the rest come in a later round if still needed.
MOST_PER_ROW = 24


@dataclass(frozen=True)
class Survey:
    """The best few pairs of everybody, how many pairs are allowed, and everybody's best score (-1: none)."""

    edges: Edges
    allowed: int
    best: Ints


def survey(field: Field, each: int) -> Survey:
    """The `each` best pairs of every vertex. Equal scores are told apart so that not all want the same few people."""
    spread = _spread(field)

    def work(strip: Iterator[Rectangle]) -> tuple[list[Edges], int, Ints]:
        rectangles, allowed = [], 0
        us: Ints = np.zeros(0, dtype=np.int64)
        for r in strip:
            us = r.us
            allowed += int((r.scores >= 0).sum())
            rectangles.append(_best_of(r, spread, each))
        scores = np.hstack([s for s, _v in rectangles])
        vs = np.hstack([v for _s, v in rectangles])
        if scores.shape[1] > each:
            pick = np.argpartition(scores, scores.shape[1] - each, axis=1)[:, -each:]
            scores, vs = np.take_along_axis(scores, pick, 1), np.take_along_axis(vs, pick, 1)
        good = scores >= 0
        rows = np.broadcast_to(us[:, None], scores.shape)[good]
        found = np.floor(scores[good]).astype(np.int64)
        best = np.floor(scores.max(axis=1, initial=-1)).astype(np.int64)
        others = vs[good].astype(np.int64)
        return [Edges(np.minimum(rows, others), np.maximum(rows, others), found)], allowed, best

    edges, allowed, best = [], 0, []
    for some, count, top in field.scan(work, both_ways=True):
        edges += some
        allowed += count
        best.append(top)
    joined = Edges.none().joined(*edges, size=max(field.people, 1))
    return Survey(joined, allowed // 2, np.concatenate(best) if best else np.zeros(0, dtype=np.int64))


def _spread(field: Field) -> np.ndarray:
    """A number of 13 bits for everybody; two of them mixed (xor) say whom of equals to take first, the same both ways."""
    order = np.argsort(np.argsort(field.problem.hashes[field.rows], kind="stable"), kind="stable")
    return (order % 8192).astype(np.uint16)


def _best_of(r: Rectangle, spread: np.ndarray, each: int) -> tuple[Floats, np.ndarray]:
    """The `each` best of every row with a fraction that breaks ties; (rows, each) scores and vertices."""
    scores = r.scores
    width = scores.shape[1]
    mixed = (spread[r.us][:, None] ^ spread[r.v0 : r.v0 + width][None, :]).astype(np.float32)
    mixed *= np.float32(1 / 8192)
    scores += mixed  # below zero stays below zero: -1 and less than 1
    if width <= each:
        return scores, np.broadcast_to(np.arange(r.v0, r.v0 + width, dtype=np.int32), scores.shape)
    if width >= 8 * each:
        found = _best_by_sample(scores, each)
        if found is not None:
            return found[0], found[1] + np.int32(r.v0)
    pick = np.argpartition(scores, width - each, axis=1)[:, -each:].astype(np.int32)
    return np.take_along_axis(scores, pick, 1), pick + np.int32(r.v0)


def _best_by_sample(scores: Floats, each: int) -> tuple[Floats, np.ndarray] | None:
    """As `_best_of`, faster: a threshold from every eighth column leaves few to sort; None where it leaves too few."""
    rows, width = scores.shape
    sample = scores[:, ::8]
    rank = each // 8 + 4
    threshold = np.partition(sample, sample.shape[1] - rank, axis=1)[:, -rank]
    at = np.flatnonzero(scores >= threshold[:, None])
    row = at // width
    counts = np.bincount(row, minlength=rows)
    if counts.min() < each:
        return None
    most = int(counts.max())
    place = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    found = np.full((rows, most), -1, dtype=np.float32)
    columns = np.zeros((rows, most), dtype=np.int32)
    found[row, place] = scores.ravel()[at]
    columns[row, place] = at - row * width
    pick = np.argpartition(found, most - each, axis=1)[:, -each:]
    return np.take_along_axis(found, pick, 1), np.take_along_axis(columns, pick, 1)


def slack(field: Field, y: Ints, edges: Edges) -> Ints:
    """How far prices are above each pair, doubled; below zero where a pair is not covered."""
    found: Ints = y[edges.u] + y[edges.v] - 2 * field.weights(edges)
    return found


def rounding(shown: Floats) -> float:
    """By how many tenths a score less two of the prices `shown` (float32, in tenths) may be off at most."""
    return 0.01 + float(np.abs(shown).max(initial=0)) * 2.0**-21


def _ties_at_most(field: Field) -> float:
    """More tenths than a tie-break adds to a score."""
    return 1 / (field.size // 2 + 1)


def near(field: Field, y: Ints, reach: int, us: Ints | None = None, *, every: bool = False) -> Edges:
    """Allowed pairs of people with a slack of at most `reach` (-1: those not covered); of `us` alone if given.

    Where very many are that near, those not covered and then the nearest come first, unless `every` one is wanted. Pairs that get a bonus are
    looked at without it, except that those among `field.kept` are judged with it.
    """
    unit = field.unit
    most = None if every else _share(field)
    shown = (y[: field.people] / (2 * unit)).astype(np.float32)
    # As far as is reached for, too. The bonus of kept pairs plays no part: they are judged one by one in the end.
    margin = np.float32(rounding(shown) + _ties_at_most(field) + max(reach, 0) / (2 * unit))

    def judged(r: Rectangle, at: Ints) -> tuple[Edges, Ints]:
        edges = r.edges(at)
        return edges, slack(field, y, edges)

    def work(strip: Iterator[Rectangle]) -> Edges:
        found = []
        for r in strip:
            width = r.scores.shape[1]
            gain = r.scores - shown[r.v0 : r.v0 + width][None, :]
            mask = gain > (shown[r.us] - margin)[:, None]
            mask &= r.scores >= 0
            at = np.flatnonzero(mask)
            if not len(at):
                continue
            edges, room = judged(r, at)
            if most is not None and len(at) > most * len(r.us):
                # Those not covered come before those that only nearly are: none of the former is ever crowded out.
                open_ones = np.zeros(mask.shape, dtype=bool)
                open_ones.ravel()[at[room < 0]] = True
                few = _nearest(gain, open_ones, most)
                edges, room = judged(r, np.union1d(few, _nearest(gain, mask, most)))
            found.append(edges.picked(room <= reach))
        return Edges.none().joined(*found, size=field.people) if found else Edges.none()

    found = list(field.scan(work, us))
    kept = field.kept
    if len(kept):
        found.append(kept.picked((kept.score >= field.floor) & (slack(field, y, kept) <= reach)))
    return Edges.none().joined(*found, size=max(field.people, 1))


def _share(field: Field) -> int:
    """How many pairs of one row to take from one rectangle."""
    return max(2, min(MOST_PER_ROW // 2, MOST_PER_ROW * COLUMNS // max(field.people, 1)))


def _nearest(gain: Floats, mask: Bools, most: int) -> Ints:
    """Flat places of the `most` largest gains in each row, of those in the mask."""
    scored = np.where(mask, gain, np.float32(-1e9))
    scored += (np.arange(scored.shape[1], dtype=np.float32) * np.float32(0.618034)) % 1 * np.float32(1e-3)
    pick = np.argpartition(scored, scored.shape[1] - most, axis=1)[:, -most:] if scored.shape[1] > most else None
    if pick is None:
        return np.flatnonzero(mask)
    rows = np.repeat(np.arange(len(scored)), most)
    flat = rows * scored.shape[1] + pick.ravel()
    return np.sort(flat[mask.ravel()[flat]])


def shortfall(field: Field, y: Ints) -> Ints:
    """By how much the worst pair of each vertex is not covered; (people,), zero or more, in doubled units.

    Raising every price by half of it, rounded up, covers every pair: the way to an honest bound when time runs out.
    """
    unit = field.unit
    shown = (y[: field.people] / (2 * unit)).astype(np.float32)
    # Any pair may be a kept one, since none is judged by itself here.
    margin = rounding(shown) + _ties_at_most(field) + field.bonus

    def work(strip: Iterator[Rectangle]) -> tuple[Ints, Floats, Floats]:
        us: Ints = np.zeros(0, dtype=np.int64)
        theirs = np.full(field.people, -np.inf, dtype=np.float32)
        ours: list[Floats] = []
        for r in strip:
            us = r.us
            allowed = r.scores >= 0
            gain = r.scores - shown[r.us][:, None]
            gain -= shown[r.v0 : r.v0 + gain.shape[1]][None, :]
            gain[~allowed] = -np.inf
            ours.append(gain.max(axis=1))
            theirs[r.v0 : r.v0 + gain.shape[1]] = gain.max(axis=0)
        return us, np.maximum.reduce(ours), theirs

    worst = np.full(field.people, -np.inf, dtype=np.float32)
    for us, ours, theirs in field.scan(work):
        worst[us] = np.maximum(worst[us], ours)
        np.maximum(worst, theirs, out=worst)
    short = np.where(worst + margin > 0, worst + margin, 0).astype(np.float64)
    return np.ceil(short * (2 * unit)).astype(np.int64)


def of_these(field: Field, us: Ints, known: Bools) -> Edges:
    """Pairs of `us` that the field's floor allows, with others than the `known`: the best few of each row of a rectangle."""
    most = _share(field)

    def work(strip: Iterator[Rectangle]) -> Edges:
        found = []
        for r in strip:
            mask = (r.scores >= 0) & ~known[r.v0 : r.v0 + r.scores.shape[1]][None, :]
            at = np.flatnonzero(mask)
            if len(at) > most * len(r.us):
                at = _nearest(r.scores, mask, most)
            found.append(r.edges(at))
        return Edges.none().joined(*found, size=field.people) if found else Edges.none()

    return Edges.none().joined(*field.scan(work, us), size=max(field.people, 1))


def crossing(field: Field, parts: Ints, removed: Ints, most: int = 4) -> Edges:
    """Allowed pairs between different parts, neither vertex of them removed: a few of each row of a rectangle."""
    gone = np.zeros(field.people, dtype=bool)
    gone[removed] = True
    label = np.where(gone, -1, parts)

    def work(strip: Iterator[Rectangle]) -> Edges:
        found = []
        for r in strip:
            width = r.scores.shape[1]
            theirs = label[r.v0 : r.v0 + width]
            mask = (label[r.us][:, None] != theirs[None, :]) & (r.scores >= 0)
            mask &= (theirs >= 0)[None, :] & (label[r.us] >= 0)[:, None]
            at = np.flatnonzero(mask)
            if len(at) > most * len(r.us):
                at = _nearest(r.scores, mask, most)
            if len(at):
                found.append(r.edges(at))
        return Edges.none().joined(*found, size=field.people) if found else Edges.none()

    return Edges.none().joined(*field.scan(work), size=max(field.people, 1))
