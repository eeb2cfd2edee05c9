"""The slides for the weekly meeting that starts a round."""

import io
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import segno
from pptx.util import Inches, Pt

from oppipari.materials.slides import (
    FONT,
    SKY,
    SOFT,
    Bar,
    Box,
    ChartWords,
    add_slide,
    means_chart,
    new_deck,
    saved,
    text_box,
)

# Characters of one quotation, and of all of them, beside the chart.
QUOTED, QUOTED_IN_ALL = 150, 250


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier rounds brought, published all of it; `source` says whose: the round's name, or other units.

    `own` tells whether it is the unit's own; `figures_of` names the round of the figures where it is another than the
    words'. At most a few lines are shown.
    """

    source: str
    bars: list[Bar] = field(default_factory=list)
    worked: list[str] = field(default_factory=list)
    insights: list[str] = field(default_factory=list)
    own: bool = True
    figures_of: str = ""

    def __bool__(self) -> bool:
        return bool(self.bars or self.worked or self.insights)


@dataclass(frozen=True, slots=True)
class DeckFacts:
    """What the slides say of this round; `earlier` is what earlier rounds brought, if anything.

    `link` is empty where nobody can sign up any more.
    """

    unit: str
    round: str
    meetings: int
    weeks: int
    minutes: int
    closes: str
    link: str
    supervisor: str
    earlier: Earlier | None = None


@cache
def texts(lang: str) -> dict[str, Any]:
    """The slides' texts in one language."""
    everything = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = everything.get(lang, everything["en"])
    return found


def build_deck(facts: DeckFacts, lang: str) -> bytes:
    """The slides as a .pptx file's bytes, without the slide of earlier results where there are none, or of the link."""
    deck = new_deck(f"{facts.round} – {facts.unit}", facts.supervisor, lang)
    t = texts(lang)
    holes = {
        "unit": facts.unit, "round": facts.round, "meetings": facts.meetings, "weeks": facts.weeks,
        "minutes": facts.minutes, "closes": facts.closes, "promise": t["promise"],
    }  # fmt: skip
    for text in t["slides"]:
        if text["kind"] == "results":
            if facts.earlier:
                _earlier(deck, text, facts.earlier)
            continue
        joins = text["kind"] == "join"
        if joins and not facts.link:
            continue
        body = [line.format(**holes) for line in text["body"]]
        box = Box(0.9, 2.1, 7.4, 4.6) if joins else None
        slide = add_slide(deck, text["title"], body, text["notes"], first=text["kind"] == "title", box=box)
        if joins:
            _join(slide, facts.link, text["title"])
    return saved(deck)


def _earlier(deck: Any, text: dict[str, Any], earlier: Earlier) -> None:
    """What earlier rounds brought: words on the left, a chart of the released figures on the right."""
    body = _quotes(earlier, text["quote"])
    where = text["own"] if earlier.own else text["others"]
    lines = body or [where.format(source=earlier.source)]
    box = Box(0.9, 2.1, 4.9, 4.8) if earlier.bars else None
    from_ = text["figures_from"].format(source=earlier.figures_of) if earlier.figures_of else ""
    notes = " ".join(filter(None, [where.format(source=earlier.source), from_, text["notes"]]))
    title = text["title"] if earlier.own else text["title_others"]
    slide = add_slide(deck, title, lines, notes, box=box, points=22 if earlier.bars else 0)
    if earlier.bars:
        if from_:
            text_box(slide, Box(6.0, 1.65, 4.8, 0.4), [from_], 16, SOFT)
        words = ChartWords(text["chart"], text["known"], text["open"])
        means_chart(slide, earlier.bars, words, Box(5.9, 2.0, 7.1, 5.0), 14)


def _quotes(earlier: Earlier, quote: str) -> list[str]:
    """As many whole sentences as can be read from the last row: few, and none broken off in the middle."""
    lines = [(line, "{text}") for line in earlier.worked[:2]] + [(line, quote) for line in earlier.insights[:2]]
    found: list[str] = []
    for line, form in lines:
        whole = sentences(line, QUOTED)
        if whole and sum(map(len, found)) + len(whole) <= QUOTED_IN_ALL:
            found.append(form.format(text=whole))
    if lines and not found:
        line, form = lines[0]
        return [form.format(text=shortened(line, QUOTED_IN_ALL))]
    return found


def sentences(text: str, most: int) -> str:
    """As many of a text's first sentences as fit into `most` characters; "" where not even one does."""
    if len(text) <= most:
        return text
    ends = [text.rfind(end, 0, most) for end in (". ", "! ", "? ")]
    return text[: max(ends) + 1]


def shortened(text: str, most: int = 120) -> str:
    """A line that fits a slide: cut at a word, with an ellipsis, where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,.;:–") + "…"


def _join(slide: Any, link: str, title: str) -> None:
    _qr(slide, link, title)
    box = slide.shapes.add_textbox(Inches(0.9), Inches(6.3), Inches(11.5), Inches(0.6))
    box.text_frame.word_wrap = True
    run = box.text_frame.paragraphs[0].add_run()
    run.text = link
    run.hyperlink.address = link
    run.font.size, run.font.name, run.font.color.rgb = Pt(18), FONT, SKY


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
