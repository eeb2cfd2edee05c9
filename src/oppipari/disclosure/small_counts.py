"""Five to seven answers: a mean and no histogram, in classes that leave every answer open to two who compare theirs.

Where the mean alone is released, whoever knows two answers knows the sum of the others; if one histogram alone adds up to it,
they are known. Most such histograms lie near the ends of the scale, and some in the middle: 3 3 3 5 5 reveals all to the two
who answered 5. They are found by enumeration, once for each n:

1. **Edge classes.** Histograms with at most two answers of 3 and less, beside fives and a few fours, form a class for each
   number of them, and likewise at the other end. Whatever two of them answered, the third may have answered 4 or 5.
2. **Mean classes.** The others are classed by their mean. From each such class every histogram is removed in which two would
   know what the others answered, until there is none.
3. What was removed goes to the edge class that is nearest to it. These contain any two answers in more than one histogram,
   whatever else is added.

The classes depend on n and the coalition size alone, so that nothing about these answers chose them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import combinations_with_replacement

from oppipari.disclosure.rules import HIGH, LOW, VALUES

Histogram = tuple[int, int, int, int, int]  # how many answered 1, 2, 3, 4, 5
Edge = tuple[int, int]  # the end of the scale, how many answers are far from it


@cache
def small_count_classes(
    n: int, coalition_size: int, resolves_unique: bool = True
) -> Mapping[Histogram, tuple[int, int]]:
    """For each histogram of `n` answers, between which sums its class lies.

    Without `resolves_unique` step 3 is left out, which only tests do.
    """
    return {
        h: (min(sums), max(sums))
        for histograms in classes_of(n, coalition_size, resolves_unique)
        if (sums := {sum_of_answers(h) for h in histograms})
        for h in histograms
    }


@cache
def classes_of(n: int, coalition_size: int, resolves_unique: bool = True) -> tuple[frozenset[Histogram], ...]:
    """The classes of all histograms of `n` answers (see above)."""
    edges: defaultdict[Edge, set[Histogram]] = defaultdict(set)
    means: defaultdict[int, set[Histogram]] = defaultdict(set)
    for h in histograms_of(n):
        edge = _edge(h, coalition_size)
        if edge:
            edges[edge].add(h)
        else:
            means[sum_of_answers(h)].add(h)
    for histograms in means.values() if resolves_unique else ():
        while removed := _unresolved(histograms, coalition_size):
            histograms -= removed
            for h in removed:
                edges[_nearest(h, coalition_size)].add(h)
    return tuple(frozenset(histograms) for histograms in (*edges.values(), *means.values()) if histograms)


def histograms_of(n: int) -> Iterator[Histogram]:
    """All histograms of `n` answers.

    >>> sum(1 for _ in histograms_of(2))
    15
    """
    for picked in combinations_with_replacement(VALUES, n):
        yield _counted(picked)


def known_to_coalition(histograms: Iterable[Histogram], coalition_size: int) -> set[Histogram]:
    """The answers of a coalition that knows, where the answers are one of `histograms`, what the others answered.

    That is, these answered in one way only, or in all ways everybody gave the same answer.
    """
    result: set[Histogram] = set()
    histograms = list(histograms)
    for picked in combinations_with_replacement(VALUES, coalition_size):
        own = _counted(picked)
        others = {left for h in histograms if (left := _minus(h, own)) is not None}
        values = {v for left in others for v, count in enumerate(left) if count}
        if others and (len(others) < 2 or len(values) < 2):
            result.add(own)
    return result


def sum_of_answers(h: Iterable[int]) -> int:
    """The sum of all answers.

    >>> sum_of_answers((0, 0, 1, 0, 2))
    13
    """
    return sum(v * k for v, k in zip(VALUES, h, strict=True))


def _unresolved(histograms: set[Histogram], coalition_size: int) -> set[Histogram]:
    """Those of `histograms` in which some coalition would know the others' answers."""
    bad = known_to_coalition(histograms, coalition_size)
    return {h for h in histograms if any(_minus(h, own) is not None for own in bad)}


def _edge(h: Histogram, coalition_size: int) -> Edge | None:
    for end, oriented in ((HIGH, h), (LOW, h[::-1])):
        far, beside = sum(oriented[:3]), oriented[3]
        if far <= coalition_size and far + beside <= coalition_size + 1:
            return end, far
    return None


def _nearest(h: Histogram, coalition_size: int) -> Edge:
    end, oriented = (HIGH, h) if sum_of_answers(h) * 2 >= (LOW + HIGH) * sum(h) else (LOW, h[::-1])
    return end, min(sum(oriented[:3]), coalition_size)


def _counted(picked: Iterable[int]) -> Histogram:
    values = list(picked)
    a, b, c, d, e = (values.count(v) for v in VALUES)
    return a, b, c, d, e


def _minus(h: Histogram, own: Histogram) -> Histogram | None:
    a, b, c, d, e = (x - y for x, y in zip(h, own, strict=True))
    return (a, b, c, d, e) if min(a, b, c, d, e) >= 0 else None
