"""A meeting has a time, a way, a place and a state, and no field for what was said."""

import uuid
from collections.abc import Collection

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oppipari.meetings.online import OnlineMeeting as OnlineMeeting
from oppipari.meetings.own_calendar.models import OwnCalendar as OwnCalendar
from oppipari.meetings.planner.models import MeetingPlan as MeetingPlan
from oppipari.meetings.planner.models import PlannedMeeting as PlannedMeeting
from oppipari.meetings.staffing.models import MeetingRules as MeetingRules
from oppipari.meetings.work_times.models import RosterFeed as RosterFeed
from oppipari.meetings.work_times.models import RosterPeriod as RosterPeriod
from oppipari.meetings.work_times.models import ShiftCode as ShiftCode
from oppipari.meetings.work_times.models import WorkTime as WorkTime
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair


class Meeting(models.Model):
    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        AGREED = "agreed", _("agreed")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    class Way(models.TextChoices):
        FACE_TO_FACE = "face_to_face", _("face to face")
        TEAMS = "teams", _("on Teams")
        EITHER = "either", _("face to face or on Teams")

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="meetings")
    starts_at = models.DateTimeField(_("starts"))
    minutes = models.PositiveSmallIntegerField(
        _("length, minutes"), validators=[MinValueValidator(15), MaxValueValidator(180)]
    )
    way = models.CharField(_("way"), max_length=20, choices=Way, default=Way.FACE_TO_FACE)
    place = models.CharField(_("place"), max_length=80, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    # Moved: the time changed after it was proposed or agreed, and the supervisor agrees again.
    moved = models.BooleanField(default=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Rises with every calendar message that goes out (RFC 5546); never falls, so that calendars follow.
    sequence = models.PositiveIntegerField(default=0)
    invited = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    # The day on which it began to wait for the supervisor's yes, proposed or moved.
    waiting_since = models.DateField(default=timezone.localdate)
    # The day on which somebody said that they met: on it a wrong press can be taken back.
    held_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @classmethod
    def way_for(cls, ways: Collection[str]) -> "Meeting.Way":
        """How people meet who chose these ways when they signed up: on Teams where nobody wants to meet face to face."""
        return cls.Way.TEAMS if "teams" in ways and "face_to_face" not in ways else cls.Way.FACE_TO_FACE
