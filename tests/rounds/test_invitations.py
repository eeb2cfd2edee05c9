"""Invitations that each confirms for themselves, and what an invitation must not open."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, UnitFactory, member_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.messages.moments import day
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


def code_to(client: Client, round_: Round, token: str, mailbox: Mailbox, address: str) -> Any:
    """Open the letter's link, ask for a code and write the one that came to `address`."""
    url = reverse("invitation", args=[token])
    page = client.post(url, follow=True)
    deliver_all()
    code = re.search(r"(?:on|is) ([A-Z0-9-]{4,12})", text_of(mailbox.to(address)[-1]))
    assert code
    return client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"code": code[1]}, follow=True)


def test_with_mail_a_code_from_the_invited_mailbox_comes_before_the_answers(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    actions.invite(round_, boss, [{"email": "aino@example.org", "name": "Aino Laine", "answers": TOLD}])
    token = mailed_token(mailbox, "aino@example.org")
    assert "Aino" not in client.get(reverse("invitation", args=[token])).content.decode()
    page = code_to(client, round_, token, mailbox, "aino@example.org")
    assert "Hei, Aino Laine" in page.content.decode()
    page = client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True)
    assert "olet ilmoittautunut" in page.content.decode()
    made = SignUp.objects.get()
    assert (made.person.name, made.shares) == ("Aino Laine", ["medication"])
    assert made.person.email_confirmed_at is not None
    assert made.confirmed_at is not None
    assert not Invitation.objects.exists()


def test_with_mail_a_forwarded_letter_opens_nothing_and_shows_nothing_of_the_one_invited(
    client: Client, mailbox: Mailbox
) -> None:
    """Neither a new person's answers nor the page of somebody who is here already."""
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    PersonFactory(name="Hilja Hyry", email="hilja@example.org", organisation=round_.unit.organisation)
    told = {"name": "Aino Laine", "answers": TOLD, "exclusion": "Eino Salo"}
    actions.invite(round_, boss, [{"email": a} | told for a in ("aino@example.org", "hilja@example.org")])
    for address in ("aino@example.org", "hilja@example.org"):
        token = mailed_token(mailbox, address)
        stranger = PersonFactory(email=f"vieras.{address}", organisation=round_.unit.organisation)
        for who in (None, stranger):
            client = Client()
            if who is not None:
                client.force_login(who, backend=BACKEND)
            seen = client.get(reverse("invitation", args=[token])).content.decode()
            seen += client.get(reverse("join_step", args=[round_.invite_token, "check"]), follow=True).content.decode()
            seen += client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True).content.decode()
            seen += client.post(reverse("invitation", args=[token])).content.decode()
            assert not any(word in seen for word in ("Aino Laine", "Hilja Hyry", "Eino Salo"))
            assert client.session.get("_auth_user_id") == (str(who.pk) if who else None)
    assert not SignUp.objects.exists()
    assert Invitation.objects.count() == 2


def test_with_mail_an_account_without_an_address_does_not_take_the_invited_one(
    client: Client, mailbox: Mailbox
) -> None:
    """Somebody from the days without mail opens a letter that was forwarded to them."""
    round_ = RoundFactory()
    old = PersonFactory(email=None, email_confirmed_at=None, organisation=round_.unit.organisation)
    actions.invite(round_, supervisor_of(round_.unit), [{"email": "aino@example.org", "answers": TOLD}])
    client.force_login(old, backend=BACKEND)
    confirm(client, round_, mailed_token(mailbox, "aino@example.org"))
    old.refresh_from_db()
    assert (old.email, SignUp.objects.exists()) == (None, False)
    with pytest.raises(DomainError):
        actions.confirm_invitation(Invitation.objects.get(), old, TOLD)
    with pytest.raises(DomainError):
        actions.confirm_invitation(Invitation.objects.get(), None, TOLD)


