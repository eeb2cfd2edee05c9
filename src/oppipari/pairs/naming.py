"""Which pair a letter is about, told where its reader has more than one round or pair."""

from typing import Any

from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.rounds.naming import about, has_another


def about_pair(person: Person, pair: Pair) -> dict[str, Any]:
    """As `rounds.naming.about`, with the partner's name, or both names in a trio.

    Not the names where the person chose discreet calendar entries: their letters are read on a shared screen, too.
    """
    if not has_another(person, pair.round):
        return {}
    if Person.objects.filter(pk=person.pk, own_calendar__discreet=True).exists():
        return about(person, pair.round)
    others = [m.person for m in pair.members.select_related("person").order_by("pk") if m.person_id != person.pk]
    named = {str(other.pk): other.name for other in others}
    return {**about(person, pair.round, *(other.name for other in others)), "named": named}
