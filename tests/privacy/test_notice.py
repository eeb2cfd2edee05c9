"""The privacy notice: made of the data inventory, in three languages, at hand before a sign-up is sent."""

import re
import tomllib
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.factories import OrganisationFactory, PersonFactory, RoundFactory

import oppipari.privacy
from oppipari.privacy.notice import ENTRIES

INVENTORY = tomllib.loads((Path(oppipari.privacy.__file__).parent / "inventory.toml").read_text(encoding="utf-8"))
# Times alone, so no column of text: from when to when somebody works.
NO_TEXT = {"working time from rosters"}


def test_the_notice_tells_of_every_row_of_the_inventory_and_of_no_other() -> None:
    rows = {line["row"] for table in INVENTORY.values() for line in table.values()}
    told = [row for entry in ENTRIES for row in entry.rows]
    assert set(told) == rows | NO_TEXT
    assert len(told) == len(set(told))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_entry_is_on_the_page_in_every_language_without_signing_in(language: str) -> None:
    answer = Client(headers={"accept-language": language}).get(reverse("privacy_notice"))
    page = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))
    assert answer.status_code == 200
    english = []
    with translation.override("en"):
        english = [str(getattr(entry, name)) for entry in ENTRIES for name in ("what", "why", "seen", "kept")]
    with translation.override(language):
        told = [str(getattr(entry, name)) for entry in ENTRIES for name in ("what", "why", "seen", "kept")]
    assert all(text in page for text in told)
    assert all((text == other) == (language == "en") for text, other in zip(told, english, strict=True))


@pytest.mark.django_db
def test_it_names_who_answers_for_the_data_where_that_is_known(client: Any) -> None:
    one = OrganisationFactory(name="Kuusikoti ry")
    assert "Kuusikoti ry" in client.get(reverse("privacy_notice")).content.decode()
    OrganisationFactory(name="Mäntykoti ry")
    page = client.get(reverse("privacy_notice")).content.decode()
    assert "Kuusikoti ry" not in page
    assert "työnantajasi" in page
    client.force_login(PersonFactory(organisation=one), backend="django.contrib.auth.backends.ModelBackend")
    assert "Kuusikoti ry" in client.get(reverse("privacy_notice")).content.decode()


@pytest.mark.django_db
def test_it_says_what_this_installation_does(client: Any, settings: Any) -> None:
    settings.MAIL_ENABLED, settings.TEAMS = False, None
    page = client.get(reverse("privacy_notice")).content.decode()
    assert "Sähköpostia ei lähetetä." in page
    assert "Mitään ei luovuteta muille." in page
    settings.MAIL_ENABLED, settings.TEAMS = True, object()
    page = client.get(reverse("privacy_notice")).content.decode()
    assert "Sähköpostia ei lähetetä." not in page
    assert "jonka Microsoft saa" in page


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_it_is_linked_before_a_sign_up_is_sent(language: str) -> None:
    round_ = RoundFactory()
    client = Client(headers={"accept-language": language})
    link, token = reverse("privacy_notice"), round_.invite_token
    main = client.get(reverse("join", args=[token])).content.decode()
    assert link in main[main.index("<main") : main.index("</main>")]
    steps: dict[str, dict[str, Any]] = {
        "who": {"name": "Aino Laine", "email": "aino@example.org"},
        "share": {"tags": ["medication"]},
        "learn": {"tags": ["first-aid"]},
        "times": {"slots": ["0"]},
        "how": {"stage": "mid", "way": "either", "languages": ["fi"]},
    }
    for step, answers in steps.items():
        client.post(reverse("join_step", args=[token, step]), answers)
    page = client.get(reverse("join_step", args=[token, "check"])).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert link in main
    assert main.index(link) < main.index('name="once"')
    # Whoever reads it and comes back has lost nothing.
    client.get(link)
    assert "Aino Laine" in client.get(reverse("join_step", args=[token, "check"])).content.decode()
