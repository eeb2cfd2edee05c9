"""The house's own look on slides: real placeholders that can be edited, speaker notes, native charts."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

SPRUCE, CLOUDBERRY, SKY = RGBColor(0x1F, 0x5A, 0x4C), RGBColor(0xD9, 0x7B, 0x1F), RGBColor(0x3B, 0x6E, 0x9C)  # type: ignore[no-untyped-call]
INK, PAPER, WHITE = RGBColor(0x2B, 0x28, 0x25), RGBColor(0xFB, 0xFA, 0xF7), RGBColor(0xFF, 0xFF, 0xFF)  # type: ignore[no-untyped-call]
SOFT, PALE, LINE = RGBColor(0x5F, 0x5A, 0x54), RGBColor(0xA9, 0xCD, 0xC2), RGBColor(0xE3, 0xDE, 0xD6)  # type: ignore[no-untyped-call]
FONT = "Source Sans 3"
WIDE, HIGH = Inches(13.333), Inches(7.5)
LANGUAGES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Box:
    """Where something lies on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float


def language_of(wanted: str) -> str:
    """The language of slides for what was asked for: "fi", "sv" or "en", Finnish where it is none of them."""
    return next((code for code in LANGUAGES if wanted.startswith(code)), "fi")


def new_deck(title: str, author: str, lang: str) -> Any:
    """An empty deck in the house's size, with its title, author and language told to readers."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDE, HIGH
    deck.core_properties.title = title
    deck.core_properties.author = author
    deck.core_properties.language = LANGUAGES[lang]
    return deck


def saved(deck: Any) -> bytes:
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def add_slide(deck: Any, title: str, body: Sequence[str], notes: str, *, first: bool = False, box: Box | None = None, points: int = 0) -> Any:  # fmt: skip
    """A slide with a title and a list; the first one is a cover.

    `box` is where the list lies, `points` how large its letters are (0: as large as fits); without lines the list goes.
    """
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = SPRUCE if first else PAPER
    _circles(slide, first)
    head, text = slide.shapes.title, slide.placeholders[1]
    place(head, Box(0.9, 1.5, 7.8, 2.1) if first else Box(0.9, 0.6, 9.2, 1.3))
    head.text_frame.word_wrap = True
    head.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM if first else MSO_ANCHOR.MIDDLE
    head.text_frame.text = title
    style(head.text_frame, 54 if first else 40, WHITE if first else SPRUCE, bold=True)
    if body:
        place(text, box or (Box(0.9, 3.8, 7.8, 2.2) if first else Box(0.9, 2.1, 9.6, 4.6)))
        text.text_frame.word_wrap = True
        fill(text.text_frame, body)
        style(text.text_frame, 28 if first else points or _size(body), WHITE if first else INK, bullets=not first)
    else:
        text._element.getparent().remove(text._element)
    slide.notes_slide.notes_text_frame.text = notes
    return slide


def place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (Inches(v) for v in (box.left, box.top, box.width, box.height))


def fill(frame: Any, lines: Sequence[str]) -> None:
    """The lines as paragraphs of a text frame."""
    frame.text = lines[0]
    for line in lines[1:]:
        frame.add_paragraph().text = line


def _size(lines: Sequence[str]) -> int:
    """Letters as large as the lines allow: for the last row, and never smaller than can be read from there."""
    letters = sum(max(len(line), 35) for line in lines)
    return 30 if letters <= 200 and len(lines) <= 4 else 26 if letters <= 330 else 22 if letters <= 520 else 18


def style(frame: Any, points: int, colour: RGBColor, *, bold: bool = False, bullets: bool = True) -> None:
    """The same look for all paragraphs of a text frame."""
    for paragraph in frame.paragraphs:
        paragraph.space_after = Pt(10)
        if not bullets:
            properties = paragraph._p.get_or_add_pPr()
            properties.set("marL", "0")
            properties.set("indent", "0")
            # After the spacing: the schema of DrawingML has an order, and PowerPoint offers to repair what is not in it.
            properties.append(properties.makeelement(f"{DRAWING}buNone", {}))
        paragraph.alignment = PP_ALIGN.LEFT
        for run in paragraph.runs:
            run.font.size, run.font.name, run.font.bold, run.font.color.rgb = Pt(points), FONT, bold, colour


def text_box(slide: Any, box: Box, lines: Sequence[str], points: int, colour: RGBColor, *, bold: bool = False) -> Any:
    """Free text beside a slide's own placeholders."""
    shape = slide.shapes.add_textbox(*(Inches(v) for v in (box.left, box.top, box.width, box.height)))
    shape.text_frame.word_wrap = True
    fill(shape.text_frame, lines)
    style(shape.text_frame, points, colour, bold=bold, bullets=False)
    return shape


def add_rule(slide: Any, left: float, top: float, width: float, colour: RGBColor) -> None:
    """A line across, decorative."""
    rule = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Inches(left), Inches(top), Inches(width), Inches(0.07))
    rule.fill.solid()
    rule.fill.fore_color.rgb = colour
    rule.line.fill.background()
    rule.shadow.inherit = False
    rule.name = "–"
    rule._element.nvSpPr.cNvPr.set("descr", "")


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


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a mean that is known from `low` to `high` (equal where exact), and the words for it where it is not."""

    name: str
    low: float
    high: float
    told: str


@dataclass(frozen=True, slots=True)
class ChartWords:
    """A chart's words: its name for screen readers, and what its series are called."""

    name: str
    known: str
    open: str