def test_with_mail_an_unconfirmed_address_signs_in_anew_by_the_code(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    person = PersonFactory(email="aino@example.org", email_confirmed_at=None, organisation=round_.unit.organisation)
    actions.invite(round_, supervisor_of(round_.unit), [{"email": "aino@example.org", "answers": TOLD}])
    client.force_login(person, backend=BACKEND)
    token = mailed_token(mailbox, "aino@example.org")
    assert "Lähetä minulle koodi" in client.get(reverse("invitation", args=[token])).content.decode()
    code_to(client, round_, token, mailbox, "aino@example.org")
    client.post(reverse("join_step", args=[round_.invite_token, "check"]))
    person.refresh_from_db()
    assert person.email_confirmed_at is not None
    assert SignUp.objects.get().confirmed_at is not None


def test_the_codes_to_an_invited_mailbox_are_counted(mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    actions.invite(round_, supervisor_of(round_.unit), [{"email": "aino@example.org"}])
    url = reverse("invitation", args=[mailed_token(mailbox, "aino@example.org")])
    pages = [Client().post(url, follow=True).content.decode() for _ in range(7)]
    deliver_all()
    assert len(mailbox.to("aino@example.org")) == 1 + 5
    assert "Yritä hetken kuluttua uudelleen" in pages[-1]


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
    # It is said when the slip is opened, and not after all has been filled in.
    page = client.get(reverse("invitation", args=[token])).content.decode()
    assert "Avaa ensin oma linkkisi" in page
    assert reverse("join_step", args=[round_.invite_token, "share"]) not in page
    # Nor is it answered by whoever had opened it before.
    with pytest.raises(DomainError, match="Avaa ensin oma linkkisi"):
        actions.confirm_invitation(Invitation.objects.get(), None, TOLD)
    assert "olet ilmoittautunut" not in confirm(client, round_, token).content.decode()
    assert "_auth_user_id" not in client.session
    client.force_login(known, backend=BACKEND)
    assert "olet ilmoittautunut" in confirm(client, round_, token).content.decode()
    assert SignUp.objects.get().person == known


def test_somebody_else_who_is_signed_in_cannot_answer(client: Client) -> None:
    round_ = RoundFactory()
    boss, token = invited(round_)
    client.force_login(boss, backend=BACKEND)
    assert "Kirjaudu ensin ulos" in client.get(reverse("invitation", args=[token])).content.decode()
    with pytest.raises(DomainError, match="Kirjaudu ensin ulos"):
        actions.confirm_invitation(Invitation.objects.get(), boss, TOLD)
    confirm(client, round_, token)
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


# -- slips on paper ---------------------------------------------------------------------------------------------------


def test_a_slip_says_who_invites_whom_to_what_and_until_when_in_the_units_languages(client: Client) -> None:
    round_ = RoundFactory(name="Syksy", unit=UnitFactory(name="Kuusikoti", languages=["fi", "sv"]))
    boss = supervisor_of(round_.unit, name="Ritva Salo")
    actions.invite(round_, boss, [{"email": "maj@example.org", "name": "Maj Lind"}])
    client.force_login(boss, backend=BACKEND)
    page = " ".join(client.post(reverse("invitation_sheet", args=[round_.pk])).content.decode().split())
    slip = page[page.index("Maj Lind") :]
    for lang, said in (("fi", "Ritva Salo kutsuu"), ("sv", "Ritva Salo bjuder in")):
        part = slip[slip.index(f'<div lang="{lang}"') :]
        assert said in part[: part.index("</div>")]
        assert "Kuusikoti" in part[: part.index("</div>")]
        with translation.override(lang):
            assert day(round_.sign_up_closes) in part[: part.index("</div>")]
    assert '<div lang="en"' not in slip


def test_where_phones_cannot_open_what_is_handed_over_the_page_says_so(client: Client, settings: Any) -> None:
    settings.SITE_URL = "http://127.0.0.1:8000"
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made = SignUpFactory(round=round_)
    actions.invite(round_, boss, [{"email": "maj@example.org", "name": "Maj Lind"}])
    client.force_login(boss, backend=BACKEND)
    pages = [
        ("post", reverse("invitation_sheet", args=[round_.pk])),
        ("post", reverse("sign_up_link", args=[made.pk])),
        ("get", reverse("round_print", args=[round_.pk])),
        ("get", reverse("round_tell", args=[round_.pk])),
        ("post", reverse("own_link")),
    ]
    for method, url in pages:
        here = getattr(client, method)(url, headers={"host": "127.0.0.1:8000"}).content.decode()
        assert "HOST=0.0.0.0" in here, url
        assert "HOST=0.0.0.0" not in getattr(client, method)(url).content.decode(), url


def test_who_has_withdrawn_reads_that_they_can_come_along_after_all_not_that_they_are_invited(
    client: Client, clock: Clock
) -> None:
    round_ = RoundFactory(sign_up_closes=clock.now.date())
    made = SignUpFactory(round=round_)
    client.force_login(made.person, backend=BACKEND)
    page = client.post(reverse("sign_up_withdraw", args=[made.pk]), follow=True).content.decode()
    assert f"Olet perunut ilmoittautumisesi: {round_.name}. Jos muutat mielesi, voit ilmoittautua" in page
    assert "Kutsu tulee esihenkilöltäsi" not in page
    assert reverse("join", args=[round_.invite_token]) in page
    clock.at("2027-02-02 10:00")
    assert "Olet perunut" not in client.get(reverse("home")).content.decode()
