"""What every page at a reading address has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from oppipari.organisation.reading.queries import unit_read_at


def reading(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page behind a secret address: the view gets the unit in the secret's place, and the secret for its links.

    The answer is for no index and no cache, and other hosts never learn the address. An address that has ended and one
    that never was are answered alike.
    """

    @wraps(view)
    def read(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        unit = unit_read_at(token)
        if unit is None:
            response = render(request, "organisation/reading_gone.html", status=404)
            # What was printed and ended is asked for on and on: it neither fills the log nor stands in it.
            response._has_been_logged = True  # type: ignore[attr-defined]
        else:
            response = view(request, unit, token, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # Not "no-referrer": a browser would then hide from us, too, that a form was sent from our own page.
        response["Referrer-Policy"] = "same-origin"
        return response

    return read
