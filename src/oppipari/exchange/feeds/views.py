"""One's own roster from the address of its calendar: look, keep, fetch again, stop. There is no page of anybody else's."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from oppipari.exchange.feeds.forms import AddressForm
from oppipari.exchange.feeds.refreshing import ask_now, look
from oppipari.exchange.feeds.troubles import Trouble, sentence_of
from oppipari.meetings.clock import ZONE
from oppipari.meetings.work_times import feeds
from oppipari.meetings.work_times.rosters import Told, takes_part
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.organisation.web import person_of
from oppipari.scheduling import Span

# What was seen waits in the page itself, signed, so that exactly that is kept; nothing is kept of it before.
SALT, WAITS_SECONDS = "oppipari.feeds.seen", 3600
MOST_LOOKS, IN_SECONDS = 6, 600
SHOWN = 5
View = Callable[[HttpRequest], HttpResponse]


def _where_allowed(view: View) -> View:
    """The page does not exist where the operator allows no outgoing requests to rosters."""

    @wraps(view)
    def allowed(request: HttpRequest) -> HttpResponse:
        if not settings.ROSTER_FEEDS:
            raise Http404
        return view(request)

    return allowed


@_where_allowed
@login_required
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "POST"])
def roster_feed(request: HttpRequest) -> HttpResponse:
    """How one's own roster is fetched; look at what an address tells, then keep it."""
    person = person_of(request)
    form = AddressForm()
    seen: dict[str, Any] = {}
    if request.method == "POST":
        if "carried" in request.POST:
            return _keep(request, person)
        form = AddressForm(request.POST)
        if form.is_valid():
            try:
                told = _look(person, form.cleaned_data["address"])
            except Trouble as trouble:
                form.add_error("address", trouble.sentence)
            except DomainError as error:
                form.add_error("address", str(error.message))
            else:
                seen = _shown(person, form.cleaned_data["address"], told)
    return render(request, "exchange/roster_feed.html", {"form": form, "seen": seen, **_known(person)})


def _look(person: Person, address: str) -> Told:
    if not takes_part(person):
        raise DomainError(_("Your roster is fetched only while you take part in a round."))
    if _too_often(person):
        raise DomainError(_("You have looked at many addresses in a short time. Try again in ten minutes."))
    return look(address)


def _too_often(person: Person) -> bool:
    key = f"roster_feed:{person.pk}"
    cache.add(key, 0, IN_SECONDS)
    try:
        return cache.incr(key) > MOST_LOOKS
    except ValueError:  # it ended in between
        return False


def _known(person: Person) -> dict[str, Any]:
    """What the page says of the feed that is kept: its server's name at most, never the address."""
    feed = feeds.feed_of(person)
    return {
        "feed": feed,
        "server": (urlsplit(feed.address).hostname or "") if feed else "",
        "waiting": bool(feed and feed.asked_at and (feed.answered_at is None or feed.asked_at > feed.answered_at)),
        "problem": sentence_of(feed.problem) if feed and feed.problem else "",
        "ahead": feeds.shifts_ahead(person) if feed else 0,
        "taking_part": takes_part(person),
    }


def _shown(person: Person, address: str, told: Told) -> dict[str, Any]:
    now = timezone.localtime(timezone.now(), ZONE)
    ahead = [s for s in told.shifts if s.end > now]
    return {
        "carried": signing.dumps(_packed(person, address, told), salt=SALT, compress=True),
        "ahead": len(ahead),
        "last": ahead[-1].start if ahead else None,
        "next": [{"start": s.start, "until": _until(s)} for s in ahead[:SHOWN]],
    }


def _until(shift: Span) -> str:
    """The end of a shift as the clock of the pages writes it, after its beginning."""
    return f"{shift.end:%H:%M}" if (get_language() or "").startswith("en") else f"{shift.end.hour}.{shift.end:%M}"


def _packed(person: Person, address: str, told: Told) -> dict[str, Any]:
    shifts = [[int(s.start.timestamp()), int(s.end.timestamp())] for s in told.shifts]
    return {"person": person.pk, "address": address, "shifts": shifts, "days": [d.toordinal() for d in told.days]}


def _unpacked(packed: Mapping[str, Any]) -> Told:
    shifts = [Span(*(datetime.fromtimestamp(at, ZONE) for at in shift)) for shift in packed["shifts"]]
    return Told(shifts, [date.fromordinal(d) for d in packed["days"]])


@sensitive_variables()
def _keep(request: HttpRequest, person: Person) -> HttpResponse:
    try:
        packed = signing.loads(request.POST["carried"], salt=SALT, max_age=WAITS_SECONDS)
    except signing.BadSignature:
        packed = {}
    if packed.get("person") != person.pk:
        messages.error(request, _("That took a long time. Paste the address again."))
        return redirect("roster_feed")
    try:
        upset = feeds.keep_feed(person, packed["address"], _unpacked(packed))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("roster_feed")
    messages.success(request, _("Your shifts were kept. From now on they are fetched every night."))
    if upset:
        text = ngettext(
            "%(count)d agreed meeting no longer fits. All of you see it on your pair's page.",
            "%(count)d agreed meetings no longer fit. All of you see it on your pair's page.",
            len(upset),
        )
        messages.warning(request, text % {"count": len(upset)})
    return redirect("roster_feed")


@_where_allowed
@login_required
@require_POST
def roster_feed_refresh(request: HttpRequest) -> HttpResponse:
    """Fetch it now: the worker does it in a moment."""
    try:
        ask_now(person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
    return redirect("roster_feed")


@_where_allowed
@login_required
@require_POST
def roster_feed_stop(request: HttpRequest) -> HttpResponse:
    """Delete the address and what it told."""
    feeds.stop_feed(person_of(request))
    messages.success(request, _("The address and the shifts that it told were deleted."))
    return redirect("roster_feed")
