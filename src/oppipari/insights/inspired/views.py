"""The organisation's page of trials that units offer to one another."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from oppipari.insights.inspired import queries, search
from oppipari.insights.trials.access import may_get_inspired, trials_offered_to
from oppipari.insights.trials.queries import tried_elsewhere
from oppipari.organisation import access
from oppipari.organisation.access import get_or_404
from oppipari.organisation.queries import units_supervised
from oppipari.organisation.web import person_of

A_PAGE = 20


@login_required
@never_cache
@require_GET
def inspired(request: HttpRequest) -> HttpResponse:
    """All offered trials, or (`?q=`) those that hold the words or at least some of them, `?page=`."""
    person = person_of(request)
    if not may_get_inspired(person):
        raise Http404
    query = request.GET.get("q", "").replace("\0", "").strip()[: search.LONGEST]
    terms = search.terms(query)
    found, every = queries.offered(person, terms)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    also = list(dict.fromkeys(word for term in terms for word in term.others))
    return render(
        request,
        "insights/inspired.html",
        {
            "page": page,
            "query": query,
            "searched": bool(terms),
            "every": every,
            "also": also,
            "longest": search.LONGEST,
        },
    )


@login_required
@never_cache
@require_GET
def inspired_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """One offered trial, with the way to try it in one's own unit for those who supervise one."""
    person = person_of(request)
    shown = get_or_404(trials_offered_to(person).select_related("parent__unit"), pk=pk)
    return render(
        request,
        "insights/inspired_trial.html",
        {
            "trial": shown,
            "own": shown.unit_id in access.member_unit_ids(person),
            "elsewhere": tried_elsewhere(shown, person),
            "units": [u for u in units_supervised(person) if u.pk != shown.unit_id and u.parent_id is None],
        },
    )
