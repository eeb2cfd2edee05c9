"""What links in letters do without signing in: turn reminders off, by one press on a page or the mail program's own button
(RFC 8058), and tell that a meeting was held."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from oppipari.meetings.actions import hold
from oppipari.meetings.models import Meeting
from oppipari.meetings.own_calendar.actions import turn_reminders
from oppipari.meetings.own_calendar.queries import own_calendar_of
from oppipari.meetings.reminders.actions import person_of_token
from oppipari.meetings.reminders.met import of_token
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.models import Question


# No cookie proves anything here, only the signed link does; a mail program that posts for its reader has no cookie.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def reminders_off(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the page changes nothing, since mail servers open links to look at them; a press does, and undoes it."""
    person = person_of_token(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        turn_reminders(person, request.POST.get("reminders") == "on")
    with _in_language_of(request, person):
        on = own_calendar_of(person).reminders
        response = render(request, "meetings/reminders_off.html", {"on": on, "done": request.method == "POST"})
        return _kept_out_of_searches(response)


# As above: the signed link is the proof, and a phone may open it in a browser that keeps no cookie.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def met(request: HttpRequest, token: str) -> HttpResponse:
    """Did you meet? Reading the page changes nothing, since mail servers open links to look at them; a press does."""
    found = of_token(token)
    if found is None:
        raise Http404
    meeting, person = found
    sentence = ""
    with _in_language_of(request, person):
        if request.method == "POST":
            try:
                meeting = hold(meeting, person)
            except DomainError as error:
                sentence = str(error.message)
        asks = meeting.state == Meeting.State.AGREED and meeting.starts_at <= timezone.now() and not sentence
        context = {
            "meeting": meeting,
            "asks": asks,
            "held": meeting.state == Meeting.State.HELD,
            "sentence": sentence,
            # What everybody in the pair sees: that the question is open, never who has answered it.
            "go_on": Question.objects.filter(pair=meeting.pair).exists(),
        }
        return _kept_out_of_searches(render(request, "meetings/met.html", context))


@contextmanager
def _in_language_of(request: HttpRequest, person: Person) -> Iterator[None]:
    """Speak the person's language, until another was chosen in this browser."""
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    with translation.override(translation.get_language() if chosen else person.language):
        yield


def _kept_out_of_searches(response: HttpResponse) -> HttpResponse:
    response["Content-Language"] = translation.get_language() or settings.LANGUAGE_CODE
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
