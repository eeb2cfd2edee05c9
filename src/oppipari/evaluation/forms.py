"""The supervisor's small forms."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OpenForm(forms.Form):
    closes = forms.DateField(
        label=_("Answers by"),
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("For people to know; you close it yourself."),
        error_messages={"invalid": _("Write the day in the form 23.11.2026.")},
    )
