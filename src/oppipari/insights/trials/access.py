"""Whose trials: the unit's, and the whole organisation's once they are offered."""

from django.db.models import Q, QuerySet

from oppipari.insights.trials.models import Trial
from oppipari.organisation import access
from oppipari.organisation.models import Person, Unit


def trials_read(person: Person) -> QuerySet[Trial]:
    """Trials of the units whose common pages `person` may read."""
    return Trial.objects.filter(unit_id__in=access.member_unit_ids(person)).select_related("unit")


def trials_supervised(person: Person) -> QuerySet[Trial]:
    """Trials of the units that `person` supervises."""
    return Trial.objects.filter(unit_id__in=access.supervised_unit_ids(person)).select_related("unit")


def may_get_inspired(person: Person) -> bool:
    """Whether the page with other units' trials exists for `person`: members, supervisors and coordinators."""
    return bool(access.member_unit_ids(person)) or access.is_coordinator(person)


def trials_offered_to(person: Person) -> QuerySet[Trial]:
    """Trials that units of the person's organisation offer to all others.

    Theirs is the one whose units they read, or which they coordinate: not the one at whose round somebody first typed
    their address.
    """
    theirs = Q(unit__organisation__in=Unit.objects.filter(pk__in=access.member_unit_ids(person)).values("organisation"))
    if access.is_coordinator(person):
        theirs |= Q(unit__organisation=person.organisation_id)
    return Trial.objects.exclude(offered_on=None).filter(theirs).select_related("unit")
