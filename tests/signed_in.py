"""Clients of people who are signed in, and the text of pages, in which any white space is one blank."""

from typing import Any

from django.test import Client
from django.urls import reverse

from oppipari.organisation.models import Person

BACKEND = "django.contrib.auth.backends.ModelBackend"


def client_of(person: Person) -> Client:
    """A browser in which `person` is signed in."""
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def text_of_page(response: Any) -> str:
    """What came back, as one line."""
    return " ".join(response.content.decode().split())


def page_of(person: Person, name: str, *args: Any, follow: bool = False) -> str:
    """The page of that name as `person` gets it."""
    return text_of_page(client_of(person).get(reverse(name, args=args), follow=follow))
