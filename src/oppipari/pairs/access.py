"""Whose pairs: the query sets that views fetch from."""

from django.db.models import QuerySet

from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.rounds.access import rounds_supervised


def pairs_of(person: Person) -> QuerySet[Pair]:
    """Pairs that `person` is in now; access ends when the pair ends."""
    return Pair.objects.of_person(person)


def pairs_supervised(person: Person) -> QuerySet[Pair]:
    """Published pairs of the rounds that `person` supervises."""
    return Pair.objects.filter(round__in=rounds_supervised(person))
