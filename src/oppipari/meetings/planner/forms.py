"""What the planner is asked, and a time given by hand."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

TIMES = ["%H:%M", "%H.%M", "%H:%M:%S", "%H"]


class PlanForm(forms.Form):
    first_day = forms.DateField(
        label=gettext_lazy("First day"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Write the day in the form 23.11.2026."),
        },
    )
    weeks = forms.IntegerField(
        label=gettext_lazy("How many weeks"),
        min_value=1,
        max_value=52,
        error_messages={
            "required": gettext_lazy("Write a number."),
            "invalid": gettext_lazy("Write a number."),
            "min_value": gettext_lazy("At least one week."),
            "max_value": gettext_lazy("At most 52 weeks."),
        },
    )

    @staticmethod
    def start() -> date:
        """The Monday after the next days."""
        day = timezone.localdate() + timedelta(days=5)
        return day + timedelta(days=-day.weekday() % 7)


class PlannedForm(forms.Form):
    """A time given by hand."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose a day."),
            "invalid": gettext_lazy("Write the day in the form 23.11.2026."),
        },
    )
    time = forms.TimeField(
        label=gettext_lazy("Starts at"),
        input_formats=TIMES,
        widget=forms.TimeInput(attrs={"type": "time", "step": "900"}, format="%H:%M"),
        error_messages={
            "required": gettext_lazy("Choose a time."),
            "invalid": gettext_lazy("Write the time in the form 14.00."),
        },
    )
