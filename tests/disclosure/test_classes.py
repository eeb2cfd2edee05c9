"""One group, one question: whoever knows the program too learns the class of the answers, and a class exposes nobody."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations_with_replacement

import pytest
from tests.disclosure.adversary import fits

from oppipari.disclosure.figures import Histogram, Told, tell
from oppipari.disclosure.released import _kept
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


def public(told: Told | None) -> tuple[object, ...]:
    return (told.mean, told.at_least, told.at_most, told.cells) if told else ()


def classes(ways: Iterable[Histogram], rules: Rules | None = None) -> Classes:
    found: Classes = defaultdict(list)
    for h in ways:
        found[public(tell(h, rules or Rules()))].append(h)
    return found


def exposing(found: Classes) -> list[tuple[tuple[object, ...], int]]:
    """(what is told, own answer) where it follows what somebody else answered, for one who knows the classes."""
    bad = []
    for told, ways in found.items():
        for own in range(5):
            others = [[k - (v == own) for v, k in enumerate(h)] for h in ways if h[own]]
            if others and sum(any(h[v] for h in others) for v in range(5)) < 2:
                bad.append((told, own + 1))
    return bad


@pytest.mark.parametrize("n", range(5, 15))
def test_no_class_of_all_ways_to_answer_exposes_anybody(n: int) -> None:
    assert exposing(classes(all_ways(n))) == []


@pytest.mark.parametrize("n", [*range(15, 60), 99, 100, 101, 250, 1000])
def test_nor_with_more_people_where_nearly_all_agree(n: int) -> None:
    """Others are told in full with three outside the fullest cell, which exposes nobody; so these are all that matter."""
    assert exposing(classes(nearly_one(n))) == []


def test_a_full_distribution_leaves_three_outside() -> None:
    for n in range(8, 13):
        for h in all_ways(n):
            told = tell(h, Rules())
            assert told is not None
            assert not told.full or n - max(h) >= 3


@pytest.mark.parametrize("n", range(5, 13))
def test_what_is_told_is_true_and_the_sums_follow_from_it(n: int) -> None:
    sums: dict[tuple[object, ...], tuple[int, int]] = {}
    for h in all_ways(n):
        told = tell(h, Rules())
        assert told is not None
        assert fits(_kept(told.figure()), h)
        total = sum(v * k for v, k in enumerate(h, start=1))
        assert told.sums[0] <= total <= told.sums[1]
        # The same words, the same sums: they are public.
        assert sums.setdefault(public(told), told.sums) == told.sums


@pytest.mark.parametrize(
    "rules", [Rules(steps_back=False), Rules(joins=False), Rules(covers=False)], ids=["steps_back", "joins", "covers"]
)
def test_without_a_part_of_rule_seven_a_class_exposes_somebody(rules: Rules) -> None:
    assert any(exposing(classes(all_ways(n), rules)) for n in range(5, 12))


def test_what_the_words_say() -> None:
    def told(*h: int) -> tuple[object, ...]:
        found = tell(h, Rules())
        assert found is not None
        kept = _kept(found.figure())
        return kept["mean"], kept["at_least"], kept["at_most"], kept["distribution"]

    assert told(0, 0, 0, 0, 5) == (None, 4.0, None, None)
    assert told(0, 0, 0, 0, 7) == (None, 4.2, None, None)
    assert told(6, 0, 0, 0, 0) == (None, None, 1.8, None)
    assert told(0, 0, 2, 2, 1) == (3.8, None, None, None)
    assert told(0, 0, 0, 0, 12) == (None, 4.2, None, [[1, 1, 0], [2, 2, 0], [3, 3, 0], [4, 5, 12]])
    assert told(0, 0, 9, 1, 0) == (3.1, None, None, [[1, 1, 0], [2, 4, 10], [5, 5, 0]])
    # ... and this one could be taken for it.
    assert told(0, 1, 7, 2, 0) == (3.1, None, None, [[1, 1, 0], [2, 4, 10], [5, 5, 0]])
    assert told(0, 0, 7, 3, 0) == (3.3, None, None, [[1, 1, 0], [2, 2, 0], [3, 3, 7], [4, 4, 3], [5, 5, 0]])
    assert told(0, 0, 0, 3, 97) == (None, 4.9, None, [[1, 1, 0], [2, 2, 0], [3, 3, 0], [4, 4, 3], [5, 5, 97]])
    assert tell((1, 1, 1, 1, 0), Rules()) is None
