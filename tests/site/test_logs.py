"""What stands in the log of an installation, through its own settings."""

import io
import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from oppipari.meetings.own_calendar import views
from oppipari.site.logs import NoSecretAddresses


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the console handler of the settings would print."""
    made_of = settings.LOGGING["handlers"]["console"]
    assert made_of["filters"] == ["no_secrets"]
    assert settings.LOGGING["filters"]["no_secrets"]["()"].endswith(f".{NoSecretAddresses.__name__}")
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(NoSecretAddresses())
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_a_feed_that_fails_is_logged_without_its_secret(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(secret: str) -> None:
        raise RuntimeError

    monkeypatch.setattr(views.queries, "owner_of", fail)
    answer = Client(raise_request_exception=False).get(reverse("calendar_feed", args=["SALAISUUS"]))
    assert answer.status_code == 500
    assert "Internal Server Error: /calendar/…" in log.getvalue()
    assert "SALAISUUS" not in log.getvalue()


def test_other_addresses_are_logged_as_they_are(log: io.StringIO) -> None:
    logging.getLogger("x").warning("Not Found: %s, %d", "/meetings/7/", 100)
    logging.getLogger("x").warning("Not Found: %s", "/link/SALAISUUS/")
    logging.getLogger("x").warning("Not Found: %s", "/read/SALAISUUS/rounds/7/")
    assert log.getvalue() == "Not Found: /meetings/7/, 100\nNot Found: /link/…/\nNot Found: /read/…/rounds/7/\n"


@pytest.mark.django_db
def test_an_invitation_that_has_ended_is_logged_without_its_secret(log: io.StringIO) -> None:
    assert Client().get(reverse("invitation", args=["slip.SALAISUUS"])).status_code == 410
    assert "/invitation/…" in log.getvalue()
    assert "SALAISUUS" not in log.getvalue()
