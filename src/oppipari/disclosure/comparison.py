"""Comparison over time (rule 5): the first release stands, and rounds are compared only where no differencing isolates few.

People answer anew in every round, so no linear combination leads from one round's answers to another's. But whoever supposes
that most would answer as before learns from two figures what the few answered who came or went. Therefore no set of groups
that are compared may differ by one to four people between the rounds.

Who answered is not known, who was asked is. People are edges of a graph: from the group they were in to the group they are
in, or to the outside. A set of groups differs by exactly the people whose edges leave it. So all sets are safe when no cut of
any connected component is under five, which a minimum cut tells.

References
----------
M. Stoer and F. Wagner (1997), A simple min-cut algorithm. J. ACM 44, 585-591.
"""

from collections import Counter
from collections.abc import Collection, Mapping

import rustworkx

from oppipari.disclosure.released import Group, UnitsRelease
from oppipari.disclosure.rules import Rules

Units = tuple[str, ...]
OUTSIDE: Units = ()


def first_release(earlier: UnitsRelease | None, later: UnitsRelease, rules: Rules | None = None) -> UnitsRelease:
    """What stands of one questionnaire: the first release, whatever was corrected, erased or sent in later.

    Parameters
    ----------
    earlier : UnitsRelease or None
    later : UnitsRelease
    rules : Rules, optional

    Returns
    -------
    UnitsRelease
    """
    return earlier if earlier is not None and (rules or Rules()).frozen else later


def comparable(
    earlier: UnitsRelease,
    later: UnitsRelease,
    asked: tuple[Mapping[str, Collection[str]], Mapping[str, Collection[str]]] | None = None,
    rules: Rules | None = None,
) -> dict[str, frozenset[Units]]:
    """The groups whose figures of two rounds may be compared.

    Parameters
    ----------
    earlier, later : UnitsRelease
    asked : (mapping, mapping), optional
        For each round, who was asked in each unit, by any keys that stay the same. Where it is not known, a group is taken only
        if its number of answers grew by five or more, or fell by five or more, and all groups the same way: then every set of
        them differs by at least five people, whoever they were.
    rules : Rules, optional

    Returns
    -------
    dict of str to frozenset
        For each item, the groups by their units.
    """
    rules = rules or Rules()
    before = {tuple(sorted(g.units)): g for g in earlier.groups}
    after = {tuple(sorted(g.units)): g for g in later.groups}
    items = {i for g in before.values() for i in g.items} & {i for g in after.values() for i in g.items}
    result: dict[str, frozenset[Units]] = {}
    for item in sorted(items):
        both = {
            u: (a, b)
            for u in before.keys() & after.keys()
            if (a := _n(before[u], item)) is not None and (b := _n(after[u], item)) is not None
        }
        # Totals are made of blocks; what is true of all sets of blocks is true of them.
        blocks = {u for u in both if not any(set(other) < set(u) for other in both)}
        if not rules.over_time:
            safe = blocks
        elif asked is None:
            safe = _by_numbers({u: both[u] for u in blocks}, rules.least_disclosed)
        else:
            safe = _by_people(blocks, asked, rules.least_disclosed)
            # The same people asked, and one answer less: somebody may know whose.
            safe = {u for u in safe if not 0 < abs(both[u][0] - both[u][1]) < rules.least_disclosed}
        result[item] = frozenset(u for u in both if _made_of(u, safe))
    return result


def _n(group: Group, item: str) -> int | None:
    figure = group.items.get(item)
    return figure.n if figure else None


def _made_of(units: Units, blocks: set[Units]) -> bool:
    inside = [b for b in blocks if set(b) <= set(units)]
    return sum(map(len, inside)) == len(units)


def _by_numbers(both: Mapping[Units, tuple[int, int]], least: int) -> set[Units]:
    grew = {u for u, (a, b) in both.items() if b - a >= least}
    fell = {u for u, (a, b) in both.items() if a - b >= least}
    return max((grew, fell), key=len)


def _by_people(
    blocks: set[Units], asked: tuple[Mapping[str, Collection[str]], Mapping[str, Collection[str]]], least: int
) -> set[Units]:
    """The blocks of which every set differs by nobody or by `least` people or more."""
    inside = [{p: u for u in blocks for unit in u for p in asked_by_unit.get(unit, ())} for asked_by_unit in asked]
    moves = [(inside[0].get(p, OUTSIDE), inside[1].get(p, OUTSIDE)) for p in inside[0].keys() | inside[1].keys()]
    left = set(blocks)
    while True:
        moved: Counter[tuple[Units, Units]] = Counter()
        for a, b in moves:
            a, b = (a if a in left else OUTSIDE), (b if b in left else OUTSIDE)
            if a != b:
                moved[min(a, b), max(a, b)] += 1
        small = _violating_blocks(moved, least)
        if not small:
            return left
        left -= small


def _violating_blocks(moved: Mapping[tuple[Units, Units], int], least: int) -> set[Units]:
    """Blocks to leave out, since a set with them differs by 1 to `least` - 1 people; none if there is no such set."""
    degree: Counter[Units] = Counter()
    for (a, b), count in moved.items():
        degree[a] += count
        degree[b] += count
    alone = {u for u, d in degree.items() if d < least and u != OUTSIDE}
    if alone:
        return alone
    graph = rustworkx.PyGraph(multigraph=False)
    names = sorted(degree)
    graph.add_nodes_from(names)
    index = {u: i for i, u in enumerate(names)}
    graph.add_edges_from([(index[a], index[b], count) for (a, b), count in sorted(moved.items())])
    for component in sorted(rustworkx.connected_components(graph), key=min):
        subgraph = graph.subgraph(sorted(component))
        cut = rustworkx.stoer_wagner_min_cut(subgraph, weight_fn=float)
        if cut is not None and cut[0] < least:
            side = {subgraph[i] for i in cut[1]}
            sets = [s for s in (side, set(subgraph.nodes()) - side) if OUTSIDE not in s]
            small = min(sets, key=lambda s: (len(s), sorted(s)))
            # Without one of them the set is none any more: the one of whom most came or went altogether.
            return {max(sorted(small), key=lambda u: moved.get((OUTSIDE, u), 0))}
    return set()
