"""How many pairs there can be, and why not more: Edmonds' search with the proof of Tutte and Berge.

Take away a set of people (`removed`). Whatever is left falls into parts that no allowed pair joins; each part with an odd
number of people leaves somebody for the removed ones to take. So no set of pairs is larger than
(people + removed - odd parts) / 2. The largest set attains that for some `removed` (Tutte 1947, Berge 1958), which the
search that finds no further way (Edmonds 1965) leaves behind.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, maximum_bipartite_matching

from oppipari.pairing.criteria import Bools, Ints
from oppipari.pairing.field import Edges, Field
from oppipari.pairing.pricing import crossing


@dataclass(frozen=True)
class Size:
    """`pairs` is the largest number of pairs; `removed` and `parts` (a label for every vertex) prove it."""

    pairs: int
    removed: Ints
    parts: Ints


def at_most(parts: Ints, removed: Ints) -> int:
    """No more pairs than this, if no allowed pair joins two parts without a removed vertex."""
    left = np.delete(parts, removed)
    odd = int((np.unique(left, return_counts=True)[1] % 2).sum()) if len(left) else 0
    return (len(parts) + len(removed) - odd) // 2


def across(parts: Ints, one_side: Bools) -> int:
    """No more pairs than this between two sides, if no allowed pair joins two parts: of each part, as many as its smaller side."""
    labels = int(parts.max(initial=0)) + 1
    ours, theirs = (np.bincount(parts[side], minlength=labels) for side in (one_side, ~one_side))
    return int(np.minimum(ours, theirs).sum())


def likely(field: Field, edges: Edges) -> tuple[Size, Edges]:
    """The size if nothing but the parity of separate parts stands in the way, and the edges known afterwards.

    It is an upper limit, and the size itself when so many pairs are found.
    """
    nobody = np.zeros(0, dtype=np.int64)
    while True:
        parts = parts_of(field.people, edges, nobody)
        if parts.max(initial=0) == 0:
            break
        more = crossing(field, parts, nobody)
        if not len(more):
            break
        edges = edges.joined(more, size=field.people)
    pairs = across(parts, field.may_wait) if field.problem.policy.two_sided else at_most(parts, nobody)
    return Size(pairs, nobody, parts), edges


def largest(field: Field, edges: Edges) -> tuple[Size, Edges]:
    """The largest number of pairs with its proof over all allowed pairs, and the edges known afterwards."""
    mates = _first_mates(field.people, edges)
    while True:
        search = Search(field.people, edges.u, edges.v, mates)
        removed = search.run()
        mates = search.mates
        parts = parts_of(field.people, edges, removed)
        more = crossing(field, parts, removed)
        if not len(more):
            return Size(int((mates >= 0).sum()) // 2, removed, parts), edges
        edges = edges.joined(more, size=field.people)


def parts_of(n: int, edges: Edges, removed: Ints) -> Ints:
    """A label for every vertex: which part it is in when `removed` are away (they get labels of their own)."""
    gone = np.zeros(n, dtype=bool)
    gone[removed] = True
    stays = ~(gone[edges.u] | gone[edges.v])
    graph = csr_array((np.ones(int(stays.sum()), dtype=np.int8), (edges.u[stays], edges.v[stays])), shape=(n, n))
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    _count, labels = connected_components(graph, directed=False)
    found: Ints = labels.astype(np.int64)
    return found


def _first_mates(n: int, edges: Edges) -> Ints:
    """Pairs to start from: a largest assignment in the doubled graph, its circles split (-1: nobody)."""
    mates = np.full(n, -1, dtype=np.int64)
    if not len(edges):
        return mates
    both = (np.concatenate([edges.u, edges.v]), np.concatenate([edges.v, edges.u]))
    graph = csr_array((np.ones(2 * len(edges), dtype=np.int8), both), shape=(n, n))
    takes = maximum_bipartite_matching(graph, perm_type="column")
    for u in range(n):
        v = int(takes[u])
        if v >= 0 and mates[u] < 0 and mates[v] < 0:
            mates[u], mates[v] = v, u
    return mates


class Search:
    """Edmonds' search from one vertex without a mate at a time; trees that end nowhere are laid aside for good."""

    def __init__(self, n: int, u: Ints, v: Ints, mates: Ints) -> None:
        tails, heads = np.concatenate([u, v]), np.concatenate([v, u])
        order = np.lexsort((heads, tails))
        starts = np.searchsorted(tails[order], np.arange(n + 1))
        neighbours = heads[order].tolist()
        self.around = [neighbours[starts[i] : starts[i + 1]] for i in range(n)]
        self.n = n
        self.mate: list[int] = mates.tolist()
        self.aside = [False] * n
        # Of the trees laid aside: the base of the circle each outer vertex is in (itself, where it is in none), and the
        # inner vertices.
        self.outer: dict[int, int] = {}
        self.inner: list[int] = []

    @property
    def mates(self) -> Ints:
        return np.array(self.mate, dtype=np.int64)

    def run(self) -> Ints:
        """Make the matching largest; returns the set whose removal proves it: the inner vertices."""
        for root in range(self.n):
            if self.mate[root] < 0 and not self.aside[root]:
                self._from(root)
        return np.array(sorted(self.inner), dtype=np.int64)

    def _from(self, root: int) -> None:
        """Search from `root`: either its way is taken, or its tree is laid aside."""
        self.base = {root: root}
        self.parent: dict[int, int] = {}
        outer, waiting = {root}, [root]
        touched = [root]
        aside, parent, mates = self.aside, self.parent, self.mate
        for u in waiting:  # grows as the search goes on
            own = mates[u]
            for v in self.around[u]:
                if aside[v] or v == own:
                    continue
                if v in outer:
                    if self._base(u) != self._base(v):
                        waiting += self._shrink(u, v, outer)
                elif v not in parent:
                    parent[v] = u
                    mate = mates[v]
                    if mate < 0:
                        self._take_way(v)
                        return
                    outer.add(mate)
                    touched += [v, mate]
                    waiting.append(mate)
        for v in touched:
            self.aside[v] = True
            if v in outer:
                self.outer[v] = self._base(v)
            else:
                self.inner.append(v)

    def _base(self, v: int) -> int:
        """The vertex that stands for the circle `v` is in; ways to it are shortened as they are gone."""
        base = self.base
        while (up := base.get(v, v)) != v:
            base[v] = base.get(up, up)
            v = up
        return v

    def _shrink(self, u: int, v: int, outer: set[int]) -> list[int]:
        """Make the odd circle through u and v one; returns its vertices that became outer."""
        top = self._meeting(u, v)
        fresh = []
        joining = []
        for a, child in ((u, v), (v, u)):
            while (own := self._base(a)) != top:
                mate = self.mate[a]
                joining += [own, self._base(mate)]
                if mate not in outer:  # the inner ones of the way; all others in the circle are outer already
                    fresh.append(mate)
                self.parent[a] = child
                child = mate
                a = self.parent[mate]
        for x in joining:
            self.base[x] = top
        outer.update(fresh)
        return fresh

    def _meeting(self, a: int, b: int) -> int:
        """Where the ways of two outer vertices to the root first meet."""
        seen = set()
        while True:
            a = self._base(a)
            seen.add(a)
            if self.mate[a] < 0:
                break
            a = self.parent[self.mate[a]]
        while True:
            b = self._base(b)
            if b in seen:
                return b
            b = self.parent[self.mate[b]]

    def _take_way(self, v: int) -> None:
        """Change mates along the way from the free vertex `v` back to the root."""
        while v >= 0:
            u = self.parent[v]
            after = self.mate[u]
            self.mate[u], self.mate[v] = v, u
            v = after
