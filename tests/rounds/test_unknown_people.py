"""People whom nobody knows yet: what a photographed poster opens, and what it does not."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, member_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all

from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person, Role
from oppipari.privacy.actions import erase_me
from oppipari.rounds import actions
from oppipari.rounds.models import SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
ANSWERS: dict[str, Any] = {
    "shares": ["medication"],
    "wants": ["first-aid"],
    "slots": [0],
    "languages": ["fi"],
    "stage": "mid",
}


def stranger(round_: Any, email: str = "vieras@example.org", name: str = "Vieras") -> SignUp:
    person = PersonFactory(organisation=round_.unit.organisation, name=name, email=None, email_confirmed_at=None)
    return actions.sign_up(round_, person, ANSWERS, claimed_email=email)


def test_a_stranger_reads_nothing_of_the_unit_before_the_supervisor_knows_them(client: Client) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made = stranger(round_)
    client.force_login(made.person, backend=BACKEND)
    assert client.get(reverse("wall", args=[round_.unit_id])).status_code == 404
    actions.confirm_sign_ups(round_, boss, [made.pk])
    assert Role.objects.filter(person=made.person, kind=Role.Kind.MEMBER, unit=round_.unit).exists()
    assert client.get(reverse("wall", args=[round_.unit_id])).status_code == 200


def test_who_is_turned_down_leaves_nothing_behind() -> None:
    round_ = RoundFactory()
    made = stranger(round_)
    actions.turn_down(made, supervisor_of(round_.unit))
    assert not SignUp.objects.exists()
    assert not Person.objects.filter(name="Vieras").exists()


def test_turning_down_keeps_a_person_who_belongs_somewhere() -> None:
    round_ = RoundFactory()
    person = member_of(RoundFactory().unit, email="osaaja@example.org", email_confirmed_at=None)
    made = actions.sign_up(round_, person, ANSWERS)
    assert made.confirmed_at is None
    actions.turn_down(made, supervisor_of(round_.unit))
    assert Person.objects.filter(pk=person.pk).exists()


def test_a_confirmed_person_is_not_turned_down() -> None:
    made = SignUpFactory()
    actions.turn_down(made, supervisor_of(made.round.unit))
    assert SignUp.objects.filter(pk=made.pk).exists()


def test_who_the_supervisor_knows_once_is_known_in_the_next_round() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made = stranger(round_)
    actions.confirm_sign_ups(round_, boss, [made.pk])
    later = RoundFactory(unit=round_.unit)
    assert actions.sign_up(later, Person.objects.get(pk=made.person_id), ANSWERS).confirmed_at is not None


def test_changing_an_answer_does_not_lose_the_address_that_waits() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made = stranger(round_)
    actions.sign_up(round_, made.person, ANSWERS | {"shares": ["ethics"]})
    actions.confirm_sign_ups(round_, boss, [made.pk])
    assert Person.objects.get(pk=made.person_id).email == "vieras@example.org"


def test_confirming_several_confirms_the_rest_when_one_address_is_taken() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit, email="ritva@example.org")
    clash, fine = stranger(round_, "ritva@example.org"), stranger(round_, "uusi@example.org", "Uusi")
    assert actions.confirm_sign_ups(round_, boss, [clash.pk, fine.pk]) == 1
    clash.refresh_from_db()
    fine.refresh_from_db()
    assert (clash.confirmed_at, fine.confirmed_at is not None) == (None, True)
    with pytest.raises(DomainError):
        actions.confirm_sign_ups(round_, boss, [clash.pk])


def test_only_the_units_own_supervisor_confirms_or_turns_down(client: Client) -> None:
    round_ = RoundFactory()
    made = stranger(round_)
    client.force_login(supervisor_of(RoundFactory().unit), backend=BACKEND)
    for address in (reverse("sign_up_confirm", args=[round_.pk]), reverse("sign_up_turn_down", args=[made.pk])):
        assert client.post(address).status_code == 404
    with pytest.raises(DomainError):
        actions.confirm_sign_ups(round_, member_of(round_.unit), [made.pk])
    with pytest.raises(DomainError):
        actions.turn_down(made, member_of(round_.unit))
    assert SignUp.objects.get().confirmed_at is None


@pytest.mark.parametrize("answer", ["withdrawn", "known", "not known", "erased"])
@pytest.mark.parametrize("another", [False, True])
def test_nobody_is_asked_whom_they_know_when_nobody_waits_any_more(
    mailbox: Mailbox, clock: Clock, answer: str, another: bool
) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit, email="ritva@example.org")
    clock.at("2027-02-02 19:00")
    made = stranger(round_)
    if another:
        stranger(round_, "toinen@example.org", "Toinen")
    if answer == "withdrawn":
        actions.withdraw(made, made.person)
    elif answer == "known":
        actions.confirm_sign_ups(round_, boss, [made.pk])
    elif answer == "not known":
        actions.turn_down(made, boss)
    else:
        erase_me(made.person)
    clock.at("2027-02-03 08:00:01")
    deliver_all()
    assert len(mailbox.to("ritva@example.org")) == another


def test_who_comes_on_the_day_on_which_another_withdrew_is_told_of(mailbox: Mailbox, clock: Clock) -> None:
    round_ = RoundFactory()
    supervisor_of(round_.unit, email="ritva@example.org")
    clock.at("2027-02-02 19:00")
    made = stranger(round_)
    actions.withdraw(made, made.person)
    stranger(round_, "toinen@example.org", "Toinen")
    clock.at("2027-02-03 08:00:01")
    deliver_all()
    assert len(mailbox.to("ritva@example.org")) == 1
