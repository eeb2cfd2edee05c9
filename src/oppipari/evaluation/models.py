"""What the evaluation stores, gathered from its rooms."""

from oppipari.evaluation.benefits.models import RoundCounts
from oppipari.evaluation.questionnaire.models import Box, Questionnaire, QuestionSet, StartQuestions
from oppipari.evaluation.together.models import Conclusion, TogetherSession

__all__ = ["Box", "Conclusion", "QuestionSet", "Questionnaire", "RoundCounts", "StartQuestions", "TogetherSession"]
