"""Which units are released alone, which together, and what totals take in."""

import pytest

from oppipari.disclosure import UnitsRelease, UnsafeRelease, release_units

MIXED = [3, 4, 2, 5, 1, 4, 3, 2]


def of(sizes: dict[str, int], items: int = 1, lang: str = "en") -> UnitsRelease:
    units = [u for u, n in sizes.items() for _ in range(n)]
    answers = [[MIXED[i % len(MIXED)]] * items for n in sizes.values() for i in range(n)]
    return release_units(units, answers, [f"q{i}" for i in range(items)], lang=lang)


def groups(sizes: dict[str, int]) -> dict[str, tuple[int | None, tuple[str, ...]]]:
    return {g.name: (g.items["q0"].n, g.units) for g in of(sizes).groups}


def silent(sizes: dict[str, int]) -> list[str]:
    return [w.unit for w in of(sizes).withheld]


def test_one_unit() -> None:
    assert groups({"Home": 12}) == {"Home": (12, ("Home",))}
    assert groups({"Home": 4}) == {}
    assert silent({"Home": 4}) == ["Home"]


def test_enough_in_each() -> None:
    found = groups({"City/A": 8, "City/B": 5})
    assert found == {
        "City": (13, ("City/A", "City/B")),
        "City/A": (8, ("City/A",)),
        "City/B": (5, ("City/B",)),
    }


def test_a_small_unit_never_costs_a_larger_one_its_own_figures() -> None:
    assert groups({"City/A": 8, "City/B": 3}) == {"City/A": (8, ("City/A",))}
    assert silent({"City/A": 8, "City/B": 3}) == ["City/B"]


def test_a_small_unit_joins_its_smallest_neighbour() -> None:
    found = groups({"City/A": 9, "City/B": 6, "City/C": 7, "City/D": 2})
    assert found == {
        "City": (24, ("City/A", "City/B", "City/C", "City/D")),
        "City/A": (9, ("City/A",)),
        "City/C": (7, ("City/C",)),
        "City: B and D": (8, ("City/B", "City/D")),
    }


def test_small_units_are_told_together_up_to_eight() -> None:
    found = groups({f"City/{u}": 3 for u in "ABCDE"})
    assert found == {
        "City": (15, tuple(f"City/{u}" for u in "ABCDE")),
        "City: A, B and C": (9, ("City/A", "City/B", "City/C")),
        "City: D and E": (6, ("City/D", "City/E")),
    }
    assert groups({f"City/{u}": 1 for u in "ABCDE"}) == {
        "City: 5 units together": (5, tuple(f"City/{u}" for u in "ABCDE"))
    }
    assert groups({f"City/{u}": 3 for u in "ABCDEF"}) == {
        "City": (18, tuple(f"City/{u}" for u in "ABCDEF")),
        "City: A, B and C": (9, ("City/A", "City/B", "City/C")),
        "City: D, E and F": (9, ("City/D", "City/E", "City/F")),
    }


def test_what_is_too_few_goes_further_up() -> None:
    found = groups({"City/East/A": 10, "City/East/B": 2, "City/West/C": 10, "City/West/D": 4})
    assert found["City: East/B and West/D"] == (6, ("City/East/B", "City/West/D"))
    assert found["City"][0] == 26
    # East as a whole would tell of B's two.
    assert "City/East" not in found


def test_a_total_names_whom_it_takes_in() -> None:
    found = groups({"City/A": 10, "City/B": 12, "City/C": 3})
    assert found["City (units shown)"] == (22, ("City/A", "City/B"))
    assert silent({"City/A": 10, "City/B": 12, "City/C": 3}) == ["City/C"]


def test_a_place_may_be_a_unit_itself() -> None:
    found = groups({"City": 8, "City/A": 9})
    assert found == {
        "City (all units)": (17, ("City", "City/A")),
        "City": (8, ("City",)),
        "City/A": (9, ("City/A",)),
    }


def test_depths_may_differ_and_paths_are_tidied() -> None:
    found = groups({" City / East//A ": 8, "City/East/A/": 2, "Town": 6})
    assert found == {
        "All units": (16, ("City/East/A", "Town")),
        "City/East/A": (10, ("City/East/A",)),
        "Town": (6, ("Town",)),
    }


def test_a_large_total_holds_all_but_what_is_told_nowhere() -> None:
    sizes = {f"City/D{d}/U{u}": 5 + (d + u) % 9 for d in range(6) for u in range(7)}
    found = groups(sizes | {"City/D0/Tiny": 2})
    assert found["City"][0] == sum(sizes.values()) + 2


def test_a_question_that_few_answered_is_withheld_alone() -> None:
    units = ["A"] * 8 + ["B"] * 8
    answers = [[MIXED[i % 8], MIXED[i % 8] if i < 12 else None] for i in range(16)]
    found = {g.name: g.items for g in release_units(units, answers, ["p", "q"]).groups}
    assert found["B"]["p"].n == 8
    assert found["B"]["q"].withheld
    assert found["B"]["q"].n is None
    # Both together would tell of B's four.
    assert found["All units"]["p"].n == 16
    assert found["All units"]["q"].n is None


def test_a_question_nobody_answered_in_one_unit_harms_no_total() -> None:
    units = ["A"] * 8 + ["B"] * 8
    answers = [[MIXED[i % 8], MIXED[i % 8] if i < 8 else None] for i in range(16)]
    found = {g.name: g.items for g in release_units(units, answers, ["p", "q"]).groups}
    assert found["All units"]["q"] == found["A"]["q"]


def test_names_in_three_languages() -> None:
    sizes = {"A": 10, "B": 12, "C": 3}
    assert [of(sizes, lang=k).groups[0].name for k in ("fi", "sv", "en")] == [
        "Näytettävät yksiköt",
        "Enheter som visas",
        "Units shown",
    ]


def test_names_are_told_apart() -> None:
    sizes = {f"City/{u:02}": 2 for u in range(8)} | {"City": 9}
    names = [g.name for g in of(sizes).groups]
    assert len(names) == len(set(names)) == 4


@pytest.mark.parametrize(
    ("units", "answers"),
    [(["A"], [[6]]), (["A"], [[-1]]), ([" / "], [[1]]), (["A", "B"], [[1]]), (["A"], [[1, 2]]), (["x/" * 51], [[1]])],
)
def test_what_cannot_be_is_an_error(units: list[str], answers: list[list[int]]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        release_units(units, answers, ["q"])


def test_nobody_answered() -> None:
    assert release_units([], [], ["q"]) == UnitsRelease((), ())
    assert [w.unit for w in release_units(["A"] * 9, [[None]] * 9, ["q"]).withheld] == ["A"]


def test_what_differencing_would_isolate_is_not_released(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the forming of groups were wrong, linear algebra would find it and nothing would go out."""
    from oppipari.disclosure import merging

    def careless(node: merging.Node, people: dict[int, int], rules: object) -> None:
        for child in node.children():
            careless(child, people, rules)
        if node.unit is not None:
            node.blocks.append(merging.Block((node.unit,), people[node.unit]))

    eleven = of({"A": 11}).groups[0].items["q0"]
    monkeypatch.setattr("oppipari.disclosure.releasing.form_blocks", careless)
    monkeypatch.setattr("oppipari.disclosure.releasing.total_figure", lambda totals: eleven)
    with pytest.raises(UnsafeRelease):
        of({"City/A": 8, "City/B": 3})
