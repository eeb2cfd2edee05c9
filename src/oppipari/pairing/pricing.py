"""Pricing over every allowed pair: the first candidates, violated edges, edges between components.

Duals `y` (doubled, integers in units of 1/`unit` tenth) cover an edge when y[u] + y[v] >= 2 * weight; its *slack* is the
difference, and an edge of negative slack is *violated*. If no allowed pair is violated, half the sum of the duals bounds
every plan. Everything here computes all allowed pairs, tile by tile, and not only the candidates; nothing is sampled.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from oppipari.pairing.criteria import Bools, Floats, Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.graph import Graph
from oppipari.pairing.tiles import COLUMNS, Tile, scan

# About so many pairs of one vertex are taken at a time; the rest come in a later round if still needed.
MAX_PER_ROW = 24


@dataclass(frozen=True)
class Candidates:
    """The first columns.

    Parameters
    ----------
    edges : Edges
        The best few edges of every vertex.
    allowed : int
        Number of allowed pairs of vertices.
    best_scores : (people,) array of int
        The best score of every vertex, -1 for none.
    """

    edges: Edges
    allowed: int
    best_scores: Ints


def initial_candidates(graph: Graph, each: int) -> Candidates:
    """The `each` best edges of every vertex; equal scores are ranked by a hash so that not all want the same few people."""
    spread = _spread(graph)

    def work(strip: Iterator[Tile]) -> tuple[list[Edges], int, Ints]:
        tiles, allowed = [], 0
        us: Ints = np.zeros(0, dtype=np.int64)
        for r in strip:
            us = r.us
            allowed += int((r.scores >= 0).sum())
            tiles.append(_best_of(r, spread, each))
        scores = np.hstack([s for s, _v in tiles])
        vs = np.hstack([v for _s, v in tiles])
        if scores.shape[1] > each:
            pick = np.argpartition(scores, scores.shape[1] - each, axis=1)[:, -each:]
            scores, vs = np.take_along_axis(scores, pick, 1), np.take_along_axis(vs, pick, 1)
        good = scores >= 0
        rows = np.broadcast_to(us[:, None], scores.shape)[good]
        result = np.floor(scores[good]).astype(np.int64)
        best_scores = np.floor(scores.max(axis=1, initial=-1)).astype(np.int64)
        others = vs[good].astype(np.int64)
        return [Edges(np.minimum(rows, others), np.maximum(rows, others), result)], allowed, best_scores

    edges, allowed, best_scores = [], 0, []
    for edges_, count, top in scan(graph, work, both_ways=True):
        edges += edges_
        allowed += count
        best_scores.append(top)
    joined = Edges.empty().union(*edges, size=max(graph.people, 1))
    return Candidates(joined, allowed // 2, np.concatenate(best_scores) if best_scores else np.zeros(0, dtype=np.int64))


def _spread(graph: Graph) -> np.ndarray:
    """(people,) 13-bit numbers; two of them mixed (xor) rank equal scores, the same both ways round."""
    order = np.argsort(np.argsort(graph.problem.hashes[graph.rows], kind="stable"), kind="stable")
    return (order % 8192).astype(np.uint16)


def _best_of(r: Tile, spread: np.ndarray, each: int) -> tuple[Floats, np.ndarray]:
    """The `each` best of every row with a fraction that breaks ties; (rows, each) scores and vertices."""
    scores = r.scores
    width = scores.shape[1]
    mixed = (spread[r.us][:, None] ^ spread[r.v0 : r.v0 + width][None, :]).astype(np.float32)
    mixed *= np.float32(1 / 8192)
    scores += mixed  # below zero stays below zero: -1 and less than 1
    if width <= each:
        return scores, np.broadcast_to(np.arange(r.v0, r.v0 + width, dtype=np.int32), scores.shape)
    if width >= 8 * max(each, 5):  # a sample of every eighth column has enough of them
        result = _best_by_sample(scores, each)
        if result is not None:
            return result[0], result[1] + np.int32(r.v0)
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
    limit = int(counts.max())
    rank_in_row = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts)
    result = np.full((rows, limit), -1, dtype=np.float32)
    columns = np.zeros((rows, limit), dtype=np.int32)
    result[row, rank_in_row] = scores.ravel()[at]
    columns[row, rank_in_row] = at - row * width
    pick = np.argpartition(result, limit - each, axis=1)[:, -each:]
    return np.take_along_axis(result, pick, 1), np.take_along_axis(columns, pick, 1)


def slack(graph: Graph, y: Ints, edges: Edges) -> Ints:
    """(edges,) doubled slacks: below zero where duals violate an edge."""
    result: Ints = y[edges.u] + y[edges.v] - 2 * graph.weights(edges)
    return result


def rounding_error(prices: Floats) -> float:
    """By how many tenths a score less two of the duals `shown` (float32, in tenths) may be off at most."""
    return 0.01 + float(np.abs(prices).max(initial=0)) * 2.0**-21


def _max_tie(graph: Graph) -> float:
    """More tenths than a tie-break adds to a score."""
    return 1 / (graph.size // 2 + 1)


def edges_within(graph: Graph, y: Ints, reach: int, us: Ints | None = None, *, every: bool = False) -> Edges:
    """Allowed pairs whose slack is at most `reach`.

    Parameters
    ----------
    graph : Graph
    y : (size,) array of int
        Doubled duals.
    reach : int
        Largest slack; -1 for violated edges.
    us : (vertices,) array of int, optional
        Only edges of these vertices.
    every : bool
        Whether all are returned. By default, where very many qualify, the violated ones and then those of least slack come
        first.

    Returns
    -------
    Edges
        Bonuses are ignored, except that `graph.kept` are priced with them.
    """
    unit = graph.unit
    limit = None if every else _max_per_row(graph)
    prices = (y[: graph.people] / (2 * unit)).astype(np.float32)
    # Plus the reach. The bonus of kept pairs plays no part here: they are priced one by one in the end.
    margin = np.float32(rounding_error(prices) + _max_tie(graph) + max(reach, 0) / (2 * unit))

    def judged(r: Tile, at: Ints) -> tuple[Edges, Ints]:
        edges = r.edges(at)
        return edges, slack(graph, y, edges)

    def work(strip: Iterator[Tile]) -> Edges:
        result = []
        for r in strip:
            width = r.scores.shape[1]
            gain = r.scores - prices[r.v0 : r.v0 + width][None, :]
            mask = gain > (prices[r.us] - margin)[:, None]
            mask &= r.scores >= 0
            at = np.flatnonzero(mask)
            if not len(at):
                continue
            edges, slacks = judged(r, at)
            if limit is not None and len(at) > limit * len(r.us):
                # Violated edges come before those that nearly are: the latter never displace the former.
                violated = np.zeros(mask.shape, dtype=bool)
                violated.ravel()[at[slacks < 0]] = True
                few = _nearest(gain, violated, limit)
                edges, slacks = judged(r, np.union1d(few, _nearest(gain, mask, limit)))
            result.append(edges.subset(slacks <= reach))
        return Edges.empty().union(*result, size=graph.people) if result else Edges.empty()

    result = list(scan(graph, work, us))
    kept = graph.kept
    if len(kept):
        result.append(kept.subset((kept.score >= graph.floor) & (slack(graph, y, kept) <= reach)))
    return Edges.empty().union(*result, size=max(graph.people, 1))


def _max_per_row(graph: Graph) -> int:
    """How many edges of one row are taken from one tile."""
    return max(2, min(MAX_PER_ROW // 2, MAX_PER_ROW * COLUMNS // max(graph.people, 1)))


def _nearest(gain: Floats, mask: Bools, limit: int) -> Ints:
    """Positions in the flattened tile of the `limit` largest gains in each row, of those in the mask."""
    scored = np.where(mask, gain, np.float32(-1e9))
    scored += (np.arange(scored.shape[1], dtype=np.float32) * np.float32(0.618034)) % 1 * np.float32(1e-3)
    pick = np.argpartition(scored, scored.shape[1] - limit, axis=1)[:, -limit:] if scored.shape[1] > limit else None
    if pick is None:
        return np.flatnonzero(mask)
    rows = np.repeat(np.arange(len(scored)), limit)
    flat = rows * scored.shape[1] + pick.ravel()
    return np.sort(flat[mask.ravel()[flat]])


def dual_violations(graph: Graph, y: Ints) -> Ints:
    """By how much the most violated edge of each vertex is violated.

    Raising every dual by half of it, rounded up, makes the duals feasible: the way to a valid bound when time runs out.

    Parameters
    ----------
    graph : Graph
    y : (size,) array of int

    Returns
    -------
    (people,) array of int
        Zero or more, in doubled units; an upper bound, since float32 rounding is added.
    """
    unit = graph.unit
    prices = (y[: graph.people] / (2 * unit)).astype(np.float32)
    # Any pair may be a kept one, since none is judged by itself here.
    margin = rounding_error(prices) + _max_tie(graph) + graph.bonus

    def work(strip: Iterator[Tile]) -> tuple[Ints, Floats, Floats]:
        us: Ints = np.zeros(0, dtype=np.int64)
        theirs = np.full(graph.people, -np.inf, dtype=np.float32)
        ours: list[Floats] = []
        for r in strip:
            us = r.us
            allowed = r.scores >= 0
            gain = r.scores - prices[r.us][:, None]
            gain -= prices[r.v0 : r.v0 + gain.shape[1]][None, :]
            gain[~allowed] = -np.inf
            ours.append(gain.max(axis=1))
            theirs[r.v0 : r.v0 + gain.shape[1]] = gain.max(axis=0)
        return us, np.maximum.reduce(ours), theirs

    worst = np.full(graph.people, -np.inf, dtype=np.float32)
    for us, ours, theirs in scan(graph, work):
        worst[us] = np.maximum(worst[us], ours)
        np.maximum(worst, theirs, out=worst)
    short = np.where(worst + margin > 0, worst + margin, 0).astype(np.float64)
    return np.ceil(short * (2 * unit)).astype(np.int64)


def edges_of(graph: Graph, us: Ints, known: Bools) -> Edges:
    """Edges of `us` with vertices that are not `known`: the best few of each row of a tile."""
    limit = _max_per_row(graph)

    def work(strip: Iterator[Tile]) -> Edges:
        result = []
        for r in strip:
            mask = (r.scores >= 0) & ~known[r.v0 : r.v0 + r.scores.shape[1]][None, :]
            at = np.flatnonzero(mask)
            if len(at) > limit * len(r.us):
                at = _nearest(r.scores, mask, limit)
            result.append(r.edges(at))
        return Edges.empty().union(*result, size=graph.people) if result else Edges.empty()

    return Edges.empty().union(*scan(graph, work, us), size=max(graph.people, 1))


def edges_between(graph: Graph, components: Ints, barrier: Ints, limit: int = 4) -> Edges:
    """Edges between different components, neither end in the barrier: a few of each row of a tile."""
    gone = np.zeros(graph.people, dtype=bool)
    gone[barrier] = True
    label = np.where(gone, -1, components)

    def work(strip: Iterator[Tile]) -> Edges:
        result = []
        for r in strip:
            width = r.scores.shape[1]
            theirs = label[r.v0 : r.v0 + width]
            mask = (label[r.us][:, None] != theirs[None, :]) & (r.scores >= 0)
            mask &= (theirs >= 0)[None, :] & (label[r.us] >= 0)[:, None]
            at = np.flatnonzero(mask)
            if len(at) > limit * len(r.us):
                at = _nearest(r.scores, mask, limit)
            if len(at):
                result.append(r.edges(at))
        return Edges.empty().union(*result, size=graph.people) if result else Edges.empty()

    return Edges.empty().union(*scan(graph, work), size=max(graph.people, 1))
