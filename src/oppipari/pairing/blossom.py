"""Edmonds' blossom algorithm: a matching of maximum cardinality, and the barrier that proves it.

The algorithm grows an alternating tree from one exposed vertex at a time. *Outer* vertices are at an even distance from the
root, *inner* ones at an odd distance. An edge between two outer vertices of a tree closes an odd cycle, a *blossom*, which
is shrunk to its *base*. A tree that finds no augmenting path is a *Hungarian tree*: it is never searched again, and its
inner vertices belong to the barrier (Tutte 1947, Berge 1958).

References
----------
J. Edmonds (1965), Paths, trees, and flowers. Canadian Journal of Mathematics 17, 449-467.
B. Korte and J. Vygen (2018), Combinatorial Optimization, 6th ed., chapter 10.
"""

import numpy as np

from oppipari.pairing.criteria import Ints


class BlossomSearch:
    """Edmonds' search for augmenting paths in an undirected graph.

    Parameters
    ----------
    n : int
        Number of vertices, 0..n-1.
    u, v : (edges,) arrays of int
        Endpoints of the edges; each edge once, no loops.
    mates : (n,) array of int
        A matching to start from: the mate of each vertex, -1 for an exposed one.

    Attributes
    ----------
    mate : list of int
        The mate of each vertex, -1 for an exposed one; of maximum cardinality after `run`.
    outer : dict of int to int
        The outer vertices of the Hungarian trees, each with the base of the blossom it is in (itself if in none).
    inner : list of int
        The inner vertices of the Hungarian trees.

    Examples
    --------
    A triangle has room for one edge, and needs no barrier to prove it: its number of vertices is odd.

    >>> search = BlossomSearch(3, np.array([0, 0, 1]), np.array([1, 2, 2]), np.full(3, -1))
    >>> search.run().tolist(), int((search.mates >= 0).sum()) // 2
    ([], 1)
    """

    def __init__(self, n: int, u: Ints, v: Ints, mates: Ints) -> None:
        tails, heads = np.concatenate([u, v]), np.concatenate([v, u])
        order = np.lexsort((heads, tails))
        starts = np.searchsorted(tails[order], np.arange(n + 1))
        ordered = heads[order].tolist()
        self.neighbours = [ordered[starts[i] : starts[i + 1]] for i in range(n)]
        self.n = n
        self.mate: list[int] = mates.tolist()
        self.in_hungarian_tree = [False] * n
        self.outer: dict[int, int] = {}
        self.inner: list[int] = []

    @property
    def mates(self) -> Ints:
        """(n,) the mate of each vertex, -1 for an exposed one."""
        return np.array(self.mate, dtype=np.int64)

    def run(self) -> Ints:
        """Augment the matching until no augmenting path is left.

        Returns
        -------
        (barrier,) array of int
            The inner vertices of all Hungarian trees, sorted: a Tutte-Berge barrier.
        """
        for root in range(self.n):
            if self.mate[root] < 0 and not self.in_hungarian_tree[root]:
                self._grow(root)
        return np.array(sorted(self.inner), dtype=np.int64)

    def _grow(self, root: int) -> None:
        """Grow the alternating tree of `root`: either an augmenting path is used, or the tree is Hungarian."""
        self.base = {root: root}
        self.parent: dict[int, int] = {}
        outer, queue = {root}, [root]
        touched = [root]
        finished, parent, mates = self.in_hungarian_tree, self.parent, self.mate
        for u in queue:  # grows during the search
            own = mates[u]
            for v in self.neighbours[u]:
                if finished[v] or v == own:
                    continue
                if v in outer:
                    if self._base(u) != self._base(v):
                        queue += self._shrink(u, v, outer)
                elif v not in parent:
                    parent[v] = u
                    mate = mates[v]
                    if mate < 0:
                        self._augment(v)
                        return
                    outer.add(mate)
                    touched += [v, mate]
                    queue.append(mate)
        for v in touched:
            self.in_hungarian_tree[v] = True
            if v in outer:
                self.outer[v] = self._base(v)
            else:
                self.inner.append(v)

    def _base(self, v: int) -> int:
        """The base of the blossom that contains `v`; union-find with path halving."""
        base = self.base
        while (up := base.get(v, v)) != v:
            base[v] = base.get(up, up)
            v = up
        return v

    def _shrink(self, u: int, v: int, outer: set[int]) -> list[int]:
        """Shrink the odd cycle that the edge (u, v) closes; returns the vertices that became outer."""
        base = self._common_base(u, v)
        new_outer = []
        shrunk = []
        for a, child in ((u, v), (v, u)):
            while (own := self._base(a)) != base:
                mate = self.mate[a]
                shrunk += [own, self._base(mate)]
                if mate not in outer:  # an inner vertex of the path; all others of the cycle are outer already
                    new_outer.append(mate)
                self.parent[a] = child
                child = mate
                a = self.parent[mate]
        for x in shrunk:
            self.base[x] = base
        outer.update(new_outer)
        return new_outer

    def _common_base(self, a: int, b: int) -> int:
        """The first base that the paths of two outer vertices to the root have in common."""
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

    def _augment(self, v: int) -> None:
        """Swap matched and unmatched edges along the path from the exposed vertex `v` to the root."""
        while v >= 0:
            u = self.parent[v]
            after = self.mate[u]
            self.mate[u], self.mate[v] = v, u
            v = after
