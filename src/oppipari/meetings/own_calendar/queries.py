"""What is read of people's own calendars."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from oppipari.meetings.access import meetings_of
from oppipari.meetings.models import Meeting, OwnCalendar
from oppipari.organisation.models import Person, Role

State = Meeting.State
# So long a meeting that has been stays in the feed.
KEPT = timedelta(days=92)


def own_calendar_of(person: Person) -> OwnCalendar:
    """What `person` chose; the defaults (not stored) where they chose nothing."""
    return OwnCalendar.objects.filter(person=person).first() or OwnCalendar(person=person)


def discreet_among(people: Iterable[Person]) -> set[int]:
    """Ids of those of `people` whose own copies have a discreet title; one query."""
    ids = [p.pk for p in people]
    return set(OwnCalendar.objects.filter(person__in=ids, discreet=True).values_list("person_id", flat=True))


def supervisors_wanting_copies(round_id: int) -> list[Person]:
    """Supervisors of the round's unit who chose to get copies of what is agreed, with their choices; one query."""
    mine = Role.objects.filter(kind=Role.Kind.SUPERVISOR, unit__rounds=round_id).values("person")
    wanting = Person.objects.filter(pk__in=mine, is_active=True, own_calendar__copies=True)
    return list(wanting.select_related("own_calendar").order_by("pk"))


def owner_of(secret: str) -> OwnCalendar | None:
    """Whose feed the secret opens; one query on an index, the same for every wrong secret."""
    return (
        OwnCalendar.objects.select_related("person")
        .filter(address_hash=OwnCalendar.hash_of(secret), person__is_active=True)
        .first()
    )


def meetings_of_feed(person: Person, now: datetime) -> list[Meeting]:
    """The person's meetings by time: proposed ones ahead, agreed ones, and those of the last months.

    Cancelled ones and proposals whose time has passed are not there; access ends with the pair. One query.
    """
    shown = Q(state=State.PROPOSED, starts_at__gt=now) | Q(state__in=[State.AGREED, State.HELD])
    found = meetings_of(person).filter(shown, starts_at__gt=now - KEPT).select_related("online")
    return list(found.order_by("starts_at", "pk"))
