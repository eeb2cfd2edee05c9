"""Capacity cuts: valid inequalities for intervals of time in which a resource could run out.

Meetings that must lie within an interval from `a` to `b`, whatever start of their choice they take, are at most as many as
fit into it one after the other and beside one another (energetic reasoning for a cumulative resource). There is a cut for
every interval that could be overfull, as a sum over choices: "of these seven pairs, of which somebody is of this team and
whose only common hour that day is from 14 to 15, one".

References
----------
P. Baptiste, C. Le Pape and W. Nuijten (2001), Constraint-Based Scheduling, chapter 4 (energetic reasoning).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from oppipari.scheduling.start_times import Load
from oppipari.scheduling.window import Ints


@dataclass(frozen=True, slots=True)
class CapacityCut:
    """Of `terms` (domain, choice, amount) at most `free` together."""

    terms: tuple[tuple[int, int, int], ...]
    free: int


# A choice that uses a resource: first start, end of the last, domain, choice, amount.
Extent = tuple[int, int, int, int, int]


def capacity_cuts(extents: Sequence[Extent], most: int, load: Load, grid: Ints, length: int) -> list[CapacityCut]:
    """The cuts of one resource that are not implied by its choices alone.

    Parameters
    ----------
    extents : sequence of (first start, end of the last, domain, choice, amount)
    most : int
        Capacity at once.
    load : (minutes,) array of int
        What agreed meetings take.
    grid : (starts,) array of int
        Minutes at which a meeting can begin.
    length : int
        Minutes of a meeting.

    Returns
    -------
    list of CapacityCut

    Examples
    --------
    Two meetings of 60 minutes within the same 90 minutes, one at once: one fits.

    >>> load, grid = np.zeros(240, dtype=np.int16), np.arange(0, 240, 15)
    >>> capacity_cuts([(0, 90, 0, 0, 1), (0, 90, 1, 0, 1)], 1, load, grid, 60)
    [CapacityCut(terms=((0, 0, 1), (1, 0, 1)), free=1)]
    """
    fits = _capacity(most, load, grid, length)
    return [s for bundle in _bundles(sorted(extents)) for s in _of_bundle(bundle, fits)]


def _bundles(extents: Sequence[Extent]) -> list[list[Extent]]:
    """Extents that overlap, directly or through others."""
    bundles: list[list[Extent]] = []
    end = -1
    for extent in extents:
        if extent[0] >= end:
            bundles.append([])
        bundles[-1].append(extent)
        end = max(end, extent[1])
    return bundles


def _capacity(most: int, load: Load, grid: Ints, length: int) -> Callable[[int, int], int]:
    """How much fits from `a` to `b`: begun as early as possible, which is optimal for meetings of one length."""
    following = np.searchsorted(grid, grid + length).tolist()
    rises = np.flatnonzero(np.diff(load)) + 1

    def fits(a: int, b: int) -> int:
        first, last = np.searchsorted(grid, (a, b - length + 1)).tolist()
        if np.searchsorted(rises, a, side="right") == np.searchsorted(rises, b):  # as much is taken all the time
            count = 0
            while first < last:
                count, first = count + 1, following[first]
            return count * max(0, most - int(load[a]))
        free = most - load[a:b].astype(np.int64)
        count = 0
        for start in grid[first:last].tolist():
            now = int(free[start - a : start - a + length].min())
            if now > 0:
                free[start - a : start - a + length] -= now
                count += now
        return count

    return fits


def _of_bundle(bundle: Sequence[Extent], fits: Callable[[int, int], int]) -> list[CapacityCut]:
    if _demand(bundle) <= 1:
        return []
    result: list[CapacityCut] = []
    known: dict[tuple[int, int], int] = {}
    for a in sorted({h[0] for h in bundle}):
        said = -1
        for b in sorted({h[1] for h in bundle if h[0] >= a}):
            inside = [h for h in bundle if h[0] >= a and h[1] <= b]
            demand = _demand(inside)
            if demand <= 1 or len(inside) == said:
                continue
            said = len(inside)
            # The same is said by the tightest stretch around them.
            tight = (min(h[0] for h in inside), max(h[1] for h in inside))
            if tight != (a, b):
                continue
            if tight not in known:
                known[tight] = fits(*tight)
            if demand > known[tight]:
                result.append(CapacityCut(tuple((k, c, n) for _, _, k, c, n in inside), known[tight]))
    return result


def _demand(extents: Sequence[Extent]) -> int:
    """The most that these could take together: every domain once."""
    return sum({k: n for _, _, k, _, n in extents}.values())
