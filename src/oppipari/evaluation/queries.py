"""What pages read of the evaluation: nothing while it is open, released figures afterwards."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oppipari.evaluation.items import END, Questions, ours
from oppipari.evaluation.models import Conclusion, Questionnaire
from oppipari.evaluation.questionnaire import queries as questionnaires
from oppipari.evaluation.questionnaire.queries import questionnaire_of as questionnaire_of
from oppipari.organisation.models import Person, Unit
from oppipari.organisation.todo import Todo
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round

State = Questionnaire.State
FEWEST_COUNTED = 5


def lang() -> str:
    return "en" if (get_language() or "fi").startswith("en") else "fi"


@dataclass
class Bar:
    """One cell of a distribution as drawn: x and width in the picture, and the same in words."""

    label: str
    count: int
    x: float
    width: float


@dataclass
class Shown:
    """One item's released figure: in words, and as bars with the same numbers."""

    text: str
    n: int | None
    words: str
    bars: list[Bar]
    mean_x: float | None


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", "," if lang() == "fi" else ".")


def asked_in(released: dict[str, Any]) -> Questions:
    """The questions that figures were released of, in the words of that time."""
    return Questions(released["questions"]) if "questions" in released else ours()


def said(f: dict[str, Any]) -> str:
    """One released figure in words."""
    if f.get("mean") is not None:
        return _("mean %(mean)s of 5") % {"mean": _number(f["mean"])}
    if f.get("at_least") is not None:
        return _("%(value)s or more, of 5") % {"value": _number(f["at_least"])}
    if f.get("at_most") is not None:
        return _("%(value)s or less, of 5") % {"value": _number(f["at_most"])}
    return _("too few answers to show")


def figures(released: dict[str, Any], when: str = END) -> list[Shown]:
    """Released figures, put into words; an item that may not be shown says so."""
    asked = asked_in(released)
    words = dict(asked.scale(lang()))
    found = []
    for item in asked.items(when):
        f = released.get("items", {}).get(item.key) or {}
        value = next((f[k] for k in ("mean", "at_least", "at_most") if f.get(k) is not None), None)
        total = sum(c[2] for c in f["distribution"]) if f.get("distribution") else 0
        bars, x = [], 0.0
        for low, high, count in f.get("distribution") or []:
            label = words[low] if low == high else f"{words[low]} – {words[high]}"
            width = 300 * count / max(total, 1)
            bars.append(Bar(label, count, round(x, 1), round(max(width - 2, 0), 1)))
            x += width
        found.append(
            Shown(
                item.text(lang()), f.get("n"), said(f), bars, None if value is None else round((value - 1) / 4 * 300, 1)
            )
        )
    return found


