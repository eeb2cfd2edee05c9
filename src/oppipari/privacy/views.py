"""My data: what is stored, who looked, download, erase."""

import json

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from oppipari.organisation.errors import DomainError
from oppipari.organisation.web import person_of
from oppipari.privacy import actions, queries
from oppipari.privacy.in_words import in_words
from oppipari.privacy.notice import ENTRIES, controller


@login_required
@never_cache
@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    everything = queries.everything_of(person)
    return render(
        request,
        "privacy/my_data.html",
        {
            "sections": in_words(everything),
            "in_a_pair": bool(everything["pairs"]),
            "accesses": queries.accesses_of(person),
            "not_yet": actions.why_not_yet(person),
        },
    )


@require_safe
def privacy_notice(request: HttpRequest) -> HttpResponse:
    """What is kept of whom, for whoever thinks of signing up: no sign-in, and nothing of a person."""
    person = person_of(request) if request.user.is_authenticated else None
    context = {"entries": ENTRIES, "controller": controller(person), "teams": settings.TEAMS is not None}
    return render(request, "privacy/notice.html", context)


@login_required
@never_cache
@require_GET
def my_data_download(request: HttpRequest) -> HttpResponse:
    """Everything as JSON."""
    text = json.dumps(queries.everything_of(person_of(request)), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="oppipari.json"'
    return response


@login_required
@require_POST
def erase_me(request: HttpRequest) -> HttpResponse:
    try:
        actions.erase_me(person_of(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return redirect("my_data")
    logout(request)
    messages.success(request, _("Your data have been erased."))
    return redirect("start")
