"""What a released figure gives away: exact, by counting every set of answers that fits it.

The adversary knows everything that was released for an item and one respondent's own answer (perhaps their own). A
figure may be shown only if, whoever that respondent is, at least two values stay possible for each of the others.
Counting is over histograms (how many gave each value), since answers have no order; this is the "feasibility
interval" check of statistical disclosure control (see e.g. Hundepool et al., Statistical Disclosure Control, 2012),
done exactly because the numbers are small.
"""

from collections.abc import Iterator
from functools import lru_cache

Cells = tuple[tuple[int, int, int], ...]  # (lowest value, highest value, count)


@lru_cache(maxsize=4096)
def histograms(n: int, values: int) -> tuple[tuple[int, ...], ...]:
    """All ways to spread `n` answers over `values` values."""
    return tuple(_spread(n, values))


def _spread(n: int, values: int) -> Iterator[tuple[int, ...]]:
    if values == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in _spread(n - first, values - 1):
            yield (first, *rest)


def rounded_mean(total: int, n: int) -> int:
    """The mean in tenths, halves rounded up, in whole numbers."""
    return (20 * total + n) // (2 * n)


def fitting(
    n: int, low: int, high: int, mean: int | None, at_least: int | None, at_most: int | None, cells: Cells | None
) -> list[tuple[int, ...]]:
    """The histograms of `n` answers on the scale low..high that fit what was released (means in tenths)."""
    found = []
    for h in histograms(n, high - low + 1):
        tenths = rounded_mean(sum(k * (low + i) for i, k in enumerate(h)), n)
        if mean is not None and tenths != mean:
            continue
        if at_least is not None and tenths < at_least:
            continue
        if at_most is not None and tenths > at_most:
            continue
        if cells is not None and any(sum(h[a - low : b - low + 1]) != count for a, b, count in cells):
            continue
        found.append(h)
    return found


def leaves_everyone_open(answers: list[tuple[int, ...]] | tuple[tuple[int, ...], ...], true: tuple[int, ...]) -> bool:
    """Whether nobody's answer can be worked out from the histograms that fit, also by one who knows their own.

    `answers` are the fitting histograms, `true` the real one. For a knower of value v, the others' answers are a
    fitting histogram with one v taken away. Someone is exposed when all of those are the same single value in every
    one of them: then each of the others is known.
    """
    for v, count in enumerate(true):
        if not count:
            continue
        rests = [(*h[:v], h[v] - 1, *h[v + 1 :]) for h in answers if h[v]]
        possible = {i for rest in rests for i, k in enumerate(rest) if k}
        if sum(true) > 1 and len(possible) < 2:
            return False
        # Also refuse when all but one of the others must share one value, in every set of answers that fits: then a
        # second one who knows theirs (or a guess about one colleague) exposes the rest.
        others = sum(true) - 1
        if others >= 2 and any(all(rest[i] >= others - 1 for rest in rests) for i in range(len(true))):
            return False
    return True
