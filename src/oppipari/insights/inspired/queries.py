"""What the page "Get inspired" reads: newest first, never by how many like it."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from oppipari.insights.inspired.search import Term
from oppipari.insights.models import Trial
from oppipari.insights.trials.access import trials_offered_to
from oppipari.organisation.models import Person


def offered(person: Person, terms: Sequence[Term] = ()) -> QuerySet[Trial]:
    """Trials offered to `person` that hold every term in some language, newest first."""
    found = trials_offered_to(person).select_related("parent__unit").order_by("-offered_on", "-pk")
    for term in terms:
        one_of = Q()
        for text in term.stems:
            one_of |= Q(searched__contains=text)
        found = found.filter(one_of)
    return found
