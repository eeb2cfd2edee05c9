"""What the page "Get inspired" reads: newest first, never by how many like it."""

from collections.abc import Sequence

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from oppipari.insights.inspired.search import Term
from oppipari.insights.models import Trial
from oppipari.insights.trials.access import trials_offered_to
from oppipari.organisation.models import Person


def offered(person: Person, terms: Sequence[Term] = ()) -> tuple[QuerySet[Trial], bool]:
    """Trials offered to `person` that hold every term in some language, newest first; and whether they do.

    Where none holds them all: those that hold any, with the most first.
    """
    found = trials_offered_to(person).select_related("parent__unit").order_by("-offered_on", "-pk")
    if not terms:
        return found, True
    holds = [Case(When(_holds(t), then=1), default=0, output_field=IntegerField()) for t in terms]
    counted = found.annotate(held=sum(holds, start=Value(0, IntegerField())))
    every = counted.filter(held=len(terms))
    if len(terms) == 1 or every.exists():
        return every, True
    return counted.filter(held__gt=0).order_by(F("held").desc(), "-offered_on", "-pk"), False


def _holds(term: Term) -> Q:
    one_of = Q()
    for pattern in term.patterns:
        one_of |= Q(searched__regex=pattern)
    return one_of
