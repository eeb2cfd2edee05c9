"""Sentences in every language, with the same holes to fill."""

import re
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


def test_every_fact_has_its_words() -> None:
    for lang in words.languages():
        t = words.texts(lang)
        assert set(t["fit"]) == {str(f) for f in pairing.Fit}
        assert set(t["errors"]) == {e.code for e in (pairing.PairingError, *pairing.PairingError.__subclasses__())}
        assert set(t["waiting"]) == {str(w) for w in pairing.Wait}
        assert set(t["criteria"]) == {str(c) for c in pairing.Criterion}
        assert set(t["obstacle"]) == {str(r) for r in (*pairing.Rule, *pairing.Held)}


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
