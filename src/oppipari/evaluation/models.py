"""Questionnaires (in a folder of their own) and what was concluded together."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oppipari.evaluation.questionnaire.models import Box, Questionnaire, QuestionSet, StartQuestions
from oppipari.rounds.models import Round

__all__ = ["Box", "Conclusion", "QuestionSet", "Questionnaire", "StartQuestions"]


class Conclusion(models.Model):
    """What was concluded together: what worked, what to change, what to spread."""

    class Kind(models.TextChoices):
        WORKED = "worked", _("what worked")
        CHANGE = "change", _("what we change")
        SPREAD = "spread", _("what we spread")

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="conclusions")
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.CharField(max_length=280)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["kind", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}"
