"""The form of a person's choices; what does not concern them is not asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oppipari.meetings.models import OwnCalendar
from oppipari.organisation import access
from oppipari.organisation.models import Person
from oppipari.organisation.reach import mail_leaves


class ChoicesForm(forms.Form):
    discreet = forms.BooleanField(
        label=_("A discreet title in my calendar"),
        required=False,
        help_text=_(
            "In your calendar the meeting reads “Reserved”, without place or names. The others' calendars do not change."
        ),
    )
    reminders = forms.BooleanField(
        label=_("Remind me by e-mail"),
        required=False,
        help_text=_(
            "When you have no meeting agreed, or the time of one has passed. On working days only, at most once a week."
        ),
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
        if not mail_leaves():
            del self.fields["reminders"]
        elif supervises:
            self.fields["reminders"].help_text = _(
                "When meeting times wait for your approval, a trial has come to its day, or a pair has had no agreed meeting ahead for some weeks; and of your own meetings, when none is agreed or the time of one has passed. On working days only, at most once a week."
            )
        if not (mail_leaves() and supervises):
            del self.fields["copies"]

    def choices(self) -> dict[str, bool]:
        """As `actions.choose` takes them."""
        return {name: self.cleaned_data[name] for name in self.fields}
