"""What pages read of the evaluation: nothing while it is open, released figures afterwards."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oppipari.evaluation.items import LANGUAGES
from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.questionnaire import queries as questionnaires
from oppipari.evaluation.questionnaire.queries import questionnaire_of as questionnaire_of
from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round
from oppipari.rounds.queries import is_latest

State = Questionnaire.State


def lang() -> str:
    """The reader's language, one of those that the questions are in."""
    code = (get_language() or "fi")[:2]
    return code if code in LANGUAGES else "fi"


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
        asked = q is not None and q.was_asked
        return [
            Todo(
                _("The figures have been released. Evaluate together, write down the conclusions and close the round.")
                if asked
                else _("Evaluate together, write down the conclusions and close the round."),
                _("Evaluate together"),
                url,
                10,
            )
        ]
    if round_.state == Round.State.CLOSED and is_latest(round_):
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
    """The questionnaire on the pair's page while it waits, or why none comes; the result once the round is closed."""
    shown = questionnaire_of(pair.round)
    closed = pair.round.state == Round.State.CLOSED
    without = shown is not None and not shown.was_asked and not closed
    if not (closed or without) and (shown is None or not shown.is_open):
        return {}
    return {
        "without": without,
        "few": without and questionnaires.group(pair.round)["few"],
        "questionnaire": shown if shown is not None and shown.is_open else None,
        "answered": shown is not None and shown.is_open and questionnaires.has_answered(shown, person),
        "closed": closed,
    }


def latest_closed(units: Iterable[int]) -> dict[int, Round]:
    """Each unit's latest closed round, by the unit's key: what it brought may be read by the whole unit; one query."""
    closed = Round.objects.filter(unit__in=list(units), state=Round.State.CLOSED)
    return {r.unit_id: r for r in closed.order_by("closed_at", "pk")}


def round_part(round_: Round) -> dict[str, Any]:
    if round_.state not in (Round.State.EVALUATING, Round.State.CLOSED):
        return {}
    return {"questionnaire": questionnaire_of(round_), "closed": round_.state == Round.State.CLOSED}
