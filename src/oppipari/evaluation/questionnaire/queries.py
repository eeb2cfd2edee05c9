"""What pages read of questionnaires: what is asked, whether one has answered, and never how many have."""

from enum import Enum
from typing import NamedTuple

from oppipari.evaluation.items import Questions
from oppipari.evaluation.questionnaire import boxes, canary
from oppipari.evaluation.questionnaire.actions import (
    FEWEST_FOR_FIGURES,
    FEWEST_FOR_TEXTS,
    SIGNING_UP,
    State,
    how_many_asked,
    people_asked,
)
from oppipari.evaluation.questionnaire.actions.end import key_start, of_box
from oppipari.evaluation.questionnaire.keys import KeyMissing
from oppipari.evaluation.questionnaire.models import Asked, Box, Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire.question_sets import asked_next, number_next, questions_of
from oppipari.evaluation.questionnaire.sealing import Unreadable
from oppipari.organisation.models import Person
from oppipari.organisation.reach import Reach, reach_of
from oppipari.rounds.models import Round, SignUp

__all__ = ["questions_of"]


def questionnaire_of(round_: Round) -> Questionnaire | None:
    return Questionnaire.objects.filter(round=round_).first()


def start_questions_of(round_: Round) -> StartQuestions | None:
    return StartQuestions.objects.select_related("questions", "box").filter(round=round_).first()


def start_words(round_: Round, asked: StartQuestions | None) -> tuple[int, Questions]:
    """(the version's number, its questions): those the round's start questions were opened with, else the next ones."""
    if asked is not None and asked.questions is not None:
        return asked.questions.number, questions_of(asked.questions)
    return number_next(round_.unit.organisation), asked_next(round_.unit.organisation)


def takes_start_answers(round_: Round, asked: StartQuestions | None) -> bool:
    return round_.state in SIGNING_UP and (asked is None or asked.is_open)


def has_answered(asked: Asked, person: Person) -> bool:
    """Whether the person's own token is spent; pages tell it to that person alone."""
    return asked.box is not None and boxes.has_answered(asked.box, person.pk)


class Trouble(Enum):
    """Why the answers of an open questionnaire cannot be read here."""

    ELSEWHERE = "elsewhere"  # this process does not see the secrets
    NO_KEY = "no key"  # the secrets are here, the key of this one is not
    MISFIT = "misfit"  # the key is of another version of the box
    NO_BOX = "no box"


def trouble_with(questionnaire: Asked) -> Trouble | None:
    """Why an open questionnaire cannot be closed here; None where nothing stands in the way."""
    if not questionnaire.is_open:
        return None
    if canary.sight() is not canary.Sight.ALL:
        return Trouble.ELSEWHERE
    box = Box.objects.filter(pk=questionnaire.box_id or 0).first()
    if box is None:
        return Trouble.NO_BOX
    try:
        boxes.look_into(box)
    except KeyMissing:
        return Trouble.NO_KEY
    except Unreadable:
        return Trouble.MISFIT
    return None


def group(round_: Round) -> dict[str, bool]:
    """Whether so few were in pairs that figures, or open answers, could never be shown."""
    count = how_many_asked(round_)
    return {"few": count < FEWEST_FOR_FIGURES, "few_for_texts": count < FEWEST_FOR_TEXTS}


def told_of(questionnaire: Questionnaire) -> Reach:
    """Who is asked at the end, how many of them a message reaches, and when, where it waits for the morning."""
    times = ["open", *([of_box(questionnaire.box)] if questionnaire.box is not None else [])]
    return reach_of(people_asked(questionnaire.round), [key_start(questionnaire, when) for when in times])


class Waiting(NamedTuple):
    """A questionnaire that waits for somebody's answer."""

    pk: int
    at_start: bool


def waiting_for(person: Person) -> list[Waiting]:
    """What the person could answer and has not: (questionnaire's key, or round's key at the start).

    A fixed number of queries.
    """
    ends = Questionnaire.objects.filter(state=State.OPEN, round__pairs__members__person=person).distinct()
    found = [Waiting(q.pk, False) for q in ends.select_related("box") if not has_answered(q, person)]
    signed = SignUp.objects.taking_part().filter(person=person, round__state__in=SIGNING_UP)
    rounds = list(signed.values_list("round_id", flat=True))
    if rounds:
        starts = {s.round_id: s for s in StartQuestions.objects.filter(round_id__in=rounds).select_related("box")}
        for pk in rounds:
            there = starts.get(pk)
            if there is None or (there.is_open and not has_answered(there, person)):
                found.append(Waiting(pk, True))
    return found
