"""What pages read of "let's try": what oneself said, and nothing of others."""

from collections.abc import Iterable

from oppipari.insights.lets_try.actions import key_of
from oppipari.insights.lets_try.models import LetsTry
from oppipari.insights.models import Insight
from oppipari.organisation import access
from oppipari.organisation.models import Person


def said_by(person: Person, insights: Iterable[Insight]) -> set[int]:
    """Ids of those of `insights` that `person` said "let's try" to; one query."""
    keys = {key_of(i.pk, person.pk): i.pk for i in insights}
    found = LetsTry.objects.filter(insight__in=keys.values(), key__in=keys).values_list("key", flat=True)
    return {keys[key] for key in found}


def texts_said_by(person: Person) -> list[str]:
    """The insights that `person` said "let's try" to in their units, for their own download."""
    shown = list(Insight.objects.filter(state=Insight.State.PUBLISHED, unit_id__in=access.member_unit_ids(person)))
    said = said_by(person, shown)
    return [i.text for i in shown if i.pk in said]
