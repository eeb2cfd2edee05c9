"""The free part of a problem as a graph: vertices, seats for those who must wait, whole-number weights, rectangles.

A vertex is a person who is neither locked nor set aside; a mentor is one vertex for each free place. Behind the vertices
come *waiting seats*: with as many seats as people who cannot be paired, the best set of pairs of the largest size is a
best *perfect* matching, in which a seat takes a person for nothing.

In a two-sided round the larger side may wait without a seat (`may_wait`): there is no parity to respect between two sides.

A weight is (score + bonus) * `unit` + tie-break. The tie-breaks of a whole matching add up to less than `unit`, so a
better score always wins, and which of two equally good plans is taken depends on the seed text and the keys alone.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from oppipari.pairing.criteria import Bools, Floats, Ints
from oppipari.pairing.problem import Problem, among

# A rectangle of this many rows and columns stays in a core's cache while it is scored.
ROWS, COLUMNS = 256, 2048
# Weights stay below 2**46, so that sums of many of them are exact in float64.
WEIGHT_BITS = 46
# How fine tie-breaks are, up to so many people. Fine ones make the best plan the only one. Among very many people they
# would make the assignment many times slower; equal plans are then told apart by the order of the keys and the seed text,
# which choose the candidates.
TIE_BITS = ((1_200, 24), (10**9, 0))
# What leaving somebody out costs at first, in tenths of a point: more than the best pair gives. A way out while edges are
# still missing; it is raised when a plan would rather pay it.
PENALTY = 4 * 1024


@dataclass(frozen=True)
class Edges:
    """Allowed pairs of vertices, u < v, with their scores."""

    u: Ints
    v: Ints
    score: Ints

    def __len__(self) -> int:
        return len(self.u)

    @classmethod
    def none(cls) -> "Edges":
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, nothing)

    def picked(self, which: Bools | Ints) -> "Edges":
        return Edges(self.u[which], self.v[which], self.score[which])

    def joined(self, *others: "Edges", size: int) -> "Edges":
        """Together, each pair once, in order; `size` is the number of vertices."""
        u = np.concatenate([self.u, *(o.u for o in others)])
        v = np.concatenate([self.v, *(o.v for o in others)])
        score = np.concatenate([self.score, *(o.score for o in others)])
        _codes, first = np.unique(u * size + v, return_index=True)
        return Edges(u[first], v[first], score[first])


@dataclass(frozen=True)
class Rectangle:
    """Scores of vertices `us` by the vertices from `v0` on, one row for each of `us`; below zero where not allowed.

    Where everybody is to be seen once, also where v <= u; otherwise only a vertex with itself.
    """

    us: Ints
    v0: int
    scores: Floats

    def edges(self, at: Ints) -> Edges:
        """The pairs at these flat places of the scores."""
        width = self.scores.shape[1]
        u, v = self.us[at // width], at % width + self.v0
        return Edges(np.minimum(u, v), np.maximum(u, v), self.scores.ravel()[at].astype(np.int64))


@dataclass(frozen=True)
class Field:
    """`rows[v]` is the person of vertex v; `may_wait[v]` says that it may wait without a seat.

    `blocked` are sorted codes (u * people + v, both ways round) of pairs of vertices that a listed rule forbids. `floor`
    forbids pairs under a score; `kept` get `bonus` tenths more. `parts[v]` says which part of the graph a vertex is in, `seat_parts` which part a seat is for (-1: anybody).
    """

    problem: Problem
    rows: Ints
    may_wait: Bools
    blocked: Ints
    kept: Edges = field(default_factory=Edges.none)
    bonus: int = 0
    floor: int = 0
    parts: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    seat_parts: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    penalty: int = PENALTY
    # Without tie-breaks a weight is the score alone. Everything is counted in parts of 1/`scale`.
    plain: bool = False
    scale: int = 1
    # What the unit is reckoned from, kept while a plan is edited, so that its prices stay comparable: (turns, seats) of the
    # field it was solved in; None: of this one.
    reckoned: tuple[int, int] | None = None
    threads: int = 1

    @classmethod
    def of(cls, problem: Problem, threads: int = 1) -> "Field":
        """All vertices of `problem` that are free to be matched."""
        places = problem.capacities.copy()
        for group in (*problem.locked, *problem.locked_trios):
            for i in group:
                places[i] -= 1
        for i in problem.set_aside:
            places[i] = 0
        rows = np.repeat(np.arange(len(problem)), places)
        first = np.concatenate([[0], np.cumsum(places)])
        people = len(problem)
        codes = problem.blocked
        if problem.policy.two_sided:  # a mentor's other place is not for the same mentee
            locked = np.array(problem.locked, dtype=np.int64).reshape(-1, 2)
            more = [locked[:, 0] * people + locked[:, 1], locked[:, 1] * people + locked[:, 0]]
            codes = np.unique(np.concatenate([codes, *more]))
        ours, theirs = codes // max(people, 1), codes % max(people, 1)
        u, v = _expanded(ours, theirs, first, places)
        may_wait = np.zeros(len(rows), dtype=bool)
        if problem.policy.two_sided:
            side = problem.sides[rows]
            counts = [int((side == s).sum()) for s in (0, 1)]
            may_wait = side == (0 if counts[0] > counts[1] else 1)
        return cls(
            problem,
            rows,
            may_wait,
            np.sort(u * len(rows) + v),
            parts=np.zeros(len(rows), dtype=np.int64),
            threads=threads,
        )

    @property
    def people(self) -> int:
        """How many vertices stand for people."""
        return len(self.rows)

    @property
    def seats(self) -> int:
        return len(self.seat_parts)

    @property
    def size(self) -> int:
        """How many vertices there are, the seats last."""
        return self.people + self.seats

    # -- weights ---------------------------------------------------------------------------------------------------

    @property
    def tie_bits(self) -> int:
        """How fine the tie-breaks of single pairs are."""
        if self.plain:
            return 0
        spent = self.penalty.bit_length() + (self.steps * self.turns).bit_length()
        most = next(bits for people, bits in TIE_BITS if self.people <= people)
        return min(most, max(0, WEIGHT_BITS - spent))

    # A tie-break of a pair is below 2**tie_bits, a plan has fewer than `turns` pairs, so its tie-breaks add up to less than
    # one *step* of turns << tie_bits. A seat gives at most one step (`waiting_weights`), so seats and tie-breaks together stay
    # below (seats + 1) steps, and a unit of seats + 3 steps outweighs them.

    @property
    def turns(self) -> int:
        """More than there are pairs."""
        return self.reckoned[0] if self.reckoned else self.size // 2 + 1

    @property
    def steps(self) -> int:
        """How many steps the unit has."""
        return 3 + (self.reckoned[1] if self.reckoned else self.seats)

    @property
    def unit(self) -> int:
        """What a tenth of a point weighs: more than all tie-breaks together."""
        return self.scale * (1 if self.plain else self.steps * self.turns << self.tie_bits)

    def ties(self, u: Ints, v: Ints) -> Ints:
        """Tie-breaks of pairs of people: a hash of the seed text and the two keys."""
        own = self.problem.hashes
        mixed = own[self.rows[u]] ^ own[self.rows[v]]
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        mixed ^= mixed >> np.uint64(31)
        if not self.tie_bits:
            return np.zeros(len(u), dtype=np.int64)
        found: Ints = self.scale * (mixed >> np.uint64(64 - self.tie_bits)).astype(np.int64)
        return found

    def weights(self, edges: Edges) -> Ints:
        """Weights of pairs of people in units of 1/`unit` tenth."""
        bonus = self.bonus * self.is_kept(edges.u, edges.v) if self.bonus else 0
        found: Ints = (edges.score + bonus) * self.unit + self.ties(edges.u, edges.v)
        return found

    def is_kept(self, u: Ints, v: Ints) -> Bools:
        """Which pairs were in the plan that is already shown."""
        return among(self.kept.u * self.people + self.kept.v, u * self.people + v)

    @property
    def kept_people(self) -> list[tuple[int, int]]:
        """The kept pairs as rows of people, each once, in order."""
        i, j = self.rows[self.kept.u].tolist(), self.rows[self.kept.v].tolist()
        return sorted({(min(p), max(p)) for p in zip(i, j, strict=True)})

    @property
    def waiting_weights(self) -> Ints:
        """What a seat gives to each vertex: at equal totals somebody waits who did not wait last round."""
        if self.plain:
            return np.zeros(self.people, dtype=np.int64)
        waited = np.isin(self.rows, list(self.problem.waited))
        found: Ints = np.where(waited, 0, self.scale * self.turns << self.tie_bits)
        return found

    def seat_edges(self) -> tuple[Ints, Ints]:
        """(vertex, seat) of everybody who may take a seat."""
        us, seats = [], []
        for k, part in enumerate(self.seat_parts.tolist()):
            may = np.flatnonzero(~self.may_wait if part < 0 else ~self.may_wait & (self.parts == part))
            us.append(may)
            seats.append(np.full(len(may), self.people + k))
        empty = [np.zeros(0, dtype=np.int64)]
        return np.concatenate(us or empty), np.concatenate(seats or empty)

    # -- scores ----------------------------------------------------------------------------------------------------

    def at(self, u: Ints, v: Ints) -> Ints:
        """Scores of pairs of vertices; below zero where they may not be a pair here."""
        found = self.problem.at(self.rows[u], self.rows[v])
        found[among(self.blocked, u * self.people + v)] = -1
        found[found < self.floor] = -1
        return found

    def scan[Found](
        self, work: Callable[[Iterator[Rectangle]], Found], us: Ints | None = None, *, both_ways: bool = False
    ) -> Iterator[Found]:
        """What `work` finds in each strip of rectangles, in order, whatever the number of threads.

        Every pair of vertices is seen once (v > u); with `us`, those vertices meet everybody else; with `both_ways`,
        everybody does.
        """
        once = us is None and not both_ways
        us = np.arange(self.people) if us is None else us
        jobs = [us[start : start + ROWS] for start in range(0, len(us), ROWS)]

        def strip(part: Ints) -> Found:
            first = int(part[0]) if once else 0
            return work(self._rectangle(part, v0, once) for v0 in range(first, self.people, COLUMNS))

        if self.threads < 2 or len(jobs) < 2:
            yield from map(strip, jobs)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            waiting = []
            for job in jobs:  # a few ahead, so that memory does not grow with the number of strips
                waiting.append(pool.submit(strip, job))
                if len(waiting) > self.threads:
                    yield waiting.pop(0).result()
            for rest in waiting:
                yield rest.result()

    def _rectangle(self, us: Ints, v0: int, once: bool) -> Rectangle:
        v1 = min(v0 + COLUMNS, self.people)
        scores = self.problem.source.tile(self.rows[us], self.rows[v0:v1])
        if len(self.blocked):
            starts = np.searchsorted(self.blocked, us * self.people + v0)
            ends = np.searchsorted(self.blocked, us * self.people + v1)
            for x in np.flatnonzero(ends > starts).tolist():
                codes = self.blocked[starts[x] : ends[x]]
                scores[x, codes % self.people - v0] = -1
        if once:
            if int(us[-1]) >= v0:
                scores[us[:, None] >= np.arange(v0, v1)[None, :]] = -1
        else:
            here = (us >= v0) & (us < v1)
            scores[np.flatnonzero(here), us[here] - v0] = -1
        if self.floor > 0:
            scores[scores < self.floor] = -1
        return Rectangle(us, v0, scores)

    # -- the same with other settings ------------------------------------------------------------------------------

    def with_floor(self, floor: int) -> "Field":
        return replace(self, floor=floor)

    def with_seats(self, parts: Ints, seat_parts: Ints) -> "Field":
        return replace(self, parts=parts, seat_parts=seat_parts)

    def with_kept(self, pairs: list[tuple[int, int]], bonus: int) -> "Field":
        """`pairs` of people's rows that get `bonus` tenths more."""
        if not pairs or not bonus:
            return replace(self, kept=Edges.none(), bonus=0)
        i, j = np.array(sorted(pairs), dtype=np.int64).T
        places = np.bincount(self.rows, minlength=len(self.problem))
        u, v = _expanded(i, j, np.concatenate([[0], np.cumsum(places)]), places)
        u, v = np.minimum(u, v), np.maximum(u, v)
        order = np.argsort(u * self.people + v)
        u, v = u[order], v[order]
        score = self.at(u, v)
        kept = Edges(u, v, score).picked(score >= 0)
        return replace(self, kept=kept, bonus=bonus if len(kept) else 0)


def _expanded(i: Ints, j: Ints, first: Ints, places: Ints) -> tuple[Ints, Ints]:
    """Pairs of people as pairs of all their vertices."""
    if not len(i):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if places.max(initial=0) <= 1:
        there = (places[i] == 1) & (places[j] == 1)
        return first[i[there]], first[j[there]]
    found = [
        (u, v)
        for a, b in zip(i.tolist(), j.tolist(), strict=True)
        for u in range(int(first[a]), int(first[a] + places[a]))
        for v in range(int(first[b]), int(first[b] + places[b]))
    ]
    us, vs = np.array(found, dtype=np.int64).reshape(-1, 2).T
    return us, vs
