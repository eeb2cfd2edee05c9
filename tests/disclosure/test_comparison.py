"""Rounds over time: what was released stands, and no set of groups that is compared differs by a few people."""

import itertools
import random

import pytest

from oppipari.disclosure import NotARelease, Rules, UnitsRelease, comparable, first_release, release_units

ANSWERS = [1, 2, 3, 4, 5, 3, 2, 4, 4, 5, 1, 2]


def round_of(people: dict[str, list[int]]) -> UnitsRelease:
    units = [u for u, answers in people.items() for _ in answers]
    return release_units(units, [[v] for answers in people.values() for v in answers], ["q"])


def figures(found: UnitsRelease) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Full distributions by group."""
    return {
        g.units: tuple(c.count for c in g.items["q"].distribution)
        for g in found.groups
        if g.items["q"].distribution and len(g.items["q"].distribution) == 5
    }


def test_a_late_answer_would_be_known_and_so_changes_nothing() -> None:
    first = round_of({"A": ANSWERS[:10]})
    again = round_of({"A": ANSWERS[:11]})
    stands = first_release(first, again)
    assert stands == first
    # Without the rule the two figures differ by that one answer.
    careless = first_release(first, again, Rules(frozen=False))
    a, b = figures(first)[("A",)], figures(careless)[("A",)]
    assert [y - x for x, y in zip(a, b, strict=True)] == [1, 0, 0, 0, 0]
    assert first_release(None, again) == again


def test_what_is_kept_reads_back_the_same() -> None:
    found = round_of({"City/A": ANSWERS, "City/B": ANSWERS[:6], "C": [1]})
    assert UnitsRelease.from_dict(found.to_dict()) == found
    for broken in ({}, {**found.to_dict(), "version": 99}, {**found.to_dict(), "groups": [1]}):
        with pytest.raises(NotARelease):
            UnitsRelease.from_dict(broken)


def people(**units: str) -> dict[str, list[str]]:
    return {u: list(keys) for u, keys in units.items()}


BEFORE = people(A="abcdefghijk", B="lmnopqrstuv")


def compared(after: dict[str, list[str]], rules: Rules | None = None) -> set[tuple[str, ...]]:
    rounds = [round_of({u: (ANSWERS * 2)[: len(p)] for u, p in who.items()}) for who in (BEFORE, after)]
    return set(comparable(*rounds, asked=(BEFORE, after), rules=rules)["q"])


def test_the_same_people_are_compared() -> None:
    assert compared(BEFORE) == {("A",), ("B",), ("A", "B")}


def test_where_one_left_nothing_is_compared_that_would_tell_of_them() -> None:
    after = people(A="abcdefghij", B="lmnopqrstuv")
    assert compared(after) == {("B",)}
    assert ("A",) in compared(after, Rules(over_time=False))
    # Who answered as before: the difference is the one who left.
    one = round_of({"A": ANSWERS[:11]}), round_of({"A": ANSWERS[:10]})
    assert sum(figures(one[0])[("A",)]) - sum(figures(one[1])[("A",)]) == 1


def test_as_many_as_before_may_be_others() -> None:
    assert compared(people(A="abcdefghijX", B="lmnopqrstuv")) == {("B",)}
    assert compared(people(A="abcdefVWXYZ", B="lmnopqrstuv")) == {("A",), ("B",), ("A", "B")}


def test_five_who_change_units_and_one_who_leaves() -> None:
    # Each unit differs by five or six, but both together by the one who left: only one of them is compared.
    found = compared(people(A="abcdef", B="lmnopqrstuvghijk"))
    assert found == {("A",), ("B",), ("A", "B")}
    found = compared(people(A="abcde", B="lmnopqrstuvghijk"))
    assert len(found) == 1
    assert ("A", "B") not in found


def test_without_knowing_people_only_growth_the_same_way_counts() -> None:
    before = round_of({"A": ANSWERS, "B": ANSWERS, "C": ANSWERS})
    after = round_of({"A": ANSWERS + ANSWERS[:5], "B": ANSWERS + ANSWERS[:9], "C": ANSWERS[:6]})
    assert comparable(before, after)["q"] == {("A",), ("B",)}
    assert comparable(before, before)["q"] == frozenset()


def test_every_set_of_compared_groups_differs_by_nobody_or_many() -> None:
    some = 0
    for seed in range(60):
        r = random.Random(seed)
        units = "ABCDE"
        before: dict[str, list[str]] = {u: [f"{u}{i}" for i in range(r.randint(8, 14))] for u in units}
        after = {u: list(keys) for u, keys in before.items()}
        for _ in range(r.randint(0, 4)):
            a, b = r.choice(units), r.choice([*units, ""])
            for _ in range(r.choice([1, 4, 5, 6])):
                if len(after[a]) > 8:
                    key = after[a].pop()
                    if b:
                        after[b].append(key)
        rounds = [round_of({u: (ANSWERS * 9)[: len(p)] for u, p in who.items()}) for who in (before, after)]
        found = comparable(*rounds, asked=(before, after))["q"]
        single = [u for (u, *more) in found if not more]
        some += len(single)
        for size in range(1, len(single) + 1):
            for chosen in itertools.combinations(single, size):
                sets = [{k for u in chosen for k in who[u]} for who in (before, after)]
                assert len(sets[0] ^ sets[1]) not in (1, 2, 3, 4), seed
    assert some > 60
