"""The slides about what a round brought: what we did, what people said, what we concluded, what was shared, thank you."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from oppipari.evaluation.benefits.figures import CLEARLY_AGREED, HIGH, LEAST, LOW, Span, number
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

COLOURS = {"worked": SPRUCE, "change": CLOUDBERRY, "spread": SKY}
COLUMNS = tuple(COLOURS)
ACROSS = 12.0  # inches of a slide that columns share
# What fits three columns on one slide, and one column on a slide of its own: lines and letters.
TOGETHER, ALONE = (4, 300), (6, 620)


@dataclass(frozen=True, slots=True)
class BenefitsFacts:
    """What the slides say; figures are released ones, counts None where under five.

    `groups` counts pairs and trios alike; `asked` is False where the round went without a questionnaire.
    """

    unit: str
    round: str
    supervisor: str
    people: int | None = None
    groups: int | None = None
    meetings: int | None = None
    asked: bool = True
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
    did = list(_did(facts, t))
    # Why there are no figures stands beside what was done; alone it is no slide, only something to say.
    why = "" if facts.figures else t["too_few"] if facts.asked else t["not_asked"]
    notes = t["title_notes"] if did or not why else f"{t['title_notes']} {why}"
    add_slide(deck, t["title"], [facts.unit, facts.round], notes, first=True)
    if did:
        add_slide(deck, t["did"], [*did, why] if why else did, t["did_notes"])
    if facts.figures:
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
    body = [*_strongest(figures, t, lang), t["units"].format(n=units)]
    add_slide(deck, t["units_title"], [organisation, *body], t["units_notes"], first=True)
    slide = add_slide(deck, t["said_units"], [], f"{t['said_notes'].format(n=answers)} {t['units_notes']}")
    words = ChartWords(t["chart"], t["known"], t["open"])
    means_chart(slide, [bar(name, span, lang) for name, span in figures], words, Box(0.7, 1.9, 12.0, 5.3))
    add_slide(deck, t["units_next"], t["units_next_body"], t["units_next_notes"])
    return saved(deck)


def _strongest(figures: Sequence[tuple[str, Span]], t: Mapping[str, Any], lang: str) -> Iterator[str]:
    """What is known to be agreed with most clearly, as one line; nothing where nothing is."""
    clear = [pair for pair in figures if pair[1].low >= CLEARLY_AGREED]
    if clear:
        name, span = max(clear, key=lambda pair: pair[1].low)
        yield t["strongest"].format(name=name, value=bar(name, span, lang).told)


def _did(facts: BenefitsFacts, t: Mapping[str, Any]) -> Iterator[str]:
    """What happened, by the frozen counts; what the round's settings wished for is not told."""
    if not facts.people:
        return
    yield t["people"].format(n=facts.people)
    if facts.groups:
        yield _formed(facts.people, facts.groups, t)
    if facts.meetings:
        yield t["met"].format(n=facts.meetings)
    yield t["private"]


def _formed(people: int, groups: int, t: Mapping[str, Any]) -> str:
    """Pairs where all were pairs; trios are counted from five on as everything is, and fewer make them all groups."""
    trios = people - 2 * groups
    if trios == 0:
        return str(t["pairs"]).format(n=groups)
    if trios >= LEAST and groups - trios >= LEAST:
        return str(t["trios"]).format(pairs=groups - trios, trios=trios)
    return str(t["groups"]).format(n=groups)


def _said(deck: Any, facts: BenefitsFacts, t: Mapping[str, Any], lang: str) -> None:
    slide = add_slide(deck, t["said"], [], t["said_notes"].format(n=facts.answers))
    words = ChartWords(t["chart"], t["known"], t["open"])
    means_chart(slide, [bar(name, span, lang) for name, span in facts.figures], words, Box(0.7, 1.9, 12.0, 5.3))


def _fits(lines: Sequence[str], room: tuple[int, int]) -> bool:
    return len(lines) <= room[0] and sum(map(len, lines)) <= room[1]


def _concluded(deck: Any, columns: Mapping[str, Sequence[str]], t: Mapping[str, Any]) -> None:
    """The columns that were written side by side on one slide where they fit, else a slide for each, and as many as it takes."""
    written = {kind: list(columns[kind]) for kind in COLUMNS if columns.get(kind)}
    if not written:
        return
    if all(_fits(lines, TOGETHER) for lines in written.values()):
        slide = add_slide(deck, t["concluded"], [], t["concluded_notes"])
        step = ACROSS / len(written)
        # A heading stays on its one line, in the longest of the languages too.
        head = 24 if len(written) < len(COLUMNS) or max(len(t[kind]) for kind in written) <= 14 else 20
        for i, kind in enumerate(written):
            left, width = 0.9 + i * step, step - 0.4
            add_rule(slide, left, 2.15, width, COLOURS[kind])
            text_box(slide, Box(left - 0.1, 2.3, width + 0.2, 0.6), [t[kind]], head, INK, bold=True)
            letters = sum(map(len, written[kind]))
            roomy = 24 if len(written) < len(COLUMNS) else 20
            points = roomy if letters <= 190 else 17
            text_box(slide, Box(left - 0.1, 2.95, width + 0.2, 4.0), written[kind], points, INK)
        return
    for kind, lines in written.items():
        for number_, part in enumerate(_parts(lines)):
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
