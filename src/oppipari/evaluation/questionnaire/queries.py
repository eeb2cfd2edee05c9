"""What pages read of questionnaires: what is asked, whether one has answered, and never how many have."""

from typing import NamedTuple

from oppipari.evaluation.items import Questions
from oppipari.evaluation.questionnaire import boxes
from oppipari.evaluation.questionnaire.actions import (
    FEWEST_FOR_FIGURES,
    FEWEST_FOR_TEXTS,
    SIGNING_UP,
    State,
    how_many_asked,
    people_asked,
)
from oppipari.evaluation.questionnaire.models import Asked, Box, Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire.question_sets import asked_next, number_next, questions_of
from oppipari.messages.actions import reaches
from oppipari.organisation.models import Person
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


def is_unreadable(questionnaire: Questionnaire) -> bool:
    """Whether the questionnaire is open and its answers cannot be read any more."""
    if not questionnaire.is_open:
        return False
    # Of a box only the tokens are read: the answers are long.
    box = Box.objects.defer("answers").filter(pk=questionnaire.box_id or 0).first()
    return box is None or not boxes.can_be_read(box)


def group(round_: Round) -> dict[str, bool]:
    """Whether so few were in pairs that figures, or open answers, could never be shown."""
    count = how_many_asked(round_)
    return {"few": count < FEWEST_FOR_FIGURES, "few_for_texts": count < FEWEST_FOR_TEXTS}


class Told(NamedTuple):
    """How many are asked at the end, and how many of them a message reaches; the others see it on their own pages."""

    by_mail: int
    asked: int

    @property
    def all(self) -> bool:
        return self.by_mail == self.asked


def told_of(round_: Round) -> Told:
    """Who hears of the round's questionnaire by e-mail; one query."""
    people = people_asked(round_)
    return Told(sum(reaches(person.email) for person in people), len(people))


class Waiting(NamedTuple):
    """A questionnaire that waits for somebody's answer."""

    pk: int
    at_start: bool


def waiting_for(person: Person) -> list[Waiting]:
    """What the person could answer and has not: (questionnaire's key, or round's key at the start).

    A fixed number of queries, and of each box only the tokens are read.
    """
    ends = Questionnaire.objects.filter(state=State.OPEN, round__pairs__members__person=person).distinct()
    found = [
        Waiting(q.pk, False) for q in ends.select_related("box").defer("box__answers") if not has_answered(q, person)
    ]
    signed = SignUp.objects.taking_part().filter(person=person, round__state__in=SIGNING_UP)
    rounds = list(signed.values_list("round_id", flat=True))
    if rounds:
        starts = {
            s.round_id: s
            for s in StartQuestions.objects.filter(round_id__in=rounds).select_related("box").defer("box__answers")
        }
        for pk in rounds:
            there = starts.get(pk)
            if there is None or (there.is_open and not has_answered(there, person)):
                found.append(Waiting(pk, True))
    return found
