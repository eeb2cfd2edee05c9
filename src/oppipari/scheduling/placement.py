"""The subproblem: starts for meetings whose day and kind of hour are chosen, so that they fit beside one another.

Only meetings that share a resource and may overlap matter to one another; such clusters are small. Each is tried in a few
simple orders first, and searched completely where these fail.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from oppipari.scheduling.components import Component, order_of
from oppipari.scheduling.master_problem import add_cumulative
from oppipari.scheduling.model import Model
from oppipari.scheduling.timetable_state import ResourceProfile

# For one cluster; none has needed near as much.
WORK = 2.0

# A domain (its position in the component) and one of its choices.
ChosenChoice = tuple[int, int]


@dataclass(frozen=True)
class Placement:
    """The starts of all meetings, or the days on which they do not fit (or were not proven to)."""

    starts: Mapping[ChosenChoice, int]
    overfull_days: frozenset[int]


def find_starts(
    component: Component, chosen: Sequence[ChosenChoice], from_model: Mapping[ChosenChoice, int], deadline: float | None
) -> Placement:
    """Find a start for each chosen choice.

    Parameters
    ----------
    component : Component
    chosen : sequence of (domain, choice)
    from_model : mapping of (domain, choice) to int
        Starts that the master chose on opened days; they are known to fit.
    deadline : float or None
        Monotonic seconds.

    Returns
    -------
    Placement
    """
    starts: dict[ChosenChoice, int] = {}
    overfull_days: set[int] = set()
    for cluster in _clusters(component, chosen):
        if len(cluster) == 1:  # every start of a choice is free by itself
            k, c = cluster[0]
            starts[k, c] = order_of(component, component.domains[k].choices[c])[0]
            continue
        result = (
            _in_order(component, cluster, liked=True)
            or _in_order(component, cluster, liked=False)
            or _from_model(component, cluster, from_model)
            or _searched(component, cluster, deadline)
        )
        if result:
            starts |= result
        else:
            overfull_days |= {component.domains[k].choices[c].day for k, c in cluster}
    return Placement(starts, frozenset(overfull_days))


def _clusters(component: Component, chosen: Sequence[ChosenChoice]) -> list[list[ChosenChoice]]:
    """Meetings that may compete, directly or through others."""
    root = list(range(len(chosen)))

    def find(k: int) -> int:
        while root[k] != k:
            root[k] = root[root[k]]
            k = root[k]
        return k

    using: dict[tuple[str, str], list[int]] = {}
    for member, (k, _) in enumerate(chosen):
        for resource in component.uses[k]:
            using.setdefault(resource, []).append(member)
    for indices in using.values():
        extents = []
        for p in indices:
            minutes = component.domains[chosen[p][0]].choices[chosen[p][1]].minutes
            extents.append((minutes[0], minutes[-1] + component.length, p))
        extents.sort()
        end, last = extents[0][1], extents[0][2]
        for a, b, p in extents[1:]:
            if a < end:
                one, other = find(p), find(last)
                root[max(one, other)] = min(one, other)
            if b > end:
                end, last = b, p
    result: dict[int, list[ChosenChoice]] = {}
    for member, choice in enumerate(chosen):
        result.setdefault(find(member), []).append(choice)
    return [sorted(c) for _, c in sorted(result.items())]


def _in_order(component: Component, cluster: Sequence[ChosenChoice], *, liked: bool) -> dict[ChosenChoice, int]:
    """One after the other: the preferred free start, or the earliest one, those that must end first before."""
    profile = ResourceProfile.over(component, (k for k, _ in cluster))
    minutes = {t: component.domains[t[0]].choices[t[1]].minutes for t in cluster}
    if liked:
        order = sorted(cluster, key=lambda t: (len(minutes[t]), t))
    else:
        order = sorted(cluster, key=lambda t: (minutes[t][-1], t))
    result: dict[ChosenChoice, int] = {}
    for t in order:
        use = component.uses[t[0]]
        candidates = order_of(component, component.domains[t[0]].choices[t[1]]) if liked else minutes[t]
        start = next((m for m in candidates if profile.fits(use, m)), None)
        if start is None:
            return {}
        profile.add(use, start)
        result[t] = start
    return result


def _from_model(
    component: Component, cluster: Sequence[ChosenChoice], from_model: Mapping[ChosenChoice, int]
) -> dict[ChosenChoice, int]:
    if not all(t in from_model for t in cluster):
        return {}
    profile = ResourceProfile.over(component, (k for k, _ in cluster))
    for t in cluster:
        if not profile.fits(component.uses[t[0]], from_model[t]):
            return {}
        profile.add(component.uses[t[0]], from_model[t])
    return {t: from_model[t] for t in cluster}


def _searched(component: Component, cluster: Sequence[ChosenChoice], deadline: float | None) -> dict[ChosenChoice, int]:
    if deadline is not None and time.monotonic() > deadline:
        return {}
    model = Model()
    starts = [(t, m, model.boolean()) for t in cluster for m in component.domains[t[0]].choices[t[1]].minutes]
    for t in cluster:
        model.exactly_one(x for other, _, x in starts if other == t)
    add_cumulative(component, model, [(t[0], m, x) for t, m, x in starts])
    chosen = model.solve((), {}, WORK, deadline).chosen
    return {} if chosen is None else {t: m for t, m, x in starts if x in chosen}
