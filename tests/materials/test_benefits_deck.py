"""What a round brought as slides: native charts of released figures, and nothing that was not released."""

import io
from dataclasses import replace
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Emu

from oppipari.evaluation.benefits.figures import Span
from oppipari.materials.benefits_deck import BenefitsFacts, build_benefits, build_units, texts

FACTS = BenefitsFacts(
    unit="Kuusikoti",
    round="Kevät 2026",
    supervisor="Ritva Salo",
    meetings_wanted=3,
    minutes=60,
    people=10,
    pairs=5,
    meetings=15,
    answers="10",
    figures=[("Opin jotakin", Span(4.3, 4.3)), ("Aika", Span(4.2, 5.0)), ("Työaika", Span(1.0, 1.8)), ("Yhdessä", Span(2.1, 2.4))],
    earlier="Syksy 2025",
    compared=[("Opin jotakin", Span(3.9, 3.9), Span(4.3, 4.3)), ("Aika", Span(4.5, 4.5), Span(4.2, 5.0))],
    columns={"worked": ["Tapaamiset työajalla"], "change": ["Sijainen"], "spread": ["Hiljainen hetki", "Haavakuvat"]},
    insights=["Viisi hiljaista minuuttia"],
    trials=[("Lääkejako rauhassa", "otettiin käyttöön")],
)  # fmt: skip


def opened(facts: BenefitsFacts, lang: str = "fi") -> Any:
    return Presentation(io.BytesIO(build_benefits(facts, lang)))


def said(deck: Any) -> str:
    return "\n".join(s.text_frame.text for slide in deck.slides for s in slide.shapes if s.has_text_frame)


def charts(deck: Any) -> list[Any]:
    return [s for slide in deck.slides for s in slide.shapes if s.has_chart]


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_six_slides_with_notes_in_each_language(lang: str) -> None:
    deck = opened(FACTS, lang)
    t = texts(lang)
    titles = [s.shapes.title.text for s in deck.slides]
    assert titles == [t["title"], t["did"], t["said"], t["beside"], t["concluded"], t["shared"], t["thanks"]]
    assert all(s.notes_slide.notes_text_frame.text for s in deck.slides)
    text = said(deck)
    for word in (
        "Kuusikoti",
        "10",
        "15",
        "Tapaamiset työajalla",
        "Hiljainen hetki",
        "Viisi hiljaista",
        "Lääkejako",
        "Ritva Salo",
    ):
        assert word in text
    assert "{" not in text
    assert deck.core_properties.language.startswith(lang)


def test_charts_are_native_and_bounds_stay_bounds() -> None:
    first, second = charts(opened(FACTS))
    known, may_be = first.chart.plots[0].series
    assert list(known.values) == [4.3, 4.2, 1.0, 2.1]
    assert list(may_be.values) == [None, 0.8, 0.8, 0.3]
    told = first._element.nvGraphicFramePr.cNvPr.get("descr")
    assert "Aika 4,2 tai enemmän" in told
    assert "Työaika 1,8 tai vähemmän" in told
    assert "Yhdessä 2,1–2,4" in told
    assert [s.name for s in second.chart.plots[0].series] == ["Syksy 2025", "Kevät 2026"]
    for frame in (first, second):
        assert frame.chart.part.chart_workbook.xlsx_part is not None


def test_what_there_is_nothing_of_is_left_out() -> None:
    nothing = BenefitsFacts("Kuusikoti", "Kevät", "", 3, 60)
    deck = opened(nothing)
    assert len(deck.slides) == 4
    assert not charts(deck)
    assert texts("fi")["too_few"] in said(deck)
    assert "ihmistä osallistui" not in said(deck)


def test_many_long_conclusions_get_more_slides_and_none_is_lost() -> None:
    lines = [f"{n}: " + "sana " * 50 for n in range(12)]
    deck = opened(replace(FACTS, columns={"worked": lines, "change": [], "spread": ["x" * 280]}))
    text = said(deck)
    assert all(line.strip() in text for line in lines)
    assert "x" * 280 in text
    assert "(jatkuu)" in text


def test_everything_lies_on_the_slide() -> None:
    for lang in ("fi", "sv", "en"):
        deck = opened(FACTS, lang)
        for slide in deck.slides:
            for shape in slide.shapes:
                if shape.name != "–":  # the circles may hang over
                    assert shape.left >= 0
                    assert shape.top >= 0
                    assert shape.left + shape.width <= Emu(deck.slide_width)
                    assert shape.top + shape.height <= Emu(deck.slide_height)


def test_over_units_the_slides_hold_sums_alone() -> None:
    deck = Presentation(io.BytesIO(build_units([("Opin jotakin", Span(4.1, 4.1))], "Järvenranta", 3, 27, "fi")))
    assert len(deck.slides) == 3
    assert list(charts(deck)[0].chart.plots[0].series[0].values) == [4.1]
    assert "3 yksikköä" in said(deck)
