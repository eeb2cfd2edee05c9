"""From choices to starts: whether meetings on given days, at given kinds of hours, fit beside one another, and where.

Only meetings that share something and may be at once matter to one another; such clusters are small. Each is tried in a
few simple orders first, and searched completely where these fail.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oppipari.scheduling.master import crowd
from oppipari.scheduling.parts import Component, order_of
from oppipari.scheduling.solving import Model
from oppipari.scheduling.state import Ledger

# For one cluster; none has needed near as much.
WORK = 2.0

# A part (its place in the component) and one of its choices.
Taken = tuple[int, int]


@dataclass(frozen=True)
class Placing:
    """The starts of all that was to be placed, or the days on which it does not fit (or was not found to)."""

    starts: Mapping[Taken, int]
    crowded: frozenset[int]


def place(component: Component, taken: Sequence[Taken], known: Mapping[Taken, int], deadline: float | None) -> Placing:
    """Find starts for the `taken` choices; `known` are starts that are known to fit, where the model had chosen them."""
    starts: dict[Taken, int] = {}
    crowded: set[int] = set()
    for cluster in _clusters(component, taken):
        if len(cluster) == 1:  # every start of a choice is free by itself
            k, c = cluster[0]
            starts[k, c] = order_of(component, component.parts[k].choices[c])[0]
            continue
        found = (
            _in_order(component, cluster, liked=True)
            or _in_order(component, cluster, liked=False)
            or _known(component, cluster, known)
            or _searched(component, cluster, deadline)
        )
        if found:
            starts |= found
        else:
            crowded |= {component.parts[k].choices[c].day for k, c in cluster}
    return Placing(starts, frozenset(crowded))


def _clusters(component: Component, taken: Sequence[Taken]) -> list[list[Taken]]:
    """Those that may stand in one another's way, directly or through others."""
    root = list(range(len(taken)))

    def find(k: int) -> int:
        while root[k] != k:
            root[k] = root[root[k]]
            k = root[k]
        return k

    using: dict[tuple[str, str], list[int]] = {}
    for place_, (k, _) in enumerate(taken):
        for resource in component.uses[k]:
            using.setdefault(resource, []).append(place_)
    for places in using.values():
        hulls = []
        for p in places:
            minutes = component.parts[taken[p][0]].choices[taken[p][1]].minutes
            hulls.append((minutes[0], minutes[-1] + component.length, p))
        hulls.sort()
        end, last = hulls[0][1], hulls[0][2]
        for a, b, p in hulls[1:]:
            if a < end:
                one, other = find(p), find(last)
                root[max(one, other)] = min(one, other)
            if b > end:
                end, last = b, p
    found: dict[int, list[Taken]] = {}
    for place_, one_taken in enumerate(taken):
        found.setdefault(find(place_), []).append(one_taken)
    return [sorted(c) for _, c in sorted(found.items())]


def _in_order(component: Component, cluster: Sequence[Taken], *, liked: bool) -> dict[Taken, int]:
    """One after the other: the most liked free start, or the earliest one, those that must be over first before."""
    ledger = Ledger.over(component, (k for k, _ in cluster))
    minutes = {t: component.parts[t[0]].choices[t[1]].minutes for t in cluster}
    if liked:
        order = sorted(cluster, key=lambda t: (len(minutes[t]), t))
    else:
        order = sorted(cluster, key=lambda t: (minutes[t][-1], t))
    found: dict[Taken, int] = {}
    for t in order:
        use = component.uses[t[0]]
        candidates = order_of(component, component.parts[t[0]].choices[t[1]]) if liked else minutes[t]
        start = next((m for m in candidates if ledger.fits(use, m)), None)
        if start is None:
            return {}
        ledger.add(use, start)
        found[t] = start
    return found


def _known(component: Component, cluster: Sequence[Taken], known: Mapping[Taken, int]) -> dict[Taken, int]:
    if not all(t in known for t in cluster):
        return {}
    ledger = Ledger.over(component, (k for k, _ in cluster))
    for t in cluster:
        if not ledger.fits(component.uses[t[0]], known[t]):
            return {}
        ledger.add(component.uses[t[0]], known[t])
    return {t: known[t] for t in cluster}


def _searched(component: Component, cluster: Sequence[Taken], deadline: float | None) -> dict[Taken, int]:
    if deadline is not None and time.monotonic() > deadline:
        return {}
    model = Model()
    starts = [(t, m, model.boolean()) for t in cluster for m in component.parts[t[0]].choices[t[1]].minutes]
    for t in cluster:
        model.exactly_one(x for other, _, x in starts if other == t)
    crowd(component, model, [(t[0], m, x) for t, m, x in starts])
    on = model.solve((), {}, WORK, deadline).on
    return {} if on is None else {t: m for t, m, x in starts if x in on}
