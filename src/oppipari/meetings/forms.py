"""The form of a meeting's time and place; several of them book all the dates at once."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oppipari.meetings.clock import is_skipped, local
from oppipari.meetings.fields import ClockField, DayField
from oppipari.meetings.models import Meeting
from oppipari.organisation.forms import OneLineField


class TimeForm(forms.Form):
    """A day and an hour on the clock on the wall."""

    day = DayField(label=_("Day"))
    time = ClockField(label=_("Starts at"), minutes=5)

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
