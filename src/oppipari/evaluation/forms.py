"""The questionnaire as a form, and the supervisor's small ones."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oppipari.evaluation.actions import TEXT_LENGTH
from oppipari.evaluation.items import items, open_items, scale
from oppipari.organisation.forms import OneLineField


class AnswerForm(forms.Form):
    """All items on one page, none of them obligatory."""

    def __init__(self, *args: Any, lang: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items():
            self.fields[item.key] = forms.TypedChoiceField(
                label=item.text(lang),
                choices=scale(lang),
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )
        for item in open_items():
            self.fields[item.key] = forms.CharField(
                label=item.text(lang), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=TEXT_LENGTH,
                help_text=_("The whole unit may read this if at least eight people answer. Write nothing that tells who you are."),
                error_messages={"max_length": _("The text has %(show_value)d characters; at most %(limit_value)d fit. Say it shorter.")},
            )  # fmt: skip
            self.fields[item.key].widget.attrs.pop("maxlength", None)

    @property
    def statements(self) -> list[forms.BoundField]:
        return [self[i.key] for i in items()]

    @property
    def open(self) -> list[forms.BoundField]:
        return [self[i.key] for i in open_items()]


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
