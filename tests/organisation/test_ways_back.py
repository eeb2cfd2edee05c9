"""Where no code comes by e-mail: everybody has a way back in, and the page of signing in tells which ways there are."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, supervisor_of
from tests.signed_in import client_of

from oppipari.organisation.actions import first_start, own_link
from oppipari.organisation.models import PersonalLink
from oppipari.organisation.queries import todos_for_person
from oppipari.privacy.queries import everything_of
from oppipari.site import link_command

pytestmark = pytest.mark.django_db
SET_UP = {"name": "Ritva Supi", "email": "ritva@example.org", "organisation_name": "Kaupunki", "unit_name": "Kuusikoti"}


def link_on(page: str) -> str:
    found = re.search(r"https?://[^/\s]+(/link/[\w-]+/)", page)
    assert found
    return found[1]


def set_up(client: Client) -> Any:
    client.post(reverse("sign_in_link", args=[first_start()]))
    return client.post(reverse("set_up"), SET_UP, follow=True)


def test_who_sets_up_gets_a_link_that_lets_them_in_again_and_again(client: Client) -> None:
    page = set_up(client).content.decode()
    assert "Ota ensin oma linkkisi talteen" in page
    assert reverse("round_new") in page
    for _ in range(2):
        again = Client()
        assert again.post(link_on(page)).headers["Location"] == reverse("home")
        assert "Hei, Ritva Supi" in again.get(reverse("home")).content.decode()


def test_looking_at_the_page_once_more_makes_no_new_link(client: Client) -> None:
    link = link_on(set_up(client).content.decode())
    page = client.get(reverse("own_link")).content.decode()
    assert "/link/" not in page
    assert Client().post(link).headers["Location"] == reverse("home")
    renewed = link_on(client.post(reverse("own_link")).content.decode())
    assert Client().post(link).status_code == 410
    assert Client().post(renewed).headers["Location"] == reverse("home")


def test_with_mail_a_code_is_the_way_back(client: Client, mail_on: None) -> None:
    assert set_up(client).redirect_chain[-1][0] == reverse("round_new")
    assert client.get(reverse("own_link")).status_code == 404
    assert client.post(reverse("own_link")).status_code == 404
    assert "Oma linkkini" not in client.get(reverse("home")).content.decode()


def test_who_came_by_a_link_that_works_once_is_asked_to_make_their_own() -> None:
    boss = supervisor_of(RoundFactory().unit)
    page = client_of(boss).get(reverse("home")).content.decode()
    assert "Sinulla ei ole vielä keinoa palata tänne" in page
    own_link(boss)
    assert todos_for_person(boss) == []
    assert reverse("own_link") in client_of(boss).get(reverse("home")).content.decode()
    PersonalLink.objects.filter(person=boss).update(expires_at=timezone.now() + timedelta(days=20))
    assert "vanhenee pian" in str(todos_for_person(boss)[0].text)


def test_the_page_of_signing_in_tells_the_ways_that_there_are(client: Client, settings: Any) -> None:
    first_start()
    fresh = client.get(reverse("account_request_login_code")).content.decode()
    assert "ei ole vielä otettu käyttöön" in fresh
    set_up(client)
    signed_out = Client().get(reverse("account_request_login_code")).content.decode()
    assert "käynnistettiin" not in signed_out
    # The whole command, as a start tells it, but for the folder of the data, which is nobody's on this page.
    assert ".venv/bin/oppipari link sinun.osoitteesi@example.org" in signed_out
    assert "Kun Oppipari käynnistyy, se tulostaa koko komennon" in signed_out
    settings.MAIL_ENABLED = True
    assert "oppipari link" not in Client().get(reverse("account_request_login_code")).content.decode()


def test_a_start_tells_the_command_where_nobody_could_sign_in_otherwise(settings: Any) -> None:
    boss = supervisor_of(RoundFactory().unit)
    own_link(SignUpFactory().person)
    told = link_command.how_to_return(Path("/srv/oppipari"))
    assert "No supervisor has a link" in told[0]
    assert "oppipari link their.address@example.org --data /srv/oppipari" in told[1]
    own_link(boss)
    assert "No supervisor" not in link_command.how_to_return(Path("data"))[0]
    settings.MAIL_ENABLED = True
    assert link_command.how_to_return(Path("data")) == []


def test_the_command_prints_where_the_service_came_up(
    settings: Any, tmp_path: Path, capsys: Any, monkeypatch: Any
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.delenv("SITE_URL", raising=False)
    boss = supervisor_of(RoundFactory().unit, email="ritva@example.org")
    # Another process knows the address neither by its environment nor by a start.
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert link_command.print_link("ritva@example.org") == 0
    assert "SITE_URL=" in capsys.readouterr().err
    settings.SITE_URL = "http://192.0.2.7:8061"
    link_command.remember_address()
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert link_command.print_link("Ritva@example.org") == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("http://192.0.2.7:8061/link/")
    assert printed.err == ""
    # What the operator says counts more.
    monkeypatch.setenv("SITE_URL", "https://oppipari.example.org")
    settings.SITE_URL = "https://oppipari.example.org"
    link_command.print_link("ritva@example.org")
    assert capsys.readouterr().out.startswith("https://oppipari.example.org/link/")
    assert everything_of(boss)["sign_in_links"][0]["made_by_somebody_else"] is False
    page = client_of(boss).get(reverse("my_data")).content.decode()
    assert "Asennuksen ylläpitäjän tai täältä jo lähteneen" in page
    assert "Esihenkilön sinulle tekemä" not in page


def test_a_supervisor_who_mistyped_their_address_is_found(capsys: Any) -> None:
    supervisor_of(RoundFactory().unit, email="rivta@example.org")
    PersonFactory(email="aino@example.org")
    assert link_command.print_link("ritva@example.org") == 1
    told = capsys.readouterr().err
    assert "rivta@example.org" in told
    assert "aino@example.org" not in told


def test_another_unit_can_be_added_from_ones_own_page() -> None:
    boss = supervisor_of(RoundFactory().unit)
    assert reverse("unit_new") in client_of(boss).get(reverse("home")).content.decode()
