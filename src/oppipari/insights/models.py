"""An insight is a pair's own draft until everyone in the pair has approved exactly that text."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oppipari.insights.lets_try.models import LetsTry as LetsTry
from oppipari.insights.screen.models import Screen as Screen
from oppipari.insights.text import fingerprint_of
from oppipari.insights.trials.models import Trial as Trial
from oppipari.organisation.models import Person, Unit
from oppipari.pairs.models import Pair


class Insight(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    pair = models.ForeignKey(Pair, null=True, on_delete=models.SET_NULL, related_name="insights")
    # Kept beside the pair, since a published insight may outlive the pair's data.
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="insights")
    text = models.TextField(_("idea for smoother work"), max_length=1000)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    # Names are written here only if everyone wanted, and only when published.
    shown_names = models.CharField(max_length=400, blank=True)
    version = models.PositiveIntegerField(default=1)
    # How many colleagues say "let's try", as told on a working morning; 0 where nothing is told.
    lets_try_told = models.PositiveIntegerField(default=0)
    # How many browsers did at the unit's reading address, told in the same way and apart: nobody knows whose they are.
    lets_try_read = models.PositiveIntegerField(default=0)
    lets_try_counted_on = models.DateField(null=True, blank=True)
    # The day on which a supervisor asked whether it still belongs on the wall, and whether its authors keep it.
    asked_on = models.DateField(null=True, blank=True)
    kept = models.BooleanField(default=False)

    class Meta:
        ordering = ["-published_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, shown_names="")
                | Q(state="published", published_at__isnull=False),
                name="insight_published_has_its_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def fingerprint(self) -> str:
        """What an approval binds to: the exact text."""
        return fingerprint_of(self.text)


class Approval(models.Model):
    """One person approved exactly one text."""

    insight = models.ForeignKey(Insight, on_delete=models.CASCADE, related_name="approvals")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64)
    name_may_show = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["insight", "person"], name="approval_once")]

    def __str__(self) -> str:
        return f"{self.insight_id}"
