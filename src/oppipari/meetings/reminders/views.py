"""Turning reminders off without signing in: one press on a page, or the mail program's own button (RFC 8058)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from oppipari.meetings.own_calendar.actions import turn_reminders
from oppipari.meetings.own_calendar.queries import own_calendar_of
from oppipari.meetings.reminders.actions import person_of_token


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
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    language = translation.get_language() if chosen else person.language
    with translation.override(language):
        on = own_calendar_of(person).reminders
        response = render(request, "meetings/reminders_off.html", {"on": on, "done": request.method == "POST"})
    response["Content-Language"] = language or person.language
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
