"""The best set of pairs of a fixed size, with its proof: whole numbers in, whole numbers out.

People and "waiting seats" are the vertices. With as many seats as people who must wait, the best set of pairs of the
wanted size is a best *perfect* matching, in which a seat takes a person for nothing.

1. The doubled graph (everybody once on each side) is an assignment problem (scipy). Its duals bound every matching.
2. An optimal matching uses only edges whose slack is within the gap, so rustworkx finishes exactly on those few.
3. Where odd circles keep the bound above the best, odd sets of people close it: a linear programme (HiGHS, in scipy)
   with odd-set cuts, found by minimum odd cuts (Padberg & Rao 1982), gives their duals, which are then made whole numbers.

Duals are kept doubled (`y`) so that halves stay whole: y[u] + y[v] + 2 * (duals of the odd sets that hold both) >=
2 * weight for every allowed edge, and no matching of all vertices weighs more than
sum(y) / 2 + sum(z * (size - 1) / 2).
"""

from dataclasses import dataclass, field

import numpy as np
import rustworkx
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, maximum_flow

from oppipari.pairing.scores import Bools, Ints

# Larger than any sum of weights here, smaller than what float64 holds exactly.
FORBIDDEN_WEIGHT = -(2**40)
# Duals of odd sets are rounded to these parts of a unit; the bound is rounded down to whole units at the end.
PARTS = 64


@dataclass(frozen=True)
class OddSet:
    """An odd number of vertices, of which at most (size - 1) / 2 pairs can lie inside; `dual` in parts of 1/PARTS."""

    members: tuple[int, ...]
    dual: int


@dataclass(frozen=True)
class Duals:
    """`vertices` are doubled duals in parts of 1/PARTS, one a vertex; a proof that nothing weighs more than `bound`."""

    vertices: tuple[int, ...]
    odd_sets: tuple[OddSet, ...] = field(default=())

    @property
    def bound(self) -> int:
        """No perfect matching weighs more (whole units, rounded down: weights are whole)."""
        parts = sum(self.vertices) + sum(s.dual * (len(s.members) - 1) for s in self.odd_sets)
        return parts // (2 * PARTS)


@dataclass(frozen=True)
class Matching:
    """`pairs` of vertices (u < v), their `weight` in whole units, and the duals that bound it."""

    pairs: tuple[tuple[int, int], ...]
    weight: int
    duals: Duals


def slack(duals: Duals, weights: Ints) -> Ints:
    """How far each edge is from tight, doubled, in parts of 1/PARTS; (n, n), meaningful where an edge is allowed."""
    y = np.array(duals.vertices, dtype=np.int64)
    room = y[:, None] + y[None, :] - 2 * PARTS * weights
    for odd in duals.odd_sets:
        inside = np.array(odd.members)
        room[np.ix_(inside, inside)] += 2 * odd.dual
    return room


def vertex_duals(weights: Ints, allowed: Bools) -> Duals | None:
    """Optimal duals of the assignment on the doubled graph; None when not everybody can be assigned."""
    cost = np.where(allowed, -weights, -FORBIDDEN_WEIGHT)
    rows, columns = linear_sum_assignment(cost)
    if np.any(~allowed[rows, columns]):
        return None
    # scipy gives no duals: v[j] is the shortest way to j in the graph of "give j to who now has j'" (no negative
    # circles, since the assignment is the best), found by relaxing all rows at once.
    taken = np.empty_like(columns)
    taken[rows] = columns
    reduced = cost - cost[rows, taken][:, None]
    v = np.zeros(len(weights), dtype=np.int64)
    for _ in range(len(weights) + 1):
        # u of the row that holds column taken[i] keeps that edge tight
        better = np.minimum(v, (reduced + v[taken][:, None]).min(axis=0))
        if np.array_equal(better, v):
            break
        v = better
    u = cost[rows, taken] - v[taken]
    # cost >= u + v with equality on the assignment; for weights: (-u) + (-v) >= weight, both ways round.
    return Duals(tuple(int(x) for x in -PARTS * (u + v)))


