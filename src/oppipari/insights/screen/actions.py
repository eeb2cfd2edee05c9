"""Making, renewing and ending the address of a unit's screen."""

import secrets

from django.db import transaction

from oppipari.insights.screen.models import Screen
from oppipari.organisation import access
from oppipari.organisation.models import Person, Unit


@transaction.atomic
def make_address(unit: Unit, by: Person, language: str) -> str:
    """Return a fresh secret for the address of the unit's screen, which shows `language`; an earlier one is dead at once."""
    access.must_supervise(by, unit)
    secret = secrets.token_urlsafe(32)
    Screen.objects.update_or_create(unit=unit, defaults={"address_hash": Screen.hash_of(secret), "language": language})
    return secret


@transaction.atomic
def end_address(unit: Unit, by: Person) -> None:
    """The screen's address is dead at once."""
    access.must_supervise(by, unit)
    Screen.objects.filter(unit=unit).delete()
