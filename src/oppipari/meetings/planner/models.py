"""The planner's proposal for a whole round: seen by the supervisor alone until it is published."""

from django.db import models

from oppipari.organisation.runs import Run
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round


class MeetingPlan(Run):
    """One a round at most; gone when it is published or thrown away.

    `unplaced`: [{"pair": id, "number": n, "reason": code, "params": {..}}..] as the engine says it. `found`: what is
    proven, as {"bound": n, "proven": bool, "stages": [{"name", "value", "bound", "proven"}..]}. An empty code of `failure`
    is an error of ours.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        WORKING = "working"
        READY = "ready"
        FAILED = "failed"

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="meeting_plan")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    first_day = models.DateField()
    weeks = models.PositiveSmallIntegerField()
    unplaced = models.JSONField(default=list)
    found = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.round} {self.state}"


class PlannedMeeting(models.Model):
    """A proposed time of one of a pair's meetings; it becomes a meeting when the plan is published."""

    plan = models.ForeignKey(MeetingPlan, on_delete=models.CASCADE, related_name="planned")
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    # Set by hand: it stays where it is when the plan is worked out anew.
    by_hand = models.BooleanField(default=False)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "pair", "number"], name="planned_once")]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.number} {self.starts_at:%Y-%m-%d %H:%M}"
