"""By which way people can be reached, and what is said of it."""

from typing import Any

import pytest
from django.utils import timezone, translation
from tests.factories import PersonFactory

from oppipari.messages.actions import send
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person
from oppipari.organisation.reach import NOBODY, Way, mail_leaves, reach_of, way_to

pytestmark = pytest.mark.django_db
ADDRESSES = ["aino@example.org", "", None, "aino", "aino@", "aino@localhost.example org"]


def person(email: str | None, **fields: Any) -> Person:
    return PersonFactory(email=email, **fields)


@pytest.mark.parametrize("email", ADDRESSES)
@pytest.mark.parametrize("mail", [True, False])
def test_the_way_is_mail_exactly_where_a_message_leaves(email: str | None, mail: bool, settings: Any) -> None:
    settings.MAIL_ENABLED = mail
    someone = person(email)
    left = send(to=email or "", kind="pair_published", language="fi", context={"url": "https://example.org/"})
    assert (way_to(someone) is Way.MAIL) == left == Outgoing.objects.exists()
    assert left == (mail_leaves() and email == "aino@example.org")


def test_an_address_at_which_nobody_read_a_code_is_unsure(mail_on: None) -> None:
    assert way_to(person("a@example.org", email_confirmed_at=None)) is Way.UNSURE
    assert way_to(person("b@example.org")) is Way.MAIL


def test_an_address_that_is_refused_reaches_nobody(mail_on: None) -> None:
    refused = person("a@example.org", email_refused_at=timezone.now())
    assert way_to(refused) is Way.PAGE
    assert reach_of([refused]).none


def test_each_is_counted_once(mail_on: None) -> None:
    one, other = person("a@example.org"), person(None)
    reach = reach_of([one, other, one, other, other])
    assert (reach.by_mail, reach.asked) == (1, 2)
    assert not reach.all
    assert not reach.none


def test_what_is_said_fits_who_is_reached(mail_on: None, settings: Any) -> None:
    one, other = person("a@example.org"), person(None)
    with translation.override("fi"):
        assert reach_of([one]).was_told == "Hän saa siitä viestin viimeistään seuraavan työpäivän aamuna."
        assert (
            reach_of([one, person("b@example.org")]).was_told
            == "He saavat siitä viestin viimeistään seuraavan työpäivän aamuna."
        )
        assert reach_of([one, other]).was_told.startswith("Ne, joiden sähköpostiosoite on tiedossa, saavat")
        assert reach_of([other]).was_told == "Hän näkee sen, kun avaa oman sivunsa: kerro siitä hänelle myös itse."
        assert reach_of([other, person(None)]).was_told.startswith("He näkevät sen, kun avaavat oman sivunsa")
        settings.MAIL_ENABLED = False
        assert "Viestiä ei lähde" in reach_of([one]).will_be_told
        assert reach_of([one]).was_told == reach_of([other]).was_told


def test_nobody_is_not_everybody(mail_on: None) -> None:
    assert not NOBODY.all
    assert NOBODY.none
