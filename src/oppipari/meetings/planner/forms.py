"""What the planner is asked."""

from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from oppipari.meetings.fields import DayField


class PlanForm(forms.Form):
    first_day = DayField(label=gettext_lazy("First day"))
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
