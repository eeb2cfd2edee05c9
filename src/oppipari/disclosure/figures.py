"""One question in one group: which figure is released, so that every single answer stays open (rules 3, 7 and 8).

All histograms of n answers are partitioned into classes, and the class is released, never more. Whoever knows the figure and
this program knows the class, whatever the words say. So each class contains, for any two answers that two people in it may
have given, at least two histograms of the others' answers, and never only histograms in which these all gave the same (a form
of l-diversity against a coalition). The classes depend on n alone. `coalition_size` is how many compare their answers: two.

- **Eight and more.** With more than `coalition_size` + 1 answers outside its fullest cell c the histogram is released in full:
  two people take two away, and two are left that are not c. Else c is collapsed with its neighbours, and the mean is released
  as the interval in which it lies in the class: those with as many answers `far` from c, and at most `coalition_size` + 1
  outside c altogether. Two who both answered a neighbour of c cannot know whether a third did; two who are far cannot know
  whether a third is near, or, where there are three, which of the far values it gave, since these are collapsed too. Around 3
  the far values, 1 and 5, lie on two sides and cannot be collapsed, so there no histogram is released beside them.
- **Five to seven** have only a mean, see `small_counts`.

`tests/disclosure/test_classes.py` goes through all histograms and all pairs of answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oppipari.disclosure.rules import HIGH, LEAST_FOR_MEAN, LOW, VALUES, Rules
from oppipari.disclosure.small_counts import Histogram, small_count_classes, sum_of_answers

# In tenths: the bounds of a group, and of a total of groups, beyond which no mean is released.
BOUNDS, TOTAL_BOUNDS = (18, 42), (13, 47)


@dataclass(frozen=True, slots=True)
class Cell:
    """Collapsed categories: how many answered from `low` to `high`, where one value alone would reveal too much.

    Parameters
    ----------
    low, high : int
        Values of the scale; the same for a category that is not collapsed.
    count : int
    """

    low: int
    high: int
    count: int


Cells = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What may be released of one question in one group.

    Parameters
    ----------
    n : int, optional
        Number of answers.
    mean : float, optional
        One decimal.
    at_least, at_most : float, optional
        Bounds of the mean where it is not released.
    distribution : tuple of Cell, optional
    """

    n: int | None = None
    mean: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    distribution: Cells | None = None

    @property
    def withheld(self) -> bool:
        """Whether nothing is released."""
        return self.mean is None and self.at_least is None and self.at_most is None and self.distribution is None


@dataclass(frozen=True, slots=True)
class ProtectedFigure:
    """A figure in integers (means in tenths), and the interval of sums of its class, which is public knowledge."""

    n: int
    sums: tuple[int, int]
    mean: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    cells: Cells | None = None

    @property
    def full(self) -> bool:
        """Whether the histogram is released value by value; then nothing of the group is left to release."""
        return self.cells is not None and len(self.cells) == len(VALUES)

    def to_figure(self) -> Figure:
        """The same in points."""

        def points(tenths: int | None) -> float | None:
            return None if tenths is None else tenths / 10

        return Figure(self.n, points(self.mean), points(self.at_least), points(self.at_most), self.cells)


def rounded(total: int, n: int) -> int:
    """The mean in tenths, halves rounded up.

    >>> rounded(total=17, n=4)
    43
    """
    return (20 * total + n) // (2 * n)


