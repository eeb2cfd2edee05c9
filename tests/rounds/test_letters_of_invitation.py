"""An invitation says who invites, to what and until when, in the unit's languages; and its answer is a person's language."""

import re
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from tests.factories import PersonFactory, RoundFactory, UnitFactory, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of
from tests.rounds.test_invitations import code_to, mailed_token
from tests.rounds.ways_in import STEPS, TOLD

from oppipari.messages.actions import send
from oppipari.organisation.actions import set_languages
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.rounds import actions
from oppipari.rounds.models import Invitation, Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
AINO = "aino@example.org"


def scene(*languages: str, **more: Any) -> tuple[Round, Person]:
    round_ = RoundFactory(unit=UnitFactory(name="Kuusikoti", languages=list(languages)), name="Kevät 2027")
    return round_, supervisor_of(round_.unit, name="Ritva Salo", **more)


def invited(round_: Round, boss: Person, mailbox: Mailbox, **more: Any) -> Any:
    actions.invite(round_, boss, [{"email": AINO, **more}])
    deliver_all()
    return mailbox.to(AINO)[0]


def test_it_names_the_sender_the_unit_the_round_and_the_last_day(mailbox: Mailbox) -> None:
    round_, boss = scene()
    text = text_of(invited(round_, boss, mailbox))
    assert "Ritva Salo kutsuu sinut mentorointiin: Kuusikoti, Kevät 2027." in text
    assert "aikaa ilmoittautua on ti 26.1. asti" in text  # the tests' clock: a fortnight from 12 January
    assert "eikä salasanaa kysytä" in text
    assert "kysy esihenkilöltäsi" in text


def test_it_is_in_all_languages_of_the_unit_each_part_whole(mailbox: Mailbox) -> None:
    round_, boss = scene("sv", "fi")
    letter = invited(round_, boss, mailbox)
    text = text_of(letter)
    assert letter["Subject"] == "Kutsu mentorointiin / Inbjudan till mentorskap"
    finnish, swedish = text.split("På svenska")
    assert finnish.startswith("Suomeksi")
    assert "Ritva Salo kutsuu sinut" in finnish
    assert "Ritva Salo bjuder in dig till mentorskap: Kuusikoti, Kevät 2027." in swedish
    assert "till och med tis 26.1" in swedish
    assert len(re.findall(r"/invitation/[\w-]+/", text)) == 2
    # What stands below the signature is folded away by mail programs: no language may stand there alone.
    lines = text.splitlines()
    assert lines.count("-- ") == 1
    assert lines.index("-- ") > max(i for i, line in enumerate(lines) if "till och med" in line)
    assert "In English" not in text


def test_without_a_choice_it_is_in_the_supervisors_language(mailbox: Mailbox) -> None:
    round_, boss = scene(language="sv")
    letter = invited(round_, boss, mailbox)
    assert letter["Subject"] == "Inbjudan till mentorskap"
    assert "På svenska" not in text_of(letter)


def test_somebody_who_is_known_reads_their_own_language_first(mailbox: Mailbox) -> None:
    round_, boss = scene("fi", "sv")
    PersonFactory(email=AINO, language="en", organisation=round_.unit.organisation)
    letter = invited(round_, boss, mailbox)
    assert letter["Subject"].strip().startswith("Invitation to mentoring / Kutsu")


def test_names_in_a_letter_cannot_begin_a_header(mailbox: Mailbox) -> None:
    round_, boss = scene()
    boss.name = "Ritva\nBcc: eve@example.org"
    letter = invited(round_, boss, mailbox)
    assert letter["Bcc"] is None
    assert letter["Subject"] == "Kutsu mentorointiin"


def test_the_supervisor_chooses_the_languages_on_the_units_page(client: Client) -> None:
    round_, boss = scene()
    client.force_login(boss, backend=BACKEND)
    client.post(reverse("unit", args=[round_.unit_id]), {"set_languages": "1", "languages": ["sv", "fi"]})
    round_.unit.refresh_from_db()
    assert round_.unit.languages == ["fi", "sv"]
    page = client.post(reverse("unit", args=[round_.unit_id]), {"set_languages": "1"}).content.decode()
    assert "Valitse ainakin yksi kieli" in page
    with pytest.raises(DomainError):
        set_languages(round_.unit, supervisor_of(UnitFactory()), ["en"])


# -- the language of the answer -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [False, True])
def test_who_answers_in_swedish_gets_swedish_from_then_on(mailbox: Mailbox, known: bool) -> None:
    """Also somebody who is here already in Finnish, whose pages would have turned Finnish with the code."""
    round_, boss = scene("fi", "sv")
    if known:
        PersonFactory(email=AINO, language="fi", organisation=round_.unit.organisation)
    actions.invite(round_, boss, [{"email": AINO, "name": "Åsa Berg", "answers": TOLD}])
    client = Client(headers={"accept-language": "sv-FI,sv;q=0.9"})
    page = code_to_in_swedish(client, round_, mailed_token(mailbox, AINO), mailbox)
    assert ">Hej " in page
    page = client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True).content.decode()
    assert "Tack, du är anmäld" in page
    assert Person.objects.get(email=AINO).language == "sv"
    deliver_all()
    assert mailbox.to(AINO)[-1]["Subject"] == "Din anmälan har kommit fram"


