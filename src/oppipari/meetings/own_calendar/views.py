"""The page "My calendar", and the feed that calendar programs fetch."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oppipari.meetings.models import Meeting, OwnCalendar
from oppipari.meetings.own_calendar import actions, queries
from oppipari.meetings.own_calendar.feed import feed_text, fingerprint
from oppipari.meetings.own_calendar.forms import ChoicesForm
from oppipari.organisation.addresses import opens_only_here, shareable
from oppipari.organisation.models import Person
from oppipari.organisation.web import person_of

# Calendar programs come every hour or so; several devices and services may share one address.
MOST_FETCHES, IN_SECONDS = 60, 600


def _page(request: HttpRequest, person: Person, form: ChoicesForm | None = None, secret: str = "") -> HttpResponse:
    own = queries.own_calendar_of(person)
    address = shareable(request, reverse("calendar_feed", args=[secret])) if secret else ""
    return render(
        request,
        "meetings/own_calendar.html",
        {
            "form": form or ChoicesForm(None, person, own),
            "address": address,
            # The scheme that phones and Outlook offer to subscribe to.
            "subscribe": address.replace("https://", "webcal://").replace("http://", "webcal://"),
            "only_here": opens_only_here(address),
            "has_address": own.address_hash is not None,
            "roster_feeds": settings.ROSTER_FEEDS,
        },
    )


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def own_calendar(request: HttpRequest) -> HttpResponse:
    """My calendar: the choices, the feed's address, how to add it."""
    person = person_of(request)
    if request.method == "POST":
        form = ChoicesForm(request.POST, person, queries.own_calendar_of(person))
        if form.is_valid():
            actions.choose(person, **form.choices())
            messages.success(request, _("Your choices were saved."))
            return redirect("own_calendar")
        return _page(request, person, form)
    return _page(request, person)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make the address, or a new one; shown in this answer alone, since a secret that is kept anywhere is none."""
    if request.method == "GET":  # another language was chosen on the page that shows it
        return redirect("own_calendar")
    person = person_of(request)
    return _page(request, person, secret=actions.make_address(person))


@login_required
@require_POST
def calendar_address_end(request: HttpRequest) -> HttpResponse:
    actions.end_address(person_of(request))
    messages.success(request, _("The address no longer works. Remove the calendar from your calendar program, too."))
    return redirect("own_calendar")


def _plain(status: int, text: str) -> HttpResponse:
    response = HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)
    # An address that has ended is asked for for years: it neither fills the log nor stands in it.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _too_often(secret: str) -> bool:
    key = f"feed:{OwnCalendar.hash_of(secret)}"
    cache.add(key, 0, IN_SECONDS)
    try:
        return cache.incr(key) > MOST_FETCHES
    except ValueError:  # it ended in between
        return False


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The feed behind a secret address: no sign-in, no cookies, for no index and no shared cache.

    Two queries, also where nothing has changed (304). A wrong secret, an ended one and none at all answer alike.
    """
    if _too_often(token):
        response = _plain(429, "Too often. Come back later.")
        response["Retry-After"] = str(IN_SECONDS)
    elif own := queries.owner_of(token):
        meetings = queries.meetings_of_feed(own.person, timezone.now())
        response = _answer(request, own, meetings)
    else:
        response = _plain(404, "There is no such calendar.")
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _answer(request: HttpRequest, own: OwnCalendar, meetings: list[Meeting]) -> HttpResponse:
    etag = fingerprint(own, meetings)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(feed_text(own, meetings), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="oppipari.ics"'
    response["ETag"] = etag
    response["Content-Language"] = own.person.language
    return response