def sums_of(n: int, first: int, last: int) -> tuple[int, int]:
    """The least and the greatest sum of n answers whose rounded mean is from `first` to `last` tenths."""
    least = -(-(2 * n * first - n) // 20)
    greatest = -(-(2 * n * last + n) // 20) - 1
    return max(least, LOW * n), min(greatest, HIGH * n)


def ends(n: int, bounds: tuple[int, int] = BOUNDS) -> tuple[int, int]:
    """Below which and above which mean, in tenths, only a bound is released of n >= 5 answers."""
    width = HIGH - LOW
    return max(bounds[0], rounded(LOW * n + width + 1, n)), min(bounds[1], rounded(HIGH * n - width - 1, n))


def full_cells(h: Sequence[int]) -> Cells:
    """One cell for each value."""
    return tuple(Cell(v, v, k) for v, k in zip(VALUES, h, strict=True))


def full_figure(h: Sequence[int]) -> ProtectedFigure:
    """Everything; but 5.0 is not said of people who were not unanimous, 4.9 or more is."""
    n, total = sum(h), sum_of_answers(h)
    mean, sums, cells = rounded(total, n), (total, total), full_cells(h)
    if mean == 10 * HIGH:
        return ProtectedFigure(n, sums, at_least=mean - 1, cells=cells)
    if mean == 10 * LOW:
        return ProtectedFigure(n, sums, at_most=mean + 1, cells=cells)
    return ProtectedFigure(n, sums, mean, cells=cells)


def protect(h: Sequence[int], rules: Rules) -> ProtectedFigure | None:
    """What may be released of the answers to one question.

    Parameters
    ----------
    h : (5,) sequence of int
        How many gave each value.
    rules : Rules

    Returns
    -------
    ProtectedFigure or None
        None if nothing may be released.

    Examples
    --------
    >>> protect((0, 0, 0, 0, 4), Rules()) is None
    True
    >>> protect((0, 0, 0, 0, 8), Rules()).at_least
    42
    """
    n = sum(h)
    least = rules.least_for_mean if rules.threshold_each else 1
    if n < max(least, 1):
        return None
    if n >= rules.least_for_distribution:
        c = nearly_unanimous(h, rules.coalition_size) if rules.collapses else None
        return full_figure(h) if c is None else _collapsed(h, c, rules)
    # Under five, which only a release without rule 3 would show, no class could leave anything open.
    if rules.intervals and n >= LEAST_FOR_MEAN:
        least_sum, most_sum = small_count_classes(n, rules.coalition_size, rules.resolves_unique)[as_histogram(h)]
        return interval_figure(n, least_sum, most_sum)
    mean = rounded(sum_of_answers(h), n)
    return ProtectedFigure(n, sums_of(n, mean, mean), mean)


def as_histogram(h: Sequence[int]) -> Histogram:
    """The same as a tuple of five."""
    a, b, c, d, e = h
    return a, b, c, d, e


def nearly_unanimous(h: Sequence[int], coalition_size: int) -> int | None:
    """The value that nearly all answered, where that must be hidden; None where the full histogram exposes nobody."""
    fullest = max(VALUES, key=lambda v: h[v - LOW])
    return fullest if sum(h) - h[fullest - LOW] <= coalition_size + 1 else None


def interval_figure(n: int, least: int, most: int, cells: Cells | None = None) -> ProtectedFigure:
    """A class of histograms whose sums lie from `least` to `most`, in words that reveal no more than that.

    Near an end only a bound is released, and never one beyond `BOUNDS`: "4.2 or more" stands for many classes.
    """
    first, last = rounded(least, n), rounded(most, n)
    bottom, top = BOUNDS
    at_least: int | None = first
    at_most: int | None = last
    if last >= 10 * HIGH - 1:
        at_least, at_most = min(first, top), None
    elif first <= 10 * LOW + 1:
        at_least, at_most = None, max(last, bottom)
    low, high = sums_of(n, at_least or 10 * LOW, at_most or 10 * HIGH)
    if cells is not None:
        low = max(low, sum(c.low * c.count for c in cells))
        high = min(high, sum(c.high * c.count for c in cells))
    if at_least == at_most:
        return ProtectedFigure(n, (low, high), at_least, cells=cells)
    return ProtectedFigure(n, (low, high), None, at_least, at_most, cells)


def _collapsed(h: Sequence[int], c: int, rules: Rules) -> ProtectedFigure:
    """The fullest cell c collapsed with its neighbours, the cells far from it collapsed too, and the mean of such a class."""
    n, low, high = sum(h), max(LOW, c - 1), min(HIGH, c + 1)
    near = sum(h[low - LOW : high - LOW + 1])
    far = n - near
    if not rules.intervals:
        mean = rounded(sum_of_answers(h), n)
        sides = [(v, v) for v in VALUES if v < low] + [(low, high)] + [(v, v) for v in VALUES if v > high]
        return ProtectedFigure(n, sums_of(n, mean, mean), mean, cells=_cells(h, sides))
    spread_left = rules.coalition_size + 1 - far
    if low > LOW and high < HIGH:  # around 3: 1 and 5 cannot be joined
        spread = 2 * (rules.coalition_size + 1) if far else spread_left
        sides = [(LOW, LOW), (low, high), (HIGH, HIGH)]
        return interval_figure(n, c * n - spread, c * n + spread, None if far else _cells(h, sides))
    away = (LOW, low - 1) if low > LOW else (high + 1, HIGH)
    least = c * near + away[0] * far - spread_left * (low < c)
    most = c * near + away[1] * far + spread_left * (c < high)
    # With nobody far away nothing is hidden by joining.
    apart = [away] if far else [(v, v) for v in range(away[0], away[1] + 1)]
    return interval_figure(n, least, most, _cells(h, sorted([*apart, (low, high)])))


def _cells(h: Sequence[int], sides: Sequence[tuple[int, int]]) -> Cells:
    return tuple(Cell(low, high, sum(h[low - LOW : high - LOW + 1])) for low, high in sides)
