"""Forms of one's own name and address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.forms import OneLineField


class NameForm(forms.Form):
    name = OneLineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )


class AddressForm(forms.Form):
    address = forms.EmailField(
        label=_("New work e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write the work e-mail."),
            "invalid": _("This does not look like an e-mail address. Write it in the form name@example.org."),
        },
    )


class CodesForm(forms.Form):
    """The codes of both mailboxes; of the new one alone where none can come to the old one."""

    old_code = forms.CharField(
        label=_("Code from your old mailbox"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        error_messages={"required": _("Write the code that came to your old address.")},
    )
    new_code = forms.CharField(
        label=_("Code from your new mailbox"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
        error_messages={"required": _("Write the code that came to your new address.")},
    )

    def __init__(self, *args: Any, both: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not both:
            del self.fields["old_code"]
