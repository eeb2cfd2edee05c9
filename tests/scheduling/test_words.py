"""Sentences in every language, with the same holes to fill."""

import re
from typing import Any

import pytest
from tests.scheduling.instances import MONDAY, instance, pair, shift, span, worker

from oppipari import scheduling
from oppipari.scheduling import (
    HardConstraint,
    NoCommonTimeCause,
    Objective,
    Placed,
    Reason,
    Rules,
    Stage,
    Timetable,
    Unplaced,
    errors,
    words,
)


def flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in table.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found


def test_three_languages() -> None:
    assert words.languages() == ["en", "fi", "sv"]


@pytest.mark.parametrize("lang", words.languages())
def test_every_language_says_everything_with_the_same_holes(lang: str) -> None:
    source, other = flat(words.texts("en")), flat(words.texts(lang))
    assert source.keys() == other.keys()
    for key, text in source.items():
        holes = [sorted(set(re.findall(r"{(\w+)", t))) for t in (text, other[key])]
        assert holes[0] == holes[1], key


@pytest.mark.parametrize("lang", words.languages())
def test_every_fact_has_its_words(lang: str) -> None:
    t = words.texts(lang)
    assert set(t["reason"]) == {str(r) for r in Reason}
    assert set(t["violation"]) == {str(r) for r in HardConstraint}
    assert set(t["no_common_time"]) == {str(r) for r in NoCommonTimeCause}
    assert set(t["objective"]) == {str(a) for a in Objective}
    kinds = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, scheduling.SchedulingError)]
    assert set(t["errors"]) == {k.code for k in kinds}


@pytest.mark.parametrize("lang", words.languages())
def test_every_reason_and_broken_rule_that_occurs_fills_its_sentence(lang: str) -> None:
    for seed in range(25):
        workers, groups, rules = instance(seed)
        table = scheduling.plan(workers, groups, rules)
        assert words.proof(table, lang)
        for u in table.unplaced:
            assert words.reason(u, lang)
        moved = [Placed(g.key, 1, span(0, "6.10", "6.20", rules.first_day)) for g in groups]
        for b in scheduling.check(workers, groups, rules, moved):
            assert words.violation(b, {}, lang)


def test_sentences_name_who_and_what() -> None:
    a, b = worker("a", shift("A", 0), team="Kuusi"), worker("b", shift("A", 0), team="Kuusi")
    (no_time,) = scheduling.plan([a, b], [pair()], Rules(MONDAY, 1)).unplaced
    assert words.reason(no_time, "fi") == (
        "Miehitys (Kuusi): samasta tiimistä saa olla tapaamisessa enintään 1 kerrallaan, eikä sopivaa aikaa jää."
    )
    broken = scheduling.check([a, b], [pair()], Rules(MONDAY, 1), [Placed("ab", 1, span(0, "14.30", "15.30"))])
    assert [words.violation(x, {"a": "Aino Laine", "b": "Bo Sund"}, "fi") for x in broken] == [
        "Aino Laine: tapaaminen ei ole kokonaan yhden työvuoron aikana.",
        "Bo Sund: tapaaminen ei ole kokonaan yhden työvuoron aikana.",
        "Miehitys (Kuusi): tapaamisessa olisi yhtä aikaa 2, enintään 1 saa olla.",
    ]


def test_the_proof_says_no_more_than_is_proven() -> None:
    stage = Stage(Objective.MEETINGS, 0, 1, False)
    missing = Unplaced("ab", 1, Reason.NOT_PROVEN)
    gap = Timetable((), (missing,), bound=1, proven=False, stages=(stage,))
    assert "todistettu" not in words.proof(gap, "fi")
    assert words.reason(missing, "sv").endswith("Det är ändå inte bevisat att det inte finns någon.")
