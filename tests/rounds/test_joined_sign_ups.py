"""A sign-up that a supervisor joined to somebody: what each reads of it, until the person has said whether it is theirs."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import PersonFactory, SignUpFactory, UnitFactory, pair_of, supervisor_of
from tests.rounds.test_signing_up_again import before, join, text
from tests.signed_in import client_of

from oppipari.organisation.models import Person
from oppipari.pairs import actions as pairs
from oppipari.pairs.models import Board
from oppipari.rounds import actions
from oppipari.rounds.models import Invitation, Round, SignUp

pytestmark = pytest.mark.django_db
UNDO = "Se ei ollut hän"


def joined(email: str = "") -> tuple[Person, Person, SignUp]:
    boss, aino, round_ = before()
    _client, made = join(round_, email)
    actions.join_to(made, boss, aino.pk)
    return boss, aino, SignUp.objects.select_related("round").get(pk=made.pk)


def test_no_undoing_is_offered_of_what_led_to_a_pair() -> None:
    boss, aino, made = joined()
    assert UNDO in text(client_of(boss), "round_sign_ups", made.round_id)
    pair = pair_of(made.round)
    pair.members.filter(pk=pair.members.earliest("pk").pk).update(person=aino, sign_up=made)
    assert UNDO not in text(client_of(boss), "round_sign_ups", made.round_id)


def test_the_page_takes_as_many_queries_of_many_joined_as_of_one(django_assert_max_num_queries: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    boss, _aino, made = joined()
    client = client_of(boss)
    text(client, "round_sign_ups", made.round_id)
    with CaptureQueriesContext(connection) as few:
        text(client, "round_sign_ups", made.round_id)
    for _n in range(5):
        SignUpFactory(round=made.round, joined_at=made.joined_at)
    with CaptureQueriesContext(connection) as many:
        assert text(client, "round_sign_ups", made.round_id).count(UNDO) == 6
    assert len(many) <= len(few) + 1  # what is noted of whom it was read


def test_another_supervisor_reads_nothing_that_they_did_not_say() -> None:
    _boss, _aino, made = joined()
    page = text(client_of(supervisor_of(made.round.unit)), "round_sign_ups", made.round_id)
    assert "Liitetty hänen aiempiin tietoihinsa. Hän ei ole vielä itse vahvistanut" in page
    assert "Sanoit" not in page


def published_board(boss: Person, round_: Round) -> str:
    while SignUp.objects.filter(round=round_).count() < 4:
        SignUpFactory(round=round_)
    Round.objects.filter(pk=round_.pk).update(state=Round.State.PAIRING)
    pairs.suggest(Round.objects.get(pk=round_.pk), boss)
    assert Board.objects.get(round=round_).current is not None
    return text(client_of(boss), "board_publish", round_.pk)


def test_before_publishing_the_page_names_who_has_not_said_yet() -> None:
    boss, aino, made = joined()
    assert "Aino Laine ei ole vielä itse vahvistanut, että ilmoittautuminen on hänen." in published_board(
        boss, made.round
    )
    actions.take_as_own(made, aino)
    assert "itse vahvistanut" not in text(client_of(boss), "board_publish", made.round_id)


def test_supervisors_learn_that_it_was_not_theirs_until_one_has_read_it() -> None:
    boss, aino, made = joined()
    other = supervisor_of(made.round.unit)
    client_of(aino).post(reverse("sign_up_whose", args=[made.pk]))
    for supervisor in (boss, other):
        assert "liitettiin väärään ihmiseen" in text(client_of(supervisor), "home")
        page = text(client_of(supervisor), "round_sign_ups", made.round_id)
        assert "Selvitä, kuka ilmoittautui, ja pyydä häntä ilmoittautumaan uudelleen" in page
    url = reverse("round_undone_joinings", args=[made.round_id])
    for somebody in (aino, supervisor_of(UnitFactory())):
        assert client_of(somebody).post(url).status_code == 404
    assert Client().post(url).status_code == 302
    assert "liitettiin väärään" in text(client_of(boss), "home")
    client_of(other).post(url, {"read": "0"})  # of a page that was opened before
    assert "liitettiin väärään" in text(client_of(boss), "home")
    client_of(other).post(url, {"read": "1"})
    for supervisor in (boss, other):
        assert "liitettiin väärään" not in text(client_of(supervisor), "home")


def test_what_the_supervisor_undid_is_no_news_to_them() -> None:
    boss, _aino, made = joined()
    client_of(boss).post(reverse("sign_up_not_same", args=[made.pk]))
    assert "liitettiin väärään" not in text(client_of(boss), "home")


@pytest.mark.parametrize("says", ["mine", "not mine", "nothing"])
def test_an_invitation_waits_until_the_person_has_said_that_the_sign_up_is_theirs(says: str) -> None:
    boss, aino, round_ = before()
    actions.invite(round_, boss, [{"email": "aino@kaupunki.fi"}])
    _client, made = join(round_, "")
    actions.join_to(made, boss, aino.pk)
    made.refresh_from_db()
    # She takes part: the supervisor does not read that she has not answered, and she is not invited again.
    assert "kutsuun ei ole vielä vastattu" not in text(client_of(boss), "round_sign_ups", round_.pk)
    assert actions.invite(round_, boss, [{"email": "aino@kaupunki.fi"}]) == 0
    if says == "mine":
        actions.take_as_own(made, aino)
    elif says == "not mine":
        actions.undo_joining(made, aino)
    assert Invitation.objects.filter(email="aino@kaupunki.fi").exists() is (says != "mine")


@pytest.mark.parametrize("email", ["pomo@kaupunki.fi", ""])
def test_a_supervisor_reads_that_the_name_or_the_address_is_their_own(email: str) -> None:
    boss, _aino, round_ = before()
    Person.objects.filter(pk=boss.pk).update(email="pomo@kaupunki.fi", name="Maija Koskela")
    join(round_, email, "Maija Koskela")
    assert "Nimi tai osoite on sinun omasi." in text(client_of(boss), "round_sign_ups", round_.pk)


def test_of_a_second_one_of_the_name_the_page_says_what_can_be_done() -> None:
    boss, _aino, round_ = before()
    SignUpFactory(round=round_, person=PersonFactory(name="Eero Niemi"))
    join(round_, "", "Eero Niemi")
    page = text(client_of(boss), "round_sign_ups", round_.pk)
    assert re.search(r"Mukana on jo joku samanniminen\. Jos sama ihminen ilmoittautui kahdesti, paina", page)
