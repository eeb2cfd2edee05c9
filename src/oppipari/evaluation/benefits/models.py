"""What is told of a closed round beside its figures, frozen when it closes."""

from django.db import models

from oppipari.rounds.models import Round


class RoundCounts(models.Model):
    """How many took part and met, as told when the round closed (empty where it was under five), and what is compared.

    Kept since the pairs themselves are forgotten half a year later, and since a count that changed afterwards would tell
    that somebody was erased.
    """

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="counts")
    people = models.PositiveIntegerField(null=True, blank=True)
    pairs = models.PositiveIntegerField(null=True, blank=True)
    meetings = models.PositiveIntegerField(null=True, blank=True)
    # The round before it, and the keys of the statements that may be laid side by side with it.
    earlier = models.ForeignKey(Round, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    compared = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.round_id}"
