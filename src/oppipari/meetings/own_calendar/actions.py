"""Choosing, and making, renewing and ending the address of one's own feed."""

import secrets

from django.db import transaction

from oppipari.meetings.models import OwnCalendar
from oppipari.organisation.models import Person


def _held(person: Person) -> OwnCalendar:
    """The person's row, made if there is none, held until the transaction ends."""
    return OwnCalendar.objects.select_for_update().get_or_create(person=person)[0]


@transaction.atomic
def choose(person: Person, *, discreet: bool, reminders: bool | None = None, copies: bool | None = None) -> OwnCalendar:
    """Keep what `person` chose; None leaves a choice as it is."""
    own = _held(person)
    own.discreet = discreet
    if reminders is not None:
        own.reminders = reminders
    if copies is not None:
        own.copies = copies
    own.save(update_fields=["discreet", "reminders", "copies"])
    return own


@transaction.atomic
def turn_reminders(person: Person, on: bool) -> None:
    """Turn the person's reminders on or off; nothing else changes."""
    own = _held(person)
    own.reminders = on
    own.save(update_fields=["reminders"])


@transaction.atomic
def make_address(person: Person) -> str:
    """Return a fresh secret for the address of the person's feed; an earlier address is dead at once."""
    secret = secrets.token_urlsafe(32)
    own = _held(person)
    own.address_hash = OwnCalendar.hash_of(secret)
    own.save(update_fields=["address_hash"])
    return secret


@transaction.atomic
def end_address(person: Person) -> None:
    """The feed's address is dead at once; calendars that hold it show nothing new."""
    OwnCalendar.objects.filter(person=person).update(address_hash=None)
