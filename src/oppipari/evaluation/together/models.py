"""What is concluded together, and when the session began."""

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from oppipari.rounds.models import Round


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
    # Since when it hangs on the unit's wall; empty where it does not.
    on_wall_since = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}"

    @property
    def stamp(self) -> str:
        """What an edit binds to: the text and the column that were on the screen."""
        return hashlib.sha256(f"{self.kind}:{self.text}".encode()).hexdigest()[:16]


class TogetherSession(models.Model):
    """When the joint session began, so that its clock is the same on every screen; gone when the round is closed."""

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="together")
    started_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.round_id}"
