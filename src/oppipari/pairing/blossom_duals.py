"""Dual variables of blossoms, where odd cycles leave a gap between the fractional and the integral matching.

At most (size - 1) / 2 pairs lie inside an odd set of vertices. Those *blossom inequalities* describe the matching polytope,
and duals of single vertices cannot express them. Edmonds' primal-dual method starts from the vertex duals of the
fractional matching and searches for augmenting paths along *tight* edges (slack 0). Where there is none, the duals of the
outer vertices of the Hungarian trees fall and those of the inner ones rise by the same amount, until another edge becomes
tight or the dual of an inner blossom reaches 0. Blossoms that are formed on the way are shrunk to one node, and expanded
when their dual is 0. All numbers are whole tenths, doubled; tie-breaks play no part here.

References
----------
J. Edmonds (1965), Maximum matching and a polyhedron with 0,1-vertices. J. Res. Nat. Bur. Standards 69B, 125-130.
B. Korte and J. Vygen (2018), Combinatorial Optimization, 6th ed., chapter 11.
"""

from dataclasses import dataclass

import numpy as np

from oppipari.pairing.blossom import BlossomSearch
from oppipari.pairing.criteria import Ints

# After more stages than this the method is given up, and the gap is reported.
MAX_STAGES = 2000


@dataclass(frozen=True)
class Blossom:
    """An odd set of vertices with the dual variable of its blossom inequality.

    Parameters
    ----------
    members : (size,) tuple of int
        The vertices, sorted; an odd number, at least three.
    dual : int
        Zero or more, in the same doubled units as the duals of vertices.
    """

    members: tuple[int, ...]
    dual: int


