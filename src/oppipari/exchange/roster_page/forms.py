"""The forms of the roster page."""

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from oppipari.exchange.rosters import Hours, parse_shift
from oppipari.organisation.text import fold


class RosterForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Roster"),
        help_text=gettext_lazy(
            "Excel or CSV with a row for each person and a column for each day, or one person's calendar (.ics)."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty. Choose another."),
        },
    )


class LegendForm(forms.Form):
    lines = forms.CharField(
        label=gettext_lazy("Shift codes of the unit"),
        help_text=gettext_lazy(
            "One on each line, for example A = 7.00–15.00 or D = 7–11, 15–19. Only codes of work: holidays and absences "
            "are understood as “not at work” and are not kept."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
        required=False,
        max_length=3000,
    )

    def clean_lines(self) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, tuple[str, tuple[Hours, ...]]] = {}
        for line in self.cleaned_data["lines"].splitlines():
            if not line.strip():
                continue
            parsed = parse_shift(line)
            if parsed is None or not parsed[1]:
                raise forms.ValidationError(
                    _("“%(line)s” was not understood. Write a code and its hours, for example A = 7.00–15.00.")
                    % {"line": line.strip()[:40]}
                )
            code, hours = parsed
            _code, first = found.setdefault(fold(code), parsed)
            if first != hours:
                raise forms.ValidationError(
                    _("The code “%(code)s” stands twice: %(first)s and %(other)s. Leave one of them.")
                    % {"code": code, "first": self._shown(first), "other": self._shown(hours)}
                )
        return {code: [(h.start, h.end) for h in hours] for code, hours in found.values()}

    @staticmethod
    def _shown(hours: tuple[Hours, ...]) -> str:
        return ", ".join(h.text(get_language() or "en") for h in hours)
