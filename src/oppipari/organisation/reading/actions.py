"""Making, renewing and ending the reading address of a unit."""

import secrets

from django.db import transaction

from oppipari.organisation import access
from oppipari.organisation.models import Person, Unit
from oppipari.organisation.reading.models import ReadingAddress


@transaction.atomic
def make_address(unit: Unit, by: Person) -> str:
    """Return a fresh secret for the unit's reading address; an earlier one is dead at once."""
    access.must_supervise(by, unit)
    secret = secrets.token_urlsafe(32)
    ReadingAddress.objects.update_or_create(unit=unit, defaults={"address_hash": ReadingAddress.hash_of(secret)})
    return secret


@transaction.atomic
def end_address(unit: Unit, by: Person) -> None:
    """The unit's reading address is dead at once."""
    access.must_supervise(by, unit)
    ReadingAddress.objects.filter(unit=unit).delete()
