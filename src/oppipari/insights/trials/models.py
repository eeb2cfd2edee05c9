"""A trial is the supervisor's own text; nothing in it leads to a person but the name of who looks after it."""

import unicodedata
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.models import Unit
from oppipari.organisation.text import fold


def folded(*texts: str) -> str:
    """Texts as they are searched: without case and diacritics, so that "hoyry" finds "Höyry"."""
    apart = unicodedata.normalize("NFKD", fold(" ".join(texts)))
    return "".join(c for c in apart if not unicodedata.combining(c))


class Trial(models.Model):
    class State(models.TextChoices):
        RUNNING = "running", _("being tried")
        ADOPTED = "adopted", _("adopted")
        ADAPTED = "adapted", _("adopted in our own way")
        DROPPED = "dropped", _("dropped")

    class Evidence(models.TextChoices):
        WORDS = "words", _("in words")
        NUMBER = "number", _("with a number")

    class Language(models.TextChoices):
        FINNISH = "fi", _("Finnish")
        SWEDISH = "sv", _("Swedish")
        ENGLISH = "en", _("English")

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="trials")
    # Where it came from; an insight that is taken back leaves no link behind.
    insight = models.ForeignKey(
        "insights.Insight", null=True, blank=True, on_delete=models.SET_NULL, related_name="trials"
    )
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    # Kept beside the parent, since the lineage is told also when the other unit has removed its trial.
    from_unit = models.CharField(max_length=120, blank=True)
    problem = models.CharField(_("which problem it solves"), max_length=300)
    # Empty only where it held the words of an insight that was taken back.
    what = models.TextField(_("what we try"), max_length=1000, blank=True)
    # Emptied when the trial is decided.
    carer = models.CharField(_("who looks after it"), max_length=120, blank=True)
    started_on = models.DateField()
    until = models.DateField(_("the day we decide"))
    sign = models.CharField(_("how we see whether it helps"), max_length=200)
    evidence = models.CharField(max_length=10, choices=Evidence, default=Evidence.WORDS)
    before_words = models.CharField(max_length=200, blank=True)
    after_words = models.CharField(max_length=200, blank=True)
    before_number = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    after_number = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    extended = models.BooleanField(default=False)
    decided_on = models.DateField(null=True, blank=True)
    learnt = models.CharField(_("what we learnt"), max_length=400, blank=True)
    language = models.CharField(_("language of the text"), max_length=5, choices=Language, default=Language.FINNISH)
    offered_on = models.DateField(null=True, blank=True)
    # The day on which the supervisors were last told by mail that the choice is due, and whether that was the second time.
    reminded_on = models.DateField(null=True, blank=True)
    reminded_again = models.BooleanField(default=False)
    # The texts as `folded` makes them, since databases differ on letters like Ö.
    searched = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-started_on", "-pk"]
        # What the housekeeping looks for every ten minutes.
        indexes = [models.Index(fields=["until"], condition=Q(state="running"), name="trial_running_until")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", decided_on=None, offered_on=None)
                | (~Q(state="running") & Q(decided_on__isnull=False)),
                name="trial_decided_has_its_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def has_numbers(self) -> bool:
        return self.evidence == self.Evidence.NUMBER

    def is_due(self, today: date) -> bool:
        """Whether the day to decide has come."""
        return self.running and self.until <= today

    def index(self) -> None:
        """Bring the searched text up to date with the texts that other units read."""
        self.searched = folded(
            self.problem, self.what, self.sign, self.before_words, self.after_words, self.learnt, self.unit.name
        )
