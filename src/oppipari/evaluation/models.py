"""A questionnaire is answered without a name, closed once, and leaves only the figures that may be shown."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.models import Person
from oppipari.rounds.models import Round


def random_key() -> int:
    """A row number that tells nothing of order: rows lie in the order of their keys, not of their coming."""
    return secrets.randbits(62)


class Questionnaire(models.Model):
    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="questionnaire")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    closes = models.DateField(_("closes"), null=True, blank=True)
    # What `disclosure` released, frozen: later erasures or corrections never change it.
    released = models.JSONField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", released__isnull=True) | Q(state="closed", released__isnull=False),
                name="released_when_closed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.round}"


class Ticket(models.Model):
    """One person's right to answer once; it knows that it was used, never for what."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="tickets")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    used = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["questionnaire", "person"], name="ticket_once")]

    def __str__(self) -> str:
        return f"{self.questionnaire_id}"


class AnswerSheet(models.Model):
    """One set of answers: no person, no time, no order."""

    id = models.BigIntegerField(primary_key=True, default=random_key)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="sheets")
    # {item: 1..5 or null}
    values = models.JSONField()

    def __str__(self) -> str:
        return "–"


class OpenAnswer(models.Model):
    """One open answer, apart from the same person's other answers."""

    id = models.BigIntegerField(primary_key=True, default=random_key)
    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="open_answers")
    item = models.CharField(max_length=40)
    text = models.TextField(max_length=600)

    def __str__(self) -> str:
        return "–"


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
