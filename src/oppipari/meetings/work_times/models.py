"""Working time as rosters tell it: when somebody is at work, and nothing of why they are not."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.models import Person, Unit


class WorkTime(models.Model):
    """One span of somebody's working time, across midnight where the shift is."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="work_times")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "starts_at"], name="work_time_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="work_time_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%Y-%m-%d %H:%M}"


class RosterPeriod(models.Model):
    """Days for which a roster is what counts: without working time on one of them, the person is not at work."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roster_periods")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        ordering = ["first_day"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.first_day}–{self.last_day}"


class ShiftCode(models.Model):
    """What a code in the unit's rosters means. Only codes of work are kept: why somebody is away is nobody's business.

    `hours`: [[start, end]..] in minutes after midnight, as in 7.00-11.00 and 15.00-19.00; an end not after its start is on
    the next day.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="shift_codes")
    code = models.CharField(_("code"), max_length=12)
    hours = models.JSONField(default=list)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="shift_code_once")]

    def __str__(self) -> str:
        return self.code


class RosterFeed(models.Model):
    """Where a person's own roster is fetched from each night, by their own wish; the address is a secret like a password.

    Without an address it has ended by itself, after two weeks in which it could not be fetched; the word says why.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="roster_feed")
    address = models.CharField(max_length=1000, blank=True)
    # The days that it has told of: what it takes back later is told by their being there no more.
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    # The last time that all went well.
    fetched_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateField(null=True, blank=True)
    problem = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id}"
