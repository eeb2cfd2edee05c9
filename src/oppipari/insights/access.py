"""Whose insights: drafts are the pair's alone; what is published is the unit's."""

from django.db.models import Q, QuerySet

from oppipari.insights.models import Approval, Insight
from oppipari.organisation import access
from oppipari.organisation.models import Person
from oppipari.pairs.access import pairs_of


def own_insights(person: Person) -> QuerySet[Insight]:
    """Drafts and published insights of the pairs that `person` is in, and published ones that they once approved.

    The latter outlive the pair: who agreed to publish can take that back at any time.
    """
    approved = Approval.objects.filter(person=person).values("insight")
    return Insight.objects.filter(
        Q(pair__in=pairs_of(person)) | Q(state=Insight.State.PUBLISHED, pk__in=approved),
    )


def published_to(person: Person) -> QuerySet[Insight]:
    """Published insights of the units whose common pages `person` may read."""
    return Insight.objects.filter(state=Insight.State.PUBLISHED, unit_id__in=access.member_unit_ids(person))


def askable_by(person: Person) -> QuerySet[Insight]:
    """Published insights of the units that `person` supervises: about them they may ask the authors."""
    return Insight.objects.filter(state=Insight.State.PUBLISHED, unit_id__in=access.supervised_unit_ids(person))


def sayable_to(person: Person) -> QuerySet[Insight]:
    """Published insights that `person` may say "let's try" to: of their unit, not their own; a supervisor starts a trial."""
    units = access.member_unit_ids(person) - access.supervised_unit_ids(person)
    own = Approval.objects.filter(person=person).values("insight")
    return Insight.objects.filter(state=Insight.State.PUBLISHED, unit_id__in=units).exclude(
        Q(pk__in=own) | Q(pair__in=pairs_of(person))
    )
