"""Whose insights: drafts are the pair's alone; what is published is the unit's."""

from django.db.models import QuerySet

from oppipari.insights.models import Insight
from oppipari.organisation import access
from oppipari.organisation.models import Person
from oppipari.pairs.access import pairs_of


def own_insights(person: Person) -> QuerySet[Insight]:
    """Drafts and published insights of the pairs that `person` is in."""
    return Insight.objects.filter(pair__in=pairs_of(person))


def published_to(person: Person) -> QuerySet[Insight]:
    """Published insights of the units whose common pages `person` may read."""
    return Insight.objects.filter(state=Insight.State.PUBLISHED, unit_id__in=access.member_unit_ids(person))
