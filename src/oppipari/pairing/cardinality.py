"""How many pairs there can be, and the proof that there cannot be more: the Tutte-Berge formula.

Remove a set of vertices (the *barrier*). The rest falls into connected components; each component with an odd number of
vertices leaves one for the barrier to match. So no matching has more than (vertices + barrier - odd components) / 2 edges,
and a maximum matching attains that for some barrier, which the blossom algorithm finds (`blossom`).

References
----------
C. Berge (1958), Sur le couplage maximum d'un graphe. C. R. Acad. Sci. Paris 247, 258-259.
L. Lovász and M. D. Plummer (1986), Matching Theory, chapter 3 (barriers).
"""

from dataclasses import dataclass

import numpy as np
import scipy  # its parts load where they are first used: not in processes that form no pairs

from oppipari.pairing.blossom import BlossomSearch
from oppipari.pairing.criteria import Bools, Ints
from oppipari.pairing.edges import Edges
from oppipari.pairing.graph import Graph
from oppipari.pairing.pricing import edges_between


@dataclass(frozen=True)
class Cardinality:
    """The size of a maximum matching, with its Tutte-Berge proof.

    Parameters
    ----------
    pairs : int
        Number of pairs in a maximum matching.
    barrier : (barrier,) array of int
        The vertices that are removed.
    components : (vertices,) array of int
        The component of each vertex when the barrier is removed; barrier vertices have labels of their own.
    """

    pairs: int
    barrier: Ints
    components: Ints


def tutte_berge_bound(components: Ints, barrier: Ints) -> int:
    """The largest number of pairs, provided that no edge joins two components outside the barrier.

    Parameters
    ----------
    components : (vertices,) array of int
        The component of each vertex.
    barrier : (barrier,) array of int
        The vertices that are removed.

    Returns
    -------
    int
        (vertices + barrier - odd components) / 2, rounded down.

    Examples
    --------
    A star of one centre and three leaves has one pair: without the centre, three odd components are left.

    >>> tutte_berge_bound(np.array([0, 1, 2, 3]), np.array([0]))
    1
    """
    left = np.delete(components, barrier)
    odd = int((np.unique(left, return_counts=True)[1] % 2).sum()) if len(left) else 0
    return (len(components) + len(barrier) - odd) // 2


def bipartite_bound(components: Ints, one_side: Bools) -> int:
    """The largest number of pairs across two sides, provided that no edge joins two components.

    Parameters
    ----------
    components : (vertices,) array of int
        The component of each vertex.
    one_side : (vertices,) array of bool
        Which vertices are on the first side.

    Returns
    -------
    int
        The sum over components of the size of their smaller side.

    Examples
    --------
    >>> bipartite_bound(np.array([0, 0, 0, 1]), np.array([True, True, False, False]))
    1
    """
    labels = int(components.max(initial=0)) + 1
    ours, theirs = (np.bincount(components[side], minlength=labels) for side in (one_side, ~one_side))
    return int(np.minimum(ours, theirs).sum())


def component_bound(graph: Graph, edges: Edges) -> tuple[Cardinality, Edges]:
    """An upper bound with an empty barrier: only the parity of the connected components is counted.

    It is the maximum cardinality whenever a matching of that size is found, which is nearly always.

    Parameters
    ----------
    graph : Graph
    edges : Edges
        Some of the graph's edges.

    Returns
    -------
    Cardinality
        The bound, valid over all edges of the graph.
    Edges
        `edges` and those that were needed to join components.
    """
    nobody = np.zeros(0, dtype=np.int64)
    while True:
        components = component_labels(graph.people, edges, nobody)
        if components.max(initial=0) == 0:
            break
        more = edges_between(graph, components, nobody)
        if not len(more):
            break
        edges = edges.union(more, size=graph.people)
    two_sided = graph.problem.policy.two_sided
    pairs = bipartite_bound(components, graph.may_wait) if two_sided else tutte_berge_bound(components, nobody)
    return Cardinality(pairs, nobody, components), edges


def maximum_cardinality(graph: Graph, edges: Edges) -> tuple[Cardinality, Edges]:
    """The size of a maximum matching, proven over all edges of the graph.

    Parameters
    ----------
    graph : Graph
    edges : Edges
        Some of the graph's edges, to start from.

    Returns
    -------
    Cardinality
        The size and its proof.
    Edges
        `edges` and those that were added on the way.
    """
    mates = _initial_mates(graph.people, edges)
    while True:
        search = BlossomSearch(graph.people, edges.u, edges.v, mates)
        barrier = search.run()
        mates = search.mates
        components = component_labels(graph.people, edges, barrier)
        more = edges_between(graph, components, barrier)
        if not len(more):
            return Cardinality(int((mates >= 0).sum()) // 2, barrier, components), edges
        edges = edges.union(more, size=graph.people)


def component_labels(n: int, edges: Edges, barrier: Ints) -> Ints:
    """(n,) the connected component of each vertex without the barrier, whose vertices get labels of their own."""
    removed = np.zeros(n, dtype=bool)
    removed[barrier] = True
    stays = ~(removed[edges.u] | removed[edges.v])
    adjacency = scipy.sparse.csr_array(
        (np.ones(int(stays.sum()), dtype=np.int8), (edges.u[stays], edges.v[stays])), shape=(n, n)
    )
    if n == 0:
        return np.zeros(0, dtype=np.int64)
    _count, labels = scipy.sparse.csgraph.connected_components(adjacency, directed=False)
    result: Ints = labels.astype(np.int64)
    return result


def _initial_mates(n: int, edges: Edges) -> Ints:
    """(n,) a matching to start from: a maximum matching of the bipartite double cover, its cycles split; -1 for none."""
    mates = np.full(n, -1, dtype=np.int64)
    if not len(edges):
        return mates
    both = (np.concatenate([edges.u, edges.v]), np.concatenate([edges.v, edges.u]))
    adjacency = scipy.sparse.csr_array((np.ones(2 * len(edges), dtype=np.int8), both), shape=(n, n))
    successor = scipy.sparse.csgraph.maximum_bipartite_matching(adjacency, perm_type="column")
    for u in range(n):
        v = int(successor[u])
        if v >= 0 and mates[u] < 0 and mates[v] < 0:
            mates[u], mates[v] = v, u
    return mates
