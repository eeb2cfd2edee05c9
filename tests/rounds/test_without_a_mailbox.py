"""Where there is mail, somebody without a mailbox joins by the link; it opens nothing that a code would not have."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import RoundFactory, supervisor_of
from tests.mailbox import Mailbox, deliver_all
from tests.rounds.ways_in import STEPS, assert_outside

from oppipari.organisation.confirmed import who_count
from oppipari.organisation.models import Person
from oppipari.rounds import actions
from oppipari.rounds.models import Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def join(client: Client, round_: Round, **who: str) -> Any:
    for step, data in STEPS.items():
        told = {"name": "Aino Laine", "email": "", "no_mailbox": "on", **who} if step == "who" else data
        client.post(reverse("join_step", args=[round_.invite_token, step]), told)
    return client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True)


def test_they_sign_up_wait_and_get_a_link_of_their_own(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit, email="ritva@example.org")
    page = join(client, round_).content.decode()
    assert "Oma linkki" in page or "oma linkkisi" in page.lower()
    made = SignUp.objects.get()
    assert (made.person.name, made.person.email, made.claimed_email) == ("Aino Laine", None, "")
    assert_outside(made, client)
    deliver_all()
    assert len(mailbox.to("ritva@example.org")) == 1  # somebody waits
    link = re.search(r"(/link/[\w-]+/)", page)
    assert link
    another = Client()
    another.post(link[1])
    assert another.get(reverse("my_sign_up", args=[made.pk])).status_code == 200
    # The supervisor reads what there is, and says yes.
    boss_client = Client()
    boss_client.force_login(boss, backend=BACKEND)
    page = boss_client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()
    assert "tiedossa on vain nimi" in page
    assert actions.confirm_sign_ups(round_, boss, [made.pk]) == 1
    assert client.get(reverse("wall", args=[round_.unit_id])).status_code == 200


def test_who_lost_their_link_gets_one_from_the_supervisor(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    join(client, round_)
    made = SignUp.objects.get()
    actions.confirm_sign_ups(round_, boss, [made.pk])
    boss_client = Client()
    boss_client.force_login(boss, backend=BACKEND)
    assert "Näytä kirjautumislinkki" in boss_client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()
    page = boss_client.post(reverse("sign_up_link", args=[made.pk])).content.decode()
    link = re.search(r"(/link/[\w-]+/)", page)
    assert link
    new_phone = Client()
    assert new_phone.post(link[1]).headers["Location"] == reverse("home")
    assert new_phone.get(reverse("home")).status_code == 200


def test_a_name_alone_lets_nobody_in_and_makes_nobody_somebody(client: Client, mailbox: Mailbox) -> None:
    """Whoever takes a colleague's name, the link and no mailbox is another person, and waits."""
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    actions.invite(round_, boss, [{"email": "aino@example.org", "name": "Aino Laine"}])
    join(client, round_)
    assert SignUp.objects.get().confirmed_at is None
    assert round_.invitations.filter(confirmed_at=None).count() == 1  # of the one invited


def test_who_has_no_mailbox_counts_towards_no_minimum(client: Client, mailbox: Mailbox) -> None:
    """A supervisor could make up any number of them."""
    join(client, RoundFactory())
    assert not Person.objects.filter(who_count()).exists()


def test_an_address_is_asked_for_unless_one_says_that_there_is_none(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    url = reverse("join_step", args=[round_.invite_token, "who"])
    page = client.post(url, {"name": "Aino Laine", "email": ""}).content.decode()
    assert "Kirjoita" in page
    assert client.session.get(f"join:{round_.pk}", {}).get("name") is None
    # Both at once: what one says of oneself counts, and no code goes out.
    join(client, round_, email="vieras@example.org")
    assert SignUp.objects.get().person.email is None
    deliver_all()
    assert mailbox.to("vieras@example.org") == []


def test_it_holds_without_mail_as_well(client: Client) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    join(client, round_)
    made = SignUp.objects.get()
    assert actions.confirm_sign_ups(round_, boss, [made.pk]) == 1
    made.person.refresh_from_db()
    assert made.person.email is None
