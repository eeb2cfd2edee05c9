"""Who may: the one place that every query is scoped through.

A domain app's query sets for people are reached through `objects_for(person)` functions built on these predicates, and
views fetch single objects through `get_or_404`, so that what a person may not see does not exist for them.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person, Role, Unit


def _kinds(person: Any) -> set[tuple[str, int | None]]:
    """The person's roles as (kind, unit id), read once a request."""
    if not getattr(person, "is_authenticated", False):
        return set()
    cached: set[tuple[str, int | None]] | None = getattr(person, "_roles", None)
    if cached is None:
        cached = set(Role.objects.filter(person=person).values_list("kind", "unit_id"))
        person._roles = cached
    return cached


def forget_roles(person: Person) -> None:
    """Read the person's roles anew next time (after a role was given or taken)."""
    if hasattr(person, "_roles"):
        del person._roles


def supervised_unit_ids(person: Any) -> set[int]:
    """Ids of the units that `person` supervises; teams are reached through their unit."""
    return {unit for kind, unit in _kinds(person) if kind == Role.Kind.SUPERVISOR and unit is not None}


def member_unit_ids(person: Any) -> set[int]:
    """Ids of the units whose common pages `person` may read: as a member or as the supervisor."""
    return {
        unit for kind, unit in _kinds(person) if kind in (Role.Kind.MEMBER, Role.Kind.SUPERVISOR) and unit is not None
    }


def is_supervisor_anywhere(person: Any) -> bool:
    return bool(supervised_unit_ids(person))


def is_coordinator(person: Any) -> bool:
    return (Role.Kind.COORDINATOR, None) in _kinds(person)


def is_administrator(person: Any) -> bool:
    return (Role.Kind.ADMINISTRATOR, None) in _kinds(person)


def may_set_domains(person: Any) -> bool:
    """Whether `person` may say which mail domains are their organisation's own: who looks after all of it."""
    return is_coordinator(person) or is_administrator(person)


def supervises(person: Any, unit: Unit | int) -> bool:
    """Whether `person` is a supervisor of `unit`."""
    return (unit if isinstance(unit, int) else unit.pk) in supervised_unit_ids(person)


def must_supervise(by: Person, unit: Unit | int) -> None:
    """Raise DomainError unless `by` is a supervisor of `unit` (or of the unit of this id)."""
    if not supervises(by, unit):
        raise DomainError(_("Only the unit's supervisor can do this."))


def may_hand_link(by: Person, person: Person) -> bool:
    """Whether `by` may make a sign-in link for `person`: all that the person belongs to is supervised by `by`."""
    return person.pk in may_be_handed_links(by, [person.pk])


def may_be_handed_links(by: Person, people: Iterable[int]) -> set[int]:
    """Of `people` (ids) those for whom `by` may make a sign-in link; one query."""
    mine, asked = supervised_unit_ids(by), set(people)
    if not mine:
        return set()
    roles = Role.objects.filter(person__in=asked).values_list("person_id", "kind", "unit_id")
    return asked - {
        person
        for person, kind, unit in roles
        if kind not in (Role.Kind.MEMBER, Role.Kind.SUPERVISOR) or unit not in mine
    }


def get_or_404[M: Model](scoped: QuerySet[M], **lookup: Any) -> M:
    """Return the one object of an already scoped query set, or 404: never 403, which would tell that it exists."""
    try:
        return scoped.get(**lookup)
    except (ObjectDoesNotExist, ValueError, OverflowError):
        raise Http404 from None
