"""What the evaluation stores, gathered from its rooms."""

from oppipari.evaluation.benefits.models import RoundCounts
from oppipari.evaluation.questionnaire.models import Box, EndedBox, Questionnaire, QuestionSet, StartQuestions
from oppipari.evaluation.together.models import Conclusion, TogetherSession

__all__ = [
    "Box",
    "Conclusion",
    "EndedBox",
    "QuestionSet",
    "Questionnaire",
    "RoundCounts",
    "StartQuestions",
    "TogetherSession",
]
