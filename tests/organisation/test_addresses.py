"""Which address a page gives to other people's devices."""

from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse
from tests.factories import UnitFactory, supervisor_of
from tests.signed_in import client_of

import oppipari
from oppipari.organisation.addresses import shareable


@pytest.mark.parametrize(
    ("told", "asked_at", "given"),
    [
        ("http://127.0.0.1:8000", "http://oppipari.local:8000", "http://oppipari.local:8000"),
        ("http://192.0.2.7:8000", "http://127.0.0.1:8000", "http://192.0.2.7:8000"),
        # Set by the operator: a proxy that says nothing of TLS does not make it plain again.
        ("https://oppipari.example.org", "http://oppipari.example.org", "https://oppipari.example.org"),
        ("https://oppipari.example.org", "http://10.0.0.5:8000", "https://oppipari.example.org"),
    ],
)
def test_what_is_given_opens_elsewhere(told: str, asked_at: str, given: str, settings: object) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = told, ["*"]  # type: ignore[attr-defined]
    request = RequestFactory().get("/", HTTP_HOST=asked_at.split("//")[1])
    assert shareable(request, "/join/x/") == f"{given}/join/x/"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["screen_address", "reading_address", "calendar_address"])
def test_addresses_for_a_television_a_phone_and_a_calendar_open_there(name: str, settings: Any) -> None:
    """Behind a proxy with TLS that says nothing of it, as seen from the service."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://oppipari.example.org", ["*"]
    unit = UnitFactory()
    client = client_of(supervisor_of(unit))
    url = reverse(name, args=[] if name == "calendar_address" else [unit.pk])
    page = client.post(url, headers={"host": "10.0.0.5:8000"}).content.decode()
    assert "https://oppipari.example.org/" in page
    assert "10.0.0.5" not in page


def test_one_place_alone_makes_addresses_of_requests() -> None:
    """Whoever else did would give the address at which the page happens to be seen."""
    root = Path(oppipari.__file__).parent
    found = [p.relative_to(root).as_posix() for p in root.rglob("*.py") if "build_absolute_uri" in p.read_text()]
    assert found == ["organisation/addresses.py"]
