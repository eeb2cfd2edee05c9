"""Forms of a pair's own pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.forms import OneLineField
from oppipari.pairs.actions.going_on import MOST_MORE
from oppipari.pairs.actions.living import GOAL_LENGTH

TOO_LONG = {"max_length": _("At most 140 characters, please. This has %(show_value)d.")}


class GoalsForm(forms.Form):
    """One or two goals, a line each."""

    goal_1 = OneLineField(
        label=_("Our goal"),
        max_length=GOAL_LENGTH,
        error_messages=TOO_LONG | {"required": _("Write at least one goal, a few words are enough.")},
        help_text=_("One line, at most 140 characters. For example: I learn to plan a care path from start to end."),
    )
    goal_2 = OneLineField(
        label=_("Another goal, if you like"), max_length=GOAL_LENGTH, required=False, error_messages=TOO_LONG
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # With the browser's own limit a longer text would be cut without a word when it is pasted.
            field.widget.attrs.pop("maxlength", None)


class GoOnForm(forms.Form):
    """One's own will: yes and how many meetings more, or not now."""

    goes_on = forms.ChoiceField(
        label=_("Would you like to go on?"),
        choices=[("yes", _("Yes, I would like to go on")), ("no", _("Not now, thank you"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    more = forms.TypedChoiceField(
        label=_("How many meetings more?"),
        choices=[(i, str(i)) for i in range(1, MOST_MORE + 1)],
        coerce=int,
        initial=2,
        required=False,
        empty_value=1,  # type: ignore[arg-type]  # the stubs know only text, Django takes any value
        help_text=_("If you want to go on. When your wishes differ, you go on by the smallest of them."),
        error_messages={"invalid_choice": _("Choose how many meetings more, from one to five.")},
    )


class LookingForm(forms.Form):
    """After a pair ended: a new partner in this round, or enough for now."""

    looks = forms.ChoiceField(
        label=_("Would you like a new partner in this round?"),
        choices=[("yes", _("Yes, I would like a new partner")), ("no", _("No, this was enough for now"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
