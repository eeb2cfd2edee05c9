"""Who took part before signs up to the next round as the same person, with no mail; and nobody gets in by knowing them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, SignUpFactory, UnitFactory, ended, member_of, met, pair_of, supervisor_of
from tests.rounds.ways_in import STEPS
from tests.signed_in import client_of

from oppipari.organisation.actions import own_link
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person, Role
from oppipari.rounds import actions
from oppipari.rounds.models import Round, SignUp

pytestmark = pytest.mark.django_db


def text(client: Client, name: str, *args: Any) -> str:
    return " ".join(client.get(reverse(name, args=args)).content.decode().split())


def join(round_: Round, email: str = "aino@kaupunki.fi", name: str = "Aino Laine") -> tuple[Client, SignUp]:
    """Sign up by the poster, signed out."""
    client = Client()
    for step, data in STEPS.items():
        who = {"name": name, "email": email} if email else {"name": name, "email": "", "no_mailbox": "on"}
        client.post(reverse("join_step", args=[round_.invite_token, step]), who if step == "who" else data)
    client.post(reverse("join_step", args=[round_.invite_token, "check"]))
    return client, SignUp.objects.latest("pk")


def before() -> tuple[Person, Person, Round]:
    """(supervisor, Aino who took part in a round that is closed, the round that is open now)."""
    unit = UnitFactory()
    boss = supervisor_of(unit)
    earlier = RoundFactory(unit=unit, state=Round.State.CLOSED, name="Kevät")
    aino = member_of(unit, name="Aino Laine", email="aino@kaupunki.fi", email_confirmed_at=None)
    SignUpFactory(round=earlier, person=aino)
    pair_of(earlier)
    return boss, aino, RoundFactory(unit=unit, name="Syksy")


def test_ones_own_page_leads_to_the_round_that_is_open() -> None:
    _boss, aino, round_ = before()
    client = client_of(aino)
    page = text(client, "home")
    assert "Kierrokselle Syksy voi ilmoittautua" in page
    assert "Olet ensimmäisten joukossa" in page
    assert reverse("join", args=[round_.invite_token]) in page
    made = actions.sign_up(
        round_, aino, {"shares": ["medication"], "wants": ["first-aid"], "slots": [0], "stage": "mid"}
    )
    assert made.confirmed_at is not None
    assert "Kierrokselle Syksy voi ilmoittautua" not in text(client, "home")
    # Whoever withdrew is not asked again.
    actions.withdraw(made, aino)
    assert "Kierrokselle Syksy voi ilmoittautua" not in text(client, "home")


def test_a_round_that_is_over_or_another_units_is_offered_to_nobody() -> None:
    boss, aino, round_ = before()
    RoundFactory(name="Muualla")
    page = text(client_of(aino), "home")
    assert "Muualla" not in page
    assert "voi ilmoittautua" not in text(client_of(boss), "home")
    Round.objects.filter(pk=round_.pk).update(sign_up_closes=timezone.localdate() - timedelta(days=1))
    assert "voi ilmoittautua" not in text(client_of(aino), "home")


@pytest.mark.parametrize("email", ["aino@kaupunki.fi", "aino.uusi@kaupunki.fi", ""])
def test_the_supervisor_says_that_it_is_the_same_person(email: str) -> None:
    boss, aino, round_ = before()
    own = own_link(aino)
    newcomer, made = join(round_, email)
    temporary = made.person_id
    page = text(client_of(boss), "round_sign_ups", round_.pk)
    assert "Tämä on Aino Laine, joka on täällä jo ennestään" in page
    # A newcomer cannot have an address that somebody has; where only the name is the same, they may be somebody else.
    assert ("Tunnen hänet" in page) is (email != "aino@kaupunki.fi")
    # Nothing happens before both were seen side by side.
    asked = " ".join(
        client_of(boss).get(reverse("sign_up_same", args=[made.pk]), {"person": aino.pk}).content.decode().split()
    )
    assert "Ovatko he sama ihminen?" in asked
    assert (email or "Ei osoitetta") in asked
    assert SignUp.objects.filter(pk=made.pk, confirmed_at=None).exists()
    answer = client_of(boss).post(reverse("sign_up_same", args=[made.pk]), {"person": aino.pk}, follow=True)
    # Another address than the one they have is not dropped without a word.
    assert ("aino.uusi@kaupunki.fi ei tallennettu" in answer.content.decode()) is (email == "aino.uusi@kaupunki.fi")
    assert ("aino.uusi@kaupunki.fi ei tallenneta" in asked) is (email == "aino.uusi@kaupunki.fi")
    assert "Ilmoittautuminen liitettiin hänen aiempiin tietoihinsa" in answer.content.decode()
    made.refresh_from_db()
    aino.refresh_from_db()
    assert (made.person_id, made.claimed_email, made.waited_last_round) == (aino.pk, "", True)
    assert made.confirmed_at is not None
    assert aino.email == "aino@kaupunki.fi"
    assert not Person.objects.filter(pk=temporary).exists()
    # Whoever signed up is not let in by it: only Aino's own link, or one handed over, leads to her page.
    assert newcomer.get(reverse("home")).status_code == 302
    assert newcomer.get(reverse("my_sign_up", args=[made.pk])).status_code == 302
    aino_again = Client()
    aino_again.post(reverse("sign_in_link", args=[own]))
    assert "Syksy" in text(aino_again, "my_sign_up", made.pk)


def test_the_link_that_was_shown_at_signing_up_opens_nothing_of_theirs() -> None:
    boss, aino, round_ = before()
    _newcomer, made = join(round_)
    shown = own_link(made.person)
    actions.join_to(made, boss, aino.pk)
    assert Client().post(reverse("sign_in_link", args=[shown])).status_code == 410


def test_nobody_is_joined_to_somebody_whom_the_unit_does_not_know() -> None:
    boss, aino, round_ = before()
    elsewhere = member_of(UnitFactory(organisation=round_.unit.organisation), name="Eero", email="eero@kaupunki.fi")
    _client, made = join(round_, "eero@kaupunki.fi", "Eero")
    page = text(client_of(boss), "round_sign_ups", round_.pk)
    assert "joka on täällä jo ennestään" not in page
    assert "Jollakulla on täällä jo tämä osoite" in page
    for somebody in (elsewhere, aino, boss):
        with pytest.raises(DomainError):
            actions.join_to(made, boss, somebody.pk)
    assert not Role.objects.filter(person=elsewhere, unit=round_.unit).exists()


def test_who_takes_part_already_is_not_joined_to_twice() -> None:
    boss, aino, round_ = before()
    SignUpFactory(round=round_, person=aino)
    _client, made = join(round_)
    page = text(client_of(boss), "round_sign_ups", round_.pk)
    assert "on jo mukana tällä kierroksella" in page
    assert "joka on täällä jo ennestään" not in page
    with pytest.raises(DomainError):
        actions.join_to(made, boss, aino.pk)
    assert SignUp.objects.filter(pk=made.pk, confirmed_at=None).exists()


def test_somebody_with_an_account_of_their_own_is_not_merged_into_another() -> None:
    boss, aino, round_ = before()
    _client, made = join(round_, "", "Aino Laine")
    SignUpFactory(round=RoundFactory(), person=made.person)
    assert "joka on täällä jo ennestään" not in text(client_of(boss), "round_sign_ups", round_.pk)
    with pytest.raises(DomainError):
        actions.join_to(made, boss, aino.pk)


def test_only_the_units_supervisor_joins_and_only_who_waits() -> None:
    boss, aino, round_ = before()
    _client, made = join(round_)
    stranger = client_of(supervisor_of(UnitFactory()))
    assert stranger.post(reverse("sign_up_same", args=[made.pk]), {"person": aino.pk}).status_code == 404
    with pytest.raises(DomainError):
        actions.join_to(made, aino, aino.pk)
    actions.join_to(made, boss, aino.pk)
    with pytest.raises(DomainError):
        actions.join_to(made, boss, aino.pk)


def test_who_withdrew_from_the_round_and_comes_back_is_one_person() -> None:
    boss, aino, round_ = before()
    actions.withdraw(SignUpFactory(round=round_, person=aino), aino)
    _client, made = join(round_)
    actions.join_to(made, boss, aino.pk)
    assert SignUp.objects.get(round=round_, person=aino).pk == made.pk


def test_everybody_at_once_is_not_offered_while_somebody_may_be_here_already() -> None:
    boss, _aino, round_ = before()
    join(round_, "uusi@kaupunki.fi", "Uusi Ihminen")
    join(round_, "toinen@kaupunki.fi", "Toinen Ihminen")
    assert "nimeä ja tunnen jokaisen" in text(client_of(boss), "round_sign_ups", round_.pk)
    join(round_)
    assert "nimeä ja tunnen jokaisen" not in text(client_of(boss), "round_sign_ups", round_.pk)


def test_the_supervisor_is_reminded_of_those_who_come_first() -> None:
    boss, aino, round_ = before()
    page = text(client_of(boss), "round", round_.pk)
    assert "1 ihminen oli viime kierroksen lopussa ilman paria" in page
    page = text(client_of(boss), "round_sign_ups", round_.pk)
    assert "He ovat ensimmäisten joukossa" in page
    assert "Aino Laine" in page
    SignUpFactory(round=round_, person=aino)
    assert "oli viime kierroksen lopussa ilman paria" not in text(client_of(boss), "round", round_.pk)


def test_whoever_comes_again_is_told_to_open_their_own_link_first(settings: Any) -> None:
    _boss, _aino, round_ = before()
    assert "Oletko ollut mukana ennenkin?" in text(Client(), "join", round_.invite_token)
    settings.MAIL_ENABLED = True
    assert "Oletko ollut mukana ennenkin?" not in text(Client(), "join", round_.invite_token)


# -- the supervisor can be wrong ---------------------------------------------------------------------------------------


def joined(name: str = "Kalle Vieras") -> tuple[Person, Person, SignUp]:
    """(supervisor, Aino, the sign-up of somebody who wrote her address, which the supervisor joined to her)."""
    boss, aino, round_ = before()
    _client, made = join(round_, name=name)
    actions.join_to(made, boss, aino.pk)
    made.refresh_from_db()
    return boss, aino, made


def test_an_address_under_another_name_is_said_to_be_so() -> None:
    boss, aino, round_ = before()
    _client, made = join(round_, name="Kalle Vieras")
    assert "tunnetaan täällä toisella nimellä" in text(client_of(boss), "round_sign_ups", round_.pk)
    asked = client_of(boss).get(reverse("sign_up_same", args=[made.pk]), {"person": aino.pk}).content.decode()
    assert "Nimet eivät ole samat" in asked
    # Nobody else is shown by guessing numbers.
    for pk in (boss.pk, made.person_id, 0):
        assert client_of(boss).get(reverse("sign_up_same", args=[made.pk]), {"person": pk}).status_code == 404


def test_a_supervisor_is_not_offered_themselves() -> None:
    boss, _aino, round_ = before()
    Person.objects.filter(pk=boss.pk).update(email="pomo@kaupunki.fi", name="Maija Koskela")
    for email in ("pomo@kaupunki.fi", ""):
        _client, made = join(round_, email, "Maija Koskela")
        assert "joka on täällä jo ennestään" not in text(client_of(boss), "round_sign_ups", round_.pk)
        with pytest.raises(DomainError):
            actions.join_to(made, boss, boss.pk)
    # Another supervisor of the unit can know that it was they.
    actions.join_to(made, supervisor_of(round_.unit), boss.pk)


def test_the_person_reads_that_a_sign_up_was_joined_to_them_and_says_that_it_is_not_theirs() -> None:
    boss, aino, made = joined()
    client = client_of(aino)
    assert "Esihenkilösi liitti tietoihisi ilmoittautumisen kierrokselle Syksy" in text(client, "home")
    assert "Onko tämä ilmoittautuminen sinun?" in text(client, "my_sign_up", made.pk)
    data = text(client, "my_data")
    assert "Esihenkilö liitti tämän ilmoittautumisen tietoihisi" in data
    assert "liitti tietoihisi ilmoittautumisen" in data  # of who looked at what
    for somebody in (boss, supervisor_of(UnitFactory())):
        assert client_of(somebody).post(reverse("sign_up_whose", args=[made.pk])).status_code == 404
    client.post(reverse("sign_up_whose", args=[made.pk]))
    assert not SignUp.objects.filter(pk=made.pk).exists()
    # The round is open to her as it was before.
    assert "Kierrokselle Syksy voi ilmoittautua" in text(client, "home")


@pytest.mark.parametrize("way", ["button", "answers"])
def test_what_the_person_took_as_their_own_is_theirs(way: str) -> None:
    boss, aino, made = joined()
    if way == "button":
        client_of(aino).post(reverse("sign_up_whose", args=[made.pk]), {"mine": "1"})
    else:
        actions.sign_up(made.round, aino, {"shares": ["medication"], "wants": ["first-aid"], "slots": [0]})
    assert "Onko tämä ilmoittautuminen sinun?" not in text(client_of(aino), "my_sign_up", made.pk)
    assert "liitti tietoihisi ilmoittautumisen" not in text(client_of(aino), "home")
    assert "Se ei ollut hän" not in text(client_of(boss), "round_sign_ups", made.round_id)
    for by in (boss, aino):
        with pytest.raises(DomainError):
            actions.undo_joining(made, by)
    assert SignUp.objects.filter(pk=made.pk).exists()


def test_the_supervisor_undoes_it_and_the_right_one_can_come() -> None:
    boss, aino, made = joined("Aino Laine")
    assert "Se ei ollut hän" in text(client_of(boss), "round_sign_ups", made.round_id)
    stranger = client_of(supervisor_of(UnitFactory()))
    assert stranger.post(reverse("sign_up_not_same", args=[made.pk])).status_code == 404
    client_of(boss).post(reverse("sign_up_not_same", args=[made.pk]))
    assert not SignUp.objects.filter(pk=made.pk).exists()
    _client, again = join(made.round)
    assert "Tämä on Aino Laine, joka on täällä jo ennestään" in text(client_of(boss), "round_sign_ups", made.round_id)
    actions.join_to(again, boss, aino.pk)


def test_what_led_to_a_pair_is_undone_no_more() -> None:
    boss, aino, made = joined()
    pair = pair_of(made.round)
    pair.members.filter(pk=pair.members.earliest("pk").pk).update(person=aino, sign_up=made)
    for by in (boss, aino):
        with pytest.raises(DomainError):
            actions.undo_joining(made, by)
    assert "Onko tämä ilmoittautuminen sinun?" not in text(client_of(aino), "my_sign_up", made.pk)


def test_only_the_person_takes_it_as_their_own_and_nobody_else_undoes_it() -> None:
    boss, _aino, made = joined()
    with pytest.raises(DomainError):
        actions.take_as_own(made, boss)
    with pytest.raises(DomainError):
        actions.undo_joining(made, supervisor_of(UnitFactory()))
    assert SignUp.objects.get(pk=made.pk).joined_at is not None


def test_whose_pair_met_and_ended_reads_that_they_had_none_in_the_end(clock: Clock) -> None:
    """They had one, and may have met: neither were they left without, nor was there none for them."""
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    person, unit = pair.members.order_by("pk")[0].person, pair.round.unit
    met(pair, 2)
    Round.objects.filter(pk=pair.round_id).update(state=Round.State.CLOSED, closed_at=timezone.now())
    ended(pair, person)
    boss = supervisor_of(unit)
    assert "lopussa sinulla ei ollut paria: seuraavalla kierroksella olet" in text(client_of(person), "home")
    assert "Ilman paria kierroksen lopussa" in text(client_of(boss), "board", pair.round_id)
    later = RoundFactory(unit=unit)
    assert "viime kierroksen lopussa sinulla ei ollut paria" in text(client_of(person), "home")
    for page in (text(client_of(person), "home"), text(client_of(boss), "round_sign_ups", later.pk)):
        assert not re.search(r"\bjä(it|i|ivät|äneet)\b", page)
