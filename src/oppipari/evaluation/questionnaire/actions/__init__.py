"""Asking, answering and closing: at the start and at the end of a round."""

from oppipari.evaluation.questionnaire.actions.asked import (
    FEWEST_FOR_FIGURES,
    FEWEST_FOR_TEXTS,
    SIGNING_UP,
    TEXT_LENGTH,
    State,
    how_many_asked,
    keys_asked,
    people_asked,
)
from oppipari.evaluation.questionnaire.actions.closing import CannotBeRead, forget_strays
from oppipari.evaluation.questionnaire.actions.end import (
    NotSure,
    answer,
    ask_anew,
    close_questionnaire,
    go_without,
    open_questionnaire,
)
from oppipari.evaluation.questionnaire.actions.questions import change_questions
from oppipari.evaluation.questionnaire.actions.start import answer_start, settle_start_questions
from oppipari.evaluation.questionnaire.actions.taking import AnsweredAlready, TooLate

__all__ = [
    "FEWEST_FOR_FIGURES",
    "FEWEST_FOR_TEXTS",
    "SIGNING_UP",
    "TEXT_LENGTH",
    "AnsweredAlready",
    "CannotBeRead",
    "NotSure",
    "State",
    "TooLate",
    "answer",
    "answer_start",
    "ask_anew",
    "change_questions",
    "close_questionnaire",
    "forget_strays",
    "go_without",
    "how_many_asked",
    "keys_asked",
    "open_questionnaire",
    "people_asked",
    "settle_start_questions",
]
