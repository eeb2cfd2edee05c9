"""The proof where odd circles keep the bound above the best plan: odd sets of people, by Edmonds' method (1965).

At most (size - 1) / 2 pairs lie inside an odd set, which the prices of single people cannot say. The method starts from
the prices of the fractional matching and searches along pairs without slack. A search that ends nowhere leaves trees: the
prices of their outer vertices fall and those of the inner ones rise by the same, until a new pair without slack appears
or an odd set has spent what it held. Circles found on the way become one vertex (they are the odd sets) and are opened
again when they have nothing left. All in whole tenths, doubled; tie-breaks play no part here.
"""

from dataclasses import dataclass

import numpy as np

from oppipari.pairing.cardinality import Search
from oppipari.pairing.criteria import Ints

# More turns than this are not worth it; the gap is then told instead.
MOST_TURNS = 2000


@dataclass(frozen=True)
class OddSet:
    """An odd number of vertices, of which at most (size - 1) / 2 pairs can lie inside; `dual` as the prices."""

    members: tuple[int, ...]
    dual: int


class Growth:
    """Vertices 0..n-1, edges (u, v) with doubled weights, prices `y` that cover them all, and mates without slack.

    A *node* is a vertex, or a circle that counts as one; circles have numbers from n on.

    What always holds: `node[v]` is the outermost node that v is in, and names in `inside` (circle to the nodes it was closed
    from, in no order, an odd number of them) and `dual` (circle to what it holds, zero or more) are circles that were closed and
    not opened since, also those inside others. `names` is the next number to give. `by[k]` is the edge from an outermost node k
    to its mate: one entry for each of the two, the same edge, without slack; nodes inside a circle have none until it is opened.
    """

    def __init__(self, n: int, u: Ints, v: Ints, doubled: Ints, y: Ints, mates: Ints) -> None:
        self.n, self.u, self.v, self.doubled, self.y = n, u, v, doubled.copy(), y.copy()
        self.unit = 1
        self.node = np.arange(n)  # the outermost node of each vertex
        self.inside: dict[int, list[int]] = {}  # nodes of each circle
        self.dual: dict[int, int] = {}
        self.names = n
        # The edge by which each node is matched.
        code = {(a, b): e for e, (a, b) in enumerate(zip(u.tolist(), v.tolist(), strict=True))}
        self.by: dict[int, int] = {a: code[min(a, b), max(a, b)] for a, b in enumerate(mates.tolist()) if b >= 0}

    def members(self, node: int) -> list[int]:
        """The vertices in a node."""
        if node < self.n:
            return [node]
        return [v for part in self.inside[node] for v in self.members(part)]

    def run(self) -> Ints | None:
        """Mates of everybody in a best matching, the prices and odd sets then being its proof; None when given up."""
        for _ in range(MOST_TURNS):
            search, names = self._search()
            if not search.outer:
                return self._opened()
            if not self._turn(search, names):
                return None
        return None

    def sets(self) -> tuple[OddSet, ...]:
        """The odd sets that hold something."""
        found = [OddSet(tuple(sorted(self.members(c))), d) for c, d in self.dual.items() if d > 0]
        return tuple(sorted(found, key=lambda s: s.members))

    # -- a turn ----------------------------------------------------------------------------------------------------

    def _search(self) -> tuple[Search, Ints]:
        """Match as many nodes as pairs without slack allow."""
        names, place = np.unique(self.node, return_inverse=True)
        a, b = place[self.u], place[self.v]
        tight = np.flatnonzero((a != b) & (self.y[self.u] + self.y[self.v] == self.doubled))
        low, high = np.minimum(a[tight], b[tight]), np.maximum(a[tight], b[tight])
        codes, first = np.unique(low * len(names) + high, return_index=True)
        mates = np.full(len(names), -1, dtype=np.int64)
        at = {int(name): k for k, name in enumerate(names.tolist())}
        for name, edge in self.by.items():
            ends = (int(place[self.u[edge]]), int(place[self.v[edge]]))
            mates[at[name]] = ends[1] if ends[0] == at[name] else ends[0]
        search = Search(len(names), codes // len(names), codes % len(names), mates)
        search.run()
        edge_of = dict(zip(codes.tolist(), tight[first].tolist(), strict=True))
        for k, mate in enumerate(search.mate):
            if mate != mates[k] and mate >= 0:
                self.by[int(names[k])] = edge_of[min(k, mate) * len(names) + max(k, mate)]
        return search, names

    def _turn(self, search: Search, names: Ints) -> bool:
        """Change the prices of the trees as far as they stay proofs; False when nothing can ever be gained."""
        group = np.full(len(names), -1, dtype=np.int64)
        for k, base in search.outer.items():
            group[k] = base
        sign = np.zeros(len(names), dtype=np.int64)
        sign[list(search.outer)] = -1
        sign[search.inner] = 1
        place = np.searchsorted(names, self.node)
        a, b = place[self.u], place[self.v]
        room = self.y[self.u] + self.y[self.v] - self.doubled
        across = a != b
        to_others = across & (sign[a] + sign[b] == -1)
        between = across & (sign[a] + sign[b] == -2) & (group[a] != group[b])
        spent = [int(names[k]) for k in search.inner if names[k] >= self.n]
        if between.any() and int(room[between].min()) % 2:
            self._finer()
            room = room * 2
        steps = [int(room[to_others].min())] if to_others.any() else []
        if between.any():
            steps.append(int(room[between].min()) // 2)
        steps += [self.dual[c] for c in spent]
        if not steps:
            return False
        step = min(steps)
        self.y += step * sign[place]
        groups: dict[int, list[int]] = {}
        for k, base in search.outer.items():
            groups.setdefault(base, []).append(k)
        for c in spent:
            self.dual[c] -= step
        for base, parts in groups.items():
            nodes = [int(names[k]) for k in parts]
            if len(nodes) > 1:
                self._close(nodes, int(names[base]), step)
            elif nodes[0] >= self.n:
                self.dual[nodes[0]] += step
        for c in spent:
            if self.dual[c] == 0:
                self._open(c)
        return True

    def _finer(self) -> None:
        """Count in halves of what was counted in before."""
        self.unit *= 2
        self.doubled *= 2
        self.y *= 2
        self.dual = {c: 2 * d for c, d in self.dual.items()}

    def _close(self, nodes: list[int], base: int, dual: int) -> None:
        """Make a circle one node; its base keeps its mate outside."""
        name, self.names = self.names, self.names + 1
        self.inside[name], self.dual[name] = nodes, dual
        for v in self.members(name):
            self.node[v] = name
        if base in self.by:
            self.by[name] = self.by[base]
        for node in nodes:
            self.by.pop(node, None)

    def _open(self, circle: int) -> None:
        """Make the nodes of a circle that holds nothing any more count for themselves again."""
        parts = self.inside[circle]
        for part in parts:
            for v in self.members(part):
                self.node[v] = part
        edge = self.by.pop(circle)
        entry = self._end_in(edge, set(self.members(circle)))
        for pair in self._within(circle, entry):
            for end in (int(self.u[pair]), int(self.v[pair])):
                self.by[int(self.node[end])] = pair
        self.by[int(self.node[entry])] = edge
        del self.inside[circle], self.dual[circle]

    def _end_in(self, edge: int, members: set[int]) -> int:
        u, v = int(self.u[edge]), int(self.v[edge])
        return u if u in members else v

    def _within(self, circle: int, entry: int) -> list[int]:
        """Edges without slack that match all nodes of a circle but the one with `entry`: there always are some."""
        parts = self.inside[circle]
        place = np.full(self.n, -1, dtype=np.int64)
        for k, part in enumerate(parts):
            place[self.members(part)] = k
        rest = self._held(circle)
        a, b = place[self.u], place[self.v]
        own = int(place[entry])
        room = self.y[self.u] + self.y[self.v] - self.doubled + 2 * rest
        use = np.flatnonzero((a >= 0) & (b >= 0) & (a != b) & (a != own) & (b != own) & (room == 0))
        low, high = np.minimum(a[use], b[use]), np.maximum(a[use], b[use])
        codes, first = np.unique(low * len(parts) + high, return_index=True)
        search = Search(len(parts), codes // len(parts), codes % len(parts), np.full(len(parts), -1, dtype=np.int64))
        search.run()
        edge_of = dict(zip(codes.tolist(), use[first].tolist(), strict=True))
        return [edge_of[k * len(parts) + mate] for k, mate in enumerate(search.mate) if mate > k]

    def _held(self, circle: int) -> int:
        """What a circle and all around it hold."""
        return sum(self.dual[c] for c in self.inside if circle == c or self._holds(c, circle))

    def _holds(self, outer: int, inner: int) -> bool:
        return any(part == inner or (part >= self.n and self._holds(part, inner)) for part in self.inside[outer])

    # -- the end ---------------------------------------------------------------------------------------------------

    def _opened(self) -> Ints:
        """Mates of all vertices, circles opened from the outside in."""
        mates = np.full(self.n, -1, dtype=np.int64)
        waiting = list(self.by.items())
        while waiting:
            node, edge = waiting.pop()
            u, v = int(self.u[edge]), int(self.v[edge])
            mates[u], mates[v] = v, u
            if node < self.n:
                continue
            # How its nodes are matched: one by the edge from outside, the others among themselves.
            entry = self._end_in(edge, set(self.members(node)))
            edges = [edge, *self._within(node, entry)]
            at = {int(end): e for e in edges for end in (self.u[e], self.v[e])}
            for part in self.inside[node]:
                waiting.append((part, next(at[v] for v in self.members(part) if v in at)))
        return mates
