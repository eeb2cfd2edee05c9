"""Only people of the unit get in: every way to come, as whoever comes by it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import (
    PersonFactory,
    RoundFactory,
    SignUpFactory,
    UnitFactory,
    member_of,
    pair_of,
    supervisor_of,
)
from tests.mailbox import Mailbox, deliver_all, text_of
from tests.rounds.ways_in import STEPS, TOLD, assert_outside, by_poster, round_of_organisation

from oppipari.organisation.actions import add_supervisor, give_role
from oppipari.organisation.models import Person, Role
from oppipari.rounds import actions, queries
from oppipari.rounds.knowing import is_known, waiting
from oppipari.rounds.models import Invitation, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"

# -- who is known -----------------------------------------------------------------------------------------------------


def test_any_mailbox_and_the_posters_link_let_nobody_in(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made = by_poster(client, round_, mailbox, "vieras@example.org")
    assert made.person.email_confirmed_at is not None
    assert_outside(made, client)
    actions.confirm_sign_ups(round_, boss, [made.pk])
    assert client.get(reverse("wall", args=[round_.unit_id])).status_code == 200
    assert made in queries.taking_part(round_)


def test_the_invited_address_is_known_also_by_the_poster(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    actions.invite(round_, supervisor_of(round_.unit), [{"email": "Aino@Kaupunki.fi"}])
    made = by_poster(client, round_, mailbox, "AINO@kaupunki.FI")
    assert made.confirmed_at is not None
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("address", ["aino+1@kaupunki.fi", "aino@kaupunki.fi.example.org", "aino@xn--kaupnki-ta8c.fi"])
def test_another_address_than_the_invited_one_waits(client: Client, mailbox: Mailbox, address: str) -> None:
    round_ = RoundFactory()
    actions.invite(round_, supervisor_of(round_.unit), [{"email": "aino@kaupunki.fi"}])
    assert_outside(by_poster(client, round_, mailbox, address), client)
    assert Invitation.objects.exists()


def test_an_invitation_to_one_round_is_none_to_another(client: Client, mailbox: Mailbox) -> None:
    """Neither another unit's of the organisation nor another round of the same unit."""
    first = RoundFactory()
    boss = supervisor_of(first.unit)
    elsewhere = RoundFactory(unit=UnitFactory(organisation=first.unit.organisation))
    same_unit = RoundFactory(unit=first.unit)
    actions.invite(first, boss, [{"email": "aino@kaupunki.fi"}])
    for round_ in (elsewhere, same_unit):
        person = Client()
        assert_outside(by_poster(person, round_, mailbox, "aino@kaupunki.fi"), person)


@pytest.mark.parametrize(
    ("domains", "address", "known"),
    [
        (["kaupunki.fi"], "aino@kaupunki.fi", True),
        (["kaupunki.fi"], "AINO@KAUPUNKI.fi", True),
        (["*.kaupunki.fi"], "aino@hoiva.kaupunki.fi", True),
        (["kaupunki.fi"], "aino@hoiva.kaupunki.fi", False),
        (["*.kaupunki.fi"], "aino@kaupunki.fi", False),
        (["kaupunki.fi"], "aino+toinen@kaupunki.fi", False),
        (["kaupunki.fi"], "aino%example.org@kaupunki.fi", False),
        (["kaupunki.fi"], "aino@kaupunki.fi.example.org", False),
        ([], "aino@kaupunki.fi", False),
    ],
)
def test_a_confirmed_address_of_the_organisation_is_known(
    client: Client, mailbox: Mailbox, domains: list[str], address: str, known: bool
) -> None:
    made = by_poster(client, round_of_organisation(*domains), mailbox, address)
    assert (made.confirmed_at is not None) == known


def test_a_domain_counts_for_its_own_organisation_alone(client: Client, mailbox: Mailbox) -> None:
    round_of_organisation("kaupunki.fi")
    assert_outside(by_poster(client, RoundFactory(), mailbox, "aino@kaupunki.fi"), client)
    # Nor for somebody of another organisation, whatever their address.
    round_ = round_of_organisation("kaupunki.fi")
    other = PersonFactory(email="eino@kaupunki.fi")
    assert not is_known(round_, other)
    assert is_known(round_, PersonFactory(email="elli@kaupunki.fi", organisation=round_.unit.organisation))


