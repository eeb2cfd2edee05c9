"""Forms of the round and of sign-up, one thing a page."""

import re
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oppipari.messages.hours import working_day_from
from oppipari.organisation.forms import OneLineField
from oppipari.organisation.models import Unit
from oppipari.rounds import languages, vocabulary
from oppipari.rounds.models import Round, SignUp
from oppipari.rounds.who_forms import NameForm, StepForm, WhoForm

AREAS = {
    "care": _("Care and nursing"),
    "process": _("Work and its flow"),
    "digital": _("Digital tools"),
    "people": _("People and encounters"),
    "growth": _("Growth at work"),
    "meaning": _("Meaningful everyday life"),
}
DAYS = [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
PARTS = [_("morning"), _("evening"), _("night")]
MOST_TAGS = 5
OPEN_FOR = timedelta(days=14)  # how long sign-up usually stays open


class RoundForm(forms.ModelForm[Round]):
    class Meta:
        model = Round
        fields = ["name", "meetings_wanted", "weeks_between", "meeting_minutes", "sign_up_closes", "odd_person"]
        widgets = {"sign_up_closes": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "meetings_wanted": _("Usually three; then the pair decides whether to go on."),
            "weeks_between": _("Four weeks is about once a month."),
            "meeting_minutes": _("45–60 minutes suits most."),
            "odd_person": _("If the number of people is odd. You can change it for each person when you form pairs."),
        }

    def __init__(self, *args: Any, units: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].error_messages["required"] = _("Give the round a name, for example “Spring 2027”.")
        self.fields["sign_up_closes"].error_messages = {
            "required": _("Choose the day on which sign-up closes."),
            "invalid": _("Write the day in the form day.month.year."),
        }
        cast(forms.DateField, self.fields["sign_up_closes"]).input_formats = ["%Y-%m-%d", "%d.%m.%Y"]
        for name in ("meetings_wanted", "weeks_between", "meeting_minutes"):
            self.fields[name].error_messages["required"] = _("Write a number.")
        if units is not None and len(units) > 1:
            self.fields["unit"] = forms.ModelChoiceField(
                units, label=_("Work unit"), initial=units[0], empty_label=None
            )
            self.order_fields(["unit"])
        if not self.is_bound and not self.instance.pk:
            # A round goes on after its sign-up: what is opened in the last days of a year is the next year's.
            closes = working_day_from(timezone.localdate() + OPEN_FOR)
            season = _("Spring %(year)s") if closes.month < 7 else _("Autumn %(year)s")
            self.initial.setdefault("name", str(season) % {"year": closes.year})
            self.initial.setdefault("sign_up_closes", closes)

    def clean_sign_up_closes(self) -> Any:
        day = self.cleaned_data["sign_up_closes"]
        if day < timezone.localdate() and day != self.initial.get("sign_up_closes"):
            raise forms.ValidationError(_("The day has already passed. Choose a coming day."))
        return day


def next_name(name: str) -> str:
    """What the round after `name` may be called: the next season or year; "" where there is no year in it.

    So "Autumn 2026" leads to "Spring 2027" in the reader's language, and "Mentoring 2026" to "Mentoring 2027".
    """
    for word, after, years in (
        (_("Spring %(year)s"), _("Autumn %(year)s"), 0),
        (_("Autumn %(year)s"), _("Spring %(year)s"), 1),
    ):
        found = re.fullmatch(re.escape(str(word)).replace(re.escape("%(year)s"), r"(20\d\d)"), name.strip())
        if found:
            return str(after) % {"year": int(found[1]) + years}
    following = re.sub(r"(?<!\d)20\d\d(?!\d)", lambda year: str(int(year[0]) + 1), name)
    return "" if following == name else following


class CopyForm(forms.Form):
    """The next round's name and closing day, proposed from the round before it (`after`)."""

    name = OneLineField(
        label=_("Name of the next round"),
        max_length=120,
        error_messages={"required": _("Give the round a name, for example “Spring 2027”.")},
    )
    sign_up_closes = forms.DateField(
        label=_("Sign-up closes"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose the day on which sign-up closes."),
            "invalid": _("Write the day in the form day.month.year."),
        },
    )

    def __init__(self, *args: Any, after: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fresh = RoundForm().initial
        self.initial["name"] = next_name(after.name) or fresh["name"]
        self.initial["sign_up_closes"] = fresh["sign_up_closes"]


class InviteForm(forms.Form):
    addresses = forms.CharField(
        label=_("Work e-mail addresses"),
        help_text=_("One on each line, with the name before it if you like: Aino Laine aino.laine@example.org"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20000,
        error_messages={"required": _("Write at least one address.")},
    )

    def clean_addresses(self) -> list[dict[str, str]]:
        found, wrong = [], []
        for line in self.cleaned_data["addresses"].splitlines():
            words = line.replace("<", " ").replace(">", " ").replace(",", " ").replace(";", " ").split()
            if not words:
                continue
            address = next((w for w in words if "@" in w), "")
            try:
                forms.EmailField().clean(address)
            except forms.ValidationError:
                wrong.append(line.strip()[:60])
                continue
            found.append({"email": address, "name": " ".join(w for w in words if w != address)})
        if wrong:
            raise forms.ValidationError(
                _("These lines hold no e-mail address: %(lines)s. Whoever has none signs up by the link of the round."),
                params={"lines": "; ".join(wrong[:5])},
            )
        return found


# -- sign-up, one thing a page --------------------------------------------------------------------------------------


class TagsForm(StepForm):
    """Up to five competences of the vocabulary; own words suggest some."""

    which: Any = ""
    none_chosen = _("Choose at least one.")
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_("Write a word or two and press “Find”: you get suggestions to choose from."),
        max_length=80,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lang = get_language() or "fi"
        self.groups = [(AREAS.get(area, area), entries) for area, entries in vocabulary.by_area(lang)]
        self.fields["tags"] = forms.MultipleChoiceField(
            label=self.which,
            choices=[entry for _area, entries in self.groups for entry in entries],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": self.none_chosen},
        )
        written = str((self.data or {}).get("words", ""))
        self.suggested = [(k, vocabulary.label(k, lang)) for k in vocabulary.suggest(written)] if written else []

    @property
    def areas(self) -> list[tuple[Any, list[tuple[str, str]], bool]]:
        """The list as (area, [(key, label)], open): without what is suggested above it, so that nothing is there twice."""
        chosen, above = set(self["tags"].value() or []), {key for key, _label in self.suggested}
        shown = []
        for number, (area, entries) in enumerate(self.groups):
            left = [(key, label) for key, label in entries if key not in above]
            shown.append((area, left, number == 0 or any(key in chosen for key, _label in left)))
        return shown

    def clean_tags(self) -> list[str]:
        tags = list(dict.fromkeys(self.cleaned_data["tags"]))
        if len(tags) > MOST_TAGS:
            raise forms.ValidationError(_("Choose at most five; the most important ones are enough."))
        return tags


class SharesForm(TagsForm):
    which = _("What can you share?")


class WantsForm(TagsForm):
    which = _("What would you like to learn?")


class TimesForm(StepForm):
    slots = forms.TypedMultipleChoiceField(
        label=_("When do you usually work?"),
        choices=[(i, i) for i in range(21)],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the times when you usually work: meetings are in working time.")},
    )

    @property
    def rows(self) -> list[tuple[Any, list[tuple[int, Any, bool]]]]:
        """The week as rows of (day, [(slot, part, chosen)])."""
        chosen = {str(v) for v in (self["slots"].value() or [])}
        return [
            (day, [(d * 3 + p, part, str(d * 3 + p) in chosen) for p, part in enumerate(PARTS)])
            for d, day in enumerate(DAYS)
        ]


class HowForm(StepForm):
    stage = forms.ChoiceField(
        label=_("Where are you in your career?"),
        choices=SignUp.Stage.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    way = forms.ChoiceField(
        label=_("How would you like to meet?"),
        choices=[(v, label) for v, label in SignUp.Way.choices],
        widget=forms.RadioSelect,
        initial=SignUp.Way.EITHER,
        error_messages={"required": _("Choose one.")},
    )
    languages = forms.MultipleChoiceField(
        label=_("Which languages can you talk in?"),
        choices=languages.choices(),
        widget=forms.CheckboxSelectMultiple,
        initial=lambda: ["sv" if (get_language() or "").startswith("sv") else "fi"],
        error_messages={"required": _("Choose at least one language.")},
    )
    wished_stage = forms.ChoiceField(
        label=_("Whom would you like to learn from?"),
        choices=[("", _("Anyone")), *SignUp.Stage.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    exclusion = OneLineField(
        label=_("Is there someone you cannot be paired with?"),
        help_text=_(
            "You need not answer. Write the first and the last name, or the address. Nobody but you ever sees it, and it is deleted when pairs are published."
        ),
        max_length=254,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = cast(forms.MultipleChoiceField, self.fields["languages"])
        spoken.choices = languages.choices(self.initial.get("languages") or ())
        teams = list(Unit.objects.filter(parent=self.round.unit_id))
        if teams:
            self.fields["team"] = forms.TypedChoiceField(
                label=_("Your team"),
                choices=[("", "–"), *((t.pk, t.name) for t in teams)],
                coerce=int,
                empty_value=None,
                required=False,
            )
            self.order_fields(["team"])


STEPS: dict[str, type[StepForm]] = {
    "who": WhoForm,
    "name": NameForm,
    "share": SharesForm,
    "learn": WantsForm,
    "times": TimesForm,
    "how": HowForm,
}
