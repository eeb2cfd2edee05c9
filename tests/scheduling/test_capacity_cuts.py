"""Capacity cuts against trying everything: no feasible choice of starts violates one, and most are attained."""

import random
from itertools import product

import numpy as np
import pytest

from oppipari.scheduling.capacity_cuts import capacity_cuts

LENGTH, STEP = 60, 30


def feasible(starts: list[tuple[int, int]], most: int, load: np.ndarray) -> bool:
    """Whether meetings (start, amount) fit beside one another and the load at every minute."""
    profile = load.astype(int).copy()
    for start, amount in starts:
        profile[start : start + LENGTH] += amount
    return bool((profile <= np.maximum(most, load)).all())


@pytest.mark.parametrize("seed", range(12))
def test_no_feasible_choice_violates_a_cut_and_some_attain_theirs(seed: int) -> None:
    r = random.Random(seed)
    most = r.randint(1, 2)
    load = np.zeros(360, dtype=np.int16)
    if seed % 2:
        load[120:180] = 1
    grid = np.arange(0, 300, STEP)
    choices: list[list[int]] = []
    extents = []
    for k in range(4):
        first = r.randrange(0, 180, STEP)
        choices.append(list(range(first, first + r.choice([30, 60, 90]) + 1, STEP)))
        extents.append((choices[k][0], choices[k][-1] + LENGTH, k, 0, 1))
    cuts = capacity_cuts(extents, most, load, grid, LENGTH)
    attained = set()
    for picked in product(*([None, *minutes] for minutes in choices)):
        starts = [(m, 1) for m in picked if m is not None]
        if not feasible(starts, most, load):
            continue
        for number, cut in enumerate(cuts):
            used = sum(n for k, _choice, n in cut.terms if picked[k] is not None)
            assert used <= cut.free, (picked, cut)
            if used == cut.free:
                attained.add(number)
    assert len(attained) == len(cuts)


def test_where_all_fit_there_is_nothing_to_say() -> None:
    load, grid = np.zeros(360, dtype=np.int16), np.arange(0, 300, STEP)
    assert capacity_cuts([(0, 90, 0, 0, 1), (120, 210, 1, 0, 1)], 1, load, grid, LENGTH) == []
    assert capacity_cuts([(0, 90, 0, 0, 1), (0, 90, 1, 0, 1)], 2, load, grid, LENGTH) == []
