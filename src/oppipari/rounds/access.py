"""Whose rounds and sign-ups: the query sets that views fetch from."""

from django.db.models import QuerySet

from oppipari.organisation import access
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round, SignUp


def rounds_supervised(person: Person) -> QuerySet[Round]:
    """Rounds of the units that `person` supervises."""
    return Round.objects.filter(unit_id__in=access.supervised_unit_ids(person))


def rounds_joined(person: Person) -> QuerySet[Round]:
    """Rounds that `person` has signed up for and not withdrawn from."""
    return Round.objects.filter(sign_ups__person=person, sign_ups__withdrawn_at=None)


def rounds_of_units_read(person: Person) -> QuerySet[Round]:
    """Rounds of the units whose common pages `person` may read: members and supervisors."""
    return Round.objects.filter(unit_id__in=access.member_unit_ids(person))


def own_sign_ups(person: Person) -> QuerySet[SignUp]:
    """The person's own sign-ups that are in force."""
    return SignUp.objects.filter(person=person, withdrawn_at=None)


def sign_ups_supervised(person: Person) -> QuerySet[SignUp]:
    """Sign-ups to the rounds that `person` supervises."""
    return SignUp.objects.filter(round__in=rounds_supervised(person), withdrawn_at=None)
