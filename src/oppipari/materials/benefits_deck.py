"""The slides about what a round brought: what we did, what people said, what we concluded, what was shared, thank you."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from oppipari.evaluation.benefits.figures import HIGH, LOW, Span, number
from oppipari.materials.deck import shortened
from oppipari.materials.slides import (
    CLOUDBERRY,
    INK,
    SKY,
    SPRUCE,
    Bar,
    Box,
    ChartWords,
    add_rule,
    add_slide,
    compared_chart,
    means_chart,
    new_deck,
    saved,
    text_box,
)

COLUMNS = ("worked", "change", "spread")
# What fits three columns on one slide, and one column on a slide of its own: lines and letters.
TOGETHER, ALONE = (4, 300), (6, 620)


@dataclass(frozen=True, slots=True)
class BenefitsFacts:
    """What the slides say; figures are released ones, counts None where under five."""

    unit: str
    round: str
    supervisor: str
    meetings_wanted: int
    minutes: int
    people: int | None = None
    pairs: int | None = None
    meetings: int | None = None
    answers: str = ""
    figures: Sequence[tuple[str, Span]] = ()
    earlier: str = ""
    compared: Sequence[tuple[str, Span, Span]] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    insights: Sequence[str] = ()
    trials: Sequence[tuple[str, str]] = ()


@cache
def texts(lang: str) -> dict[str, Any]:
    """The slides' texts in one language."""
    found: dict[str, Any] = tomllib.loads((Path(__file__).parent / "benefits.toml").read_text(encoding="utf-8"))[lang]
    return found


def bar(name: str, span: Span, lang: str) -> Bar:
    """A released figure as a bar, with its words in the slides' language."""
    t = texts(lang)
    low, high = number(span.low, lang), number(span.high, lang)
    if span.exact:
        told = low
    elif span.high >= HIGH:
        told = t["or_more"].format(value=low)
    elif span.low <= LOW:
        told = t["or_less"].format(value=high)
    else:
        told = t["to"].format(low=low, high=high)
    return Bar(name, span.low, span.high, told)


def build_benefits(facts: BenefitsFacts, lang: str) -> bytes:
    """The slides as a .pptx file's bytes, in "fi", "sv" or "en"; what there is nothing of is left out."""
    t = texts(lang)
    deck = new_deck(f"{t['title']}: {facts.round} – {facts.unit}", facts.supervisor, lang)
    add_slide(deck, t["title"], [facts.unit, facts.round], t["title_notes"], first=True)
    add_slide(deck, t["did"], list(_did(facts, t)), t["did_notes"])
    _said(deck, facts, t, lang)
    if facts.compared:
        before = [bar(name, then, lang) for name, then, _now in facts.compared]
        now = [bar(name, now, lang) for name, _then, now in facts.compared]
        slide = add_slide(deck, t["beside"], [], t["beside_notes"].format(earlier=facts.earlier))
        words = ChartWords(t["beside_chart"], facts.round, facts.earlier)
        compared_chart(slide, before, now, words, Box(0.7, 1.9, 12.0, 5.3))
    _concluded(deck, facts.columns, t)
    shared = [t["quote"].format(text=shortened(i, 200)) for i in facts.insights[:4]]
    shared += [
        " – ".join(filter(None, [t["trial"].format(text=shortened(x, 140)), note])) for x, note in facts.trials[:3]
    ]
    if shared:
        add_slide(deck, t["shared"], shared, t["shared_notes"])
    body = [line.format(supervisor=facts.supervisor) for line in t["thanks_body"]]
    add_slide(deck, t["thanks"], body if facts.supervisor else body[:-1], t["thanks_notes"])
    return saved(deck)


def build_units(figures: Sequence[tuple[str, Span]], organisation: str, units: int, answers: int, lang: str) -> bytes:
    """The slides over units: released figures of `units` units put together."""
    t = texts(lang)
    deck = new_deck(f"{t['units_title']}: {organisation}", "", lang)
    add_slide(deck, t["units_title"], [organisation, t["units"].format(n=units)], t["units_notes"], first=True)
    slide = add_slide(deck, t["said_units"], [], f"{t['said_notes'].format(n=answers)} {t['units_notes']}")
    words = ChartWords(t["chart"], t["known"], t["open"])
    means_chart(slide, [bar(name, span, lang) for name, span in figures], words, Box(0.7, 1.9, 12.0, 5.3))
    add_slide(deck, t["thanks"], t["thanks_body"][:-1], t["thanks_notes"])
    return saved(deck)


def _did(facts: BenefitsFacts, t: Mapping[str, Any]) -> Iterator[str]:
    if facts.people:
        yield t["people"].format(n=facts.people)
    if facts.pairs:
        yield t["pairs"].format(n=facts.pairs)
    if facts.meetings:
        yield t["met"].format(n=facts.meetings, minutes=facts.minutes)
    else:
        yield t["planned"].format(n=facts.meetings_wanted, minutes=facts.minutes)
    yield t["private"]


def _said(deck: Any, facts: BenefitsFacts, t: Mapping[str, Any], lang: str) -> None:
    if not facts.figures:
        add_slide(deck, t["said"], [t["too_few"]], t["did_notes"])
        return
    slide = add_slide(deck, t["said"], [], t["said_notes"].format(n=facts.answers))
    words = ChartWords(t["chart"], t["known"], t["open"])
    means_chart(slide, [bar(name, span, lang) for name, span in facts.figures], words, Box(0.7, 1.9, 12.0, 5.3))


def _fits(lines: Sequence[str], room: tuple[int, int]) -> bool:
    return len(lines) <= room[0] and sum(map(len, lines)) <= room[1]


def _concluded(deck: Any, columns: Mapping[str, Sequence[str]], t: Mapping[str, Any]) -> None:
    """Three columns on one slide where they fit, else a slide for each, and as many as it takes."""
    written = {kind: list(columns.get(kind, ())) for kind in COLUMNS}
    if not any(written.values()):
        return
    if all(_fits(lines, TOGETHER) for lines in written.values()):
        slide = add_slide(deck, t["concluded"], [], t["concluded_notes"])
        for i, (kind, colour) in enumerate(zip(COLUMNS, (SPRUCE, CLOUDBERRY, SKY), strict=True)):
            left = 0.9 + i * 4.0
            add_rule(slide, left, 2.15, 3.6, colour)
            text_box(slide, Box(left - 0.1, 2.3, 3.8, 0.6), [t[kind]], 24, INK, bold=True)
            if written[kind]:
                letters = sum(map(len, written[kind]))
                text_box(slide, Box(left - 0.1, 2.95, 3.8, 4.0), written[kind], 20 if letters <= 190 else 17, INK)
        return
    for kind in COLUMNS:
        for number_, part in enumerate(_parts(written[kind])):
            title = t[kind] + (t["more"] if number_ else "")
            add_slide(deck, title, part, t["concluded_notes"])


def _parts(lines: Sequence[str]) -> Iterator[list[str]]:
    """The lines in as many slides as they need, nothing left out."""
    part: list[str] = []
    for line in lines:
        if part and not _fits([*part, line], ALONE):
            yield part
            part = []
        part.append(line)
    if part:
        yield part
