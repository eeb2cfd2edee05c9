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
    people=10,
    groups=5,
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
    deck = opened(NOTHING)
    assert len(deck.slides) == 2
    assert not charts(deck)
    assert "ihmistä osallistui" not in said(deck)
    # No slide holds only an apology: why there are no figures is for the one who shows the slides to say.
    assert texts("fi")["too_few"] not in said(deck)
    assert texts("fi")["too_few"] in deck.slides[0].notes_slide.notes_text_frame.text


NOTHING = BenefitsFacts("Kuusikoti", "Kevät", "")


def test_what_was_done_is_what_happened() -> None:
    eleven = said(opened(replace(FACTS, people=11, groups=5, meetings=None)))
    assert "Muodostimme 5 ryhmää, pareja ja kolmikoita" in eleven  # four pairs and a trio
    assert "5 paria" not in eleven
    assert "tapaamista" not in eleven
    assert "Muodostimme 5 paria" in said(opened(FACTS))
    assert "Pidettiin 15 tapaamista\n" in said(opened(FACTS))
    assert "Muodostimme 7 paria ja 5 kolmikkoa" in said(opened(replace(FACTS, people=29, groups=12)))
    assert "ryhmää" not in said(opened(replace(FACTS, people=9, groups=None)))


def test_a_round_without_a_questionnaire_does_not_speak_of_too_few_answers() -> None:
    t = texts("fi")
    without = opened(replace(NOTHING, asked=False))
    assert t["not_asked"] in without.slides[0].notes_slide.notes_text_frame.text
    some = opened(replace(FACTS, figures=(), compared=(), asked=False))
    assert t["not_asked"] in some.slides[1].placeholders[1].text_frame.text
    assert t["said"] not in [s.shapes.title.text for s in some.slides]
    few = opened(replace(FACTS, figures=(), compared=()))
    assert t["too_few"] in few.slides[1].placeholders[1].text_frame.text


def test_empty_columns_are_left_out_and_the_others_share_the_room() -> None:
    deck = opened(replace(FACTS, columns={"worked": ["Tapaamiset työajalla"], "spread": ["Haavakuvat"]}))
    assert texts("fi")["change"] not in said(deck)
    slide = next(s for s in deck.slides if s.shapes.title.text == texts("fi")["concluded"])
    heads = [
        s
        for s in slide.shapes
        if s.has_text_frame and s.text_frame.text in (texts("fi")["worked"], texts("fi")["spread"])
    ]
    assert all(h.width > Emu(5 * 914400) for h in heads)


@pytest.mark.parametrize(("lang", "told"), [("fi", "4,3"), ("sv", "4,3"), ("en", None)])
def test_numbers_are_written_in_the_slides_own_way(lang: str, told: str | None) -> None:
    for frame, series in zip(charts(opened(FACTS, lang)), (0, 1), strict=True):
        label = frame.chart.plots[0].series[series].points[0].data_label
        assert (label.text_frame.text if label.has_text_frame else None) == told


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
    assert "linkistä" not in said(deck)  # a unit's closing words are not the organisation's
    assert "(4,1" not in said(deck)
    strong = [("Tuki", Span(4.2, 4.5)), ("Opin jotakin", Span(4.3, 4.3)), ("Aika", Span(2.1, 2.1))]
    deck = Presentation(io.BytesIO(build_units(strong, "Järvenranta", 3, 27, "fi")))
    assert "Opin jotakin (4,3, asteikko 1–5)" in deck.slides[0].placeholders[1].text_frame.text
