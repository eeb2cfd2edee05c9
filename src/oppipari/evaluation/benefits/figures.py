"""Released figures as they are told: in words, as a picture (drawn as SVG by the page), and as rows of a table.

A figure is a mean, or only a bound of it ("4.2 or more"), and perhaps a distribution in which neighbouring answers may be
joined. A bound is drawn with an open end: solid as far as it is known, hatched where it may lie.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.evaluation.items import END, asked_in
from oppipari.evaluation.queries import lang
from oppipari.organisation import confirmed

LOW, HIGH = 1, 5
# Of the picture's own units; the page scales it.
WIDTH, GAP = 600, 3
CLEARLY_AGREED, CLEARLY_NOT = 4.2, 2.5
LEAST = 5  # of answers behind any figure that is shown, whatever was released
LEAST_FOR_SPREAD = 8
LEAST_FOR_TEXTS = 8  # to be asked an open question at all


def number(value: float, language: str) -> str:
    """One decimal in the reader's way: 4,2 in Finnish and Swedish."""
    text = f"{value:.1f}"
    return text if language.startswith("en") else text.replace(".", ",")


@dataclass(frozen=True, slots=True)
class Span:
    """What is known of a mean: it lies from `low` to `high`; equal where it is told exactly (to one decimal)."""

    low: float
    high: float

    @property
    def exact(self) -> bool:
        return self.low == self.high

    @property
    def open_width(self) -> float:
        """How wide the open end is drawn, from `at(low)` on; 0 where the mean is exact."""
        return round(at(self.high) - at(self.low), 1)

    def told(self, language: str) -> str:
        """ "4.3", "4.2 or more", "1.8 or less", or "4.1 to 4.4"."""
        if self.exact:
            return number(self.low, language)
        if self.high >= HIGH:
            return _("%(value)s or more") % {"value": number(self.low, language)}
        if self.low <= LOW:
            return _("%(value)s or less") % {"value": number(self.high, language)}
        return _("%(low)s to %(high)s") % {"low": number(self.low, language), "high": number(self.high, language)}


def span_of(figure: Mapping[str, Any]) -> Span | None:
    """The mean of a released figure, or what is told of it; None where nothing is, or by fewer than five."""
    if (figure.get("n") or 0) < LEAST:
        return None
    if figure.get("mean") is not None:
        return Span(figure["mean"], figure["mean"])
    least, most = figure.get("at_least"), figure.get("at_most")
    if least is None and most is None:
        return None
    return Span(float(LOW) if least is None else least, float(HIGH) if most is None else most)


@dataclass(frozen=True, slots=True)
class Cell:
    """So many gave an answer from `low` to `high`; `x` and `width` place it in the picture."""

    low: int
    high: int
    words: str
    count: int
    x: float
    width: float

    @property
    def values(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}–{self.high}"

    @property
    def joined(self) -> bool:
        return self.low != self.high

    @property
    def covers(self) -> int:
        """How many of the scale's answers it takes in."""
        return self.high - self.low + 1

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)


@dataclass(frozen=True, slots=True)
class Scale:
    """A mean on the scale: solid from the start to `known`, hatched from there to `open_to` where only a bound is told."""

    known: float
    open_to: float


@dataclass(frozen=True, slots=True)
class Result:
    """One statement's released figure; `span` None where too few answered it."""

    key: str
    text: str
    short: str
    n: int | None
    span: Span | None
    big: str
    said: str
    cells: list[Cell]
    scale: Scale | None

    @property
    def open_width(self) -> float:
        """How wide the open end of a bound is drawn."""
        return self.span.open_width if self.span else 0.0

    @property
    def few_for_spread(self) -> bool:
        """Whether so few answered that no distribution of them is ever shown; else this one would tell too much."""
        return (self.n or 0) < LEAST_FOR_SPREAD

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """Where the scale's numbers stand, and how their text hangs: the first and the last stay inside the picture."""
        return [(at(v), "start" if v == LOW else "end" if v == HIGH else "middle") for v in range(LOW, HIGH + 1)]

    @property
    def name(self) -> str:
        """What a screen reader says of the picture."""
        shares = ", ".join(f"{c.words}: {c.count}" for c in self.cells)
        return ": ".join(filter(None, [self.text, "; ".join(filter(None, [self.said, shares]))]))


def at(value: float) -> float:
    """Where a value of the scale lies in the picture."""
    return round((value - LOW) / (HIGH - LOW) * WIDTH, 1)


def cells_of(figure: Mapping[str, Any], words: Mapping[int, str]) -> list[Cell]:
    """The distribution as cells side by side, as wide as their share; none for an answer that nobody gave."""
    told = [(low, high, count) for low, high, count in figure.get("distribution") or []]
    drawn = [c for c in told if c[2]]
    total = sum(count for _l, _h, count in drawn)
    room = WIDTH - GAP * (len(drawn) - 1)
    found, x = [], 0.0
    for low, high, count in told:
        width = room * count / total if count else 0.0
        label = (
            words[low] if low == high else _("from “%(low)s” to “%(high)s”") % {"low": words[low], "high": words[high]}
        )
        found.append(Cell(low, high, label, count, round(x, 1), round(width, 1)))
        x += width + GAP if count else 0
    return found


def clearest[T](figures: Iterable[tuple[T, Span]]) -> list[T]:
    """Up to three of `figures` that were clearly agreed with, the one with the highest known end first."""
    clear = [(thing, span) for thing, span in figures if span.low >= CLEARLY_AGREED]
    return [thing for thing, _span in sorted(clear, key=lambda pair: -pair[1].low)[:3]]


