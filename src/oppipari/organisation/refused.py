"""Addresses that a mail server refuses: noted at their person, so that letters are not believed to arrive."""

from typing import Any

from django.utils import timezone

from oppipari.organisation.models import Person
from oppipari.organisation.signals import person_refused


def note_refused(sender: Any, address: str, **kwargs: Any) -> None:
    """Letters to `address` come back from now on."""
    if Person.objects.filter(email=address, email_refused_at=None).update(email_refused_at=timezone.now()):
        person_refused.send(Person, address=address)


def note_reached(sender: Any, address: str, **kwargs: Any) -> None:
    """A letter has arrived, so the address is there (again)."""
    Person.objects.filter(email=address).exclude(email_refused_at=None).update(email_refused_at=None)
