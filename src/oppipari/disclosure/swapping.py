"""Whether groups whose histogram is released together could have swapped answers, so that each of them stays open.

What is released of the sum adds something to what is released of its parts. At risk are parts in which all but
`coalition_size` answered the same: whoever knows the others' answers would know these, if nothing could be otherwise.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from oppipari.disclosure.figures import ProtectedFigure, protect
from oppipari.disclosure.rules import HIGH, LOW, VALUES, Rules
from oppipari.disclosure.small_counts import Histogram, small_count_classes

Change = tuple[int, int, int, int, int]  # how many more answers of each value


@dataclass(eq=False)
class Part:
    """The answers of one block, or of some that are too few each, to one question; `figure` is public, `h` is not."""

    h: Histogram
    figure: ProtectedFigure


def may_be_unanimous(figure: ProtectedFigure, rules: Rules) -> bool:
    """Whether a small group, for all that is released of it, may be one at risk (see `can_swap`)."""
    if figure.cells is not None or not _is_small_count(figure.n, rules):
        return False
    return figure in _unanimous_figures(figure.n, rules)


@cache
def _unanimous_figures(n: int, rules: Rules) -> frozenset[ProtectedFigure]:
    """The figures of the classes of `n` answers in which all but `coalition_size` may have answered the same."""
    histograms = (h for h in small_count_classes(n, rules.coalition_size) if max(h) >= n - rules.coalition_size)
    return frozenset(figure for h in histograms if (figure := protect(h, rules)) is not None)


def _is_small_count(n: int, rules: Rules) -> bool:
    return rules.least_for_mean <= n < rules.least_for_distribution


def can_swap(parts: Sequence[Part], rules: Rules) -> bool:
    """Whether the histogram of all `parts` together leaves every answer in each of them open.

    A part that is at risk must be able to swap one or two of its answers for others, while another part does the opposite: the
    sum of both stays, and the figure of each. More such others are asked for than a coalition has members, since each of these
    may be in one of them and know that it did not happen there.

    Parameters
    ----------
    parts : sequence of Part
    rules : Rules

    Returns
    -------
    bool
    """
    possible = [_consistent_changes(part.h, rules) for part in parts]
    count = Counter(change for changes in possible for change in changes)
    for part, changes in zip(parts, possible, strict=True):
        for c in VALUES:
            if part.h[c - LOW] < part.figure.n - rules.coalition_size:
                continue
            others = (
                count[_opposite(change)] - (_opposite(change) in changes) for change in changes if change[c - LOW] < 0
            )
            if max(others, default=0) <= rules.coalition_size:
                return False
    return True


@cache
def _consistent_changes(h: Histogram, rules: Rules) -> frozenset[Change]:
    """By which changes those who answered `h` may have answered otherwise, for all that is released of them."""
    figure = protect(h, rules)
    return frozenset(change for change in _changes() if _after(h, change, rules) == figure)


def _after(h: Histogram, change: Change, rules: Rules) -> ProtectedFigure | None:
    a, b, c, d, e = (x + y for x, y in zip(h, change, strict=True))
    return protect((a, b, c, d, e), rules) if min(a, b, c, d, e) >= 0 else None


@cache
def _changes() -> tuple[Change, ...]:
    """One answer for another, two equal ones for both neighbours, and the opposite of each."""
    single = [_change({a: -1, b: 1}) for a in VALUES for b in VALUES if a != b]
    spread = [_change({c - 1: 1, c: -2, c + 1: 1}) for c in range(LOW + 1, HIGH)]
    return (*single, *spread, *map(_opposite, spread))


def _change(counts: dict[int, int]) -> Change:
    a, b, c, d, e = (counts.get(v, 0) for v in VALUES)
    return a, b, c, d, e


def _opposite(change: Change) -> Change:
    a, b, c, d, e = (-count for count in change)
    return a, b, c, d, e
