"""Nearly the same answers released twice: what the difference would expose is not released a second time."""

import random

import pytest
from tests.disclosure.test_classes import all_ways

from oppipari.disclosure import UnitsRelease, release_units, withhold_repeated

SPREAD = [1, 2, 3, 4, 5, 4, 3, 2, 4, 4]


def released(units: dict[str, list[int]], item: str = "q") -> UnitsRelease:
    return release_units(
        [u for u, values in units.items() for _ in values], [[v] for values in units.values() for v in values], [item]
    )


def released_again(later: dict[str, list[int]], *earlier: dict[str, list[int]]) -> set[str]:
    found, _refused = withhold_repeated(released(later), [released(e) for e in earlier])
    return {g.name for g in found.groups}


@pytest.mark.parametrize("more", [[5], [5, 5], [5] * 4, [5] * 5, [5] * 8, [1, 2, 3, 4, 5], []])
def test_a_few_more_or_less_are_not_told_of_by_a_difference(more: list[int]) -> None:
    assert released_again({"A": SPREAD + more}, {"A": SPREAD}) == set()
    assert released_again({"A": SPREAD}, {"A": SPREAD + more}) == set()


def test_one_answer_changed_is_not_told() -> None:
    assert released_again({"A": [*SPREAD[:-1], 5]}, {"A": SPREAD}) == set()


def test_many_more_of_many_minds_are_told() -> None:
    assert released_again({"A": SPREAD * 2}, {"A": SPREAD}) == {"A"}
    assert released_again({"A": SPREAD}, {"A": SPREAD * 2}) == {"A"}


def test_that_the_difference_is_refused_leaves_open_what_it_was() -> None:
    """Whoever knows the program, and two of those who were added, cannot know what the others of them answered."""
    refused = [h for h in all_ways(8) if not released_again({"A": SPREAD + _list(h)}, {"A": SPREAD})]
    assert 0 < len(refused) < len(list(all_ways(8)))
    for a in range(5):
        for b in range(a, 5):
            own = [int(v == a) + int(v == b) for v in range(5)]
            others = {
                tuple(x - y for x, y in zip(h, own, strict=True))
                for h in refused
                if all(x >= y for x, y in zip(h, own, strict=True))
            }
            assert len(others) > 1
            assert sum(any(h[v] for h in others) for v in range(5)) > 1


def _list(h: tuple[int, ...]) -> list[int]:
    return [v for v, k in enumerate(h, start=1) for _ in range(k)]


def test_who_changes_the_unit_is_not_told_by_what_grew_and_what_fell() -> None:
    both = {"A": SPREAD * 2, "B": SPREAD}
    assert released_again(both, {"A": SPREAD, "B": SPREAD * 2}) in ({"A"}, {"B"})


def test_other_units_and_other_questions_are_told() -> None:
    assert released_again({"B": SPREAD}, {"A": SPREAD}) == {"B"}
    found, refused = withhold_repeated(released({"A": SPREAD}), [released({"A": SPREAD}, item="other")])
    assert [g.name for g in found.groups] == ["A"]
    assert refused == []


def test_names_in_other_letters_are_the_same() -> None:
    found, refused = withhold_repeated(released({"City/a": SPREAD}, "Q"), [released({"CITY/A": SPREAD})])
    assert found.groups == ()
    assert [(s.group, s.item, s.earlier) for s in refused] == [("City/a", "Q", 0)]


def test_a_unit_that_was_in_a_larger_group_is_not_told_apart_from_it() -> None:
    earlier = {"A/x": SPREAD[:4], "A/y": SPREAD[:4], "B": SPREAD}
    assert {g.name for g in released(earlier).groups} >= {"A: x and y", "B"}
    # Now x alone has enough: with the pair of before, y would follow.
    assert released_again({"A/x": SPREAD, "A/y": SPREAD[:4]}, earlier) == set()
    # The node itself, where its units were released, or the units where the node was.
    assert released_again({"A": SPREAD}, earlier) == set()
    assert released_again({"B/new": SPREAD}, earlier) == set()


def test_a_new_unit_is_told_and_the_total_with_it_is_not() -> None:
    assert released_again({"A": SPREAD, "B": SPREAD, "C": SPREAD}, {"A": SPREAD, "B": SPREAD}) == {"C"}


def test_every_earlier_release_counts() -> None:
    assert released_again({"A": SPREAD, "B": SPREAD}, {"A": SPREAD[:8]}, {"B": SPREAD[:9]}) == set()


def test_whatever_the_answers_a_refusal_depends_on_numbers_where_few_were_added() -> None:
    r = random.Random(3)
    for _ in range(200):
        n, more = r.randint(5, 14), r.randint(0, 7)
        answers = [r.randint(1, 5) for _ in range(n + more)]
        assert released_again({"A": answers}, {"A": answers[:n]}) == set()
