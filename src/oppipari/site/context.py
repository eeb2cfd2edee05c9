"""What every page's template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from oppipari.organisation import access
from oppipari.organisation.models import Person
from oppipari.organisation.reach import Way, mail_leaves, way_to


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the template variables of the base page: the languages, mail, and where the person may go."""
    person = getattr(request, "user", None)
    signed_in = bool(person and person.is_authenticated)
    return {
        "language_codes": [code for code, _name in settings.LANGUAGES],
        "mail_enabled": mail_leaves(),
        # Whether what is new comes to the reader by e-mail, too.
        "reached": isinstance(person, Person) and way_to(person) is not Way.PAGE,
        "color_scheme": "auto",
        "is_supervisor": signed_in and access.is_supervisor_anywhere(person),
        "is_coordinator": signed_in and access.is_coordinator(person),
    }
