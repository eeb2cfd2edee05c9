"""Downloading the slides and the QR code: for the unit's supervisor, with an address that phones can open."""

import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pptx import Presentation
from tests.factories import RoundFactory, UnitFactory, member_of, supervisor_of

from oppipari.materials.deck import qr_svg
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def round_() -> Round:
    made: Round = RoundFactory(name="Syksy 2026")
    return made


@pytest.fixture
def boss(client: Client, round_: Round) -> Client:
    client.force_login(supervisor_of(round_.unit, name="Ritva Salo"), backend=BACKEND)
    return client


def said_in(data: bytes) -> str:
    deck = Presentation(io.BytesIO(data))
    return "\n".join(s.text_frame.text for slide in deck.slides for s in slide.shapes if s.has_text_frame)


@pytest.mark.parametrize(("lang", "word"), [("fi", "luottamuksel"), ("en", "confiden")])
def test_the_deck_comes_in_the_language_asked_for(boss: Client, round_: Round, lang: str, word: str) -> None:
    answer = boss.get(reverse("round_deck", args=[round_.pk]), {"lang": lang})
    assert answer["Content-Disposition"] == f'attachment; filename="oppipari-syksy-2026-{lang}.pptx"'
    text = said_in(answer.content)
    assert word in text.lower()
    assert f"http://testserver{reverse('join', args=[round_.invite_token])}" in text


def test_no_slides_invite_to_a_round_that_nobody_can_join_any_more(boss: Client, round_: Round) -> None:
    Round.objects.update(state=Round.State.MEETING)
    said = said_in(boss.get(reverse("round_deck", args=[round_.pk]), {"lang": "fi"}).content)
    assert "Mitä siitä saa?" in said
    assert not re.search(r"Ilmoittaudu|/join/", said)


def test_an_unknown_language_gets_a_deck_all_the_same(boss: Client, round_: Round) -> None:
    assert said_in(boss.get(reverse("round_deck", args=[round_.pk]), {"lang": "xx"}).content)


def test_a_name_in_other_letters_makes_a_plain_file_name(boss: Client, round_: Round) -> None:
    round_.name = '"\r\nX: y" 夏'
    round_.save()
    header = boss.get(reverse("round_deck", args=[round_.pk]))["Content-Disposition"]
    assert header.isascii()
    assert "\n" not in header


def test_the_qr_code_leads_to_sign_up(boss: Client, round_: Round) -> None:
    answer = boss.get(reverse("round_qr", args=[round_.pk]))
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.decode() == qr_svg(f"http://testserver{reverse('join', args=[round_.invite_token])}")


def test_codes_shown_on_the_services_own_machine_still_open_on_phones(
    boss: Client, round_: Round, settings: Any
) -> None:
    settings.SITE_URL = "http://192.0.2.7:8000"
    path = reverse("join", args=[round_.invite_token])
    answer = boss.get(reverse("round_qr", args=[round_.pk]), headers={"host": "127.0.0.1:8000"})
    assert answer.content.decode() == qr_svg(f"http://192.0.2.7:8000{path}")
    page = boss.get(reverse("round_tell", args=[round_.pk]), headers={"host": "localhost:8000"}).content.decode()
    assert f"http://192.0.2.7:8000{path}" in page
    assert "HOST=0.0.0.0" not in page


def test_where_phones_cannot_open_the_link_the_page_says_what_to_do(boss: Client, round_: Round, settings: Any) -> None:
    settings.SITE_URL = "http://127.0.0.1:8000"
    page = boss.get(reverse("round_tell", args=[round_.pk]), headers={"host": "127.0.0.1:8000"}).content.decode()
    assert "HOST=0.0.0.0" in page
    assert "HOST=0.0.0.0" not in boss.get(reverse("round_tell", args=[round_.pk])).content.decode()


@pytest.mark.parametrize("name", ["round_deck", "round_qr"])
def test_only_the_units_supervisor_downloads(client: Client, round_: Round, name: str) -> None:
    address = reverse(name, args=[round_.pk])
    assert client.get(address).status_code == 302
    for somebody in (member_of(round_.unit), supervisor_of(UnitFactory())):
        client.force_login(somebody, backend=BACKEND)
        assert client.get(address).status_code == 404
    assert client.post(address).status_code == 405
