"""One question in one group: which figure is told, so that every single answer stays open (rules 3 and 7).

All ways in which n people may have answered are sorted into classes, and a class is told, never more. Who knows the
figure, their own answer and this program knows the class; so each class holds, for every answer one may have given oneself,
ways in which the others answered differently. The classes depend on n alone:

- **Ends.** If s is the sum of n answers, one who answered 1 knows that the others all answered 5 once s is 5n - 4. So sums
  from 5n - 5 on must be one class. Where no distribution says more, all means from 4.2 on are told as "4.2 or more" (with
  five answers 4.0), and as "1.8 or less" at the other end.
- **Nearly unanimous.** With three answers or more outside its fullest cell a distribution of eight is told in full: no own
  answer makes the others one. Else the fullest cell c is joined with its neighbours. One who alone answered v beside n - 1
  answers c would still know the others from mean and cells, if nobody else fell into the same class; therefore v, c - 1, c + 1
  and n - 3 answers c, which has the same mean, is told joined as well.

`tests/disclosure/test_classes.py` goes through all ways to answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oppipari.disclosure.rules import HIGH, LEAST_FOR_MEAN, LOW, VALUES, Rules

Histogram = tuple[int, int, int, int, int]  # how many answered 1, 2, 3, 4, 5
# In tenths: the bounds of a group, and of a total of groups, beyond which no mean is told.
BOUNDS, TOTAL_BOUNDS = (18, 42), (13, 47)


@dataclass(frozen=True, slots=True)
class Joined:
    """How many answered from `low` to `high`; neighbouring values are joined where one alone would tell too much."""

    low: int
    high: int
    count: int


Cells = tuple[Joined, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What may be told of one question: a mean with one decimal, or bounds of it, and perhaps a distribution."""

    n: int | None = None
    mean: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    distribution: Cells | None = None

    @property
    def withheld(self) -> bool:
        return self.mean is None and self.at_least is None and self.at_most is None and self.distribution is None


@dataclass(frozen=True, slots=True)
class Told:
    """A figure in whole numbers (means in tenths), and between which sums its class lies, which all may know."""

    n: int
    sums: tuple[int, int]
    mean: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    cells: Cells | None = None

    @property
    def full(self) -> bool:
        """Whether the distribution is told value by value; then nothing of the group is left to tell."""
        return self.cells is not None and len(self.cells) == len(VALUES)

    def figure(self) -> Figure:
        def points(tenths: int | None) -> float | None:
            return None if tenths is None else tenths / 10

        return Figure(self.n, points(self.mean), points(self.at_least), points(self.at_most), self.cells)


def rounded(total: int, n: int) -> int:
    """The mean in tenths, halves rounded up, in whole numbers."""
    return (20 * total + n) // (2 * n)


def sums_of(n: int, first: int, last: int) -> tuple[int, int]:
    """The least and the greatest sum of n answers whose rounded mean is from `first` to `last` tenths."""
    least = -(-(2 * n * first - n) // 20)
    greatest = -(-(2 * n * last + n) // 20) - 1
    return max(least, LOW * n), min(greatest, HIGH * n)


def ends(n: int, bounds: tuple[int, int] = BOUNDS) -> tuple[int, int]:
    """From which mean downwards and from which upwards only a bound is told of n >= 5 answers, in tenths."""
    width = HIGH - LOW
    return max(bounds[0], rounded(LOW * n + width + 1, n)), min(bounds[1], rounded(HIGH * n - width - 1, n))


def full_cells(h: Sequence[int]) -> Cells:
    return tuple(Joined(v, v, k) for v, k in zip(VALUES, h, strict=True))


def told_in_full(h: Sequence[int]) -> Told:
    """Everything; but 5.0 is not said of people who were not all of one mind, 4.9 or more is."""
    n, total = sum(h), total_of(h)
    mean, sums, cells = rounded(total, n), (total, total), full_cells(h)
    if mean == 10 * HIGH:
        return Told(n, sums, at_least=mean - 1, cells=cells)
    if mean == 10 * LOW:
        return Told(n, sums, at_most=mean + 1, cells=cells)
    return Told(n, sums, mean, cells=cells)


def total_of(h: Sequence[int]) -> int:
    """The sum of all answers."""
    return sum(v * k for v, k in zip(VALUES, h, strict=True))


def tell(h: Sequence[int], rules: Rules) -> Told | None:
    """What may be told of the answers `h` (how many gave each value) to one question; None if nothing."""
    n, total = sum(h), total_of(h)
    least = rules.least_for_mean if rules.all_alike else 1
    if n < max(least, 1):
        return None
    mean = rounded(total, n)
    with_distribution = n >= rules.least_for_distribution
    around = nearly_unanimous(h, rules) if with_distribution else None
    if with_distribution and around is None:
        return told_in_full(h)
    bottom, top = ends(n)
    # Under five, which only a release without rule 3 would show, nothing would be left between the ends.
    stepping = rules.steps_back and n >= LEAST_FOR_MEAN
    if stepping and mean >= top:
        told = Told(n, sums_of(n, top, 10 * HIGH), at_least=top)
    elif stepping and mean <= bottom:
        told = Told(n, sums_of(n, 10 * LOW, bottom), at_most=bottom)
    else:
        told = Told(n, sums_of(n, mean, mean), mean)
    if around is None:
        return told
    cells, sums = _joined(h, around)
    both = max(told.sums[0], sums[0]), min(told.sums[1], sums[1])
    return Told(n, both, told.mean, told.at_least, told.at_most, cells)


def nearly_unanimous(h: Sequence[int], rules: Rules) -> int | None:
    """The value that nearly all answered, where that must be hidden; None where a full distribution exposes nobody."""
    n = sum(h)
    fullest = max(VALUES, key=lambda v: h[v - LOW])
    outside = n - h[fullest - LOW]
    if rules.joins and outside <= 2:
        return fullest
    # What a nearly unanimous group could be taken for: a c each less for one more on both sides.
    covers = outside == 3 and LOW < fullest < HIGH and h[fullest - 1 - LOW] and h[fullest + 1 - LOW]
    return fullest if rules.joins and rules.covers and covers else None


def _joined(h: Sequence[int], c: int) -> tuple[Cells, tuple[int, int]]:
    """The fullest cell joined with its neighbours, and the sums that the class of these cells may have."""
    low, high = max(LOW, c - 1), min(HIGH, c + 1)
    single = {v: h[v - LOW] for v in VALUES if not low <= v <= high}
    count = sum(h) - sum(single.values())
    cells = tuple(
        Joined(v, v, single[v]) if v in single else Joined(low, high, count) for v in VALUES if v <= low or v > high
    )
    # Within the class at most two answers lie outside c, or three of which two make up for one another.
    base = sum(v * k for v, k in single.items()) + c * count
    off = max(0, 2 - sum(single.values()))
    return cells, (base - off * (c > low), base + off * (c < high))