def test_an_address_that_nobody_confirmed_is_no_proof() -> None:
    round_ = round_of_organisation("kaupunki.fi")
    boss = supervisor_of(round_.unit)
    actions.invite(round_, boss, [{"email": "kutsuttu@example.org"}])
    for address in ("aino@kaupunki.fi", "kutsuttu@example.org"):
        person = PersonFactory(email=address, email_confirmed_at=None, organisation=round_.unit.organisation)
        assert actions.sign_up(round_, person, TOLD).confirmed_at is None
        claims = PersonFactory(email=None, email_confirmed_at=None, organisation=round_.unit.organisation)
        assert actions.sign_up(round_, claims, TOLD, claimed_email=address).confirmed_at is None


def test_an_address_that_changed_is_no_longer_the_one_that_was_known() -> None:
    round_ = round_of_organisation("kaupunki.fi")
    person = PersonFactory(email="aino@kaupunki.fi", organisation=round_.unit.organisation)
    assert is_known(round_, person)
    person.email = "aino@example.org"
    assert not is_known(round_, person)


def test_without_mail_a_domain_lets_nobody_in(client: Client) -> None:
    round_ = round_of_organisation("kaupunki.fi")
    for step, data in STEPS.items():
        client.post(reverse("join_step", args=[round_.invite_token, step]), data)
    client.post(reverse("join_step", args=[round_.invite_token, "check"]))
    assert_outside(SignUp.objects.get(), client)


