"""Who counts towards a minimum of people: where there is mail, those who have confirmed their address.

A supervisor lets people in. Whoever made some up would know their answers, and with them the one real answer among a
minimum of five. An address that somebody confirmed from their own mailbox was at least read there. Where there is no
mail nothing can be confirmed: everybody counts, and the pages say so.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from oppipari.organisation.models import Person


def are_checked() -> bool:
    """Whether addresses are confirmed in this installation, so that only those who did so count."""
    return bool(settings.MAIL_ENABLED)


def confirmed_now() -> datetime | None:
    """When an address counts as confirmed that a made-up person has: nobody can confirm one where there is no mail."""
    return timezone.now() if are_checked() else None


def who_count(prefix: str = "") -> Q:
    """A filter for those who count; `prefix` leads to the person ("person__")."""
    return Q(**{f"{prefix}email_confirmed_at__isnull": False}) if are_checked() else Q()


def who_do_not_count(prefix: str = "") -> Q:
    """A filter for the others; nobody where no address is confirmed by anybody."""
    return Q(**{f"{prefix}email_confirmed_at__isnull": True}) if are_checked() else Q(pk__in=())


def counts(person: Person) -> bool:
    """Whether `person` counts, as the database has it now; one query at most."""
    return not are_checked() or Person.objects.filter(who_count(), pk=person.pk).exists()
