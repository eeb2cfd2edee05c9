"""The online meeting of a meeting on Teams: what is kept of it, in a table of its own."""

from django.db import models
from django.utils import timezone


class OnlineMeeting(models.Model):
    """Exists where Teams is connected, from the supervisor's yes on. The link is the pair's own: nobody else sees it."""

    class State(models.TextChoices):
        WANTED = "wanted"  # being made, or brought up to date
        THERE = "there"
        UNWANTED = "unwanted"  # being taken away
        GONE = "gone"
        LEFT = "left"  # could not be taken away and stands in the installation's calendar still
        RECONNECT = "reconnect"  # waits for the one who looks after the installation
        FAILED = "failed"

    meeting = models.OneToOneField("meetings.Meeting", on_delete=models.CASCADE, related_name="online")
    state = models.CharField(max_length=20, choices=State, default=State.WANTED)
    join_url = models.URLField(max_length=2000, blank=True)
    # The event in the installation's own calendar at Microsoft. `transaction` is written before the event is asked for
    # and stays until it is gone: after a crash in between it tells which event is ours.
    event_id = models.CharField(max_length=500, blank=True)
    transaction = models.CharField(max_length=80, blank=True)
    # The version of the meeting that the event shows; 0 while there is none.
    made_for = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    # A word for the one who looks after the installation; never what somebody else's server wrote.
    problem = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)
    # While a worker is at it, so that two never are.
    held_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.state}"