def test_a_letter_of_the_days_with_mail_is_no_slip_of_paper(client: Client, settings: Any, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    actions.invite(round_, boss, [{"email": "aino@kaupunki.fi", "answers": TOLD}])
    deliver_all()
    letter = re.search(r"/invitation/([\w.-]+)/", text_of(mailbox.to("aino@kaupunki.fi")[0]))
    assert letter
    settings.MAIL_ENABLED = False
    assert client.get(reverse("invitation", args=[letter[1]])).status_code == 410
    ((_made, slip),) = actions.invitation_sheet(round_, boss)
    assert client.get(reverse("invitation", args=[slip])).status_code == 200
    # And the other way round: what was handed over proves no mailbox once there is mail.
    settings.MAIL_ENABLED = True
    assert "Lähetä minulle koodi" in Client().get(reverse("invitation", args=[slip])).content.decode()


def test_a_slip_counts_for_its_round_and_address_alone() -> None:
    round_, other = RoundFactory(), RoundFactory()
    person = PersonFactory(email="aino@example.org", email_confirmed_at=None)
    slip = Invitation.objects.create(round=round_, name="A", email="aino@example.org", token_hash="0" * 64)
    assert is_known(round_, person, slip)
    assert not is_known(other, person, slip)
    assert not is_known(round_, PersonFactory(email="eino@example.org", email_confirmed_at=None), slip)
    assert not is_known(round_, person)


@pytest.mark.usefixtures("mail_on")
def test_with_mail_a_slip_is_no_proof() -> None:
    round_ = RoundFactory()
    person = PersonFactory(email="aino@example.org", email_confirmed_at=None)
    slip = Invitation.objects.create(round=round_, name="A", email="aino@example.org", token_hash="0" * 64)
    assert not is_known(round_, person, slip)


# -- who has been here before -----------------------------------------------------------------------------------------


def test_somebody_of_another_unit_waits_and_the_supervisor_sees_that_they_are_known_there(client: Client) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    neighbour = member_of(UnitFactory(organisation=round_.unit.organisation), name="Naapuri Niemi")
    elsewhere = member_of(UnitFactory(), name="Kaukainen Kari")
    for person in (neighbour, elsewhere):
        actions.sign_up(round_, person, TOLD)
    assert {s.person: s.elsewhere for s in waiting(round_)} == {neighbour: True, elsewhere: False}  # type: ignore[attr-defined]
    client.force_login(boss, backend=BACKEND)
    page = client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()
    assert page.count("Tunnetaan jo toisessa organisaationne yksikössä") == 1


def test_who_lost_their_place_in_the_unit_waits_again_also_when_only_an_answer_changes() -> None:
    round_ = RoundFactory()
    made = SignUpFactory(round=round_)
    person = made.person
    assert actions.sign_up(round_, person, TOLD).confirmed_at is not None
    Role.objects.filter(person=person).delete()
    # What the request has read of roles already does not count.
    assert actions.sign_up(round_, person, TOLD).confirmed_at is None
    assert actions.sign_up(RoundFactory(unit=round_.unit), person, TOLD).confirmed_at is None
    assert not Role.objects.filter(person=person).exists()


@pytest.mark.usefixtures("mail_on")
def test_withdrawing_and_signing_up_again_changes_nothing_about_who_is_known() -> None:
    round_ = RoundFactory()
    stranger, known = PersonFactory(organisation=round_.unit.organisation), member_of(round_.unit)
    for person, is_in in ((stranger, False), (known, True)):
        made = actions.sign_up(round_, person, TOLD)
        actions.withdraw(made, person)
        again = actions.sign_up(round_, person, TOLD)
        assert (again.pk, again.confirmed_at is not None) == (made.pk, is_in)


def test_somebody_turned_down_leaves_nothing_and_waits_again_when_they_come_back(
    client: Client, mailbox: Mailbox
) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made = by_poster(client, round_, mailbox, "vieras@example.org")
    assert actions.turn_down(made, boss)
    assert not Person.objects.filter(email="vieras@example.org").exists()
    assert client.get(reverse("home")).status_code == 302  # signed in as nobody
    again = Client()
    assert_outside(by_poster(again, round_, mailbox, "vieras@example.org"), again)


def test_turning_down_keeps_somebody_who_waits_elsewhere_too() -> None:
    round_, other = RoundFactory(), RoundFactory()
    person = PersonFactory()
    made, kept = actions.sign_up(round_, person, TOLD), actions.sign_up(other, person, TOLD)
    actions.turn_down(made, supervisor_of(round_.unit))
    assert list(SignUp.objects.all()) == [kept]


def test_a_fellow_supervisor_is_of_the_unit_and_a_coordinator_is_not() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    add_supervisor(round_.unit, boss, name="Uusi Esihenkilö", email="uusi@example.org")
    added = Person.objects.get(email="uusi@example.org")
    assert actions.sign_up(round_, added, TOLD).confirmed_at is not None
    coordinator = PersonFactory(organisation=round_.unit.organisation)
    give_role(coordinator, Role.Kind.COORDINATOR)
    assert actions.sign_up(round_, coordinator, TOLD).confirmed_at is None


def test_signing_in_by_code_makes_nobody_of_an_unknown_address(client: Client, mailbox: Mailbox) -> None:
    client.post(reverse("account_request_login_code"), {"email": "vieras@example.org"})
    deliver_all()
    (letter,) = mailbox.to("vieras@example.org")
    assert "Kirjautumiskoodisi on" not in text_of(letter)
    assert not Person.objects.exists()


# -- inviting ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("mail_on")
def test_who_waits_can_be_invited_and_then_comes_in() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    person = PersonFactory(organisation=round_.unit.organisation)
    assert actions.sign_up(round_, person, TOLD).confirmed_at is None
    assert actions.invite(round_, boss, [{"email": person.email}]) == 1
    made, signed = actions.confirm_invitation(Invitation.objects.get(), person, TOLD)
    assert (made, signed.confirmed_at is not None) == (person, True)
    assert actions.invite(round_, boss, [{"email": person.email}]) == 0


def test_confirming_somebody_ends_the_invitation_they_did_not_use() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made = SignUpFactory(
        round=round_,
        person=PersonFactory(email=None, email_confirmed_at=None),
        confirmed_at=None,
        claimed_email="a@example.org",
    )
    actions.invite(round_, boss, [{"email": "a@example.org"}, {"email": "b@example.org"}])
    actions.confirm_sign_ups(round_, boss, [made.pk])
    assert list(Invitation.objects.values_list("email", flat=True)) == ["b@example.org"]
    made.person.refresh_from_db()
    # That the supervisor knows somebody does not prove whose mailbox it is.
    assert (made.person.email, made.person.email_confirmed_at) == ("a@example.org", None)


def test_who_was_in_before_stays_in() -> None:
    """A sign-up that was confirmed under an earlier rule, and the place in the unit that came with it."""
    made = SignUpFactory(confirmed_at=timezone.now() - timedelta(days=30))
    assert actions.sign_up(made.round, made.person, TOLD).confirmed_at == made.confirmed_at
    assert pair_of(made.round).members.count() == 2