def means_chart(slide: Any, bars: Sequence[Bar], words: ChartWords, box: Box, points: int = 16) -> Any:
    """A native, editable bar chart of means on the scale 1 to 5; bounds are open: a pale part shows where they may lie."""
    data: Any = CategoryChartData(number_format="0.0")  # type: ignore[no-untyped-call]
    data.categories = [b.name for b in bars]
    data.add_series(words.known, [b.low for b in bars])
    bounded = any(b.low != b.high for b in bars)
    if bounded:
        data.add_series(words.open, [round(b.high - b.low, 1) or None for b in bars])
    kind = XL_CHART_TYPE.BAR_STACKED if bounded else XL_CHART_TYPE.BAR_CLUSTERED
    chart = _chart(slide, kind, data, words.name, bars, box, points)
    known = chart.plots[0].series[0]
    _colour(known, SPRUCE)
    _labels(known, points, WHITE, XL_LABEL_POSITION.INSIDE_END)
    for i, bar in enumerate(bars):
        if _says_more(bar) and bar.low > 1:
            _own_label(known.points[i], bar.told, points, WHITE)
    if bounded:
        may_be = chart.plots[0].series[1]
        _colour(may_be, PALE)
        for i, bar in enumerate(bars):
            if bar.low != bar.high and bar.low <= 1:
                _own_label(known.points[i], " ", points, WHITE)  # nothing is known to be there
                _own_label(may_be.points[i], bar.told, points, INK)
        _legend(chart, points)
    return chart


def compared_chart(slide: Any, before: Sequence[Bar], now: Sequence[Bar], words: ChartWords, box: Box) -> Any:
    """Two rounds side by side as a native chart; of a bound what is known of it is drawn, and its words stand there."""
    points = 14
    data: Any = CategoryChartData(number_format="0.0")  # type: ignore[no-untyped-call]
    data.categories = [b.name for b in now]
    for name, bars in ((words.open, before), (words.known, now)):
        data.add_series(name, [b.low if b.low > 1 else b.high for b in bars])
    both = [Bar(n.name, n.low, n.high, f"{b.told} → {n.told}") for b, n in zip(before, now, strict=True)]
    chart = _chart(slide, XL_CHART_TYPE.BAR_CLUSTERED, data, words.name, both, box, points)
    for series, bars, colour, ink in zip(
        chart.plots[0].series, (before, now), (PALE, SPRUCE), (INK, WHITE), strict=True
    ):
        _colour(series, colour)
        _labels(series, points, ink, XL_LABEL_POSITION.INSIDE_END)
        for i, bar in enumerate(bars):
            if _says_more(bar):
                _own_label(series.points[i], bar.told, points, ink)
    _legend(chart, points)
    return chart


def _chart(slide: Any, kind: Any, data: Any, name: str, bars: Sequence[Bar], box: Box, points: int) -> Any:
    place_ = (Inches(v) for v in (box.left, box.top, box.width, box.height))
    frame = slide.shapes.add_chart(kind, *place_, data)
    frame.name = name
    # Who cannot see the chart hears its numbers.
    frame._element.nvGraphicFramePr.cNvPr.set("descr", f"{name}: " + "; ".join(f"{b.name} {b.told}" for b in bars))
    chart = frame.chart
    chart.font.size, chart.font.name, chart.font.color.rgb = Pt(points), FONT, INK
    chart.has_title, chart.has_legend = False, False
    plot = chart.plots[0]
    plot.gap_width = 45
    plot.overlap = 100 if kind == XL_CHART_TYPE.BAR_STACKED else 0
    across, along = chart.category_axis, chart.value_axis
    across.reverse_order = True  # the first item on top
    across.format.line.color.rgb = LINE
    across.major_tick_mark = XL_TICK_MARK.NONE
    along.minimum_scale, along.maximum_scale, along.major_unit = 1, 5, 1
    along.tick_labels.number_format, along.tick_labels.number_format_is_linked = "0", False
    along.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # under the bars, since the order is turned about
    along.major_gridlines.format.line.color.rgb = LINE
    along.format.line.fill.background()
    along.major_tick_mark = XL_TICK_MARK.NONE
    return chart


def _colour(series: Any, colour: RGBColor) -> None:
    series.format.fill.solid()
    series.format.fill.fore_color.rgb = colour
    series.invert_if_negative = False


def _labels(series: Any, points: int, colour: RGBColor, position: Any) -> None:
    labels = series.data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, "0.0", False
    labels.position = position
    labels.font.size, labels.font.bold, labels.font.name, labels.font.color.rgb = Pt(points), True, FONT, colour


def _says_more(bar: Bar) -> bool:
    """Whether its words differ from what the chart writes itself.

    A chart's own numbers are in the way of the machine that opens it, so a decimal comma is written out.
    """
    return bar.told != f"{bar.low:.1f}"


def _own_label(point: Any, text: str, points: int, colour: RGBColor) -> None:
    label = point.data_label
    label.text_frame.text = text
    label.position = XL_LABEL_POSITION.INSIDE_END
    run = label.text_frame.paragraphs[0].runs[0]
    run.font.size, run.font.bold, run.font.name, run.font.color.rgb = Pt(points), True, FONT, colour


def _legend(chart: Any, points: int) -> None:
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.legend.font.size, chart.legend.font.name, chart.legend.font.color.rgb = Pt(points), FONT, SOFT
