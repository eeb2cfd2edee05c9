"""The form of a meeting's time and place; several of them book all the dates at once."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oppipari.meetings.clock import FARTHEST, is_skipped, local
from oppipari.meetings.models import Meeting
from oppipari.organisation.forms import OneLineField

TIMES = ["%H:%M", "%H.%M", "%H:%M:%S", "%H"]


def day_field(label: Any) -> forms.DateField:
    """A day, not in the far future; also as people write it."""
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Write the day in the form 23.11.2026.")},
        validators=[_near],
    )


def _near(day: date) -> None:
    if day > timezone.localdate() + FARTHEST:
        raise forms.ValidationError(_("This is more than a year away. Choose a nearer day."))


class TimeForm(forms.Form):
    """A day and an hour on the clock on the wall."""

    day = day_field(_("Day"))
    time = forms.TimeField(
        label=_("Starts at"),
        input_formats=TIMES,
        widget=forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M"),
        error_messages={"required": _("Choose a time."), "invalid": _("Write the time in the form 14.00.")},
    )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if "day" in clean and "time" in clean and is_skipped(clean["day"], clean["time"]):
            self.add_error(
                "time", _("This hour does not exist that night: clocks are put forward. Choose another time.")
            )
        return clean

    @property
    def starts_at(self) -> datetime:
        """The chosen local time, aware."""
        return local(self.cleaned_data["day"], self.cleaned_data["time"])


class MeetingForm(TimeForm):
    minutes = forms.IntegerField(
        label=_("Length, minutes"),
        min_value=15,
        max_value=180,
        error_messages={
            "required": _("Write the length in minutes."),
            "invalid": _("Write the length in minutes, for example 60."),
            "min_value": _("At least 15 minutes."),
            "max_value": _("At most 180 minutes."),
        },
    )
    way = forms.ChoiceField(label=_("Way"), choices=Meeting.Way.choices)
    place = OneLineField(
        label=_("Place"), max_length=80, required=False, help_text=_("For example a room, or a walk in the park.")
    )

    def meeting(self) -> dict[str, Any]:
        """As `actions.propose` takes it."""
        clean = self.cleaned_data
        return {"starts_at": self.starts_at, **{k: clean[k] for k in ("minutes", "way", "place")}}
