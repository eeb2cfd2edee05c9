"""The resource profile against counting minute by minute; the greedy search never gets worse and never overbooks."""

import numpy as np
import pytest
from tests.scheduling.instances import crowded

from oppipari.scheduling.components import components
from oppipari.scheduling.greedy import GreedySearch
from oppipari.scheduling.problem import Problem
from oppipari.scheduling.start_times import Starts
from oppipari.scheduling.timetable_state import ResourceProfile


@pytest.mark.parametrize("seed", range(3))
def test_a_profile_knows_where_a_meeting_fits_after_every_change(seed: int) -> None:
    r = np.random.default_rng(seed)
    for component in components(Starts(Problem.of(*crowded(seed))))[0]:
        profile = ResourceProfile(component)
        taken: list[tuple[int, int]] = []
        for _ in range(12):
            k = int(r.integers(len(component.domains)))
            minute = int(r.choice(component.domains[k].feasible.minute))
            use = component.uses[k]
            loads = {resource: load.astype(int).copy() for resource, (_most, load) in component.limits.items()}
            for other, start in taken:
                for resource, n in component.uses[other].items():
                    loads[resource][start : start + component.length] += n
            fits = all(
                loads[resource][minute : minute + component.length].max() + n <= component.limits[resource][0]
                for resource, n in use.items()
            )
            assert profile.fits(use, minute) == fits
            assert profile.fitting(use, np.array([minute])).tolist() == [fits]
            if fits:
                profile.add(use, minute)
                taken.append((k, minute))
            elif taken:
                k, minute = taken.pop()
                profile.add(component.uses[k], minute, -1)


@pytest.mark.parametrize("seed", range(3))
def test_a_search_from_a_timetable_is_never_worse_and_overbooks_nothing(seed: int) -> None:
    for component in components(Starts(Problem.of(*crowded(seed))))[0]:
        first = GreedySearch(component).run()
        again = GreedySearch(component, first).run()
        assert again.score <= first.score
        profile = ResourceProfile(component)
        for use, meetings in zip(component.uses, again.meetings, strict=True):
            for _choice, minute in meetings:
                assert profile.fits(use, minute)
                profile.add(use, minute)
