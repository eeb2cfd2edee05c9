"""How many meetings fit into an hour, or into any other stretch of time, when something is needed that runs out.

Meetings that must lie within a stretch from `a` to `b`, whatever start of their choice they take, are at most as many as
fit into it one after the other, so many beside one another as the rule allows. This is said for every stretch that could
be overfull, as sums over choices: "of these seven pairs, of which somebody is of this team and whose only common hour
that day is from 14 to 15, one".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from oppipari.scheduling.starts import Load
from oppipari.scheduling.window import Ints


@dataclass(frozen=True, slots=True)
class Squeeze:
    """Of `terms` (part, choice, how much it takes) at most `free` together."""

    terms: tuple[tuple[int, int, int], ...]
    free: int


# A choice that takes something: first start, end of the last, part, choice, how much.
Hull = tuple[int, int, int, int, int]


def squeezes(hulls: Sequence[Hull], most: int, load: Load, grid: Ints, length: int) -> list[Squeeze]:
    """All that is worth saying of one thing that runs out, `most` at once, `load` of it taken by what is agreed."""
    fits = _room(most, load, grid, length)
    return [s for bundle in _apart(sorted(hulls)) for s in _of_bundle(bundle, fits)]


def _apart(hulls: Sequence[Hull]) -> list[list[Hull]]:
    bundles: list[list[Hull]] = []
    end = -1
    for hull in hulls:
        if hull[0] >= end:
            bundles.append([])
        bundles[-1].append(hull)
        end = max(end, hull[1])
    return bundles


def _room(most: int, load: Load, grid: Ints, length: int) -> Callable[[int, int], int]:
    """How much fits from `a` to `b`: begun as early as possible, which is best for meetings that are all alike."""
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


def _of_bundle(bundle: Sequence[Hull], fits: Callable[[int, int], int]) -> list[Squeeze]:
    if _demand(bundle) <= 1:
        return []
    found: list[Squeeze] = []
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
                found.append(Squeeze(tuple((k, c, n) for _, _, k, c, n in inside), known[tight]))
    return found


def _demand(hulls: Sequence[Hull]) -> int:
    """The most that these could take together: every part once."""
    return sum({k: n for _, _, k, _, n in hulls}.values())
