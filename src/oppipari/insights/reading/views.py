"""The wall at the unit's reading address, and the page on which a supervisor makes that address."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oppipari.insights.lets_try.actions import FEWEST
from oppipari.insights.reading import queries
from oppipari.insights.reading.actions import say_by_browser
from oppipari.insights.trials.queries import shelf
from oppipari.organisation.access import get_or_404
from oppipari.organisation.addresses import opens_only_here, shareable
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Unit
from oppipari.organisation.queries import units_supervised
from oppipari.organisation.reading.actions import end_address, make_address
from oppipari.organisation.reading.queries import has_address
from oppipari.organisation.reading.web import reading as at_reading_address
from oppipari.organisation.web import person_of

COOKIE, YEAR, DAY = "reader", 365 * 24 * 3600, 24 * 3600
SALT = "insights.reading"


def _browser(request: HttpRequest) -> str:
    """The number by which this browser is known since it first pressed, "" before that."""
    return str(request.get_signed_cookie(COOKIE, default="", salt=SALT))


@require_safe
@at_reading_address
def reading(request: HttpRequest, unit: Unit, token: str) -> HttpResponse:
    """What pairs chose to share, and what the unit tries, without names; nobody is signed in."""
    browser = _browser(request)
    return render(
        request,
        "insights/reading.html",
        {
            "unit": unit,
            "token": token,
            "insights": queries.read_wall(unit, browser),
            "shelf": shelf(unit),
            "fewest": FEWEST,
            "today": timezone.localdate(),
            # A browser that has no number yet gets one with its first press: the same on a double click.
            "fresh": "" if browser else signing.dumps(secrets.token_urlsafe(16), salt=SALT),
        },
    )


@require_POST
@at_reading_address
def reading_lets_try(request: HttpRequest, unit: Unit, token: str, pk: int) -> HttpResponse:
    """Say "let's try" without an account, or take it back (`on=0`); the browser remembers a random number."""
    answer = redirect(f"{reverse('reading', args=[token])}#insight-{pk}")
    browser = _browser(request)
    if not browser:
        try:
            browser = signing.loads(request.POST.get("fresh", ""), salt=SALT, max_age=DAY)
        except signing.BadSignature:
            messages.info(request, _("The page had been open for long. Press once more, please."))
            return answer
        answer.set_signed_cookie(
            COOKIE,
            browser,
            salt=SALT,
            max_age=YEAR,
            path="/read/",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    try:
        say_by_browser(unit, pk, browser, request.META.get("REMOTE_ADDR", ""), on=request.POST.get("on") != "0")
    except DomainError as error:
        messages.error(request, str(error.message))
    return answer


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def reading_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the unit's reading address, or a new one; shown in this answer alone, since it is stored nowhere."""
    person = person_of(request)
    unit = get_or_404(units_supervised(person), pk=pk)
    address = ""
    if request.method == "POST":
        address = shareable(request, reverse("reading", args=[make_address(unit, person)]))
    return render(
        request,
        "insights/reading_address.html",
        {
            "unit": unit,
            "address": address,
            "has_address": has_address(unit),
            "only_here": bool(address) and opens_only_here(address),
        },
    )


@login_required
@require_POST
def reading_address_end(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    unit = get_or_404(units_supervised(person), pk=pk)
    end_address(unit, person)
    messages.success(request, _("The reading address no longer works."))
    return redirect("reading_address", pk=pk)