class PrimalDualBlossom:
    """Edmonds' primal-dual method for a maximum-weight perfect matching.

    A *node* is a vertex 0..n-1, or a shrunk blossom, numbered from n on. Invariants: `node[v]` is the outermost node that
    contains the vertex v; `children` (blossom to the nodes it was shrunk from, an odd number, in no order) and `dual`
    (blossom to its dual, zero or more) have the same keys, which are the blossoms that are shrunk now, nested ones too;
    `matching_edge[k]` is the tight edge from an outermost node k to its mate, one entry for each of the two. Nodes inside a
    blossom have none until it is expanded.

    Parameters
    ----------
    n : int
        Number of vertices.
    u, v : (edges,) arrays of int
        Endpoints of the edges, u < v.
    doubled : (edges,) array of int
        Twice the weight of each edge.
    y : (n,) array of int
        Feasible duals: y[u] + y[v] >= doubled for every edge.
    mates : (n,) array of int
        A matching of tight edges to start from; -1 for exposed vertices.

    Attributes
    ----------
    unit : int
        By what all duals and weights were multiplied so that they stayed whole.
    y : (n,) array of int
        The vertex duals, in units of 1/`unit`.

    Examples
    --------
    Two triangles joined by one light edge: vertex duals alone prove 45, with a dual for each triangle it is 41.

    >>> u, v = np.array([0, 0, 1, 3, 3, 4, 2]), np.array([1, 2, 2, 4, 5, 5, 3])
    >>> weight = np.array([15, 15, 15, 15, 15, 15, 11])
    >>> method = PrimalDualBlossom(6, u, v, 2 * weight, np.full(6, 15), np.full(6, -1))
    >>> method.run().tolist()
    [1, 0, 3, 2, 5, 4]
    >>> bound = method.y.sum() + sum(b.dual * (len(b.members) - 1) for b in method.blossoms())
    >>> int(bound) / (2 * method.unit)
    41.0
    """

    def __init__(self, n: int, u: Ints, v: Ints, doubled: Ints, y: Ints, mates: Ints) -> None:
        self.n, self.u, self.v, self.doubled, self.y = n, u, v, doubled.copy(), y.copy()
        self.unit = 1
        self.node = np.arange(n)
        self.children: dict[int, list[int]] = {}
        self.dual: dict[int, int] = {}
        self.next_name = n
        edge_of = {(a, b): e for e, (a, b) in enumerate(zip(u.tolist(), v.tolist(), strict=True))}
        self.matching_edge: dict[int, int] = {
            a: edge_of[min(a, b), max(a, b)] for a, b in enumerate(mates.tolist()) if b >= 0
        }

    def members(self, node: int) -> list[int]:
        """The vertices in a node."""
        if node < self.n:
            return [node]
        return [v for child in self.children[node] for v in self.members(child)]

    def run(self) -> Ints | None:
        """Match all vertices, and make `y` and `blossoms()` the proof that the matching is optimal.

        Returns
        -------
        (n,) array of int, or None
            The mate of each vertex; None where there is no perfect matching or too many stages were needed.
        """
        for _ in range(MAX_STAGES):
            search, names = self._augment()
            if not search.outer:
                return self._expand_all()
            if not self._adjust_duals(search, names):
                return None
        return None

    def blossoms(self) -> tuple[Blossom, ...]:
        """The blossoms with a positive dual, by their members."""
        positive = [Blossom(tuple(sorted(self.members(b))), d) for b, d in self.dual.items() if d > 0]
        return tuple(sorted(positive, key=lambda b: b.members))

    # -- a stage ---------------------------------------------------------------------------------------------------

    def _augment(self) -> tuple[BlossomSearch, Ints]:
        """A maximum matching of the outermost nodes along tight edges; the search, and the nodes by its numbers."""
        names, index = np.unique(self.node, return_inverse=True)
        a, b = index[self.u], index[self.v]
        tight = np.flatnonzero((a != b) & (self.y[self.u] + self.y[self.v] == self.doubled))
        low, high = np.minimum(a[tight], b[tight]), np.maximum(a[tight], b[tight])
        codes, first = np.unique(low * len(names) + high, return_index=True)
        mates = np.full(len(names), -1, dtype=np.int64)
        index_of = {int(name): k for k, name in enumerate(names.tolist())}
        for name, edge in self.matching_edge.items():
            ends = (int(index[self.u[edge]]), int(index[self.v[edge]]))
            mates[index_of[name]] = ends[1] if ends[0] == index_of[name] else ends[0]
        search = BlossomSearch(len(names), codes // len(names), codes % len(names), mates)
        search.run()
        edge_of = dict(zip(codes.tolist(), tight[first].tolist(), strict=True))
        for k, mate in enumerate(search.mate):
            if mate != mates[k] and mate >= 0:
                self.matching_edge[int(names[k])] = edge_of[min(k, mate) * len(names) + max(k, mate)]
        return search, names

    def _adjust_duals(self, search: BlossomSearch, names: Ints) -> bool:
        """Change the duals of the Hungarian trees as far as they stay feasible; False where nothing limits the change."""
        base_of = np.full(len(names), -1, dtype=np.int64)
        for k, base in search.outer.items():
            base_of[k] = base
        sign = np.zeros(len(names), dtype=np.int64)
        sign[list(search.outer)] = -1
        sign[search.inner] = 1
        index = np.searchsorted(names, self.node)
        a, b = index[self.u], index[self.v]
        slacks = self.y[self.u] + self.y[self.v] - self.doubled
        across = a != b
        to_free = across & (sign[a] + sign[b] == -1)  # from an outer vertex to one in no tree
        between = across & (sign[a] + sign[b] == -2) & (base_of[a] != base_of[b])  # between two outer vertices
        inner_blossoms = [int(names[k]) for k in search.inner if names[k] >= self.n]
        if between.any() and int(slacks[between].min()) % 2:
            self._refine_unit()
            slacks = slacks * 2
        limits = [int(slacks[to_free].min())] if to_free.any() else []
        if between.any():
            limits.append(int(slacks[between].min()) // 2)
        limits += [self.dual[b] for b in inner_blossoms]
        if not limits:
            return False
        delta = min(limits)
        self.y += delta * sign[index]
        by_base: dict[int, list[int]] = {}
        for k, base in search.outer.items():
            by_base.setdefault(base, []).append(k)
        for blossom in inner_blossoms:
            self.dual[blossom] -= delta
        for base, members in by_base.items():
            nodes = [int(names[k]) for k in members]
            if len(nodes) > 1:
                self._shrink(nodes, int(names[base]), delta)
            elif nodes[0] >= self.n:
                self.dual[nodes[0]] += delta
        for blossom in inner_blossoms:
            if self.dual[blossom] == 0:
                self._expand(blossom)
        return True

    def _refine_unit(self) -> None:
        """Halve the unit in which all duals and weights are counted, so that half a slack is whole."""
        self.unit *= 2
        self.doubled *= 2
        self.y *= 2
        self.dual = {b: 2 * d for b, d in self.dual.items()}

    def _shrink(self, nodes: list[int], base: int, dual: int) -> None:
        """Make one node of a blossom; the mate of its base becomes its mate."""
        name, self.next_name = self.next_name, self.next_name + 1
        self.children[name], self.dual[name] = nodes, dual
        for v in self.members(name):
            self.node[v] = name
        if base in self.matching_edge:
            self.matching_edge[name] = self.matching_edge[base]
        for node in nodes:
            self.matching_edge.pop(node, None)

    def _expand(self, blossom: int) -> None:
        """Make outermost nodes of the children of a blossom whose dual is 0, and match them."""
        for child in self.children[blossom]:
            for v in self.members(child):
                self.node[v] = child
        edge = self.matching_edge.pop(blossom)
        base = self._end_in(edge, set(self.members(blossom)))
        for pair in self._match_inside(blossom, base):
            for end in (int(self.u[pair]), int(self.v[pair])):
                self.matching_edge[int(self.node[end])] = pair
        self.matching_edge[int(self.node[base])] = edge
        del self.children[blossom], self.dual[blossom]

    def _end_in(self, edge: int, members: set[int]) -> int:
        u, v = int(self.u[edge]), int(self.v[edge])
        return u if u in members else v

    def _match_inside(self, blossom: int, base: int) -> list[int]:
        """Tight edges that match all children of a blossom but the one that contains `base`; they always exist."""
        children = self.children[blossom]
        index = np.full(self.n, -1, dtype=np.int64)
        for k, child in enumerate(children):
            index[self.members(child)] = k
        a, b = index[self.u], index[self.v]
        exposed = int(index[base])
        slacks = self.y[self.u] + self.y[self.v] - self.doubled + 2 * self._dual_around(blossom)
        use = np.flatnonzero((a >= 0) & (b >= 0) & (a != b) & (a != exposed) & (b != exposed) & (slacks == 0))
        low, high = np.minimum(a[use], b[use]), np.maximum(a[use], b[use])
        n = len(children)
        codes, first = np.unique(low * n + high, return_index=True)
        search = BlossomSearch(n, codes // n, codes % n, np.full(n, -1, dtype=np.int64))
        search.run()
        edge_of = dict(zip(codes.tolist(), use[first].tolist(), strict=True))
        return [edge_of[k * n + mate] for k, mate in enumerate(search.mate) if mate > k]

    def _dual_around(self, blossom: int) -> int:
        """The duals of a blossom and of all that contain it."""
        return sum(self.dual[b] for b in self.children if blossom == b or self._contains(b, blossom))

    def _contains(self, outer: int, inner: int) -> bool:
        return any(
            child == inner or (child >= self.n and self._contains(child, inner)) for child in self.children[outer]
        )

    # -- the end ---------------------------------------------------------------------------------------------------

    def _expand_all(self) -> Ints:
        """The mates of all vertices, blossoms expanded from the outside in."""
        mates = np.full(self.n, -1, dtype=np.int64)
        stack = list(self.matching_edge.items())
        while stack:
            node, edge = stack.pop()
            u, v = int(self.u[edge]), int(self.v[edge])
            mates[u], mates[v] = v, u
            if node < self.n:
                continue
            # Its children are matched: one by the edge from outside, the others among themselves.
            base = self._end_in(edge, set(self.members(node)))
            edges = [edge, *self._match_inside(node, base)]
            edge_at = {int(end): e for e in edges for end in (self.u[e], self.v[e])}
            for child in self.children[node]:
                stack.append((child, next(edge_at[v] for v in self.members(child) if v in edge_at)))
        return mates
