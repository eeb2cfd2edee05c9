"""Writing down conclusions and closing the round; the questionnaires' actions stand in a folder of their own."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from oppipari.evaluation.models import Conclusion, Questionnaire
from oppipari.evaluation.questionnaire.actions import (
    AnsweredAlready,
    TooLate,
    answer,
    answer_start,
    ask_anew,
    close_questionnaire,
    go_without,
    housekeep,
    open_questionnaire,
    settle_start_questions,
)
from oppipari.messages.actions import link, send
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.organisation.text import one_line
from oppipari.pairs.actions import forget_closed
from oppipari.pairs.models import PairMember
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round

__all__ = [
    "AnsweredAlready",
    "TooLate",
    "add_conclusion",
    "answer",
    "answer_start",
    "ask_anew",
    "close_questionnaire",
    "close_round",
    "go_without",
    "housekeep",
    "open_questionnaire",
    "remove_conclusion",
    "settle_start_questions",
]

State = Questionnaire.State
CONCLUSION_LENGTH = 280


def _may_run(round_: Round, by: Person) -> None:
    if not access.supervises(by, round_.unit_id):
        raise DomainError(_("Only the unit's supervisor can do this."))


@transaction.atomic
def add_conclusion(round_: Round, by: Person, kind: str, text: str) -> Conclusion:
    """Write down one conclusion; the same text twice is one."""
    _may_run(round_, by)
    if round_.state == Round.State.CLOSED:
        raise DomainError(_("The round is closed, so its conclusions stay as they are."))
    clean = one_line(text)
    if kind not in Conclusion.Kind.values or not clean:
        raise DomainError(_("Write the conclusion first."), field="text")
    if len(clean) > CONCLUSION_LENGTH:
        raise DomainError(_("A conclusion has at most 280 characters. Say it shorter."), field="text")
    made, _new = Conclusion.objects.get_or_create(
        round=round_, kind=kind, text=clean, defaults={"position": round_.conclusions.filter(kind=kind).count()}
    )
    return made


@transaction.atomic
def remove_conclusion(round_: Round, by: Person, pk: int) -> None:
    _may_run(round_, by)
    if round_.state != Round.State.CLOSED:
        Conclusion.objects.filter(round=round_, pk=pk).delete()


@transaction.atomic
def close_round(round_: Round, by: Person) -> Round:
    """Close the round: its result stays to be read, and everyone in a pair is told. Closing twice closes once."""
    _may_run(round_, by)
    questionnaire = Questionnaire.objects.filter(round=round_).first()
    if questionnaire is None or questionnaire.state != State.CLOSED:
        raise DomainError(_("Close the questionnaire first; then the round can be closed."))
    if round_.state == Round.State.CLOSED:
        return round_
    fresh = rounds.close_round(round_, by)
    forget_closed(fresh)
    places = PairMember.objects.filter(pair__round=round_, left_at=None).select_related("person")
    for person in {p.person_id: p.person for p in places}.values():
        send(
            to=person.email or "",
            kind="round_closed",
            language=person.language,
            context={"url": link(reverse("round_closing", args=[round_.pk]))},
            key=f"round_closed:{round_.pk}:{person.pk}",
        )
    return fresh
