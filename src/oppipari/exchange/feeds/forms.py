"""The form for the address of one's own roster."""

from django import forms
from django.utils.translation import gettext_lazy as _

from oppipari.exchange.feeds.addresses import LONGEST


class AddressForm(forms.Form):
    address = forms.CharField(
        label=_("Address of my roster's calendar"),
        help_text=_(
            "In your roster program look for “Subscribe”, “iCal” or “Share calendar”. It begins with https://."
        ),
        max_length=LONGEST,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Paste the address.")},
    )
