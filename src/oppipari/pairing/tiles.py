"""Tiles of the score matrix: every pair of vertices is computed without storing all scores."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from oppipari.pairing.criteria import Floats, Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.graph import Graph

# A tile of this many rows and columns stays in a core's cache while it is scored.
ROWS, COLUMNS = 256, 2048


@dataclass(frozen=True)
class Tile:
    """A tile of the score matrix: scores of some vertices with a run of others.

    Parameters
    ----------
    us : (rows,) array of int
        The vertices of the rows.
    v0 : int
        The vertex of the first column; the others follow it.
    scores : (rows, columns) array of float32
        Tenths of a point, below zero where a pair is not allowed. Where each pair is to be seen once, also where v <= u;
        otherwise only for a vertex with itself.
    """

    us: Ints
    v0: int
    scores: Floats

    def edges(self, at: Ints) -> Edges:
        """The pairs at these positions in the flattened scores."""
        width = self.scores.shape[1]
        u, v = self.us[at // width], at % width + self.v0
        return Edges(np.minimum(u, v), np.maximum(u, v), self.scores.ravel()[at].astype(np.int64))


def scan[Found](
    graph: Graph, work: Callable[[Iterator[Tile]], Found], us: Ints | None = None, *, both_ways: bool = False
) -> Iterator[Found]:
    """Apply `work` to the score matrix, one strip of tiles after another.

    Parameters
    ----------
    graph : Graph
    work : callable
        Takes an iterator of the tiles of one strip.
    us : (vertices,) array of int, optional
        Only the rows of these vertices, with all columns.
    both_ways : bool
        All rows with all columns. By default each pair of vertices is seen once (v > u).

    Yields
    ------
    Found
        What `work` returned for each strip, in order, whatever the number of threads.
    """
    once = us is None and not both_ways
    us = np.arange(graph.people) if us is None else us
    jobs = [us[start : start + ROWS] for start in range(0, len(us), ROWS)]

    def strip(part: Ints) -> Found:
        first = int(part[0]) if once else 0
        return work(_tile(graph, part, v0, once) for v0 in range(first, graph.people, COLUMNS))

    if graph.threads < 2 or len(jobs) < 2:
        yield from map(strip, jobs)
        return
    with ThreadPoolExecutor(graph.threads) as pool:
        waiting = []
        for job in jobs:  # a few ahead, so that memory does not grow with the number of strips
            waiting.append(pool.submit(strip, job))
            if len(waiting) > graph.threads:
                yield waiting.pop(0).result()
        for rest in waiting:
            yield rest.result()


def _tile(graph: Graph, us: Ints, v0: int, once: bool) -> Tile:
    v1 = min(v0 + COLUMNS, graph.people)
    scores = graph.problem.source.tile(graph.rows[us], graph.rows[v0:v1])
    if len(graph.blocked):
        starts = np.searchsorted(graph.blocked, us * graph.people + v0)
        ends = np.searchsorted(graph.blocked, us * graph.people + v1)
        for x in np.flatnonzero(ends > starts).tolist():
            codes = graph.blocked[starts[x] : ends[x]]
            scores[x, codes % graph.people - v0] = -1
    if once:
        if int(us[-1]) >= v0:
            scores[us[:, None] >= np.arange(v0, v1)[None, :]] = -1
    else:
        here = (us >= v0) & (us < v1)
        scores[np.flatnonzero(here), us[here] - v0] = -1
    if graph.floor > 0:
        scores[scores < graph.floor] = -1
    return Tile(us, v0, scores)
