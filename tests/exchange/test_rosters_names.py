"""Names of rosters and the people they mean: in either order, in short only where one fits, never by a guess."""

import pytest

from oppipari.exchange.rosters.names import find_names

KNOWN = {1: "Aino Laine", 2: "Eino Mäkelä", 3: "Anna-Liisa Koski", 4: "Leena Virtanen"}


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("Aino Laine", 1),
        ("LAINE AINO", 1),
        ("Laine, Aino", 1),
        ("Mäkelä Eino", 2),
        ("Makela, Eino", 2),
        ("Koski Anna-Liisa", 3),
        ("Koski Anna Liisa", 3),
        ("Laine", None),
        ("Aino", None),
        ("Laine Anna", None),
        ("Lainen Aino", None),
        ("A. L.", None),
        ("", None),
    ],
)
def test_a_name_is_known_in_either_order_of_its_words(written: str, person: int | None) -> None:
    names = find_names([written], KNOWN)
    assert names.found.get(0) == person
    assert not names.shortened
    assert not names.unsure


@pytest.mark.parametrize(
    ("written", "person"),
    [
        ("Laine A.", 1),
        ("A Laine", 1),
        ("Koski A-L", 3),
        ("Koski Anna", 3),
        ("Virtanen Leena Maria", 4),
        ("Laine E.", None),
        ("Mäkinen E.", None),
    ],
)
def test_a_name_in_short_is_known_where_one_fits_and_is_said_to_be_short(written: str, person: int | None) -> None:
    names = find_names([written], KNOWN)
    assert names.found.get(0) == person
    assert names.shortened == ({0} if person else set())


def test_where_two_fit_nobody_is_taken() -> None:
    known = {1: "Aino Laine", 2: "Anna Laine", 3: "Bo Berg", 4: "Bo Berg"}
    names = find_names(["Laine A.", "Berg Bo"], known)
    assert names.found == {}
    assert {i: sorted(keys) for i, keys in names.unsure.items()} == {0: [1, 2], 1: [3, 4]}


def test_two_names_that_fit_one_person_are_both_left() -> None:
    assert find_names(["Aino Laine", "Aino Laine"], KNOWN).found == {}
    assert find_names(["Laine A.", "A. Laine"], KNOWN).unsure == {0: [1], 1: [1]}


def test_who_is_written_in_full_is_not_looked_for_among_the_short() -> None:
    names = find_names(["Laine A.", "Laine Aino"], KNOWN)
    assert names.found == {1: 1}
    assert names.unsure == {}
    both = find_names(["Laine A.", "Laine Aino"], {**KNOWN, 5: "Anna Laine"})
    assert both.found == {0: 5, 1: 1}
    assert both.shortened == {0}


def test_the_same_letters_go_before_the_same_without_marks() -> None:
    known = {1: "Päivi Mäki", 2: "Paivi Maki"}
    assert find_names(["Mäki Päivi", "Maki Paivi"], known).found == {0: 1, 1: 2}
    assert find_names(["Mäki Paivi"], known).unsure == {0: [1, 2]}
