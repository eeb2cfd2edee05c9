"""One group, one question: whoever knows the program too learns the class of the answers, and a class exposes nobody.

Not even to two who tell each other what they answered.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations_with_replacement

import pytest
from tests.disclosure.adversary import fits

from oppipari.disclosure.figures import Histogram, ProtectedFigure, protect
from oppipari.disclosure.released import _figure_dict
from oppipari.disclosure.rules import Rules

Classes = dict[tuple[object, ...], list[Histogram]]


def all_ways(n: int) -> Iterator[Histogram]:
    """All ways in which n people may have answered."""
    for picked in combinations_with_replacement(range(5), n):
        yield tuple(picked.count(v) for v in range(5))  # type: ignore[misc]


def nearly_one(n: int, outside: int = 4) -> Iterator[Histogram]:
    """The ways in which at most `outside` of n answered other than the most."""
    for c in range(5):
        for k in range(outside + 1):
            for picked in combinations_with_replacement([v for v in range(5) if v != c], k):
                h = [picked.count(v) for v in range(5)]
                h[c] = n - k
                yield tuple(h)  # type: ignore[misc]


def public(figure: ProtectedFigure | None) -> tuple[object, ...]:
    return (figure.mean, figure.at_least, figure.at_most, figure.cells) if figure else ()


def classes(ways: Iterable[Histogram], rules: Rules | None = None) -> Classes:
    found: Classes = defaultdict(list)
    for h in ways:
        found[public(protect(h, rules or Rules()))].append(h)
    return found


def exposing(found: Classes, coalition_size: int = 2) -> list[tuple[tuple[object, ...], tuple[int, ...]]]:
    """(the figure, own answers) where so many who compare theirs, and know the classes, know others' answers.

    They know that somebody gave one answer if all the others gave it in every way; and all answers, though not whose, if
    there is only one way. A full distribution tells the latter to everybody, and is meant to.
    """
    bad = []
    for figure, ways in found.items():
        for own in combinations_with_replacement(range(5), coalition_size):
            others = {
                tuple(k - own.count(v) for v, k in enumerate(h))
                for h in ways
                if all(k >= own.count(v) for v, k in enumerate(h))
            }
            one_answer = sum(any(h[v] for h in others) for v in range(5)) < 2
            one_way = len(others) < 2 and not (figure[3] and len(figure[3]) == 5)  # type: ignore[arg-type]
            if others and (one_answer or one_way):
                bad.append((figure, tuple(v + 1 for v in own)))
    return bad


@pytest.mark.parametrize("n", range(5, 15))
def test_no_class_of_all_ways_to_answer_exposes_anybody(n: int) -> None:
    found = classes(all_ways(n))
    assert exposing(found) == []
    assert exposing(found, coalition_size=1) == []


@pytest.mark.parametrize("n", [*range(15, 60), 99, 100, 101, 250, 1000])
def test_nor_with_more_people_where_nearly_all_agree(n: int) -> None:
    """Others are released in full with four outside the fullest cell, which exposes nobody; so these are all that matter."""
    assert exposing(classes(nearly_one(n))) == []


def test_a_full_distribution_leaves_four_outside() -> None:
    """Two of them may compare their answers, and still two others answered something else."""
    for n in range(8, 13):
        for h in all_ways(n):
            figure = protect(h, Rules())
            assert figure is not None
            assert not figure.full or n - max(h) >= 4


USUAL = (0.03, 0.07, 0.2, 0.4, 0.3)  # how often 1 to 5 are answered
VERY_CONTENT = (0.01, 0.02, 0.07, 0.3, 0.6)


def chance(h: Histogram, usual: tuple[float, ...]) -> float:
    """How likely n people answer like this, each for themselves."""
    ways = math.factorial(sum(h)) / math.prod(math.factorial(k) for k in h)
    return ways * math.prod(p**k for p, k in zip(usual, h, strict=True))


def share_known(n: int, usual: tuple[float, ...], rules: Rules) -> float:
    """In which share of questions with `n` answers some two know all others', exactly."""
    found = classes(all_ways(n), rules)
    bad = exposing(found)
    ways = {h for figure, own in bad for h in found[figure] if all(k >= own.count(v) for v, k in enumerate(h, start=1))}
    return sum(chance(h, usual) for h in ways)