def exact(weights: Ints, allowed: Bools, ties: Ints) -> Matching | None:
    """The heaviest perfect matching, and among those the one with the largest sum of `ties`; None if there is none.

    `weights` and `ties` are (n, n) whole numbers >= 0 and symmetric, `ties` with sums below 2**62 / n. Deterministic.
    """
    n = len(weights)
    if n == 0:
        return Matching((), 0, Duals(()))
    duals = vertex_duals(weights, allowed)
    if duals is None:
        return None
    room = np.where(allowed, slack(duals, weights), np.iinfo(np.int64).max)
    upper = np.triu(np.ones((n, n), dtype=bool), 1)
    reach = _first_reach(room)
    while True:
        near = upper & (room <= reach)
        pairs = _perfect_matching(n, near, weights, ties)
        everything = bool(np.array_equal(near, upper & allowed))
        if pairs is None:
            if everything:
                return None
            reach = max(4 * reach, 4 * PARTS)
            continue
        weight = sum(int(weights[p]) for p in pairs)
        # Using an edge of slack s costs s / 2 of the bound; whatever costs more than the gap is in no best matching.
        needed = sum(duals.vertices) - 2 * PARTS * weight
        if needed <= reach or everything:
            break
        reach = needed
    if weight < duals.bound:
        duals = _with_odd_sets(weights, allowed, near, duals, weight)
    return Matching(tuple(pairs), weight, duals)


def _first_reach(room: Ints) -> int:
    """A slack within which everybody has a few edges: enough for a first matching."""
    few = min(3, len(room) - 1)
    widest = int(np.partition(room, few, axis=1)[:, few].max())
    return min(widest, 2**60)


def _perfect_matching(n: int, edges: Bools, weights: Ints, ties: Ints) -> list[tuple[int, int]] | None:
    """Exact by rustworkx, whose whole numbers are wide enough to hold weight and tie-break in one."""
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(n))
    most = int(ties.max(initial=0)) * n + 1
    us, vs = np.nonzero(edges)
    joined = [
        (u, v, (w * most + t))
        for u, v, w, t in zip(us.tolist(), vs.tolist(), weights[us, vs].tolist(), ties[us, vs].tolist(), strict=True)
    ]
    graph.add_edges_from(joined)
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=lambda w: w)
    if 2 * len(found) < n:
        return None
    return sorted((min(p), max(p)) for p in found)


# -- the proof where odd circles stand in the way ------------------------------------------------------------------


