"""Sentences in every language, with the same holes to fill."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oppipari import pairing
from oppipari.pairing import words


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


@pytest.mark.parametrize("lang", words.languages())
def test_every_language_says_everything_with_the_same_holes(lang: str) -> None:
    source, other = flat(words.texts("en")), flat(words.texts(lang))
    assert source.keys() == other.keys()
    for key, text in source.items():
        if isinstance(text, str):
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", other[key])), key


def test_three_languages() -> None:
    assert words.languages() == ["en", "fi", "sv"]


def test_every_fact_has_its_words() -> None:
    for lang in words.languages():
        t = words.texts(lang)
        assert set(t["fit"]) == {str(f) for f in pairing.Fit}
        assert set(t["errors"]) == {e.code for e in (pairing.PairingError, *pairing.PairingError.__subclasses__())}
        assert set(t["waiting"]) == {str(w) for w in pairing.Wait}
        assert set(t["criteria"]) == {str(c) for c in pairing.Criterion}
        assert set(t["obstacle"]) == {str(r) for r in (*pairing.Rule, *pairing.Fixed)}


def test_every_claim_of_a_plan_has_its_own_words() -> None:
    named = re.findall(
        r'"([a-z][a-z ]+)"\)', Path(words.__file__).parents[1].joinpath("verify.py").read_text(encoding="utf-8")
    )
    for lang in words.languages():
        claims = words.texts(lang)["claims"]
        assert set(claims) == {*named, "holds", "holds_under", "open", "open_under", "other"}
        assert len(set(claims.values())) == len(claims)


def test_the_number_of_groups_is_told_in_its_own_words() -> None:
    people = [pairing.Participant(f"{i}", ("x",), ("x",)) for i in range(9)]
    sentences = {}
    for n in (2, 3, 4, 5, 9):
        plan = pairing.solve(pairing.Problem.from_participants(people[:n]), odd=pairing.Odd.TRIO)
        sentences[n] = [words.groups(plan, lang) for lang in ("fi", "sv", "en")]
    assert sentences == {
        2: ["1 pari", "1 par", "1 pair"],
        3: ["1 kolmikko", "1 trio", "1 trio"],
        4: ["2 paria", "2 par", "2 pairs"],
        5: ["2 ryhmää, joista yksi on kolmikko", "2 grupper, en av dem en trio", "2 groups, one of them a trio"],
        9: ["4 ryhmää, joista yksi on kolmikko", "4 grupper, en av dem en trio", "4 groups, one of them a trio"],
    }


def test_a_gap_is_never_told_smaller_than_it_is() -> None:
    plan = pairing.solve(pairing.Problem.from_participants([pairing.Participant(k, ("x",), ("x",)) for k in "ab"]))
    short = replace(plan, bound=1_000_000, pairs=(), total=999_999)
    assert "enintään 0,01 %" in words.proof(short, "fi")
    assert "at most 12.35 %" in words.proof(replace(short, total=876_543), "en")


def test_points_may_name_who_learns() -> None:
    a = pairing.Participant("a", ("x",), ("y",))
    b = pairing.Participant("b", ("y",), ("x",))
    points = pairing.why(pairing.Problem.from_participants([a, b]), "a", "b").points
    assert words.criteria(points, "fi")[0] == ("Ensimmäinen oppii", "25,0")
    assert words.criteria(points, "fi", ("Aino", "Bo"))[:2] == [("Aino oppii", "25,0"), ("Bo oppii", "25,0")]
    assert words.criteria(points, "sv", ("Aino", "Bo"))[:2] == [("Aino lär sig", "25,0"), ("Bo lär sig", "25,0")]


def test_reasons_put_the_word_first_and_name_what_each_may_learn() -> None:
    a = pairing.Participant(
        "a", shares=("wound-care",), wants=("recording",), slots=frozenset({0, 4}), unit="Kuusikoti"
    )
    b = pairing.Participant("b", shares=("recording",), wants=("wound-care",), slots=frozenset({0}), unit="Rantakoti")
    why = pairing.why(pairing.Problem.from_participants([a, b]), "a", "b")
    labels = {"wound-care": "haavanhoito", "recording": "kirjaaminen"}
    assert words.reasons(why, {"a": "Aino Laine", "b": "Eino Salo"}, labels, "fi") == [
        "Hyvä pari molemmille",
        "Aino Laine voi oppia: kirjaaminen.",
        "Eino Salo voi oppia: haavanhoito.",
        "Yhteistä työaikaa: ma aamu.",
        "Eri tiimistä tai yksiköstä: tuore näkökulma.",
    ]
    assert words.reasons(why, {}, labels, "fi", to="a")[1] == "Sinä voit oppia: kirjaaminen."


def test_an_exclusion_reads_only_not_possible() -> None:
    people = [pairing.Participant(k, ("x",), ("x",)) for k in "abcd"]
    problem = pairing.Problem.from_participants(people, exclusions=[("a", "b")])
    plan = pairing.solve(problem)
    assert words.obstacle(pairing.why_not(problem, plan, "a", "b"), "fi") == "Ei mahdollinen tällä kierroksella."
