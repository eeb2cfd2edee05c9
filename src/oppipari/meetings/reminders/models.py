"""How far the gentle steps are towards a pair that has no meeting ahead."""

from django.db import models

from oppipari.pairs.models import Pair


class NoTime(models.Model):
    """Of the pair and of none of its people: the steps go by the week, whoever was reminded or wants to be left in peace."""

    pair = models.OneToOneField(Pair, on_delete=models.CASCADE, related_name="no_time")
    # 0 while there is a time; see steps.py for the others.
    step = models.PositiveSmallIntegerField(default=0)
    stepped_on = models.DateField(null=True, blank=True)
    # The day on which the supervisors heard of it; once for a pair, so it stays when a time is found.
    told_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pair_id}: {self.step}"