def _with_odd_sets(weights: Ints, allowed: Bools, near: Bools, duals: Duals, target: int) -> Duals:
    """Better duals with odd sets; the given ones where no better are found."""
    n = len(weights)
    best = duals
    edges = near.copy()
    sets: list[tuple[int, ...]] = []
    for _ in range(60):
        us, vs = np.nonzero(edges)
        solved = _linear_programme(n, us, vs, weights[us, vs], sets)
        if solved is None:
            return best
        x, y, z = solved
        candidate = _whole(
            y,
            [OddSet(s, round(d * PARTS)) for s, d in zip(sets, z, strict=True) if d > 1e-7],
            weights,
            allowed,
        )
        if candidate.bound < best.bound:
            best = candidate
        if best.bound <= target:
            return best
        cuts = [s for s in _violated_odd_sets(n, us, vs, x) if s not in sets]
        if cuts:
            sets.extend(cuts)
            continue
        # The programme over the near edges is solved; edges outside that would still pay come in.
        exact_y = np.array(y)
        rough = Duals(
            tuple(round(2 * PARTS * v) for v in exact_y),
            tuple(OddSet(s, round(d * PARTS)) for s, d in zip(sets, z, strict=True)),
        )
        pays = np.triu(allowed & ~edges & (slack(rough, weights) < -PARTS // 8), 1)
        if not pays.any():
            return best
        edges |= pays
    return best


def _whole(y: list[float], sets: list[OddSet], weights: Ints, allowed: Bools) -> Duals:
    """Whole-number duals from the programme's: round, then raise until every allowed edge is covered."""
    rounded = np.array([round(2 * PARTS * v) for v in y], dtype=np.int64)
    odd = tuple(s for s in sets if s.dual > 0)
    for _ in range(4):
        room = np.where(allowed, slack(Duals(tuple(rounded.tolist()), odd), weights), 0)
        short = -room.min(axis=1)
        if short.max(initial=0) <= 0:
            break
        # One end pays for both; ends of larger shortage first.
        i = int(np.argmax(short))
        while short[i] > 0:
            rounded[i] += short[i]
            room[i] += short[i]
            room[:, i] += short[i]
            short = -room.min(axis=1)
            i = int(np.argmax(short))
    return Duals(tuple(int(v) for v in rounded), odd)


def _linear_programme(
    n: int, us: Ints, vs: Ints, weights: Ints, sets: list[tuple[int, ...]]
) -> tuple[np.ndarray, list[float], list[float]] | None:
    """Maximise over the perfect matching relaxation with the odd sets; returns x, vertex duals, odd-set duals."""
    m = len(us)
    ones = np.ones(m)
    degree = csr_array(
        (np.concatenate([ones, ones]), (np.concatenate([us, vs]), np.tile(np.arange(m), 2))), shape=(n, m)
    )
    inside = [np.flatnonzero(np.isin(us, s) & np.isin(vs, s)) for s in sets]
    cuts, most = None, None
    if sets:
        rows = np.concatenate([np.full(len(e), i) for i, e in enumerate(inside)])
        columns = np.concatenate(inside)
        cuts = csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(sets), m))
        most = np.array([(len(s) - 1) // 2 for s in sets])
    solved = linprog(-weights, A_ub=cuts, b_ub=most, A_eq=degree, b_eq=np.ones(n), method="highs")
    if solved.status != 0:
        return None
    odd = -solved.ineqlin.marginals if sets else []
    return solved.x, [float(-d) for d in solved.eqlin.marginals], [max(0.0, float(d)) for d in odd]


def _violated_odd_sets(n: int, us: Ints, vs: Ints, x: np.ndarray) -> list[tuple[int, ...]]:
    """Odd sets that a fractional solution violates: components first, then minimum odd cuts (Padberg & Rao 1982)."""
    used = (x > 1e-6) & (x < 1 - 1e-6)
    if not used.any():
        return []
    fu, fv, fx = us[used], vs[used], x[used]
    graph = csr_array((np.concatenate([fx, fx]), (np.concatenate([fu, fv]), np.concatenate([fv, fu]))), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    found: list[tuple[int, ...]] = []
    for c in range(count):
        members = np.flatnonzero(label == c)
        if len(members) < 3:
            continue
        if len(members) % 2:
            found.append(tuple(members.tolist()))
            continue
        found.extend(_odd_cuts(members, graph))
    return sorted(set(found))


def _odd_cuts(members: np.ndarray, graph: csr_array) -> list[tuple[int, ...]]:
    """Odd sides of minimum cuts below 1 inside an even component, by a Gomory-Hu tree (Gusfield 1990)."""
    part = 10**6
    capacity = csr_array(np.rint(graph[members][:, members].toarray() * part).astype(np.int32))
    size = len(members)
    parent, found = np.zeros(size, dtype=int), []
    for s in range(1, size):
        t = int(parent[s])
        flow = maximum_flow(capacity, s, t)
        residual = capacity - flow.flow
        residual.data[residual.data <= 0] = 0
        residual.eliminate_zeros()
        side = np.zeros(size, dtype=bool)
        side[_reachable(residual, s)] = True
        if side.sum() % 2 and flow.flow_value < part - 100:
            small = side if side.sum() <= size // 2 else ~side
            found.append(tuple(members[small].tolist()))
        for i in range(s + 1, size):
            if side[i] and parent[i] == t:
                parent[i] = s
        if side[parent[t]]:
            parent[s], parent[t] = parent[t], s
    return [f for f in found if len(f) >= 3]


def _reachable(graph: csr_array, start: int) -> list[int]:
    seen, waiting = {start}, [start]
    while waiting:
        i = waiting.pop()
        for j in graph.indices[graph.indptr[i] : graph.indptr[i + 1]]:
            if j not in seen:
                seen.add(int(j))
                waiting.append(int(j))
    return sorted(seen)


# -- how many pairs there can be ------------------------------------------------------------------------------------


def largest(allowed: Bools) -> tuple[int, tuple[int, ...]]:
    """The largest number of pairs, and the proof of Tutte and Berge: a set whose removal leaves many odd components.

    No set of pairs is larger than (n + |set| - odd components without it) / 2.
    """
    n = len(allowed)
    if n == 0 or not allowed.any():
        return 0, ()
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(n))
    thin = _thinned(allowed)
    for edges in (thin, allowed):
        graph.clear_edges()
        us, vs = np.nonzero(np.triu(edges))
        graph.add_edges_from([(int(u), int(v), 1) for u, v in zip(us, vs, strict=True)])
        found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=lambda _: 1)
        if berge_bound(allowed, ()) == len(found):
            return len(found), ()
        if edges is thin and not np.array_equal(thin, allowed):
            continue
    mate = np.full(n, -1)
    for u, v in found:
        mate[u], mate[v] = v, u
    return len(found), _inner_vertices(allowed, mate)


def _thinned(allowed: Bools) -> Bools:
    """A few edges of everybody: mostly enough for as many pairs as possible, at a fraction of the work."""
    n = len(allowed)
    if n < 60:
        return allowed
    kept = np.zeros_like(allowed)
    for shift in (1, 2, 3, 5, 7, 11, 13, 17):
        for i in range(n):
            later = np.flatnonzero(np.roll(allowed[i], -(i + shift)))
            if len(later):
                j = (later[0] + i + shift) % n
                kept[i, j] = kept[j, i] = True
    return kept


def berge_bound(allowed: Bools, removed: tuple[int, ...]) -> int:
    """No more pairs than this are possible, whatever `removed` is."""
    n = len(allowed)
    rest = np.setdiff1d(np.arange(n), np.array(removed, dtype=int))
    if len(rest) == 0:
        return len(removed)
    _count, label = connected_components(csr_array(allowed[np.ix_(rest, rest)]), directed=False)
    odd = int((np.bincount(label) % 2).sum())
    return (n + len(removed) - odd) // 2


def _inner_vertices(allowed: Bools, mate: np.ndarray) -> tuple[int, ...]:
    """The inner vertices of Edmonds' search forest from everyone without a mate: a set that attains the bound.

    Odd circles met on the way are shrunk (union-find), so what remains inner separates the outer ones.
    """
    n = len(allowed)
    base = np.arange(n)
    label = np.full(n, -1)  # 0 outer, 1 inner
    parent = np.full(n, -1)
    neighbours = [np.flatnonzero(row) for row in allowed]
    waiting = [int(v) for v in np.flatnonzero(mate < 0)]
    label[waiting] = 0

    def way_up(v: int) -> list[int]:
        way = [int(base[v])]
        while mate[way[-1]] >= 0:
            inner = mate[way[-1]]
            way += [int(base[inner]), int(base[parent[inner]])]
        return way

    while waiting:
        u = waiting.pop()
        for v in neighbours[u]:
            if base[u] == base[v] or mate[u] == v:
                continue
            if label[base[v]] == -1 and label[v] == -1:
                label[v], parent[v] = 1, u
                label[mate[v]] = 0
                waiting.append(int(mate[v]))
            elif label[base[v]] == 0:
                up_u, up_v = way_up(u), way_up(int(v))
                common = next(x for x in up_u if x in set(up_v))
                circle = {x for way in (up_u, up_v) for x in way[: way.index(common)]} | {common}
                for x in np.flatnonzero(np.isin(base, list(circle))):
                    base[x] = common
                    if label[x] == 1:
                        label[x] = 0
                        waiting.append(int(x))
                label[common] = 0
    return tuple(int(v) for v in range(n) if label[v] == 1 and base[v] == v and label[base[v]] == 1)
