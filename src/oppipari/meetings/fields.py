"""A day and a time of day in forms, typed or picked."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oppipari.meetings.clock import FARTHEST


def _near(day: date) -> None:
    if day > timezone.localdate() + FARTHEST:
        raise forms.ValidationError(_("This is more than a year away. Choose a nearer day."))


class DayField(forms.DateField):
    """A day, not in the far future: 2026-11-23 as browsers send it, 23.11.2026 or 23.11.26 as people type it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"required": _("Choose a day."), "invalid": _("Write the day in the form 23.11.2026.")},
            validators=[_near],
            **kwargs,
        )


class ClockField(forms.TimeField):
    """A time of day: 14:00, 14.00 or 14; the arrows of the browser's picker go in steps of `minutes`."""

    def __init__(self, *, minutes: int, **kwargs: Any) -> None:
        super().__init__(
            input_formats=["%H:%M", "%H.%M", "%H:%M:%S", "%H"],
            widget=forms.TimeInput(attrs={"type": "time", "step": str(60 * minutes)}, format="%H:%M"),
            error_messages={"required": _("Choose a time."), "invalid": _("Write the time in the form 14.00.")},
            **kwargs,
        )
