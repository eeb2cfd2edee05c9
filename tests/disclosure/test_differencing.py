"""Linear algebra over released groups: what adding and taking away can reach."""

import itertools
import random

from tests.disclosure.adversary import rank

from oppipari.disclosure import isolated_by_differencing


def test_a_parent_less_its_child_isolates_who_is_left() -> None:
    people = {"a": 8, "b": 3}
    assert isolated_by_differencing([["a"]], people, 5) == []
    assert isolated_by_differencing([["a", "b"]], people, 5) == []
    assert isolated_by_differencing([["a"], ["a", "b"]], people, 5) == [frozenset("b")]


def test_five_may_be_left() -> None:
    assert isolated_by_differencing([["a"], ["a", "b"]], {"a": 8, "b": 5}, 5) == []


def test_groups_that_overlap_are_solved_too() -> None:
    people = {"a": 3, "b": 9, "c": 9}
    # ab + ac - bc = 2a: no group is within another, and yet a is isolated.
    assert isolated_by_differencing([["a", "b"], ["a", "c"], ["b", "c"]], people, 5) == [frozenset("a")]
    assert isolated_by_differencing([["a", "b"], ["a", "c"]], people, 5) == []


def test_a_mixture_of_few_is_found_too() -> None:
    # a + 2b can be reached, a or b alone cannot: still a figure about three people.
    people = {"a": 2, "b": 1, "c": 9, "d": 9}
    groups = [["a", "b", "c"], ["b", "d"], ["c"], ["d", "a", "b"], ["a", "b", "d", "c"]]
    assert isolated_by_differencing(groups, people, 5)


def test_units_without_answers_do_not_hide_anybody() -> None:
    assert isolated_by_differencing([["a"], ["a", "b", "c"]], {"a": 8, "b": 3, "c": 0}, 5) == [frozenset("b")]


def test_it_agrees_with_a_plain_reckoning_of_ranks() -> None:
    found_some = 0
    for seed in range(200):
        r = random.Random(seed)
        units = "abcdefg"[: r.randint(2, 7)]
        people = {u: r.choice([1, 2, 4, 5, 9]) for u in units}
        groups = [[u for u in units if r.random() < 0.6] for _ in range(r.randint(1, 5))]
        rows = [[int(u in g) for u in units] for g in groups]

        def reached(some: tuple[str, ...], units: str = units, rows: list[list[int]] = rows) -> bool:
            """Some combination is other than zero, and only within `some`."""
            alone = [[int(u == v) for u in units] for v in some]
            return rank(rows + alone) < rank(rows) + len(some) and rank(rows) > 0

        expected = any(
            sum(people[u] for u in some) < 5 and reached(some)
            for size in range(1, 5)
            for some in itertools.combinations(units, size)
        )
        assert bool(isolated_by_differencing(groups, people, 5)) == expected, seed
        found_some += expected
    assert 20 < found_some < 180
