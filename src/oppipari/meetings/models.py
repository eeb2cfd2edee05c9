"""A meeting has a time, a way, a place and a state, and no field for what was said."""

import uuid
from collections.abc import Collection
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oppipari.meetings.online import OnlineMeeting as OnlineMeeting
from oppipari.meetings.own_calendar.models import OwnCalendar as OwnCalendar
from oppipari.meetings.planner.models import MeetingPlan as MeetingPlan
from oppipari.meetings.planner.models import PlannedMeeting as PlannedMeeting
from oppipari.meetings.reminders.models import NoTime as NoTime
from oppipari.meetings.staffing.models import MeetingRules as MeetingRules
from oppipari.meetings.work_times.models import RosterFeed as RosterFeed
from oppipari.meetings.work_times.models import RosterPeriod as RosterPeriod
from oppipari.meetings.work_times.models import ShiftCode as ShiftCode
from oppipari.meetings.work_times.models import WorkTime as WorkTime
from oppipari.organisation.models import Person
from oppipari.organisation.reach import Way, way_to
from oppipari.pairs.models import Pair


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def ahead(self) -> Self:
        """Meetings to come, of pairs that meet."""
        return self.filter(pair__state=Pair.State.MEETING, starts_at__gt=timezone.now())

    def of_supervisor(self) -> Self:
        """Proposed meetings whose time suits all in the pair, or that nobody objected to in time: the supervisor's turn."""
        said_no = TimeAnswer.objects.filter(meeting=OuterRef("pk"), suits=False)
        asked = TimeAnswer.objects.filter(meeting=OuterRef("pk"), suits=None)
        in_time = Q(answer_by=None) | Q(answer_by__gte=timezone.localdate())
        waiting = self.ahead().filter(state=Meeting.State.PROPOSED, approved=False)
        return waiting.exclude(Exists(said_no)).exclude(in_time & Exists(asked))


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
    # The last day on which the others in the pair are asked whether a proposed time suits them: after it silence holds
    # nobody up. None where nobody is asked, where somebody does not know yet that they are, or where the time is so near
    # that it needs everybody's yes.
    answer_by = models.DateField(null=True, blank=True)
    # The working day after the one on which those days began. Where they began because somebody opened a page, the others
    # read of them from its morning on.
    answer_from = models.DateField(null=True, blank=True)
    # The supervisor's yes to this very time, where the pair has not agreed on it yet.
    approved = models.BooleanField(default=False)
    # The day on which it began to wait for the supervisor's yes, proposed or moved; where somebody said that it does not
    # suit, the working day on whose morning the others in the pair are told.
    waiting_since = models.DateField(default=timezone.localdate)
    # The day on which somebody said that they met: on it a wrong press can be taken back.
    held_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.starts_at:%Y-%m-%d %H:%M}"

    @classmethod
    def way_for(cls, ways: Collection[str]) -> "Meeting.Way":
        """How people meet who chose these ways when they signed up: on Teams where nobody wants to meet face to face."""
        return cls.Way.TEAMS if "teams" in ways and "face_to_face" not in ways else cls.Way.FACE_TO_FACE


class TimeAnswer(models.Model):
    """Whether a proposed time suits one of those who did not propose it; there until the time is agreed, moved or off.

    It is about calendars: in the pair and to the supervisor it says who is still to look at theirs.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    # None: not said yet.
    suits = models.BooleanField(null=True, blank=True)
    # Whether this one has seen on a page that they are asked; only while nothing is said.
    seen = models.BooleanField(default=False)
    # Where it does not suit and no other time has been proposed by the next working morning: the others have been told, once.
    told = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="one_answer_to_a_time")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.suits}"

    def is_known_to(self, person: Person) -> bool:
        """Whether `person`, who is asked and silent, knows of it: a letter leaves, or a page has shown it to them."""
        return self.seen or way_to(person) is not Way.PAGE
