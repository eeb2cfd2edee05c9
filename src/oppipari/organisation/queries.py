"""What pages read of units, roles and personal links."""

from django.db.models import QuerySet

from oppipari.organisation import access
from oppipari.organisation.models import Person, PersonalLink, Role, Unit


def units_supervised(person: Person) -> QuerySet[Unit]:
    """The units that `person` supervises."""
    return Unit.objects.filter(pk__in=access.supervised_unit_ids(person))


def units_of_member(person: Person) -> QuerySet[Unit]:
    """The units whose common pages `person` may read."""
    return Unit.objects.filter(pk__in=access.member_unit_ids(person))


def teams_of(unit: Unit) -> list[Unit]:
    return list(unit.teams.all())


def supervisors_of(unit: Unit) -> list[Person]:
    """The supervisors of `unit` by name."""
    return list(
        Person.objects.filter(roles__kind=Role.Kind.SUPERVISOR, roles__unit=unit, is_active=True).order_by("name", "pk")
    )


def link_of(token: str) -> PersonalLink | None:
    """The personal link behind `token`, whatever its state; nothing is used up."""
    return PersonalLink.objects.select_related("person").filter(token_hash=PersonalLink.hash_of(token)).first()
