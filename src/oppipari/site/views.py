"""The first pages, and the pages for when something is amiss."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from oppipari.organisation.actions import speak
from oppipari.organisation.web import remember_language
from oppipari.site.typed import typed


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """The promise, how it works, and the ways in; signed-in people go straight to their own page."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "site/start.html")


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Say that the service and its database answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the chosen language in a cookie and, for a signed-in person, for their e-mails too."""
    code = request.POST.get("language", "")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    response = redirect(target)
    if code in dict(settings.LANGUAGES):
        remember_language(request, response, code)
        translation.activate(code)
        if request.user.is_authenticated:
            speak(request.user, code)
    return response


def _problem(request: HttpRequest, template: str, status: int) -> HttpResponse:
    return render(request, template, {"typed": typed(request)}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, "400.html", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, "403.html", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, "404.html", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the context processors: the error may be in the database that they read.
    from django.template.loader import render_to_string

    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long or in two tabs: say so, and how to send again."""
    return _problem(request, "site/csrf_failure.html", 403)
