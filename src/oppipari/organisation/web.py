"""Small helpers that every app's views share."""

from typing import Any, cast

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse

from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person


def person_of(request: HttpRequest) -> Person:
    """The signed-in person (views behind login_required)."""
    return cast(Person, request.user)


def add_domain_error(form: BaseForm, error: DomainError) -> None:
    """Put a domain error where it concerns: at its field if the form has it, else at the top."""
    field: Any = error.field if error.field in form.fields else None
    form.add_error(field, str(error.message))


def number_in(text: str) -> int:
    """The number that a page of ours wrote into a form (a row's, a version), 0 where the text is none."""
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def is_htmx(request: HttpRequest) -> bool:
    """Whether the page asks for a fragment of itself."""
    return request.headers.get("HX-Request") == "true"


def remember_language(request: HttpRequest, response: HttpResponse, language: str) -> HttpResponse:
    """Let this browser's pages be in `language` from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 86400,
        samesite="Lax",
        secure=request.is_secure(),
        httponly=True,
    )
    return response
