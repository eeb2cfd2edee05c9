"""Signing in by a code, where the address was mistyped or the code never came: nobody is shut in with it."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import PersonFactory, RoundFactory, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of
from tests.rounds.ways_in import STEPS

from oppipari.rounds import actions
from oppipari.rounds.models import SignUp

pytestmark = pytest.mark.django_db
AINO, WRONG = "aino.laine@example.org", "aino.liane@example.org"


def asked_again(page: str) -> str:
    """Where the page that takes a code leads whoever got none."""
    found = re.search(r'href="([^"]+)">Koodia ei tullut', page)
    assert found, page
    return found[1].replace("&amp;", "&")


def code_to(mailbox: Mailbox, address: str) -> str:
    deliver_all()
    found = re.search(r"on ([A-Z0-9-]{4,12})", text_of(mailbox.to(address)[-1]))
    assert found
    return found[1]


def test_who_mistyped_their_address_writes_it_anew_and_comes_where_they_were_going(
    mailbox: Mailbox, client: Client
) -> None:
    PersonFactory(email=AINO)
    sign_in = reverse("account_request_login_code") + "?next=" + reverse("own_details")
    page = client.post(sign_in, {"email": WRONG, "next": reverse("own_details")}, follow=True).content.decode()
    again = client.get(asked_again(page))
    assert again.status_code == 200
    assert f'value="{WRONG}"' in again.content.decode()
    right = client.post(asked_again(page), {"email": AINO, "next": reverse("own_details")}, follow=True)
    assert AINO in right.content.decode()
    there = client.post(
        reverse("account_confirm_login_code"), {"code": code_to(mailbox, AINO), "next": reverse("own_details")}
    )
    assert there.url == reverse("own_details")


def test_another_code_can_be_asked_for_and_only_the_newest_works(mailbox: Mailbox, client: Client) -> None:
    PersonFactory(email=AINO)
    page = client.post(reverse("account_request_login_code"), {"email": AINO}, follow=True).content.decode()
    old = code_to(mailbox, AINO)
    client.post(asked_again(page), {"email": AINO})
    new = code_to(mailbox, AINO)
    assert client.post(reverse("account_confirm_login_code"), {"code": old}).status_code == 200
    assert client.post(reverse("account_confirm_login_code"), {"code": new}).status_code == 302


def test_who_only_looked_at_the_page_of_signing_in_can_still_use_the_code(mailbox: Mailbox, client: Client) -> None:
    mine = "who.only.looked@example.org"
    PersonFactory(email=mine)
    page = client.post(reverse("account_request_login_code"), {"email": mine}, follow=True).content.decode()
    client.get(asked_again(page))
    answer = client.post(reverse("account_confirm_login_code"), {"code": code_to(mailbox, mine)})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session


def test_who_asks_for_many_codes_is_not_told_that_they_tried_wrong_ones(mailbox: Mailbox, client: Client) -> None:
    asked = {"email": "asks.and.asks@example.org"}
    for _time in range(4):
        page = client.post(reverse("account_request_login_code"), asked, follow=True).content.decode()
    assert "Koodeja pyydettiin tai kokeiltiin liian monta kertaa" in page


def test_who_mistyped_their_address_at_sign_up_corrects_it_there_and_answers_nothing_twice(
    mailbox: Mailbox, client: Client
) -> None:
    round_ = RoundFactory()
    for step, data in (STEPS | {"who": {"name": "Aino Laine", "email": WRONG}}).items():
        client.post(reverse("join_step", args=[round_.invite_token, step]), data)
    check = reverse("join_step", args=[round_.invite_token, "check"])
    who = asked_again(client.post(check, follow=True).content.decode())
    assert f'value="{WRONG}"' in client.get(who).content.decode()
    assert client.post(who, {"name": "Aino Laine", "email": AINO, "back_to_check": ""}).url == check
    page = client.post(check, follow=True)
    client.post(
        page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"code": code_to(mailbox, AINO)}, follow=True
    )
    assert [made.person.email for made in SignUp.objects.all()] == [AINO]


def test_who_was_invited_asks_for_another_code_where_they_asked_for_the_first(mailbox: Mailbox, client: Client) -> None:
    round_ = RoundFactory()
    actions.invite(round_, supervisor_of(round_.unit), [{"email": AINO}])
    deliver_all()
    found = re.search(r"/invitation/[\w-]+/", text_of(mailbox.to(AINO)[0]))
    assert found
    path = found[0]
    page = client.post(path, follow=True).content.decode()
    assert asked_again(page) == path
    assert "korjaa osoite" not in page
    client.post(path)
    assert client.post(reverse("account_confirm_login_code"), {"code": code_to(mailbox, AINO)}).status_code == 302
