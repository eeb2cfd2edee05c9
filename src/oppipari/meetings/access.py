"""Whose meetings: a pair's members', and the supervisor's of its unit."""

from django.db.models import Q, QuerySet

from oppipari.meetings.models import Meeting
from oppipari.organisation.models import Person
from oppipari.pairs.access import pairs_of, pairs_supervised


def meetings_of(person: Person) -> QuerySet[Meeting]:
    """Meetings of the pairs that `person` is in."""
    return Meeting.objects.filter(pair__in=pairs_of(person))


def meetings_seen(person: Person) -> QuerySet[Meeting]:
    """Both: for the calendar file."""
    return Meeting.objects.filter(Q(pair__in=pairs_of(person)) | Q(pair__in=pairs_supervised(person)))
