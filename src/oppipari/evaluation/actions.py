"""Closing the round; the actions of questionnaires and of the joint session stand in rooms of their own."""

from django.db import transaction
from django.urls import reverse

from oppipari.evaluation.before_closing import before_closing
from oppipari.evaluation.benefits.actions import freeze_counts
from oppipari.evaluation.questionnaire.actions import (
    AnsweredAlready,
    TooLate,
    answer,
    answer_start,
    ask_anew,
    close_questionnaire,
    forget_strays,
    go_without,
    how_many_asked,
    open_questionnaire,
    settle_start_questions,
)
from oppipari.evaluation.together.actions import forget_clock
from oppipari.messages.actions import link, send
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.organisation.queries import answers_go_to
from oppipari.pairs.actions import go_on_after_closing
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round, SignUp
from oppipari.rounds.naming import about

__all__ = [
    "AnsweredAlready",
    "TooLate",
    "answer",
    "answer_start",
    "ask_anew",
    "close_questionnaire",
    "close_round",
    "forget_strays",
    "go_without",
    "how_many_asked",
    "open_questionnaire",
    "settle_start_questions",
]


@transaction.atomic
def close_round(round_: Round, by: Person) -> Round:
    """Close the round: its result stays to be read, pairs that want to go on do, and all who took part are told.

    Closing twice closes once. Raises DomainError, which says what to do first, before it has been evaluated, or where it would break a promise.
    """
    access.must_supervise(by, round_.unit_id)
    if first := before_closing(round_):
        raise DomainError(first)
    if round_.state == Round.State.CLOSED:
        return round_
    fresh = rounds.close_round(round_, by)
    freeze_counts(fresh)
    go_on_after_closing(fresh)
    forget_clock(fresh)
    # Those whose pair goes on, has finished or has ended, and those who wait: the same letter to all, in one order.
    for person in (s.person for s in SignUp.objects.taking_part().filter(round=round_).select_related("person")):
        send(
            to=person.email or "",
            kind="round_closed",
            language=person.language,
            context={"url": link(reverse("round_closing", args=[round_.pk])), **about(person, fresh)},
            key=f"round_closed:{round_.pk}:{person.pk}",
            reply_to=answers_go_to(round_.unit_id, person),
        )
    return fresh
