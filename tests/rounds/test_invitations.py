"""Invitations that each confirms for themselves, and what an invitation must not open."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, member_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.rounds import actions
from oppipari.rounds.models import Invitation, Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
TOLD: dict[str, Any] = {
    "shares": ["medication"],
    "wants": ["first-aid"],
    "slots": [0, 3],
    "languages": ["fi"],
    "stage": "mid",
    "way": "either",
}


def invited(round_: Round, email: str = "aino@example.org", **more: Any) -> tuple[Person, str]:
    """The supervisor, and the token of an invitation handed over (without mail)."""
    boss = supervisor_of(round_.unit)
    actions.invite(round_, boss, [{"email": email, "name": "Aino Laine", "answers": TOLD} | more])
    ((_made, token),) = actions.invitation_sheet(round_, boss)
    return boss, token


def confirm(client: Client, round_: Round, token: str) -> Any:
    client.get(reverse("invitation", args=[token]))
    return client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True)


def mailed_token(mailbox: Mailbox, address: str) -> str:
    deliver_all()
    found = re.search(r"/invitation/([\w-]+)/", text_of(mailbox.to(address)[0]))
    assert found
    return found[1]


def test_inviting_signs_nobody_up_and_tells_twice_once() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    there = SignUpFactory(round=round_)
    people = [{"email": "Aino@Example.org"}, {"email": "aino@example.org"}, {"email": there.person.email}]
    assert actions.invite(round_, boss, people) == 1
    assert actions.invite(round_, boss, people) == 0
    assert SignUp.objects.count() == 1
    assert not Person.objects.filter(email="aino@example.org").exists()


def test_tokens_are_stored_as_hashes_only() -> None:
    round_ = RoundFactory()
    _boss, token = invited(round_)
    assert token not in str(list(Invitation.objects.values()))


def test_a_new_sheet_ends_older_links(client: Client) -> None:
    round_ = RoundFactory()
    boss, token = invited(round_)
    actions.invitation_sheet(round_, boss)
    assert client.get(reverse("invitation", args=[token])).status_code == 410


def test_with_mail_the_letter_confirms_a_new_address(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    actions.invite(round_, supervisor_of(round_.unit), [{"email": "aino@example.org", "answers": TOLD}])
    page = confirm(client, round_, mailed_token(mailbox, "aino@example.org"))
    assert "olet ilmoittautunut" in page.content.decode()
    made = SignUp.objects.get()
    assert made.person.email_confirmed_at is not None
    assert made.shares == ["medication"]


def test_with_mail_a_letter_does_not_open_the_page_of_somebody_who_is_here(client: Client, mailbox: Mailbox) -> None:
    """A forwarded letter, or one for the administrator's address, must not sign anyone in as them: a code does."""
    round_ = RoundFactory()
    known = PersonFactory(email="aino@example.org", organisation=round_.unit.organisation)
    actions.invite(round_, supervisor_of(round_.unit), [{"email": "aino@example.org", "answers": TOLD}])
    page = confirm(client, round_, mailed_token(mailbox, "aino@example.org"))
    assert "_auth_user_id" not in client.session
    assert "Kirjoita koodi" in page.content.decode()
    assert not SignUp.objects.exists()
    deliver_all()
    code = re.search(r"(?:on|is) ([A-Z0-9-]{4,12})", text_of(mailbox.to("aino@example.org")[1]))
    assert code
    page = client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"code": code[1]}, follow=True)
    assert "olet ilmoittautunut" in page.content.decode()
    made = SignUp.objects.get()
    assert (made.person, made.shares) == (known, ["medication"])
    assert not Invitation.objects.exists()


@pytest.mark.usefixtures("mail_on")
def test_with_mail_there_are_no_links_for_the_supervisor_to_open(client: Client) -> None:
    """Else inviting a colleague's address and opening the link oneself would be a way to become them."""
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    actions.invite(round_, boss, [{"email": "aino@example.org"}])
    before = Invitation.objects.get().token_hash
    with pytest.raises(DomainError):
        actions.invitation_sheet(round_, boss)
    client.force_login(boss, backend=BACKEND)
    assert (
        "/invitation/" not in client.post(reverse("invitation_sheet", args=[round_.pk]), follow=True).content.decode()
    )
    assert "Tee arkki jaettavaksi" not in client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()
    assert Invitation.objects.get().token_hash == before


