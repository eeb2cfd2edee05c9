"""The form of an insight's text."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from oppipari.insights.actions import LENGTH, PICTURES_ALONE, TOO_MANY_LINES
from oppipari.insights.text import MOST_LINES, has_words, plain


class InsightForm(forms.Form):
    text = forms.CharField(
        label=_("An idea for smoother work"),
        help_text=format_lazy(
            "{} {}",
            _("A sentence or two that the whole unit may read. No names of clients or colleagues."),
            format_lazy(_("At most {most} characters and {lines} lines."), most=LENGTH, lines=MOST_LINES),
        ),
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
        error_messages={"required": _("Write the idea in a sentence or two.")},
    )

    def clean_text(self) -> str:
        text = plain(self.cleaned_data["text"])
        if not text:
            raise forms.ValidationError(self.fields["text"].error_messages["required"], code="required")
        if not has_words(text):
            raise forms.ValidationError(PICTURES_ALONE)
        if len(text) > LENGTH:
            raise forms.ValidationError(
                _("The text has %(count)d characters; at most %(most)d fit. Say it shorter."),
                params={"count": len(text), "most": LENGTH},
            )
        if text.count("\n") >= MOST_LINES:
            raise forms.ValidationError(TOO_MANY_LINES, params={"count": text.count("\n") + 1, "most": MOST_LINES})
        return text
