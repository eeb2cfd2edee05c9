"""Layered graphs against networkx and against every path; the Lagrangian bound against timetables."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from tests.scheduling.instances import crowded, tiny

from oppipari.scheduling.components import Component, GroupDomain, components
from oppipari.scheduling.greedy import GreedySearch
from oppipari.scheduling.lagrangian import SCALE, LayeredGraph, Multipliers, lagrangian_bound, layered_graph
from oppipari.scheduling.problem import Problem
from oppipari.scheduling.spacing import INFINITE
from oppipari.scheduling.start_times import Starts


def found_in(seed: int, make: object = tiny) -> tuple[Component, ...]:
    return components(Starts(Problem.of(*make(seed))))[0]  # type: ignore[operator]


def prices(domain: GroupDomain, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 3 * SCALE, len(domain.choices))


def every_path(domain: GroupDomain, fewest: int) -> list[tuple[int, ...]]:
    """All paths of days, at least `fewest` and at most `wanted` of them, as positions."""
    found: list[tuple[int, ...]] = []
    growing: list[tuple[int, ...]] = [(d,) for d in range(len(domain.days))]
    while growing:
        path = growing.pop()
        if len(path) >= fewest:
            found.append(path)
        if len(path) < domain.wanted:
            growing += [(*path, d) for d in range(len(domain.days)) if domain.spacing.between[path[-1], d] < INFINITE]
    return found


def length(domain: GroupDomain, path: tuple[int, ...], multipliers: np.ndarray) -> int:
    s = domain.spacing
    deviation = int(s.enter[path[0]]) + sum(int(s.between[a, b]) for a, b in pairwise(path)) + int(s.leave[path[-1]])
    return deviation * SCALE + sum(int(min(multipliers[c] for c in domain.on_day[d])) for d in path)


def contains(graph: LayeredGraph, path: tuple[int, ...]) -> bool:
    return (
        all(d in graph.nodes[level] for level, d in enumerate(path))
        and all(arc in graph.arcs[level] for level, arc in enumerate(pairwise(path), start=1))
        and path[-1] in graph.ends[len(path) - 1]
    )


@pytest.mark.parametrize("gap", [0, SCALE, 5 * SCALE])
def test_exactly_the_paths_within_the_gap_are_kept(gap: int) -> None:
    tried = 0
    for seed in range(12):
        for component in found_in(seed):
            for domain in component.domains:
                multipliers = prices(domain, seed)
                for fewest in {1, domain.wanted}:
                    paths = every_path(domain, fewest)
                    if not 1 < len(paths) < 3000:
                        continue
                    tried += 1
                    graph = layered_graph(domain, fewest, gap, multipliers)
                    lengths = {path: length(domain, path, multipliers) for path in paths}
                    assert graph.shortest == min(lengths.values())
                    for path, own in lengths.items():
                        if own <= graph.shortest + gap:
                            assert contains(graph, path)
                    reached = {d for level in graph.nodes for d in level}
                    assert reached == {d for p, own in lengths.items() if own <= graph.shortest + gap for d in p}
    assert tried > 10


def test_the_shortest_path_is_that_of_networkx() -> None:
    for component in found_in(3, crowded):
        for domain in component.domains:
            multipliers = prices(domain, 3)
            toll = [int(min(multipliers[c] for c in cs)) for cs in domain.on_day]
            graph, s = nx.DiGraph(), domain.spacing
            for d in range(len(domain.days)):
                graph.add_edge("start", (0, d), weight=int(s.enter[d]) * SCALE + toll[d])
                graph.add_edge((domain.wanted - 1, d), "end", weight=int(s.leave[d]) * SCALE)
                for level in range(1, domain.wanted):
                    for e in np.flatnonzero(s.between[d] < INFINITE).tolist():
                        graph.add_edge((level - 1, d), (level, e), weight=int(s.between[d, e]) * SCALE + toll[e])
            theirs = nx.dijkstra_path_length(graph, "start", "end")
            assert layered_graph(domain, domain.wanted, 0, multipliers).shortest == theirs


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_multipliers_no_timetable_is_below_the_bound(seed: int) -> None:
    r = np.random.default_rng(seed)
    for component in found_in(seed, crowded):
        state = GreedySearch(component).run()
        fewest = [len(meetings) for meetings in state.meetings]
        for most in (0.0, 1.0, 20.0):
            cuts = component.capacity_cuts
            multipliers = Multipliers.of(component, cuts, (r.random(len(cuts)) * most).tolist())
            assert lagrangian_bound(component, fewest, multipliers) <= state.score[1] * SCALE
