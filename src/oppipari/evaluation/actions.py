"""Closing the round; the actions of questionnaires and of the joint session stand in rooms of their own."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from oppipari.evaluation.access import must_supervise
from oppipari.evaluation.benefits.actions import freeze_counts
from oppipari.evaluation.models import Questionnaire
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
from oppipari.evaluation.together.actions import forget_clock
from oppipari.messages.actions import link, send
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.actions import forget_closed
from oppipari.pairs.models import PairMember
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round

__all__ = [
    "AnsweredAlready",
    "TooLate",
    "answer",
    "answer_start",
    "ask_anew",
    "close_questionnaire",
    "close_round",
    "go_without",
    "housekeep",
    "open_questionnaire",
    "settle_start_questions",
]

State = Questionnaire.State


@transaction.atomic
def close_round(round_: Round, by: Person) -> Round:
    """Close the round: its result stays to be read, and everyone in a pair is told. Closing twice closes once."""
    must_supervise(round_, by)
    questionnaire = Questionnaire.objects.filter(round=round_).first()
    if questionnaire is None or questionnaire.state != State.CLOSED:
        raise DomainError(_("Close the questionnaire first; then the round can be closed."))
    if round_.state == Round.State.CLOSED:
        return round_
    fresh = rounds.close_round(round_, by)
    freeze_counts(fresh)
    forget_closed(fresh)
    forget_clock(fresh)
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