@pytest.mark.parametrize("usual", [USUAL, VERY_CONTENT], ids=["usual", "very content"])
def test_two_of_eight_know_all_the_others_in_no_question(usual: tuple[float, ...]) -> None:
    assert share_known(8, usual, Rules()) == 0  # the promise is one in a hundred
    assert share_known(8, usual, Rules(coalition_size=1)) > 0.05


@pytest.mark.parametrize("usual", [USUAL, VERY_CONTENT], ids=["usual", "very content"])
@pytest.mark.parametrize("n", range(8, 13))
def test_whoever_are_eight_see_a_mean_or_a_bound_of_every_question(n: int, usual: tuple[float, ...]) -> None:
    seen = width = 0.0
    for h in all_ways(n):
        figure = protect(h, Rules())
        assert figure is not None
        assert not figure.to_figure().withheld
        seen += chance(h, usual) * (
            figure.mean is not None or figure.at_least is not None or figure.at_most is not None
        )
        low, high = figure.mean or figure.at_least or 10, figure.mean or figure.at_most or 50
        width += chance(h, usual) * (high - low) / 10
    assert seen == pytest.approx(1)
    assert width < 0.6  # and it says something: how far apart the bounds are


@pytest.mark.parametrize("n", range(5, 13))
def test_what_is_told_is_true_and_the_sums_follow_from_it(n: int) -> None:
    sums: dict[tuple[object, ...], tuple[int, int]] = {}
    for h in all_ways(n):
        figure = protect(h, Rules())
        assert figure is not None
        assert fits(_figure_dict(figure.to_figure()), h)
        total = sum(v * k for v, k in enumerate(h, start=1))
        assert figure.sums[0] <= total <= figure.sums[1]
        # The same words, the same sums: they are public.
        assert sums.setdefault(public(figure), figure.sums) == figure.sums


@pytest.mark.parametrize(
    "rules",
    [Rules(intervals=False), Rules(collapses=False), Rules(resolves_unique=False), Rules(coalition_size=1)],
    ids=["intervals", "collapses", "resolves_unique", "coalition_size"],
)
def test_without_a_part_of_rules_seven_and_eight_a_class_exposes_somebody(rules: Rules) -> None:
    assert any(exposing(classes(all_ways(n), rules)) for n in range(5, 12))


def test_what_the_words_say() -> None:
    def figure(*h: int) -> tuple[object, ...]:
        found = protect(h, Rules())
        assert found is not None
        kept = _figure_dict(found.to_figure())
        return kept["mean"], kept["at_least"], kept["at_most"], kept["distribution"]

    assert figure(0, 0, 0, 0, 5) == (None, 4.0, None, None)
    assert figure(0, 0, 0, 0, 7) == (None, 4.2, None, None)
    assert figure(6, 0, 0, 0, 0) == (None, None, 1.8, None)
    assert figure(0, 0, 2, 3, 2) == (4.0, None, None, None)
    # 3 3 and 4 4 5 add up to 19; the two who answered 3 would know the rest, if it were released as 3.8.
    assert figure(0, 0, 2, 2, 1) == (None, 3.2, 4.2, None)
    assert figure(0, 0, 3, 0, 2) == (None, 3.2, 4.2, None)
    assert figure(0, 0, 0, 0, 12) == (None, 4.2, None, [[1, 1, 0], [2, 2, 0], [3, 3, 0], [4, 5, 12]])
    # Whether one is far off, and by how much, is collapsed.
    assert figure(0, 0, 1, 1, 6) == figure(1, 0, 0, 0, 7) == (None, 4.3, 4.8, [[1, 3, 1], [4, 5, 7]])
    assert figure(0, 0, 9, 1, 0) == (None, 2.7, 3.3, [[1, 1, 0], [2, 4, 10], [5, 5, 0]])
    assert figure(0, 1, 7, 2, 0) == (None, 2.7, 3.3, [[1, 1, 0], [2, 4, 10], [5, 5, 0]])
    assert figure(1, 0, 8, 1, 0) == (None, 2.4, 3.6, None)
    assert figure(0, 0, 6, 4, 0) == (3.4, None, None, [[1, 1, 0], [2, 2, 0], [3, 3, 6], [4, 4, 4], [5, 5, 0]])
    assert figure(0, 0, 0, 4, 96) == (None, 4.9, None, [[1, 1, 0], [2, 2, 0], [3, 3, 0], [4, 4, 4], [5, 5, 96]])
    assert protect((1, 1, 1, 1, 0), Rules()) is None
