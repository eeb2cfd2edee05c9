"""The form of a round's meeting rules."""

from datetime import time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oppipari.meetings.fields import ClockField
from oppipari.meetings.models import MeetingRules
from oppipari.scheduling import Quiet
from oppipari.scheduling.quiet_hours import is_turned, read_quiet

DAYS = [
    gettext_lazy("Mon"), gettext_lazy("Tue"), gettext_lazy("Wed"), gettext_lazy("Thu"), gettext_lazy("Fri"),
    gettext_lazy("Sat"), gettext_lazy("Sun"),
]  # fmt: skip
MOST_QUIET = 6


def kept(quiet: Quiet) -> dict[str, Any]:
    """Quiet hours as the rules keep them (`MeetingRules.quiet`)."""
    return {"days": sorted(quiet.weekdays), "from": f"{quiet.start:%H:%M}", "until": f"{quiet.end:%H:%M}"}


def quiet_text(quiet: dict[str, Any]) -> str:
    """Quiet hours of the rules as a line that `read_quiet` reads again, in the reader's language."""
    days: list[int] = quiet["days"]
    if not days:
        named = ""
    elif len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        named = f"{DAYS[days[0]]}–{DAYS[days[-1]]} "
    else:
        named = ", ".join(str(DAYS[d]) for d in days) + " "
    start, end = (time.fromisoformat(quiet[k]) for k in ("from", "until"))
    return f"{named}{start.hour}.{start:%M}–{end.hour}.{end:%M}"


class RulesForm(forms.ModelForm[MeetingRules]):
    quiet_lines = forms.CharField(
        label=gettext_lazy("Hours when nobody leaves"),
        help_text=gettext_lazy("One on each line, for example: Mon–Fri 7.00–9.00. Leave empty if there are none."),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=600,
    )
    frame_days = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On these days"),
        choices=list(enumerate(DAYS)),
        coerce=int,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "short"}),
        required=False,
    )

    frame_from = ClockField(label=gettext_lazy("From"), minutes=15)
    frame_until = ClockField(label=gettext_lazy("Until"), minutes=15)

    class Meta:
        model = MeetingRules
        fields = ["away_per_team", "rooms", "by_themselves", "frame_from", "frame_until"]
        labels = {
            "away_per_team": gettext_lazy("How many of a team may be away at once"),
            "rooms": gettext_lazy("How many meetings fit in your rooms at once"),
            "by_themselves": gettext_lazy("Pairs agree by themselves, within these days and hours"),
        }
        help_texts = {
            "away_per_team": gettext_lazy("A pair of one team counts as two."),
            "rooms": gettext_lazy("Leave empty if there is always room, or pairs walk outside."),
            "by_themselves": gettext_lazy(
                "You give your yes once. What falls outside, or would leave a team too thin, still waits for you."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["quiet_lines"] = "\n".join(quiet_text(q) for q in self.instance.quiet)
        self.initial["frame_days"] = self.instance.frame_days
        for name in ("frame_days", "frame_from", "frame_until"):
            # Needed when pairs agree by themselves: "optional" would not be true.
            setattr(self.fields[name], "on_condition", True)  # noqa: B010
        away = self.fields["away_per_team"]
        assert isinstance(away, forms.IntegerField)
        away.min_value, away.validators = 1, [MinValueValidator(1, _("At least one.")), MaxValueValidator(20)]
        away.widget.attrs["min"] = 1
        away.error_messages["required"] = _("Write a number.")
        self.order_fields(
            ["away_per_team", "quiet_lines", "rooms", "by_themselves", "frame_days", "frame_from", "frame_until"]
        )

    def clean_quiet_lines(self) -> list[dict[str, Any]]:
        lines = [line.strip() for line in self.cleaned_data["quiet_lines"].splitlines() if line.strip()]
        found: list[dict[str, Any]] = []
        for line in lines:
            quiet = read_quiet(line)
            if not quiet:
                raise forms.ValidationError(
                    _("“%(line)s” was not understood. Write days and hours, for example: Mon–Fri 7.00–9.00.")
                    % {"line": line[:60]}
                )
            if any(is_turned(q) for q in quiet):
                raise forms.ValidationError(
                    _("“%(line)s” ends before it begins. Did you mean it the other way round?") % {"line": line[:60]}
                )
            found += map(kept, quiet)
        if len(found) > MOST_QUIET:
            raise forms.ValidationError(_("At most %(most)d lines.") % {"most": MOST_QUIET})
        return found

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        if clean.get("by_themselves"):
            if not clean.get("frame_days"):
                self.add_error("frame_days", _("Choose at least one day on which pairs may agree by themselves."))
            start, end = clean.get("frame_from"), clean.get("frame_until")
            if start and end and start >= end:
                self.add_error("frame_until", _("The end must be later than the beginning."))
        return clean

    def save(self, commit: bool = True) -> MeetingRules:
        self.instance.quiet = self.cleaned_data["quiet_lines"]
        self.instance.frame_days = self.cleaned_data["frame_days"] or self.instance.frame_days
        return super().save(commit=commit)
