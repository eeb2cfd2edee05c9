"""Signing up with and without mail, changing, withdrawing, invitations, uploads; bad input."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.organisation.models import Person, PersonalLink
from oppipari.rounds import actions
from oppipari.rounds.models import Exclusion, Invitation, Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
DATA = Path(__file__).parent.parent / "data"
STEPS = {
    "who": {"name": "Aino Laine", "email": "aino.laine@example.org"},
    "share": {"tags": ["medication"]},
    "learn": {"tags": ["wound-care", "first-aid"]},
    "times": {"slots": ["0", "3"]},
    "how": {"stage": "early", "way": "either", "languages": ["fi"], "wished_stage": "", "exclusion": "Eino Salo"},
}


def answer_all(client: Client, round_: Round, **changes: Any) -> Any:
    for step, data in STEPS.items():
        url = reverse("join_step", args=[round_.invite_token, step])
        response = client.post(url, data | changes.get(step, {}))
        assert response.status_code == 302, (step, response.content.decode()[:2000])
    return client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True)


def test_with_mail_the_code_confirms_the_address_and_the_answers_are_kept(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    page = answer_all(client, round_)
    assert "Kirjoita koodi" in page.content.decode()
    assert not SignUp.objects.exists()
    deliver_all()
    (message,) = mailbox.to("aino.laine@example.org")
    assert "medication" not in text_of(message)
    found = re.search(r"(?:on|is) ([A-Z0-9-]{4,12})", text_of(message))
    assert found
    page = client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"code": found[1]}, follow=True)
    assert "olet ilmoittautunut" in page.content.decode()
    made = SignUp.objects.get()
    assert (made.person.email, made.shares) == ("aino.laine@example.org", ["medication"])
    assert made.confirmed_at is None  # a mailbox of one's own is no place in the unit
    assert made.person.email_confirmed_at is not None
    assert Exclusion.objects.get().text == "Eino Salo"


def test_with_mail_known_and_unknown_addresses_are_answered_alike(mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    PersonFactory(email="aino.laine@example.org", organisation=round_.unit.organisation)
    pages = []
    for address in ("aino.laine@example.org", "uusi.ihminen@example.org"):
        page = answer_all(Client(), round_, who={"email": address})
        pages.append(re.sub(r'name="csrf\S+ value="\S+"', "", page.content.decode()).replace(address, "X"))
        deliver_all()
        assert len(mailbox.to(address)) == 1
    assert pages[0] == pages[1]


def test_signing_in_by_code_tells_nobody_who_is_known(mailbox: Mailbox) -> None:
    PersonFactory(email="aino@example.org")
    pages = []
    for address in ("aino@example.org", "nobody@example.org"):
        page = Client().post(reverse("account_request_login_code"), {"email": address}, follow=True)
        pages.append(re.sub(r'name="csrf\S+ value="\S+"', "", page.content.decode()).replace(address, "X"))
        deliver_all()
        assert len(mailbox.to(address)) == 1
    assert pages[0] == pages[1]


def test_a_code_has_five_tries_and_is_bound_to_its_browser(client: Client, mailbox: Mailbox) -> None:
    person = PersonFactory(email="aino@example.org")
    client.post(reverse("account_request_login_code"), {"email": "aino@example.org"})
    deliver_all()
    found = re.search(r"(?:on|is) ([A-Z0-9-]{4,12})", text_of(mailbox.messages[0]))
    assert found
    assert Client().post(reverse("account_confirm_login_code"), {"code": found[1]}).status_code == 302
    for _ in range(5):
        client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})
    client.post(reverse("account_confirm_login_code"), {"code": found[1]})
    assert "_auth_user_id" not in client.session
    assert person.is_active


def test_without_mail_an_address_stays_a_claim_until_the_supervisor_confirms(client: Client) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit, email="aino.laine@example.org")
    page = answer_all(client, round_)
    # Somebody wrote the supervisor's own address: they see what everybody sees, and are nobody but themselves.
    assert "Ota oma linkkisi talteen" in page.content.decode()
    made = SignUp.objects.get()
    assert made.person != boss
    assert made.person.email is None
    assert made.confirmed_at is None
    with pytest.raises(actions.DomainError, match="osoitteen"):
        actions.confirm_sign_ups(round_, boss, [made.pk])
    other = Client()
    answer_all(other, round_, who={"name": "Uusi", "email": "Uusi.Ihminen@Example.org"})
    assert actions.confirm_sign_ups(round_, boss, [SignUp.objects.latest("pk").pk]) == 1
    assert Person.objects.get(name="Uusi").email == "uusi.ihminen@example.org"


def test_the_own_link_leads_back_and_a_handed_link_works_once(client: Client) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    page = answer_all(client, round_).content.decode()
    own = re.search(r'id="own-link">http://testserver(/link/\S+?)<', page)
    assert own
    for _ in range(2):
        again = Client()
        assert again.get(own[1]).status_code == 200  # a preview of the link uses nothing up
        assert again.post(own[1], follow=True).status_code == 200
        assert "_auth_user_id" in again.session
    made = SignUp.objects.get()
    client.force_login(boss, backend=BACKEND)
    # Nobody is let in, or signed in as, before they are known.
    assert client.post(reverse("sign_up_link", args=[made.pk])).status_code == 404
    actions.confirm_sign_ups(round_, boss, [made.pk])
    page = client.post(reverse("sign_up_link", args=[made.pk])).content.decode()
    handed = re.search(r"<code>http://testserver(/link/\S+?)<", page)
    assert handed
    assert Client().post(handed[1]).status_code == 302
    ended = Client().post(handed[1])
    assert ended.status_code == 410
    assert "Pyydä uusi" in ended.content.decode()
    client.force_login(made.person, backend=BACKEND)
    assert "kirjautumislinkki" in client.get(reverse("my_data")).content.decode().lower()


def test_an_expired_link_says_what_to_do(client: Client) -> None:
    person = PersonFactory()
    token = PersonalLink.make(person, PersonalLink.Kind.HANDED)
    PersonalLink.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    answer = client.post(reverse("sign_in_link", args=[token]))
    assert answer.status_code == 410
    assert "vanhentunut" in answer.content.decode()


def test_no_link_is_handed_over_for_somebody_of_another_unit(client: Client) -> None:
    round_ = RoundFactory()
    boss, stranger = supervisor_of(round_.unit), supervisor_of(RoundFactory().unit)
    made = SignUpFactory(round=round_, person=stranger)
    client.force_login(boss, backend=BACKEND)
    client.post(reverse("sign_up_link", args=[made.pk]))
    assert not PersonalLink.objects.exists()


@pytest.mark.parametrize(
    ("step", "data", "told"),
    [
        ("who", {"name": " ", "email": "x"}, "Kirjoita nimesi."),
        ("who", {"name": "A", "email": "ei osoite"}, "nimi@example.org"),
        ("share", {"tags": []}, "Valitse ainakin yksi."),
        ("share", {"tags": ["medication", "first-aid", "ethics", "lean", "feedback", "conflict"]}, "enintään viisi"),
        ("times", {}, "työajalla"),
        ("how", {"way": "either"}, "Valitse yksi."),
    ],
)
def test_what_is_amiss_is_told_at_its_field_and_what_was_typed_stays(
    client: Client, step: str, data: Any, told: str
) -> None:
    round_ = RoundFactory()
    page = client.post(reverse("join_step", args=[round_.invite_token, step]), data).content.decode()
    assert told in page
    assert "Korjaa nämä" in page
    for value in data.values():
        for one in value if isinstance(value, list) else [value]:
            assert one.strip() in page


def test_signing_up_twice_makes_one_and_a_closed_round_says_so(client: Client) -> None:
    round_ = RoundFactory()
    answer_all(client, round_)
    client.post(reverse("sign_up_change", args=[SignUp.objects.get().pk]))
    client.post(reverse("join_step", args=[round_.invite_token, "share"]), {"tags": ["ethics"]})
    client.post(reverse("join_step", args=[round_.invite_token, "check"]))
    assert SignUp.objects.get().shares == ["ethics"]
    round_.sign_up_closes = timezone.localdate() - timedelta(days=1)
    round_.save()
    assert "suljettu" in Client().get(reverse("join", args=[round_.invite_token])).content.decode()
    assert Client().get(reverse("join_step", args=[round_.invite_token, "who"])).status_code == 302


def test_withdrawing_deletes_the_answers(client: Client) -> None:
    round_ = RoundFactory()
    answer_all(client, round_)
    made = SignUp.objects.get()
    client.post(reverse("sign_up_withdraw", args=[made.pk]))
    client.post(reverse("sign_up_withdraw", args=[made.pk]))  # a double click
    made.refresh_from_db()
    assert (made.shares, made.slots, made.withdrawn_at is None) == ([], [], False)
    assert not Exclusion.objects.exists()


def uploaded(client: Client, round_: Round, file: Path | SimpleUploadedFile) -> str:
    upload = file if isinstance(file, SimpleUploadedFile) else SimpleUploadedFile(file.name, file.read_bytes())
    return client.post(reverse("round_upload", args=[round_.pk]), {"file": upload}).content.decode()


def test_an_uploaded_sheet_becomes_invitations_that_each_confirms(client: Client) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    client.force_login(boss, backend=BACKEND)
    page = uploaded(client, round_, DATA / "forms-fi-messy.xlsx")
    assert "22 ihmistä ymmärrettiin" in page
    assert "rivi 4 jäi voimaan" in page
    assert not Invitation.objects.exists()
    client.post(reverse("round_upload", args=[round_.pk]), {"invite": "1"})
    client.post(reverse("round_upload", args=[round_.pk]), {"invite": "1"})  # a double click
    assert Invitation.objects.count() == 22
    assert not SignUp.objects.exists()
    sheet = client.post(reverse("invitation_sheet", args=[round_.pk])).content.decode()
    links = re.findall(r"http://testserver(/invitation/[^<\s]+)", sheet)
    assert len(links) == 22
    someone = Client()
    assert "Tarkista vastaukseni" in someone.get(links[0]).content.decode()
    someone.post(reverse("join_step", args=[round_.invite_token, "name"]), {"name": "Aino Laine"})  # the sheet has none
    someone.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True)
    assert SignUp.objects.get().confirmed_at is not None
    assert Invitation.objects.count() == 21
    assert Client().get(links[0]).status_code == 410


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.xlsx", b"%PDF-1.7", "PDF"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"0" * 99, "salasana"),
        ("a.csv", b"", "tyhjä"),
        ("a.csv", b"Colour,Shape\nred,round\n", "yhtään saraketta ei tunnistettu"),
    ],
)
def test_wrong_files_are_refused_at_the_field(client: Client, name: str, data: bytes, told: str) -> None:
    round_ = RoundFactory()
    client.force_login(supervisor_of(round_.unit), backend=BACKEND)
    page = uploaded(client, round_, SimpleUploadedFile(name, data))
    assert told in page
    assert "Korjaa nämä" in page


def test_settings_changed_in_another_tab_are_not_overwritten(client: Client) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    client.force_login(boss, backend=BACKEND)
    data = {"name": "Uusi nimi", "meetings_wanted": 4, "weeks_between": 4, "meeting_minutes": 60, "odd_person": "wait", "sign_up_closes": (timezone.localdate() + timedelta(days=40)).isoformat()}  # fmt: skip
    url = reverse("round_settings", args=[round_.pk])
    assert client.post(url, data | {"version": 1}).status_code == 302
    page = client.post(url, data | {"name": "Toinen", "version": 1}).content.decode()
    assert "Joku muu muutti" in page
    assert "Toinen" in page
    assert Round.objects.get().name == "Uusi nimi"


def test_those_who_waited_come_first_in_the_copied_round(new_round: Callable[[], Round]) -> None:
    before = new_round()
    waited = SignUpFactory(round=before)
    boss = supervisor_of(before.unit)
    after = actions.copy_round(before, boss, name="Seuraava", sign_up_closes=timezone.localdate())
    made = actions.sign_up(after, waited.person, {"shares": ["ethics"]})
    assert made.waited_last_round


@pytest.fixture
def new_round() -> Callable[[], Round]:
    return lambda: RoundFactory(state=Round.State.CLOSED)


def test_a_wrong_name_written_by_somebody_else_does_not_stick(client: Client, mailbox: Mailbox) -> None:
    """Anyone may type anyone's address; only who reads its mail tells the name."""
    round_ = RoundFactory()
    answer_all(Client(), round_, who={"name": "Pilkkanimi"})
    deliver_all()
    page = answer_all(client, round_)
    deliver_all()
    found = re.search(r"(?:on|is) ([A-Z0-9-]{4,12})", text_of(mailbox.to("aino.laine@example.org")[1]))
    assert found
    client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"code": found[1]})
    client.get(reverse("join_done", args=[round_.invite_token]))
    assert SignUp.objects.get().person.name == "Aino Laine"
    assert not Person.objects.filter(name="Pilkkanimi").exists()