def code_to_in_swedish(client: Client, round_: Round, token: str, mailbox: Mailbox) -> str:
    url = reverse("invitation", args=[token])
    page = client.post(url, follow=True)
    deliver_all()
    code = re.search(r"är ([A-Z0-9-]{4,12})", text_of(mailbox.to(AINO)[-1]))
    assert code
    there = page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]
    return str(client.post(there, {"code": code[1]}, follow=True).content.decode())


def test_it_holds_for_slips_and_for_the_poster_too_where_there_is_no_mail() -> None:
    round_, boss = scene("fi")
    actions.invite(round_, boss, [{"email": AINO, "name": "Åsa Berg", "answers": TOLD}])
    ((_made, token),) = actions.invitation_sheet(round_, boss)
    client = Client(headers={"accept-language": "sv"})
    client.get(reverse("invitation", args=[token]))
    client.post(reverse("join_step", args=[round_.invite_token, "check"]))
    assert Person.objects.get(email=AINO).language == "sv"
    by_poster = Client(headers={"accept-language": "sv"})
    for step, data in STEPS.items():
        by_poster.post(reverse("join_step", args=[round_.invite_token, step]), data)
    by_poster.post(reverse("join_step", args=[round_.invite_token, "check"]))
    assert SignUp.objects.latest("pk").person.language == "sv"


def test_on_another_device_their_pages_are_in_their_language_too(mailbox: Mailbox) -> None:
    person = PersonFactory(email=AINO, language="sv")
    device = Client(headers={"accept-language": "fi"})
    device.post(reverse("account_request_login_code"), {"email": AINO})
    deliver_all()
    code = re.search(r"on ([A-Z0-9-]{4,12})", text_of(mailbox.to(AINO)[-1]))
    assert code
    device.post(reverse("account_confirm_login_code"), {"code": code[1]})
    assert device.cookies[site.LANGUAGE_COOKIE_NAME].value == "sv"
    assert 'lang="sv"' in device.get(reverse("home")).content.decode()
    person.refresh_from_db()
    assert person.language == "sv"


def test_reading_on_in_another_language_without_answering_changes_nothing(mailbox: Mailbox) -> None:
    person = PersonFactory(email=AINO, language="fi")
    client = Client(headers={"accept-language": "sv"})
    client.force_login(person, backend=BACKEND)
    round_, _boss = scene()
    client.get(reverse("join", args=[round_.invite_token]))
    person.refresh_from_db()
    assert person.language == "fi"


# -- the name of somebody invited by their address alone -------------------------------------------------------------------


def test_who_was_invited_by_address_alone_is_asked_for_their_name(mailbox: Mailbox, client: Client) -> None:
    round_, boss = scene()
    actions.invite(round_, boss, [{"email": AINO}])
    assert Invitation.objects.get().name == ""
    page = code_to(client, round_, mailed_token(mailbox, AINO), mailbox, AINO).content.decode()
    assert AINO not in page.split("<h1")[1].split("</h1>")[0]
    assert f'href="{reverse("join_step", args=[round_.invite_token, "name"])}"' in page
    answer(client, round_, name="Aino Laine")
    made = SignUp.objects.get()
    assert (made.person.name, made.person.email, made.confirmed_at is not None) == ("Aino Laine", AINO, True)


def test_without_mail_too() -> None:
    round_, boss = scene()
    actions.invite(round_, boss, [{"email": AINO, "name": AINO, "answers": TOLD}])
    ((_made, token),) = actions.invitation_sheet(round_, boss)
    client = Client()
    client.get(reverse("invitation", args=[token]))
    # The answers are known; the name is still asked for before anything is sent.
    page = client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True)
    assert page.request["PATH_INFO"].endswith("/name/")
    page = client.post(reverse("join_step", args=[round_.invite_token, "name"]), {"name": AINO})
    assert "Kirjoita nimesi, älä osoitettasi" in page.content.decode()
    client.post(reverse("join_step", args=[round_.invite_token, "name"]), {"name": "Aino Laine"})
    client.post(reverse("join_step", args=[round_.invite_token, "check"]))
    assert Person.objects.get(email=AINO).name == "Aino Laine"


def test_somebody_once_called_by_their_address_is_asked_at_the_next_sign_up(client: Client) -> None:
    round_, _boss = scene()
    person = PersonFactory(name=AINO, email=AINO, organisation=round_.unit.organisation)
    client.force_login(person, backend=BACKEND)
    answer(client, round_, name="Aino Laine")
    person.refresh_from_db()
    assert person.name == "Aino Laine"


def test_who_was_invited_by_name_or_has_one_is_not_asked(mailbox: Mailbox, client: Client) -> None:
    round_, boss = scene()
    PersonFactory(name="Aino Laine", email=AINO, organisation=round_.unit.organisation)
    actions.invite(round_, boss, [{"email": AINO}])
    page = code_to(client, round_, mailed_token(mailbox, AINO), mailbox, AINO).content.decode()
    assert "Hei, Aino Laine" in page
    asked = client.get(reverse("join_step", args=[round_.invite_token, "name"]))
    assert asked.status_code == 302


def answer(client: Client, round_: Round, name: str) -> None:
    for step, data in {"name": {"name": name}, **STEPS}.items():
        if step != "who":
            client.post(reverse("join_step", args=[round_.invite_token, step]), data)
    page = client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True)
    assert "olet ilmoittautunut" in page.content.decode()


def test_no_other_letter_is_written_in_several_languages(mailbox: Mailbox) -> None:
    send(to=AINO, kind="pair_published", language="sv", context={"url": "https://x.example.org/"})
    deliver_all()
    assert "Suomeksi" not in text_of(mailbox.messages[0])
