"""What is asked, and the box that answers fall into."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.models import Organisation
from oppipari.rounds.models import Round


class QuestionSet(models.Model):
    """One version of an organisation's questions, in words and order; never changed, only followed by the next."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="question_sets")
    number = models.PositiveIntegerField()
    # In the shape of data/items.toml; docs/questionnaire.md describes it.
    content = models.JSONField()
    # Ours as they came with the program, or the organisation's own.
    is_own = models.BooleanField(default=False)
    made_on = models.DateField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["organisation", "number"], name="question_set_number_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class Box(models.Model):
    """The answers of one open questionnaire, sealed: neither whose, nor when, nor in which order, nor how many.

    One row. `boxes` opens it; its key lies in a file (`keys`), and of the two versions in it the one that the key opens
    counts. The box goes when the questionnaire closes.
    """

    handle = models.CharField(max_length=32, unique=True)
    even = models.BinaryField(default=bytes)
    odd = models.BinaryField(default=bytes)
    # As version 0.1 kept them; `earlier` moves them into the above.
    answers = models.BinaryField(default=bytes)
    spent = models.BinaryField(default=bytes)

    def __str__(self) -> str:
        return "–"


class EndedBox(models.Model):
    """The handle of a box that is gone for good, by which whoever holds its key knows that it may be destroyed.

    That a database does not know a box is no sign of it: an older one that was brought back does not, nor does another's.
    """

    handle = models.CharField(max_length=32, unique=True)

    def __str__(self) -> str:
        return "–"


@receiver(post_delete, sender=Box)
def _note_end(sender: type[Box], instance: Box, **_more: Any) -> None:
    EndedBox.objects.get_or_create(handle=instance.handle)


class Canary(models.Model):
    """By what a process proves that it sees the secrets that this database goes with: keyed hashes of both, one row."""

    answer_keys = models.CharField(max_length=64)
    secret_key = models.CharField(max_length=64)

    def __str__(self) -> str:
        return "–"


class Asked(models.Model):
    """A questionnaire of a round: open, then closed once and for all."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    # The words it was opened with; none for what was asked before there were versions.
    questions = models.ForeignKey(QuestionSet, null=True, on_delete=models.PROTECT, related_name="+")
    box = models.OneToOneField(Box, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # What `disclosure` released, with the words it was asked in, frozen: no later erasure or correction changes it.
    released = models.JSONField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


def _released_when_closed(name: str) -> Any:
    return models.CheckConstraint(
        condition=Q(state="open", released__isnull=True) | Q(state="closed", released__isnull=False), name=name
    )


class Questionnaire(Asked):
    """The questionnaire at the end of a round."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="questionnaire")
    closes = models.DateField(_("closes"), null=True, blank=True)

    class Meta:
        constraints = [_released_when_closed("released_when_closed")]

    def __str__(self) -> str:
        return f"{self.round}"

    @property
    def was_asked(self) -> bool:
        """False where the supervisor went on without asking anybody."""
        return not (self.released or {}).get("without", False)

    @property
    def has_figures(self) -> bool:
        """Whether figures were released, so that whoever answered and counts is among them."""
        return not (self.released or {}).get("too_few", True)

    @property
    def confirmed_only(self) -> bool:
        """Whether only those are in the figures who had confirmed their address; False of what was released before."""
        return bool((self.released or {}).get("confirmed_only", False))


class StartQuestions(Asked):
    """The few questions at sign-up: how it is before the round. They close when pairs are published."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="start_questions")

    class Meta:
        constraints = [_released_when_closed("start_released_when_closed")]

    def __str__(self) -> str:
        return f"{self.round}"