def test_a_mailbox_is_not_flooded_with_codes(mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    pages = [answer_all(Client(), round_, who={"email": "uhri@example.org"}).content.decode() for _ in range(8)]
    deliver_all()
    assert len(mailbox.to("uhri@example.org")) == 5
    assert "Yritä hetken kuluttua uudelleen" in pages[-1]


def test_a_poster_is_no_gun_but_a_whole_unit_may_sign_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oppipari.rounds.views.signing.sending.SIGN_UPS_AN_HOUR", 3)
    round_ = RoundFactory()
    pages = [answer_all(Client(), round_, who={"email": f"henkilo{n}@example.org"}).content.decode() for n in range(4)]
    assert SignUp.objects.count() == 3
    assert "Yritä hetken kuluttua uudelleen" in pages[-1]
    assert "henkilo3@example.org" in pages[-1]


def fill_in(client: Client, round_: Round, **changes: Any) -> None:
    for step, data in STEPS.items():
        client.post(reverse("join_step", args=[round_.invite_token, step]), data | changes.get(step, {}))


def test_a_double_click_without_scripts_makes_one_person_who_stays_signed_in(client: Client) -> None:
    round_ = RoundFactory()
    fill_in(client, round_)
    check = reverse("join_step", args=[round_.invite_token, "check"])
    once = re.search(r'name="once" value="([^"]+)"', client.get(check).content.decode())
    assert once
    before = {k: m.value for k, m in client.cookies.items()}
    client.post(check, {"once": once[1]})
    second = Client()  # the same browser, whose second request left before the first answer came
    second.cookies.load(before)
    page = second.post(check, {"once": once[1]}, follow=True).content.decode()
    assert "olet ilmoittautunut" in page
    assert "Ota oma linkkisi talteen" in page
    assert SignUp.objects.count() == 1
    stranger = Client()
    stranger.post(check, {"once": "guessed"})
    assert "_auth_user_id" not in stranger.session


def test_a_double_click_with_mail_sends_one_code(client: Client, mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    fill_in(client, round_)
    check = reverse("join_step", args=[round_.invite_token, "check"])
    for _ in range(2):
        assert "/sign-in/code/" in client.post(check, {"once": "mark"}).url
    deliver_all()
    assert len(mailbox.messages) == 1


def test_answers_that_were_not_sent_are_not_stored(client: Client) -> None:
    """Half a change, and then the thank-you page again by the back button."""
    round_ = RoundFactory()
    answer_all(client, round_)
    client.post(reverse("sign_up_change", args=[SignUp.objects.get().pk]))
    client.post(reverse("join_step", args=[round_.invite_token, "share"]), {"tags": ["ethics"]})
    client.get(reverse("join_done", args=[round_.invite_token]))
    assert SignUp.objects.get().shares == ["medication"]


def test_who_has_signed_up_changes_that_wherever_they_come_in(client: Client) -> None:
    round_ = RoundFactory()
    made = SignUpFactory(round=round_, shares=["ethics"])
    client.force_login(made.person, backend=BACKEND)
    assert "Katso ilmoittautumistani" in client.get(reverse("join", args=[round_.invite_token])).content.decode()
    client.post(reverse("join_step", args=[round_.invite_token, "learn"]), {"tags": ["medication"]})
    client.post(reverse("join_step", args=[round_.invite_token, "check"]))
    made.refresh_from_db()
    assert (made.shares, made.wants, SignUp.objects.count()) == (["ethics"], ["medication"], 1)


def test_the_next_person_at_a_shared_device_starts_anew(client: Client) -> None:
    round_ = RoundFactory()
    join = reverse("join", args=[round_.invite_token])
    client.post(reverse("join_step", args=[round_.invite_token, "who"]), STEPS["who"])
    assert "Aloita alusta" in client.get(join).content.decode()
    page = client.post(join, follow=True).content.decode()
    assert "Aino Laine" not in page
    assert "Aloita alusta" not in client.get(join).content.decode()


def test_nobody_reads_changes_or_withdraws_anothers_sign_up(client: Client) -> None:
    made = SignUpFactory()
    client.force_login(SignUpFactory(round=made.round).person, backend=BACKEND)
    assert client.get(reverse("my_sign_up", args=[made.pk])).status_code == 404
    for name in ("sign_up_change", "sign_up_withdraw"):
        assert client.post(reverse(name, args=[made.pk])).status_code == 404
    made.refresh_from_db()
    assert made.withdrawn_at is None


def test_after_publishing_nothing_is_withdrawn_or_changed(client: Client) -> None:
    made = SignUpFactory(round=RoundFactory(state=Round.State.MEETING))
    client.force_login(made.person, backend=BACKEND)
    client.post(reverse("sign_up_withdraw", args=[made.pk]))
    client.post(reverse("join_step", args=[made.round.invite_token, "share"]), {"tags": ["ethics"]})
    made.refresh_from_db()
    assert (made.withdrawn_at, made.shares != ["ethics"]) == (None, True)


def test_what_was_found_is_listed_once_and_can_be_unticked(client: Client) -> None:
    round_ = RoundFactory()
    url = reverse("join_step", args=[round_.invite_token, "share"])
    page = client.post(url, {"find": "1", "words": "lääkehoito", "tags": ["medication"]}).content.decode()
    assert page.count('value="medication"') == 1
    assert re.search(r'value="medication" checked', page)


def test_five_chosen_of_which_some_arrive_twice_are_five(client: Client) -> None:
    round_ = RoundFactory()
    five = ["medication", "first-aid", "ethics", "lean", "feedback"]
    url = reverse("join_step", args=[round_.invite_token, "share"])
    assert client.post(url, {"tags": [*five, "medication"]}).status_code == 302
    answer_all(client, round_, share={"tags": [*five, "medication"]})
    assert sorted(SignUp.objects.get().shares) == sorted(five)


def test_groups_with_something_chosen_are_open_on_the_way_back(client: Client) -> None:
    round_ = RoundFactory()
    url = reverse("join_step", args=[round_.invite_token, "share"])
    closed = client.get(url).content.decode().count('<details class="group" open>')
    client.post(url, {"tags": ["lean", "ethics"]})
    page = client.get(url).content.decode()
    assert closed == 1
    for chosen in ("lean", "ethics"):
        group = page[: page.index(f'value="{chosen}" checked')].rsplit("<details", 1)[1]
        assert group.startswith(' class="group" open>')