def texts(released: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Released open answers by question."""
    return [(i.text(lang()), released.get("texts", {}).get(i.key, [])) for i in asked_in(released).open_items()]


def about(released: dict[str, Any]) -> str:
    """What kind of questions they were."""
    return asked_in(released).about(lang())


def start_and_end(round_: Round) -> list[tuple[str, str, str]]:
    """(statement, at the start, at the end) of what was asked in the same words at both, where it may be shown."""
    shown = questionnaire_of(round_)
    if shown is None or not shown.released:
        return []
    texts_ = {i.key: i.text(lang()) for i in asked_in(shown.released).items()}
    return [(texts_[b.key], said(b.start), said(b.end)) for b in questionnaires.start_and_end(round_)]


def conclusions(round_: Round) -> list[tuple[str, Any, list[Conclusion]]]:
    """The three columns: (kind, its name, what was written)."""
    written = list(Conclusion.objects.filter(round=round_))
    return [(k.value, k.label, [c for c in written if c.kind == k]) for k in Conclusion.Kind]


def benefits(unit: Unit) -> list[str]:
    """What earlier closed rounds of the unit brought, in short lines for the next round's slides."""
    done = Questionnaire.objects.filter(round__unit=unit, round__state=Round.State.CLOSED, state=State.CLOSED)
    lines: list[str] = []
    for q in done.order_by("-pk")[:2]:
        by_key = (q.released or {}).get("items", {})
        for item in asked_in(q.released or {}).items():
            f = by_key.get(item.key) or {}
            value = f.get("mean") if f.get("mean") is not None else f.get("at_least")
            if value is not None and value >= 3.5:
                more = " " + _("or more") if f.get("mean") is None else ""
                lines.append(f"{item.short(lang())}: {_number(value)}{more} / 5")
    for c in Conclusion.objects.filter(
        round__unit=unit, round__state=Round.State.CLOSED, kind=Conclusion.Kind.WORKED
    ).order_by("-pk")[:3]:
        lines.append(c.text)
    return lines[:6]


def took_part(round_: Round) -> int | None:
    """How many took part, as told on the closing page: from five on."""
    count = PairMember.objects.filter(pair__round=round_, left_at=None).exclude(pair__state=Pair.State.REPLACED).count()
    return count if count >= FEWEST_COUNTED else None


def todos_for_person(person: Person) -> list[Todo]:
    """The questionnaire, until answered; the few questions at sign-up, gently."""
    todos = []
    for waits in questionnaires.waiting_for(person):
        if waits.at_start:
            todos.append(
                Todo(
                    _("Three short questions before you start, if you like. Nobody sees who answered what."),
                    _("Answer three questions"),
                    reverse("start_questions", args=[waits.pk]),
                    70,
                )
            )
        else:
            todos.append(
                Todo(
                    _(
                        "How was mentoring for you? Answering takes under three minutes, and nobody sees who answered what."
                    ),
                    _("Answer the questionnaire"),
                    reverse("answer", args=[waits.pk]),
                    12,
                )
            )
    return todos


def most_have_met(round_: Round) -> bool:
    """Whether half of the round's pairs or more have met as agreed, or the whole course should be over by the calendar.

    What a pair told of its meetings is not needed for the latter: whoever never presses "we met" holds nobody up.
    """
    pairs = list(Pair.objects.filter(round=round_).exclude(state=Pair.State.REPLACED).with_held())
    met = sum(p.state == Pair.State.FINISHED or p.held >= p.meetings_agreed for p in pairs)  # type: ignore[attr-defined]
    if pairs and 2 * met >= len(pairs):
        return True
    course = timedelta(weeks=round_.meetings_wanted * round_.weeks_between)
    return round_.published_at is not None and timezone.now() > round_.published_at + course


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """Start the evaluation when it is time, close it, close the round, start the next."""
    url = reverse("round_evaluation", args=[round_.pk])
    if round_.state == Round.State.MEETING:
        if not most_have_met(round_):
            return []
        return [Todo(_("When the pairs have met, ask everyone how it was."), _("To the evaluation"), url, 60)]
    if round_.state == Round.State.EVALUATING:
        q = questionnaire_of(round_)
        if q is not None and q.state == State.OPEN:
            return [
                Todo(
                    _("The questionnaire is open. Close it when everyone has had time to answer."),
                    _("To the evaluation"),
                    url,
                    20,
                )
            ]
        return [
            Todo(
                _("The figures have been released. Evaluate together, write down the conclusions and close the round."),
                _("Evaluate together"),
                url,
                10,
            )
        ]
    if round_.state == Round.State.CLOSED:
        return [
            Todo(
                _("The round is closed. The next one can start with the same settings."),
                _("Start the next round"),
                reverse("round_copy", args=[round_.pk]),
                40,
            )
        ]
    return []


def pair_part(pair: Pair, person: Person) -> dict[str, Any]:
    """The questionnaire on the pair's page while it waits; the result once the round is closed."""
    shown = questionnaire_of(pair.round)
    closed = pair.round.state == Round.State.CLOSED
    if not closed and (shown is None or not shown.is_open):
        return {}
    return {
        "questionnaire": shown if shown is not None and shown.is_open else None,
        "answered": shown is not None and shown.is_open and questionnaires.has_answered(shown, person),
        "closed": closed,
    }


def round_part(round_: Round) -> dict[str, Any]:
    if round_.state not in (Round.State.EVALUATING, Round.State.CLOSED):
        return {}
    return {"questionnaire": questionnaire_of(round_), "closed": round_.state == Round.State.CLOSED}
