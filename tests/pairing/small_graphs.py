"""Small random problems for tests of the solver's parts, and the same as a networkx graph."""

import networkx as nx
import numpy as np

from oppipari.pairing import Policy, Problem


def small_problem(seed: int, largest: int = 12, density: float | None = None) -> Problem:
    """A problem of 4 to `largest` people without a floor, of an even number, scores 0..1000 in steps of 10."""
    r = np.random.default_rng(seed)
    n = 2 * int(r.integers(2, largest // 2 + 1))
    scores = np.triu(r.integers(0, 101, (n, n)) * 10, 1)
    if seed % 2:  # odd groups of people who suit one another make odd cycles in the fractional matching
        group = np.repeat(np.arange(n), 3)[:n]
        scores = np.triu(np.where(group[:, None] == group[None, :], 900, r.integers(0, 30, (n, n)) * 10), 1)
    allowed = np.triu(r.random((n, n)) < (density or r.uniform(0.5, 1)), 1)
    keys = [f"p{i:02}" for i in range(n)]
    return Problem.from_scores(keys, scores + scores.T, allowed | allowed.T, policy=Policy(floor=False))


def as_networkx(problem: Problem) -> "nx.Graph":
    """The allowed pairs by row, weighted with their scores."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(problem)))
    graph.add_weighted_edges_from([(problem.find(a), problem.find(b), s) for a, b, s in problem.allowed_pairs()])
    return graph
