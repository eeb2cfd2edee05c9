"""What a round brought, for its unit; and over units, for the coordinator."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_safe

from oppipari.evaluation.access import closed_of, closings_for
from oppipari.evaluation.benefits import over_units, queries
from oppipari.evaluation.together.queries import trial_address
from oppipari.organisation import access
from oppipari.organisation.access import get_or_404
from oppipari.organisation.models import Unit
from oppipari.organisation.reading.queries import has_address
from oppipari.organisation.reading.web import reading as at_reading_address
from oppipari.organisation.web import person_of
from oppipari.pairs.queries import after_closing
from oppipari.rounds.models import Round


@login_required
@never_cache
@require_GET
def round_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """What the round brought, in words, figures and pictures."""
    person = person_of(request)
    round_ = get_or_404(closings_for(person).select_related("unit"), pk=pk)
    told = queries.benefits_of(round_)
    supervises = access.supervises(person, round_.unit_id)
    lines = [line for column in told.columns for line in column.lines] if supervises else []
    return render(
        request,
        "evaluation/benefits/round.html",
        {
            "round": round_,
            "told": told,
            "results": told.results,
            "closed": round_.state == Round.State.CLOSED,
            "for_me": after_closing(round_, person),
            "supervises": supervises,
            "has_address": supervises and has_address(round_.unit_id),
            "trials_from": [(line, address) for line in lines if (address := trial_address(line, round_.unit_id))],
        },
    )


@require_safe
@at_reading_address
def reading_closing(request: HttpRequest, unit: Unit, token: str, pk: int) -> HttpResponse:
    """What a closed round of the unit brought, at the unit's reading address: without an account, and without names."""
    round_ = get_or_404(closed_of(unit).select_related("unit"), pk=pk)
    told = queries.benefits_of(round_)
    context = {"round": round_, "told": told, "results": told.results, "closed": True, "token": token}
    return render(request, "evaluation/benefits/round.html", context)


UNITS_A_PAGE = 60


@login_required
@never_cache
@require_GET
def units_benefits(request: HttpRequest) -> HttpResponse:
    """What units have released, put together and one by one, and where their rounds are: for the coordinator."""
    person = person_of(request)
    if not access.is_coordinator(person):
        raise Http404
    found = over_units.over_units(person)
    rounds = Paginator(over_units.steps(person), UNITS_A_PAGE).get_page(request.GET.get("page"))
    units = Paginator(found.units, UNITS_A_PAGE).get_page(request.GET.get("units"))
    return render(
        request,
        "evaluation/benefits/units.html",
        {
            "organisation": person.organisation,
            "found": found,
            "units": units,
            "rounds": rounds,
            "fewest": over_units.LEAST,
        },
    )
