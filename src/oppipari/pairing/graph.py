"""The free part of a problem as a weighted graph: vertices, waiting seats, integer weights, tiles of scores.

A vertex is a person who is neither locked nor set aside; a mentor is one vertex for each free capacity. Behind the
vertices come *waiting seats*, the artificial vertices of the reduction to a perfect matching: with as many seats as people
who cannot be paired, a maximum-weight matching among those of maximum cardinality is a maximum-weight *perfect* matching,
in which a seat is matched to a person at no weight. In a two-sided round the larger side may wait without a seat
(`may_wait`): a bipartite graph has no parity constraint.

A weight is (score + bonus) * `unit` + tie-break. The tie-breaks of a matching add up to less than `unit`, so the objective
is lexicographic: a better score always wins, and which of two equally good plans is taken depends on the seed text and the
keys alone.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from oppipari.pairing.criteria import Bools, Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.problem import Problem, in_sorted

# Weights stay below 2**46, so that sums of many of them are exact in float64.
WEIGHT_BITS = 46
# How fine tie-breaks are, up to so many people. Fine ones make the best plan the only one. Among very many people they
# would make the assignment many times slower; equal plans are then ranked by the order of the keys and the seed text,
# which choose the candidates.
TIE_BITS = ((1_200, 24), (10**9, 0))
# What an artificial arc costs at first (big M), in tenths of a point: more than the best pair gives. It keeps the restricted
# problem feasible while edges are still missing, and is raised when a plan would rather pay it.
PENALTY = 4 * 1024


@dataclass(frozen=True)
class Graph:
    """The graph that is matched.

    Parameters
    ----------
    problem : Problem
    rows : (people,) array of int
        The person (row of the problem) of each vertex.
    may_wait : (people,) array of bool
        Which vertices may be exposed without a seat.
    blocked : (blocked,) array of int
        Sorted codes u * people + v, both ways round, of pairs of vertices that a listed rule forbids.
    kept : Edges
        Edges that get `bonus` tenths more.
    bonus : int
        Tenths.
    floor : int
        Pairs with fewer tenths are not allowed.
    components : (people,) array of int
        The component of each vertex without the barrier.
    seat_components : (seats,) array of int
        The component that each seat is for, -1 for any.
    penalty : int
        Tenths that an artificial arc costs (big M).
    plain : bool
        Whether a weight is the score alone, without tie-breaks.
    scale : int
        Everything is counted in parts of 1/`scale`.
    reckoned : tuple of (int, int), optional
        (turns, seats) of the graph from which `unit` is computed, kept while a plan is edited so that its duals stay
        comparable; None for this graph.
    threads : int
    """

    problem: Problem
    rows: Ints
    may_wait: Bools
    blocked: Ints
    kept: Edges = field(default_factory=Edges.empty)
    bonus: int = 0
    floor: int = 0
    components: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    seat_components: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    penalty: int = PENALTY
    # Without tie-breaks a weight is the score alone. Everything is counted in parts of 1/`scale`.
    plain: bool = False
    scale: int = 1
    # What the unit is computed from, kept while a plan is edited, so that its duals stay comparable: (turns, seats) of the
    # graph it was solved in; None: of this one.
    reckoned: tuple[int, int] | None = None
    threads: int = 1

    @classmethod
    def of(cls, problem: Problem, threads: int = 1) -> "Graph":
        """The graph of all people of `problem` who are free to be matched."""
        copies = problem.capacities.copy()
        for group in (*problem.locked, *problem.locked_trios):
            for i in group:
                copies[i] -= 1
        for i in problem.set_aside:
            copies[i] = 0
        rows = np.repeat(np.arange(len(problem)), copies)
        first = np.concatenate([[0], np.cumsum(copies)])
        people = len(problem)
        codes = problem.blocked
        if problem.policy.two_sided:  # a mentor's further capacity is not for the same mentee
            locked = np.array(problem.locked, dtype=np.int64).reshape(-1, 2)
            more = [locked[:, 0] * people + locked[:, 1], locked[:, 1] * people + locked[:, 0]]
            codes = np.unique(np.concatenate([codes, *more]))
        ours, theirs = codes // max(people, 1), codes % max(people, 1)
        u, v = _expanded(ours, theirs, first, copies)
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
            components=np.zeros(len(rows), dtype=np.int64),
            threads=threads,
        )

    @property
    def people(self) -> int:
        """Number of vertices that stand for people."""
        return len(self.rows)

    @property
    def seats(self) -> int:
        """Number of waiting seats."""
        return len(self.seat_components)

    @property
    def size(self) -> int:
        """Number of vertices, the seats last."""
        return self.people + self.seats

    # -- weights ---------------------------------------------------------------------------------------------------

    @property
    def tie_bits(self) -> int:
        """Number of bits of the tie-break of one pair."""
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
        """Number of steps of the unit (see the comment above)."""
        return 3 + (self.reckoned[1] if self.reckoned else self.seats)

    @property
    def unit(self) -> int:
        """What a tenth of a point weighs: more than all tie-breaks together."""
        return self.scale * (1 if self.plain else self.steps * self.turns << self.tie_bits)

    def ties(self, u: Ints, v: Ints) -> Ints:
        """(edges,) tie-breaks: a hash of the seed text and the two keys."""
        own = self.problem.hashes
        mixed = own[self.rows[u]] ^ own[self.rows[v]]
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
        mixed ^= mixed >> np.uint64(31)
        if not self.tie_bits:
            return np.zeros(len(u), dtype=np.int64)
        result: Ints = self.scale * (mixed >> np.uint64(64 - self.tie_bits)).astype(np.int64)
        return result

    def weights(self, edges: Edges) -> Ints:
        """(edges,) weights of edges, in units of 1/`unit` tenth."""
        bonus = self.bonus * self.is_kept(edges.u, edges.v) if self.bonus else 0
        result: Ints = (edges.score + bonus) * self.unit + self.ties(edges.u, edges.v)
        return result

    def is_kept(self, u: Ints, v: Ints) -> Bools:
        """(edges,) which pairs are kept from the plan that was shown before."""
        return in_sorted(self.kept.u * self.people + self.kept.v, u * self.people + v)

    @property
    def kept_people(self) -> list[tuple[int, int]]:
        """The kept pairs as rows of people, each once, sorted."""
        i, j = self.rows[self.kept.u].tolist(), self.rows[self.kept.v].tolist()
        return sorted({(min(p), max(p)) for p in zip(i, j, strict=True)})

    @property
    def waiting_weights(self) -> Ints:
        """(people,) what a seat adds for each vertex: at equal totals somebody waits who did not wait last round."""
        if self.plain:
            return np.zeros(self.people, dtype=np.int64)
        waited = np.isin(self.rows, list(self.problem.waited))
        result: Ints = np.where(waited, 0, self.scale * self.turns << self.tie_bits)
        return result

    def seat_edges(self) -> tuple[Ints, Ints]:
        """(vertex, seat) of everybody who may take a seat, as two arrays."""
        us, seats = [], []
        for k, part in enumerate(self.seat_components.tolist()):
            may = np.flatnonzero(~self.may_wait if part < 0 else ~self.may_wait & (self.components == part))
            us.append(may)
            seats.append(np.full(len(may), self.people + k))
        empty = [np.zeros(0, dtype=np.int64)]
        return np.concatenate(us or empty), np.concatenate(seats or empty)

    # -- scores ----------------------------------------------------------------------------------------------------

    def at(self, u: Ints, v: Ints) -> Ints:
        """(pairs,) scores of pairs of vertices; below zero where they may not be a pair in this graph."""
        result = self.problem.at(self.rows[u], self.rows[v])
        result[in_sorted(self.blocked, u * self.people + v)] = -1
        result[result < self.floor] = -1
        return result

    # -- the same with other settings ------------------------------------------------------------------------------

    def with_floor(self, floor: int) -> "Graph":
        """The same graph without the pairs under `floor` tenths."""
        return replace(self, floor=floor)

    def with_seats(self, components: Ints, seat_components: Ints) -> "Graph":
        """The same graph with a waiting seat for each of `seat_components`."""
        return replace(self, components=components, seat_components=seat_components)

    def with_kept(self, pairs: list[tuple[int, int]], bonus: int) -> "Graph":
        """The same graph, in which `pairs` of people's rows get `bonus` tenths more."""
        if not pairs or not bonus:
            return replace(self, kept=Edges.empty(), bonus=0)
        i, j = np.array(sorted(pairs), dtype=np.int64).T
        copies = np.bincount(self.rows, minlength=len(self.problem))
        u, v = _expanded(i, j, np.concatenate([[0], np.cumsum(copies)]), copies)
        u, v = np.minimum(u, v), np.maximum(u, v)
        order = np.argsort(u * self.people + v)
        u, v = u[order], v[order]
        score = self.at(u, v)
        kept = Edges(u, v, score).subset(score >= 0)
        return replace(self, kept=kept, bonus=bonus if len(kept) else 0)


def _expanded(i: Ints, j: Ints, first: Ints, copies: Ints) -> tuple[Ints, Ints]:
    """Pairs of people as pairs of all their vertices."""
    if not len(i):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if copies.max(initial=0) <= 1:
        there = (copies[i] == 1) & (copies[j] == 1)
        return first[i[there]], first[j[there]]
    result = [
        (u, v)
        for a, b in zip(i.tolist(), j.tolist(), strict=True)
        for u in range(int(first[a]), int(first[a] + copies[a]))
        for v in range(int(first[b]), int(first[b] + copies[b]))
    ]
    us, vs = np.array(result, dtype=np.int64).reshape(-1, 2).T
    return us, vs