def test_without_mail_a_handed_invitation_does_not_open_somebodys_page(client: Client) -> None:
    round_ = RoundFactory()
    known = member_of(round_.unit, email="aino@example.org")
    _boss, token = invited(round_)
    page = confirm(client, round_, token)
    assert "Avaa ensin oma linkkisi" in page.content.decode()
    assert "_auth_user_id" not in client.session
    client.force_login(known, backend=BACKEND)
    assert "olet ilmoittautunut" in confirm(client, round_, token).content.decode()
    assert SignUp.objects.get().person == known


def test_somebody_else_who_is_signed_in_cannot_answer(client: Client) -> None:
    round_ = RoundFactory()
    boss, token = invited(round_)
    client.force_login(boss, backend=BACKEND)
    assert "Kirjaudu ensin ulos" in confirm(client, round_, token).content.decode()
    assert not SignUp.objects.exists()


def test_an_unknown_person_who_was_also_invited_stays_one_person(client: Client) -> None:
    round_ = RoundFactory()
    person = PersonFactory(
        name="Aino Laine", email=None, email_confirmed_at=None, organisation=round_.unit.organisation
    )
    actions.sign_up(round_, person, TOLD, claimed_email="aino@example.org")
    _boss, token = invited(round_)
    client.force_login(person, backend=BACKEND)
    assert "olet ilmoittautunut" in confirm(client, round_, token).content.decode()
    made = SignUp.objects.get()
    assert (made.person, made.person.email, made.confirmed_at is not None) == (person, "aino@example.org", True)


def test_opening_the_invitation_again_loses_nothing_that_was_changed(client: Client) -> None:
    round_ = RoundFactory()
    _boss, token = invited(round_)
    client.get(reverse("invitation", args=[token]))
    client.post(reverse("join_step", args=[round_.invite_token, "share"]), {"tags": ["ethics"]})
    confirm(client, round_, token)
    assert SignUp.objects.get().shares == ["ethics"]


def test_an_invitation_starts_from_its_own_answers_alone(client: Client) -> None:
    """Two people take turns on the ward's tablet: what one began does not go out as the other's."""
    round_ = RoundFactory()
    client.post(
        reverse("join_step", args=[round_.invite_token, "how"]),
        {"stage": "early", "way": "either", "languages": ["fi"], "wished_stage": "experienced"},
    )
    _boss, token = invited(round_)
    confirm(client, round_, token)
    assert SignUp.objects.get().wished_stage == ""


def test_an_invitation_by_address_alone_is_not_sent_empty(client: Client) -> None:
    round_ = RoundFactory()
    _boss, token = invited(round_, answers={})
    page = confirm(client, round_, token)
    assert "Mitä voit jakaa" in page.content.decode()
    assert not SignUp.objects.exists()


def test_after_the_closing_day_nobody_is_invited(client: Client) -> None:
    from datetime import timedelta

    from django.utils import timezone

    round_ = RoundFactory(sign_up_closes=timezone.localdate() - timedelta(days=1))
    boss = supervisor_of(round_.unit)
    with pytest.raises(DomainError):
        actions.invite(round_, boss, [{"email": "aino@example.org"}])
    client.force_login(boss, backend=BACKEND)
    page = client.post(reverse("round_invite", args=[round_.pk]), {"addresses": "aino@example.org"}).content.decode()
    assert "aino@example.org" in page  # what was typed stays


def test_the_page_names_nobody_who_has_not_joined(client: Client) -> None:
    round_ = RoundFactory()
    boss, _token = invited(round_, "hiljainen@example.org", name="Hilja Hiljainen")
    client.force_login(boss, backend=BACKEND)
    page = client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()
    assert "Hilja Hiljainen" not in page
    assert "1 kutsuun ei ole vielä vastattu" in page


def test_lines_without_an_address_are_named_and_what_was_typed_stays(client: Client) -> None:
    round_ = RoundFactory()
    client.force_login(supervisor_of(round_.unit), backend=BACKEND)
    typed = "Aino Laine aino@example.org\nEino ilman osoitetta"
    page = client.post(reverse("round_invite", args=[round_.pk]), {"addresses": typed}).content.decode()
    assert "Eino ilman osoitetta" in page
    assert "Aino Laine aino@example.org" in page
    assert "Korjaa nämä" in page
    assert not Invitation.objects.exists()
