"""A line of the joint session as a form; the action checks and cleans it, so that every door asks the same."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oppipari.evaluation.together.models import Conclusion


class LineForm(forms.Form):
    """One line; `place` ("worked", "line-7") keeps the ids of several forms on the page apart."""

    text = forms.CharField(
        label=_("Write a conclusion"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, place: str, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{place}-%s", **kwargs)


class EditForm(LineForm):
    """A line that is there already: its words and its column."""

    kind = forms.ChoiceField(label=_("Column"), choices=Conclusion.Kind.choices, required=False)
