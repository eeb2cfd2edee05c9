"""One press, without the person."""

import uuid

from django.db import models


class LetsTry(models.Model):
    """Somebody said "let's try": the row's number is random, so that rows lie in no order of pressing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    insight = models.ForeignKey("insights.Insight", on_delete=models.CASCADE, related_name="lets_try")
    # Of insight and person, or insight and browser; without the installation's secret it tells nothing.
    key = models.CharField(max_length=64)
    # Pressed at the unit's reading address, by a browser that nobody is signed in with.
    by_browser = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["insight", "key"], name="lets_try_once")]

    def __str__(self) -> str:
        return f"{self.insight_id}"
