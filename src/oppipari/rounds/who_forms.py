"""Who signs up: a name, and an address if there is one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.forms import OneLineField
from oppipari.organisation.text import is_name
from oppipari.rounds.models import Round


class StepForm(forms.Form):
    """One page of sign-up."""

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:
        self.round = round
        super().__init__(*args, **kwargs)


def no_address(name: str) -> str:
    """A name as it was typed; ValidationError where an address stands in its place."""
    if not is_name(name):
        raise forms.ValidationError(_("Write your name, not your address: your partner sees it."))
    return name


class NameForm(StepForm):
    """For whoever was invited by their address alone, or signed in before anybody asked."""

    name = OneLineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )

    def clean_name(self) -> str:
        return no_address(self.cleaned_data["name"])


class WhoForm(NameForm):
    """Name and address; nobody is kept out because they have no mailbox."""

    email = forms.EmailField(
        label=_("Your work e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your work e-mail."),
            "invalid": _("This does not look like an e-mail address. Write it in the form name@example.org."),
        },
    )
    no_mailbox = forms.BooleanField(
        label=_("I have no work e-mail"),
        help_text=_(
            "Then your supervisor is asked whether it is you, and you get a link of your own to come back with."
        ),
        required=False,
    )
    field_order = ["name", "email", "no_mailbox"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get("no_mailbox"):
            self.fields["email"].required = False

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("no_mailbox"):
            told["email"] = ""
            self.errors.pop("email", None)
        return told
