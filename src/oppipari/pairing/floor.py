"""The fairness floor: the highest score under which no pair needs to fall, at a price the policy allows.

Raising the floor takes pairs away and nothing else, so a floor that holds still holds when lowered: the highest is found
by halving. That so many pairs are possible is first asked of the doubled graph (Hopcroft & Karp 1973), where a "no" names
people who together have too few others left; all their pairs are then looked at before it is believed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_bipartite_matching

from oppipari.pairing.cardinality import at_most, largest
from oppipari.pairing.criteria import Ints
from oppipari.pairing.doubled import Arcs, assign
from oppipari.pairing.field import Edges, Field
from oppipari.pairing.integral import settled
from oppipari.pairing.perfect import Best, best, left_out, weight_of
from oppipari.pairing.plan import Ceiling, TooDear, written
from oppipari.pairing.pricing import of_these

# Up to so many vertices, parity is asked too when the doubled graph says yes; above, that would take seconds.
EXACT_UP_TO = 2000


@dataclass(frozen=True)
class Floor:
    """`level` in tenths (None: no floor), and the proof that it could not be one tenth higher.

    Either fewer pairs would be possible (`ceiling`), or they would make less than the policy allows (`too_dear`); neither
    where that was not settled. `edges` are the pairs known in the end.
    """

    level: int | None
    ceiling: Ceiling | None = None
    too_dear: TooDear | None = None
    edges: Edges | None = None


def raised(free: Best, tops: Ints, pairs: int, deadline: float | None, tell: Callable[[float], None]) -> Floor:
    """The highest floor under which `pairs` pairs exist that make as much as the policy wants.

    `free` is the best plan without a floor, `tops` everybody's best score. The policy's share is taken of what `free` is
    proven not to exceed; where that is what it makes, its lowest score surely holds.
    """
    field, edges = free.field, free.edges
    least = field.problem.policy.least_with_floor(free.proof.bound)
    low = int(free.pairs().score.min()) if free.weight >= least else 0
    must = np.sort(tops[~field.may_wait])
    high = int(must[field.seats]) if field.seats < len(must) else low  # nobody gets a better pair than their best
    high = max(low, high)
    first, dear = True, None
    while low < high:
        if deadline is not None and time.monotonic() > deadline:
            return Floor(low, edges=edges)
        middle = high if first else (low + high + 1) // 2
        possible, edges = _everybody_covered(field.with_floor(middle), edges)
        holds, best_there = False, None
        if possible:
            holds, edges, best_there = _pays(field.with_floor(middle), edges, least)
        if holds:
            low = middle
        else:
            high, dear = middle - 1, best_there
        first = False
        tell(1 - (high - low) / 1000)
    # What failed last failed one tenth above.
    if dear is not None and dear.proof.bound < field.problem.policy.least_with_floor(free.weight):
        mates = np.where(free.mates < field.people, free.mates, -1)[: field.people]
        return Floor(low, too_dear=TooDear(written(dear), tuple(mates.tolist())), edges=edges)
    ceiling, edges = _ceiling(field, edges, low + 1, pairs)
    return Floor(low, ceiling, edges=edges)


def _graph(field: Field, edges: Edges) -> csr_array:
    """The doubled graph at the field's floor, seats and who may wait free included; rows are the left side."""
    good = edges.picked(edges.score >= field.floor)
    seated, seats = field.seat_edges()
    waiting = np.flatnonzero(field.may_wait)
    u, v = np.concatenate([good.u, seated]), np.concatenate([good.v, seats])
    tails, heads = np.concatenate([u, v, waiting]), np.concatenate([v, u, waiting])
    return csr_array((np.ones(len(tails), dtype=np.int8), (tails, heads)), shape=(field.size, field.size))


def _everybody_covered(field: Field, edges: Edges) -> tuple[bool, Edges]:
    """Whether everybody can be covered in the doubled graph, and the edges known afterwards."""
    while True:
        graph = _graph(field, edges)
        takes = maximum_bipartite_matching(graph, perm_type="column")
        if (takes >= 0).all():
            return True, edges
        few = _too_few(graph, takes)
        around = np.zeros(field.size, dtype=bool)
        around[graph[few].indices] = True
        more = of_these(field, few[few < field.people], around[: field.people])
        grown = edges.joined(more, size=field.people)
        if len(grown) == len(edges):
            return False, edges
        edges = grown


def _too_few(graph: csr_array, takes: Ints) -> Ints:
    """The left vertices that an unmatched one reaches by alternating ways: together they have too few others."""
    n = graph.shape[0]
    taken_by = np.full(n, -1, dtype=np.int64)
    held = np.flatnonzero(takes >= 0)
    taken_by[takes[held]] = held
    coo = graph.tocoo()
    tails, heads = coo.coords
    onward = taken_by[heads]
    use = onward >= 0
    # One source in front of all unmatched vertices.
    lonely = np.flatnonzero(takes < 0)
    ways = csr_array(
        (
            np.ones(int(use.sum()) + len(lonely), dtype=np.int8),
            (np.concatenate([tails[use], np.full(len(lonely), n)]), np.concatenate([onward[use], lonely])),
        ),
        shape=(n + 1, n + 1),
    )
    order = breadth_first_order(ways, n, return_predecessors=False)
    found: Ints = np.sort(order[order < n]).astype(np.int64)
    return found


def _pays(field: Field, edges: Edges, least: int) -> tuple[bool, Edges, Best | None]:
    """Whether the best plan under the field's floor makes at least `least`; the known edges may already show it.

    Returns the edges known afterwards, too, and that best plan where it had to be found.
    """
    good = edges.picked(edges.score >= field.floor)
    found = assign(Arcs.of(field, good))
    if not left_out(field, found):
        mates, _good = settled(field, good, found, everywhere=False)
        if mates is not None and weight_of(field, mates) >= least:
            return True, edges, None
    exact = best(field, good)
    if exact is None:
        return False, edges, None
    return exact.weight >= least, edges.joined(exact.edges, size=field.people), exact


def _ceiling(field: Field, edges: Edges, level: int, pairs: int) -> tuple[Ceiling | None, Edges]:
    """The proof that one tenth more cannot hold: with it, fewer pairs would be possible. None where only the price says no."""
    higher = field.with_floor(level)
    possible, edges = _everybody_covered(higher, edges)
    if not possible:
        graph = _graph(higher, edges)
        few = _too_few(graph, maximum_bipartite_matching(graph, perm_type="column"))
        inside = np.zeros(field.size, dtype=bool)
        inside[few] = True
        around = np.zeros(field.size, dtype=bool)
        around[graph[few].indices] = True
        # Those of the few who are nobody's partner among them stand alone once their partners are away.
        alone = np.flatnonzero((inside & ~around)[: field.people])
        removed = np.flatnonzero((around & ~inside)[: field.people])
        parts = np.zeros(field.people, dtype=np.int64)
        parts[alone] = np.arange(1, len(alone) + 1)
        if at_most(parts, removed) < pairs:
            return Ceiling(tuple(removed.tolist()), tuple(parts.tolist())), edges
    if field.people > EXACT_UP_TO:
        return None, edges
    size, good = largest(higher, edges.picked(edges.score >= level))
    edges = edges.joined(good, size=field.people)
    if size.pairs >= pairs:
        return None, edges
    return Ceiling(tuple(size.removed.tolist()), tuple(size.parts.tolist())), edges
