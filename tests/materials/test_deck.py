"""The slides, opened again."""

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from pptx import Presentation

from oppipari.materials.benefits_deck import texts as benefit_texts
from oppipari.materials.deck import DeckFacts, Earlier, build_deck, qr_svg, sentences
from oppipari.materials.deck import texts as deck_texts
from oppipari.materials.slides import Bar

FACTS = DeckFacts(
    "Kuusikoti", "Syksy 2026", 4, 3, 45, "8.12.2026", "https://oppipari.example.org/join/x/", "Ritva Salo"
)


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_slides_tell_this_rounds_own_settings(lang: str) -> None:
    deck = Presentation(io.BytesIO(build_deck(FACTS, lang)))
    titles = [s.shapes.title.text for s in deck.slides]
    assert len(titles) == len(set(titles)) == 7
    said = "\n".join(shape.text_frame.text for s in deck.slides for shape in s.shapes if shape.has_text_frame)
    for text in ("Kuusikoti", "Syksy 2026", "45", "8.12.2026", FACTS.link, deck_texts(lang)["promise"]):
        assert text in said
    assert "{" not in said
    assert all(s.notes_slide.notes_text_frame.text for s in deck.slides)
    pictures = [shape for s in deck.slides for shape in s.shapes if shape.shape_type == 13]
    assert [p._element.nvPicPr.cNvPr.get("descr") for p in pictures]


BARS = [Bar("Opin jotakin", 4.3, 4.3, "4,3"), Bar("Tasapuolinen aika", 4.2, 5.0, "4,2 tai enemmän")]


def chart_of(slide: Any) -> Any:
    return next((s.chart for s in slide.shapes if s.has_chart), None)


@pytest.mark.parametrize("lang", ["fi", "sv", "en"])
def test_earlier_results_get_a_slide_with_words_and_a_native_chart(lang: str) -> None:
    earlier = Earlier("Syksy 2025", BARS, ["Tapaamiset työajalla onnistuivat."], ["Viisi hiljaista minuuttia. " * 20])
    deck = Presentation(io.BytesIO(build_deck(replace(FACTS, earlier=earlier), lang)))
    assert len(deck.slides) == 8
    slide = next(s for s in deck.slides if chart_of(s))
    words = slide.placeholders[1].text_frame.text
    assert "Tapaamiset työajalla onnistuivat." in words
    assert "minuuttia.”" in words or "minuuttia.“" in words  # a long insight ends with a whole sentence
    assert "…" not in words
    assert len(words) < 250
    assert "Syksy 2025" in slide.notes_slide.notes_text_frame.text
    chart = chart_of(slide)
    known, may_be = chart.plots[0].series
    assert list(known.values) == [4.3, 4.2]
    assert list(may_be.values) == [None, 0.8]  # the open end of a bound, drawn apart
    assert chart.value_axis.minimum_scale == 1
    # What it is made of can be edited: the workbook is inside.
    assert chart.part.chart_workbook.xlsx_part is not None


def test_what_is_quoted_of_earlier_rounds_is_never_broken_off_while_anything_whole_fits() -> None:
    long = "Yksi hyvin pitkä virke " + "jossa on paljon sanoja " * 12 + "loppuu tähän."
    assert sentences("Lyhyt. Toinen virke on tässä.", 12) == "Lyhyt."
    assert sentences(long, 150) == ""
    earlier = Earlier("Syksy 2025", BARS, [long, "Toimi hyvin."], [long])
    words = slide_with_chart(earlier).placeholders[1].text_frame.text
    assert words == "Toimi hyvin."
    alone = slide_with_chart(Earlier("Syksy 2025", BARS, [long])).placeholders[1].text_frame
    assert alone.text.endswith("…")
    assert alone.paragraphs[0].runs[0].font.size.pt >= 22


def slide_with_chart(earlier: Earlier) -> Any:
    deck = Presentation(io.BytesIO(build_deck(replace(FACTS, earlier=earlier), "fi")))
    return next(s for s in deck.slides if chart_of(s))


def test_earlier_results_without_figures_are_words_alone() -> None:
    deck = Presentation(io.BytesIO(build_deck(replace(FACTS, earlier=Earlier("Syksy", worked=["Toimi."])), "fi")))
    assert len(deck.slides) == 8
    assert not any(chart_of(s) for s in deck.slides)
    assert len(Presentation(io.BytesIO(build_deck(replace(FACTS, earlier=Earlier("Syksy")), "fi"))).slides) == 7


def test_all_languages_have_the_same_slides_and_holes() -> None:
    for name in (deck_texts, benefit_texts):
        fi, sv, en = (name(lang) for lang in ("fi", "sv", "en"))
        assert fi.keys() == sv.keys() == en.keys()
    kinds = [[s["kind"] for s in deck_texts(lang)["slides"]] for lang in ("fi", "sv", "en")]
    assert kinds[0] == kinds[1] == kinds[2]
    for key, text in benefit_texts("fi").items():
        holes = [set(re.findall(r"{\w+}", str(benefit_texts(lang)[key]))) for lang in ("fi", "sv", "en")]
        assert holes[0] == holes[1] == holes[2], (key, text)


def test_the_qr_code_has_no_style_and_no_script() -> None:
    svg = qr_svg("https://example.org/join/x/")
    assert "<svg" in svg
    assert "style" not in svg
    assert "script" not in svg


def test_paragraphs_are_written_in_the_order_that_powerpoint_reads() -> None:
    """DrawingML wants bullets after spacing; PowerPoint offers to repair a file in which they stand before."""
    deck = Presentation(io.BytesIO(build_deck(FACTS, "fi")))
    order, found = ["lnSpc", "spcBef", "spcAft", "buNone"], set()
    for shape in deck.slides[0].placeholders:
        for paragraph in shape.text_frame.paragraphs:
            names = [child.tag.rpartition("}")[2] for child in paragraph._p.get_or_add_pPr()]
            assert names == sorted(names, key=order.index)
            found.update(names)
    assert found == {"spcAft", "buNone"}
