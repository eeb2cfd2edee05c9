"""The supervisor's small forms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.forms import OneLineField


class OpenForm(forms.Form):
    closes = forms.DateField(
        label=_("Answers by"),
        required=False,
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("For people to know; you close it yourself."),
        error_messages={"invalid": _("Write the day in the form 23.11.2026.")},
    )


class ConclusionForm(forms.Form):
    text = OneLineField(
        label=_("Write a conclusion"),
        max_length=280,
        error_messages={
            "required": _("Write the conclusion first."),
            "max_length": _("A conclusion has at most 280 characters. Say it shorter."),
        },
    )
