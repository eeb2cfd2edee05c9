"""Forms of the set-up page and of a unit's own page."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.text import one_line


class OneLineField(forms.CharField):
    """Plain text on one line, without control characters: it ends up in headers, calendars and slides."""

    def to_python(self, value: object) -> str:
        text: str = super().to_python(value) or ""
        return one_line(text)


class SetUpForm(forms.Form):
    name = OneLineField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name: people see it in the invitation.")},
    )
    email = forms.EmailField(
        label=_("Your work e-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write your work e-mail: you are recognised by it."),
            "invalid": _("This does not look like an e-mail address. Write it in the form name@example.org."),
        },
    )
    organisation_name = OneLineField(
        label=_("Organisation"),
        max_length=120,
        help_text=_("For example the wellbeing services county, the city or the company."),
        error_messages={"required": _("Write the name of your organisation.")},
    )
    unit_name = OneLineField(
        label=_("Your work unit"),
        max_length=120,
        help_text=_("The unit whose people you invite to mentoring. You can add more units later."),
        error_messages={"required": _("Write the name of your unit.")},
    )


class UnitForm(forms.Form):
    name = OneLineField(
        label=_("Name of the unit"),
        max_length=120,
        error_messages={"required": _("Write a name for the unit.")},
    )


class TeamForm(forms.Form):
    name = OneLineField(
        label=_("Name of the team"),
        max_length=120,
        error_messages={"required": _("Write a name for the team.")},
    )


class SupervisorForm(forms.Form):
    name = OneLineField(label=_("Name"), max_length=120, error_messages={"required": _("Write the name.")})
    email = forms.EmailField(
        label=_("Work e-mail"),
        max_length=254,
        error_messages={
            "required": _("Write the work e-mail."),
            "invalid": _("This does not look like an e-mail address. Write it in the form name@example.org."),
        },
    )


class LanguagesForm(forms.Form):
    languages = forms.MultipleChoiceField(
        label=_("Languages of the unit"),
        help_text=_(
            "Invitations are written in all of these. Afterwards each person is written to in the one they answer in."
        ),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )


class DomainsForm(forms.Form):
    domains = forms.CharField(
        label=_("The organisation's own mail domains"),
        help_text=_(
            "One on each line: what comes after the @ in the work addresses of your own people, like kaupunki.fi. "
            "*.kaupunki.fi means everything below it, but not itself. Leave it empty if you are not certain."
        ),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocapitalize": "none"}),
        required=False,
        max_length=20000,
    )
