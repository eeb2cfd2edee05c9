"""The form of a person's choices; what does not concern them is not asked."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from oppipari.meetings.models import OwnCalendar
from oppipari.organisation import access
from oppipari.organisation.models import Person


class ChoicesForm(forms.Form):
    discreet = forms.BooleanField(
        label=_("A discreet title in my calendar"),
        required=False,
        help_text=_(
            "In your calendar the meeting reads “Reserved”, without place or names. Your pair's own calendar does not change."
        ),
    )
    reminders = forms.BooleanField(
        label=_("Remind me by e-mail"),
        required=False,
        help_text=_("When your pair has no meeting agreed. On working days only, at most once a week."),
    )
    copies = forms.BooleanField(
        label=_("Send me the agreed meetings of my units"),
        required=False,
        help_text=_(
            "As calendar entries for your information, from now on: agreed, moved, cancelled. They take up none of your time, and the pairs see on their own page that you got their times."
        ),
    )

    def __init__(self, data: Any, person: Person, own: OwnCalendar) -> None:
        kept = {name: getattr(own, name) for name in self.base_fields}
        super().__init__(data, initial=kept)
        supervises = access.is_supervisor_anywhere(person)
        if not settings.MAIL_ENABLED:
            del self.fields["reminders"]
        elif supervises:
            self.fields["reminders"].help_text = _(
                "When meeting times wait for your yes, a trial has come to its day, or your own pair has no meeting agreed. On working days only, at most once a week."
            )
        if not (settings.MAIL_ENABLED and supervises):
            del self.fields["copies"]

    def choices(self) -> dict[str, bool]:
        """As `actions.choose` takes them."""
        return {name: self.cleaned_data[name] for name in self.fields}
