"""The slides, opened again."""

import io

import pytest
from pptx import Presentation

from oppipari.materials.deck import DeckFacts, build_deck, qr_svg, texts

FACTS = DeckFacts(
    "Kuusikoti", "Syksy 2026", 4, 3, 45, "8.12.2026", "https://oppipari.example.org/join/x/", "Ritva Salo"
)


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_slides_tell_this_rounds_own_settings(lang: str) -> None:
    deck = Presentation(io.BytesIO(build_deck(FACTS, lang)))
    titles = [s.shapes.title.text for s in deck.slides]
    assert len(titles) == len(set(titles)) == 7
    said = "\n".join(shape.text_frame.text for s in deck.slides for shape in s.shapes if shape.has_text_frame)
    for text in ("Kuusikoti", "Syksy 2026", "45", "8.12.2026", FACTS.link, texts(lang)["promise"]):
        assert text in said
    assert "{" not in said
    assert all(s.notes_slide.notes_text_frame.text for s in deck.slides)
    pictures = [shape for s in deck.slides for shape in s.shapes if shape.shape_type == 13]
    assert [p._element.nvPicPr.cNvPr.get("descr") for p in pictures]


def test_earlier_results_get_a_slide() -> None:
    from dataclasses import replace

    deck = Presentation(io.BytesIO(build_deck(replace(FACTS, results=["Opin jotakin: 4,4 / 5"]), "fi")))
    assert len(deck.slides) == 8


def test_both_languages_have_the_same_slides() -> None:
    assert [s["kind"] for s in texts("fi")["slides"]] == [s["kind"] for s in texts("en")["slides"]]


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