def too_few() -> str:
    said = _(
        "There are too few answers that count: at least five are needed to show figures, so that nobody can be recognised."
    )
    if confirmed.are_checked():
        said += " " + _("The answers of those who have not confirmed their e-mail address do not count.")
    return said


def not_asked() -> str:
    return _("There was no questionnaire in this round: fewer than five people were in pairs.")


def who_was_asked(released: Mapping[str, Any]) -> str:
    """Who can be in released figures, in a sentence; "" of what was released before this was kept, and of no questionnaire."""
    asked = released.get("asked")
    if not asked:
        return ""
    if released.get("confirmed_only"):
        return _("Only the answers of those who have confirmed their e-mail address are in the figures.")
    return ngettext(
        "%(count)d person was asked. The supervisor let them in, and nobody else has checked who they are.",
        "%(count)d people were asked. The supervisor let them in, and nobody else has checked who they are.",
        asked,
    ) % {"count": asked}


def result_of(key: str, text: str, short: str, figure: Mapping[str, Any], words: Mapping[int, str]) -> Result:
    """One released figure, told in the active language; `words` are the scale's."""
    language = lang()
    span = span_of(figure)
    if span is None:
        return Result(key, text, short, None, None, "–", _("too few answers to show"), [], None)
    big = span.told(language)
    said = _("mean %(value)s on a scale from 1 to 5") % {"value": big}
    return Result(
        key, text, short, figure["n"], span, big, said, cells_of(figure, words), Scale(at(span.low), at(span.high))
    )


@dataclass(frozen=True, slots=True)
class Results:
    """All that was released of a round: `open` while the questionnaire is, `too_few` where nothing may be shown.

    `asked` is False where the supervisor went on without a questionnaire. `scale` are the words of the answers from 1 to 5, `about` says what kind of questions they were.
    """

    open: bool
    too_few: bool
    items: list[Result]
    texts: list[tuple[str, list[str]]]
    scale: list[str] = field(default_factory=list)
    about: str = ""
    asked: bool = True
    # Open questions of which no answer is shown: nobody wrote, or too few did, and which it was is not told.
    silent: list[str] = field(default_factory=list)
    # Why there were none at all: fewer than eight people were asked.
    no_open_question: bool = False
    who: str = ""

    @property
    def shown(self) -> list[Result]:
        return [r for r in self.items if r.span is not None]

    @property
    def bounded(self) -> bool:
        """Whether some figure is only a bound, so that the page says what that means."""
        return any(r.span and not r.span.exact for r in self.shown)

    @property
    def has_cells(self) -> bool:
        """Whether some distribution is drawn, so that the page explains its colours."""
        return any(r.cells for r in self.shown)

    @property
    def has_scales(self) -> bool:
        """Whether some mean is drawn on the scale alone."""
        return any(not r.cells for r in self.shown)

    @property
    def joined(self) -> bool:
        """Whether some answers are counted together, so that the page says what that means."""
        return any(c.joined and c.count for r in self.shown for c in r.cells)

    @property
    def agreed(self) -> list[Result]:
        """Up to three statements that people clearly agreed with, by what is known of them at least.

        Nobody is told that they are "the most": a bound may hide more.
        """
        return clearest([(r, r.span) for r in self.shown if r.span])

    @property
    def lacking(self) -> list[Result]:
        """Up to two statements that people rather did not agree with: what is left to mend."""
        found = [(r.span.high, r) for r in self.shown if r.span and r.span.high <= CLEARLY_NOT]
        return [r for _high, r in sorted(found, key=lambda pair: pair[0])[:2]]

    @property
    def why(self) -> str:
        """Why there are no figures, in a sentence; "" where there are, or while the questionnaire is open."""
        if self.open or self.shown:
            return ""
        return too_few() if self.asked else not_asked()

    @property
    def answers(self) -> str:
        """How many answered, from the fewest to the most a statement got: "12" or "11–12"; "" where nothing is shown."""
        counts = sorted({r.n for r in self.shown if r.n})
        return "–".join(str(n) for n in (counts[:1] + counts[-1:] if len(counts) > 1 else counts))

    @property
    def answered(self) -> str:
        """The same as a sentence."""
        most = max((r.n or 0 for r in self.shown), default=0)
        return ngettext("%(told)s answer", "%(told)s answers", most) % {"told": self.answers} if most else ""


def results(released: Mapping[str, Any] | None) -> Results:
    """What was released, told in the active language; None while the questionnaire is open."""
    if released is None:
        return Results(True, True, [], [])
    asked, language, figures = asked_in(released), lang(), released.get("items", {})
    words = dict(asked.scale(language))
    told = [
        result_of(i.key, i.text(language), i.short(language), figures.get(i.key) or {}, words) for i in asked.items(END)
    ]
    written = released.get("texts", {})
    texts = [(i.text(language), list(written.get(i.key, []))) for i in asked.open_items()]
    was_asked = not released.get("without", False)
    few_asked = was_asked and (released.get("asked") or LEAST_FOR_TEXTS) < LEAST_FOR_TEXTS
    too_few = bool(released.get("too_few")) or all(r.span is None for r in told)
    shown = [] if too_few else told
    return Results(
        open=False,
        too_few=too_few,
        items=shown,
        texts=[t for t in texts if t[1]],
        scale=list(words.values()),
        about=asked.about(language),
        asked=was_asked,
        silent=[question for question, shown_of_it in texts if was_asked and not few_asked and not shown_of_it],
        no_open_question=few_asked and bool(texts),
        who=who_was_asked(released),
    )
