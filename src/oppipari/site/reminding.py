"""Reminders of all apps together, since a person gets at most one a week, whatever it is about."""

from functools import partial

from django.urls import reverse
from django.utils import timezone

from oppipari.insights.trials.reminding import note_reminder, to_be_reminded_of
from oppipari.meetings.reminders.actions import remind
from oppipari.meetings.reminders.due import Matter


def remind_all() -> int:
    """Queue what is due: of meetings, and of trials whose day to decide has come; returns how many reminders."""
    now = timezone.now()
    trials = to_be_reminded_of(timezone.localdate(now)).values_list("pk", "unit_id")
    matters = (
        Matter(unit, "reminder_trial", reverse("trial_decide", args=[pk]), partial(note_reminder, pk))
        for pk, unit in trials
    )
    return remind(now, matters)
