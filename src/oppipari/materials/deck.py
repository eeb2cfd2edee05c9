"""The slides for the weekly meeting: editable text in real placeholders, speaker notes, the house's own look."""

import io
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import segno
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

SPRUCE, CLOUDBERRY, SKY = RGBColor(0x1F, 0x5A, 0x4C), RGBColor(0xD9, 0x7B, 0x1F), RGBColor(0x3B, 0x6E, 0x9C)  # type: ignore[no-untyped-call]
INK, PAPER, WHITE = RGBColor(0x2B, 0x28, 0x25), RGBColor(0xFB, 0xFA, 0xF7), RGBColor(0xFF, 0xFF, 0xFF)  # type: ignore[no-untyped-call]
FONT = "Source Sans 3"
WIDE, HIGH = Inches(13.333), Inches(7.5)


@dataclass(frozen=True, slots=True)
class DeckFacts:
    """What the slides say of this round; `results` are short published lines of earlier rounds, perhaps none."""

    unit: str
    round: str
    meetings: int
    weeks: int
    minutes: int
    closes: str
    link: str
    supervisor: str
    results: list[str] = field(default_factory=list)


@cache
def texts(lang: str) -> dict[str, Any]:
    """The slides' texts in one language."""
    everything = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = everything.get(lang, everything["en"])
    return found


def build_deck(facts: DeckFacts, lang: str) -> bytes:
    """The slides as a .pptx file's bytes; the slide of earlier results is left out where there are none."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    deck.core_properties.title = f"{facts.round} – {facts.unit}"
    deck.core_properties.author = facts.supervisor
    deck.core_properties.language = "fi-FI" if lang == "fi" else "en-GB"
    t = texts(lang)
    holes = {
        "unit": facts.unit, "round": facts.round, "meetings": facts.meetings, "weeks": facts.weeks,
        "minutes": facts.minutes, "closes": facts.closes, "promise": t["promise"],
    }  # fmt: skip
    for text in t["slides"]:
        body = [line.format(**holes) for line in text["body"]]
        if text["kind"] == "results":
            if not facts.results:
                continue
            body = list(facts.results)
        _slide(deck, text["kind"], text["title"], body, text["notes"], facts)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def _slide(deck: Any, kind: str, title: str, body: list[str], notes: str, facts: DeckFacts) -> None:
    first = kind == "title"
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = SPRUCE if first else PAPER
    _circles(slide, first)
    head, text = slide.shapes.title, slide.placeholders[1]
    head.left, head.top, head.width, head.height = Inches(0.9), Inches(2.3 if first else 0.6), Inches(9.2), Inches(1.3)
    head.text_frame.word_wrap = True
    head.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM if first else MSO_ANCHOR.MIDDLE
    head.text_frame.text = title
    _style(head.text_frame, Pt(54 if first else 40), WHITE if first else SPRUCE, bold=True)
    text.left, text.top = Inches(0.9), Inches(3.8 if first else 2.1)
    text.width, text.height = Inches(7.4 if kind == "join" else 9.6), Inches(2.2 if first else 4.6)
    text.text_frame.word_wrap = True
    text.text_frame.text = body[0]
    for line in body[1:]:
        text.text_frame.add_paragraph().text = line
    size = Pt(28 if first else 26 if len(body) > 4 else 30)
    _style(text.text_frame, size, WHITE if first else INK, bullets=not first)
    if kind == "join":
        _qr(slide, facts.link, title)
        box = slide.shapes.add_textbox(Inches(0.9), Inches(6.3), Inches(11.5), Inches(0.6))
        box.text_frame.word_wrap = True
        run = box.text_frame.paragraphs[0].add_run()
        run.text = facts.link
        run.hyperlink.address = facts.link
        run.font.size, run.font.name, run.font.color.rgb = Pt(18), FONT, SKY
    slide.notes_slide.notes_text_frame.text = notes


def _style(frame: Any, size: Any, colour: RGBColor, *, bold: bool = False, bullets: bool = True) -> None:
    for paragraph in frame.paragraphs:
        paragraph.space_after = Pt(10)
        if not bullets:
            properties = paragraph._p.get_or_add_pPr()
            properties.set("marL", "0")
            properties.set("indent", "0")
            # After the spacing: the schema of DrawingML has an order, and PowerPoint offers to repair what is not in it.
            properties.append(
                properties.makeelement("{http://schemas.openxmlformats.org/drawingml/2006/main}buNone", {})
            )
        paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:
            run.font.size, run.font.name, run.font.bold, run.font.color.rgb = size, FONT, bold, colour


def _circles(slide: Any, first: bool) -> None:
    """The two circles of the mark: large on the first slide, a quiet corner on the others; purely decorative."""
    size = Inches(3.4 if first else 1.5)
    left = Inches(9.0 if first else 10.9)
    top = Inches(1.7 if first else 0.45)
    colours = (CLOUDBERRY, WHITE if first else SPRUCE)
    for i, colour in enumerate(colours):
        circle = slide.shapes.add_shape(
            MSO_SHAPE.OVAL, Emu(int(left + i * size * 0.45)), top, Emu(int(size * 0.75)), Emu(int(size * 0.75))
        )
        circle.fill.background()
        circle.line.color.rgb = colour
        circle.line.width = Pt(9 if first else 4)
        circle.shadow.inherit = False
        circle.name = "–"
        circle._element.nvSpPr.cNvPr.set("descr", "")


def _qr(slide: Any, link: str, title: str) -> None:
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=12, border=2)
    out.seek(0)
    picture = slide.shapes.add_picture(out, Inches(8.7), Inches(2.1), Inches(3.9), Inches(3.9))
    picture._element.nvPicPr.cNvPr.set("descr", f"{title}: {link}")


def qr_svg(link: str) -> str:
    """A QR code of `link` as an SVG file: black on white, without styles or scripts."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        out, kind="svg", scale=8, border=3, light="#fff", svgclass=None, lineclass=None
    )
    return out.getvalue().decode()
