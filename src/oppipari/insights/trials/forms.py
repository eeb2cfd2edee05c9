"""The forms of a trial: what is tried, and what came of it. Texts come out cleaned; nothing typed is lost."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oppipari.insights.text import MOST_LINES, has_words, plain
from oppipari.insights.trials.actions import Outcome, Plan, check_until
from oppipari.insights.trials.models import Trial
from oppipari.messages.hours import working_day_from
from oppipari.organisation.errors import DomainError
from oppipari.organisation.text import one_line

USUALLY = timedelta(weeks=4)
LONGEST_LEARNT = Trial._meta.get_field("learnt").max_length or 400


def usual_day() -> date:
    """The day to decide that is proposed: four weeks from today, when somebody is there to decide."""
    return working_day_from(timezone.localdate() + USUALLY)


class PlainText(forms.CharField):
    """Text without what readers cannot see; too long a text is told with how long it is, and stays as typed."""

    def __init__(self, *, longest: int, lines: int = 1, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": lines, "dir": "auto"}) if lines > 1 else forms.TextInput(attrs={"dir": "auto"})  # fmt: skip
        limit = format_lazy(_("At most {most} characters."), most=longest)
        told = format_lazy("{} {}", kwargs.pop("help_text"), limit) if kwargs.get("help_text") else limit
        super().__init__(widget=widget, help_text=told, **kwargs)
        self.longest, self.lines = longest, lines

    def clean(self, value: Any) -> str:
        text = plain(super().clean(value))
        text = text if self.lines > 1 else one_line(text)
        if self.required and not has_words(text):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(text) > self.longest:
            raise forms.ValidationError(
                _("The text has %(count)d characters; at most %(most)d fit. Say it shorter."),
                params={"count": len(text), "most": self.longest},
            )
        if text.count("\n") >= MOST_LINES:
            raise forms.ValidationError(
                _("The text has %(count)d lines; at most %(most)d fit. Join some of them."),
                params={"count": text.count("\n") + 1, "most": MOST_LINES},
            )
        return text


class Number(forms.DecimalField):
    """A number as people write it: with a comma or a point."""

    def __init__(self, **kwargs: Any) -> None:
        wrong = _("Write a number, for example 12 or 3,5.")
        super().__init__(
            max_digits=9,
            decimal_places=2,
            required=False,
            localize=False,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"}),
            error_messages={
                "invalid": wrong,
                "max_digits": wrong,
                "max_decimal_places": wrong,
                "max_whole_digits": wrong,
            },
            **kwargs,
        )

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("\u2212", "-").replace("\u00a0", "").replace(" ", "").replace(",", ".")
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        return shown_number(value) if isinstance(value, Decimal) else value


def shown_number(value: Decimal) -> str:
    """A number without empty decimals, with a comma in Finnish and Swedish."""
    text = f"{value.normalize():f}"
    return text if (get_language() or "fi").startswith("en") else text.replace(".", ",")


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Choose the day on which you decide together."),
            "invalid": _("Write the day like this: 2026-05-31, or choose it from the calendar."),
        },
    )


class TrialForm(forms.Form):
    """What is tried. `until` is asked only when a trial begins."""

    problem = PlainText(
        longest=300,
        lines=2,
        label=_("Which problem does it solve?"),
        error_messages={"required": _("Say which problem you want to solve: then you can see whether it was solved.")},
    )
    what = PlainText(
        longest=1000,
        lines=4,
        label=_("What do you try?"),
        help_text=_("So that a colleague on another shift can do it, too."),
        error_messages={"required": _("Say what you are trying.")},
    )
    carer = PlainText(
        longest=120,
        required=False,
        label=_("Who looks after it?"),
        help_text=_(
            "A team, a task or a person who has said yes. The unit sees it; it is deleted when you have decided."
        ),
    )
    until = _day(_("When do you decide?"), _("Two to six weeks is usually enough."))
    sign = PlainText(
        longest=200,
        label=_("How do you see whether it helps?"),
        help_text=_(
            "One thing that you look at before and after, for example: how often a medicine round is interrupted."
        ),
        error_messages={"required": _("Choose one thing that you look at before and after.")},
    )
    evidence = forms.ChoiceField(
        label=_("Before and after"),
        choices=Trial.Evidence.choices,
        initial=Trial.Evidence.WORDS,
        widget=forms.RadioSelect,
    )
    before_words = PlainText(longest=200, required=False, label=_("How is it now, in words?"))
    before_number = Number(label=_("How is it now, as a number?"))
    language = forms.ChoiceField(
        label=_("Language of your text"),
        help_text=_("Other units find it with words of their own language, too."),
        choices=Trial.Language.choices,
    )

    def __init__(self, *args: Any, begun: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if begun:
            del self.fields["until"]
        else:
            self.fields["until"].initial = usual_day()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if until := given.get("until"):
            try:
                check_until(until, timezone.localdate())
            except DomainError as error:
                self.add_error("until", str(error.message))
        return given

    def plan(self) -> Plan:
        """As the actions take it."""
        given = self.cleaned_data
        return Plan(
            problem=given["problem"],
            what=given["what"],
            carer=given["carer"],
            until=given.get("until") or timezone.localdate(),
            sign=given["sign"],
            evidence=Trial.Evidence(given["evidence"]),
            before_words=given["before_words"],
            before_number=given["before_number"],
            language=given["language"],
        )


EXTEND = "extend"
CHOICES = {
    Trial.State.ADOPTED: _("We adopt it: this is how we work from now on"),
    Trial.State.ADAPTED: _("We adapt it: it helped, in another form"),
    Trial.State.DROPPED: _("We drop it: it did not help, and that is worth knowing"),
    EXTEND: _("We try a little longer (once)"),
}


class DecisionForm(forms.Form):
    """What the unit decided, how it was after, and what was learnt."""

    choice = forms.ChoiceField(
        label=_("What did you decide?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one: a trial that nobody decides on fades away.")},
    )
    after_words = PlainText(longest=200, required=False, label=_("How is it now, in words?"))
    after_number = Number(label=_("How is it now, as a number?"))
    learnt = PlainText(
        longest=LONGEST_LEARNT,
        lines=3,
        label=_("What did you learn?"),
        help_text=_("Two sentences are enough. It is worth telling also when it did not help."),
        error_messages={"required": _("Write in a sentence or two what you learnt.")},
    )

    def __init__(self, data: Any, trial: Trial, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        # Who chose it in a tab that is no longer the newest is told what happened, with what they typed.
        may_extend = (trial.running and not trial.extended) or bool(data and data.get("choice") == EXTEND)
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            (k, v) for k, v in CHOICES.items() if k != EXTEND or may_extend
        ]
        del self.fields["after_words" if trial.has_numbers else "after_number"]
        if may_extend:
            self.fields["until"] = _day(_("If you try longer: until when?"))
            self.fields["until"].error_messages["required"] = _("Choose until when you try.")
        if not trial.running:
            self.initial = {
                "choice": trial.state,
                "after_words": trial.after_words,
                "after_number": trial.after_number,
                "learnt": trial.learnt,
            }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        # What the choice does not need is not asked, whatever stands there.
        needless = ("learnt", "after_words", "after_number") if given.get("choice") == EXTEND else ("until",)
        for name in needless:
            self.errors.pop(name, None)
        return given

    def outcome(self) -> Outcome:
        given = self.cleaned_data
        return Outcome(
            learnt=given.get("learnt", ""),
            after_words=given.get("after_words", ""),
            after_number=given.get("after_number"),
        )
