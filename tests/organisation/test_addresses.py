"""Which address a page gives to other people's devices."""

import pytest
from django.test import RequestFactory

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
