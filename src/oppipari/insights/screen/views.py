"""The wall on a big screen, and the page on which a supervisor makes its secret address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oppipari.insights.models import Screen
from oppipari.insights.screen import actions, queries
from oppipari.organisation.access import get_or_404
from oppipari.organisation.addresses import opens_only_here, shareable
from oppipari.organisation.models import Unit
from oppipari.organisation.queries import units_supervised
from oppipari.organisation.web import person_of


def show_screen(request: HttpRequest, unit: Unit, *, names: bool) -> HttpResponse:
    """One leaf of the wall, `?at=` its key; without scripts one turns with links."""
    shown = queries.leaves(unit)
    wanted = request.GET.get("at", "")
    # What was taken back in between leads to the beginning.
    at = next((n for n, leaf in enumerate(shown) if leaf.key == wanted), 0)
    return render(
        request,
        "insights/screen.html",
        {
            "unit": unit,
            "names": names,
            "today": timezone.localdate(),
            "leaf": shown[at] if shown else None,
            "number": at + 1,
            "count": len(shown),
            "before": shown[at - 1].key if shown else "",
            "after": shown[(at + 1) % len(shown)].key if shown else "",
        },
    )


@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """The screen behind a secret address: no sign-in, no cookies, no names, for no index and no cache."""
    found = queries.screen_of(token)
    if found is None:
        # The same for an address that has ended and for one that never was.
        response = render(request, "insights/screen_gone.html", status=404)
        # An address that has ended is asked for on and on: it neither fills the log nor stands in it.
        response._has_been_logged = True  # type: ignore[attr-defined]
    else:
        with translation.override(found.language):
            response = show_screen(request, found.unit, names=False)
            response["Content-Language"] = found.language
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def screen_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the address of the unit's screen, or a new one; shown in this answer alone, since it is stored nowhere."""
    person = person_of(request)
    unit = get_or_404(units_supervised(person), pk=pk)
    address = ""
    if request.method == "POST":
        secret = actions.make_address(unit, person, (get_language() or "fi")[:2])
        address = shareable(request, reverse("screen", args=[secret]))
    return render(
        request,
        "insights/screen_address.html",
        {
            "unit": unit,
            "address": address,
            "has_address": Screen.objects.filter(unit=unit).exists(),
            "only_here": opens_only_here(address),
        },
    )


@login_required
@require_POST
def screen_address_end(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    unit = get_or_404(units_supervised(person), pk=pk)
    actions.end_address(unit, person)
    messages.success(request, _("The screen's address no longer works."))
    return redirect("screen_address", pk=pk)
