"""Oppipari speaks Swedish, too: no page or letter falls back to Finnish or English on the way."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import polib
import pytest
from django.conf import settings
from django.core.cache import cache as remembered
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from tests.evaluation.scene import a_unit, closed, evaluated, share
from tests.factories import RoundFactory, SignUpFactory, member_of, met, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

import oppipari
from oppipari.evaluation import actions as evaluation
from oppipari.messages.hours import ZONE
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round
from oppipari.site.templatetags.oppipari import clock, day, decimal, moment

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
APPS = Path(oppipari.__file__).parent
HOLE = re.compile(r"%\(\w+\)[sd]")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SHOWN = ("aria-label", "alt", "placeholder", "title", "data-done")


def catalogue(language: str) -> Iterator[tuple[str, str]]:
    for path in sorted(APPS.glob(f"*/locale/{language}/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            for number, text in enumerate([entry.msgid, entry.msgid_plural]):
                if text:
                    yield text, entry.msgstr_plural[number] if entry.msgid_plural else entry.msgstr


@cache
def foreign() -> tuple[frozenset[str], "re.Pattern[str]"]:
    """The texts of the other languages: whole ones, and one pattern for all that have holes."""
    swedish = {text for _source, text in catalogue("sv")}
    others = {text for pair in catalogue("fi") for text in pair} - swedish
    holes = [t for t in others if HOLE.search(t) and len(re.findall(r"[^\W\d_]", HOLE.sub("", t))) > 8]
    patterns = (".+".join(re.escape(part) for part in HOLE.split(text)) for text in sorted(holes))
    return frozenset(t for t in others if not HOLE.search(t)), re.compile("|".join(patterns))


class Reader(HTMLParser):
    """What a page says in its own language: parts that are marked as another language are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.page_language = ""

    @property
    def language(self) -> str:
        return next((lang for _tag, lang in reversed(self.open) if lang), "sv")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "html":
            self.page_language = told.get("lang") or ""
        if tag not in VOID:
            self.open.append((tag, told.get("lang") or ""))
        if self.language == "sv":
            self.said += [told[name] or "" for name in SHOWN if told.get(name)]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.language == "sv" and not any(tag in ("script", "style") for tag, _lang in self.open):
            self.said.append(data)


def not_swedish(lines: list[str]) -> list[str]:
    whole, with_holes = foreign()
    plain = [" ".join(line.split()) for line in lines]
    return [line for line in plain if line and (line in whole or with_holes.fullmatch(line))]


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def swedish(client: Client, url: str, status: int = 200) -> str:
    """The page at `url`, in which nothing but Swedish stands."""
    response = client.get(url)
    assert response.status_code == status, url
    page: str = response.content.decode()
    reader = read(page)
    assert reader.page_language == "sv", url
    assert not_swedish(reader.said) == [], url
    assert response.headers["Content-Language"] == "sv"
    return page


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def browser_of(person: Person | None = None) -> Client:
    client = Client(headers={"accept-language": "sv-FI,sv;q=0.9,fi;q=0.5"})
    if person:
        client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture(autouse=True)
def _no_counts() -> Iterator[None]:
    remembered.clear()
    yield
    remembered.clear()


def test_the_reader_finds_what_is_in_another_language() -> None:
    page = '<p>Kirjaudu</p><p lang="fi">Kirjaudu</p><br><button aria-label="My page">Logga in</button><p>Hei, Aino</p>'
    assert not_swedish(read(page).said) == ["Kirjaudu", "My page"]
    assert not_swedish(["1 invitation was made.", "Kutsun QR-koodi", "5 utskick"]) == [
        "1 invitation was made.",
        "Kutsun QR-koodi",
    ]


def test_before_signing_in() -> None:
    client = browser_of()
    assert "Två kolleger, båda lär sig" in swedish(client, reverse("start"))
    assert heading(swedish(client, reverse("account_request_login_code"))) == "Logga in"
    assert heading(swedish(client, "/nothing-here/", 404)) == "Den här sidan finns inte"
    round_ = RoundFactory()
    swedish(client, reverse("join", args=[round_.invite_token]))
    for step in ("who", "share", "learn", "times", "how"):
        page = swedish(client, reverse("join_step", args=[round_.invite_token, step]))
        if step == "share":
            assert "Vård och omsorg" in page
            assert "Läkemedelsbehandling" in page
        if step == "how":
            assert re.search(r'value="sv"[^>]*checked', page)


def test_an_error_of_the_service_is_told_in_all_three_languages() -> None:
    page = (APPS / "site" / "templates" / "500.html").read_text(encoding="utf-8")
    assert 'lang="sv">Något gick fel' in page


def test_a_supervisors_pages() -> None:
    unit, boss = a_unit()
    Person.objects.filter(pk=boss.pk).update(language="sv")
    client = browser_of(boss)
    open_ = RoundFactory(unit=unit, name="Omgång 1")
    forming = RoundFactory(unit=unit, name="Omgång 2", state=Round.State.PAIRING)
    for round_ in (open_, forming):
        for _ in range(4):
            SignUpFactory(round=round_)
    meeting = RoundFactory(unit=unit, name="Omgång 3", state=Round.State.MEETING, published_at=timezone.now())
    for _ in range(3):
        pair_of(meeting)
    past = closed(unit, boss, "Omgång 4")
    asked = evaluated(unit, boss, "Omgång 5")
    assert heading(swedish(client, reverse("home"))).startswith("Hej ")
    assert heading(swedish(client, reverse("round_list"))) == "Omgångar på mina enheter"
    for name in ("round_new", "questions", "inspired", "my_data"):
        swedish(client, reverse(name))
    for round_ in (open_, forming, meeting, past, asked):
        for name in ("round", "round_tell", "round_sign_ups", "round_settings", "round_meetings", "round_evaluation"):
            response = client.get(reverse(name, args=[round_.pk]))
            if response.status_code != 302:
                swedish(client, reverse(name, args=[round_.pk]))
    for round_, names in (
        (open_, ("round_upload", "round_print")),
        (forming, ("board",)),
        (meeting, ("board", "round_month", "round_rules", "round_planner")),
        (past, ("round_closing",)),
        (asked, ("together", "together_results", "together_conclusions")),
    ):
        for name in names:
            swedish(client, reverse(name, args=[round_.pk]))
    for name in ("unit", "wall", "unit_roster", "screen_address", "trial_new"):
        swedish(client, reverse(name, args=[unit.pk]))
    page = swedish(client, reverse("round_evaluation", args=[asked.pk]))
    assert re.search(r"\d,\d", page)
    assert "Jag skulle rekommendera mentorskap till en arbetskamrat" in page


def test_a_pairs_pages() -> None:
    round_ = RoundFactory(state=Round.State.MEETING, published_at=timezone.now())
    pair = pair_of(round_)
    person = pair.members.earliest("pk").person
    Person.objects.filter(pk=person.pk).update(language="sv")
    share(pair, "Fem tysta minuter före rapporten.")
    met(pair, 1)
    client = browser_of(person)
    assert "Mitt mentorskap" in swedish(client, reverse("home"))
    page = swedish(client, reverse("pair", args=[pair.pk]))
    assert heading(page) == "Mitt par"
    assert "<dd>finska</dd>" in page
    assert "Läkemedelsbehandling" in page
    for name in ("meeting_new", "pair_goals", "pair_end", "insight_new"):
        response = client.get(reverse(name, args=[pair.pk]))
        if response.status_code == 200:
            swedish(client, reverse(name, args=[pair.pk]))
    assert "Insikter" in swedish(client, reverse("wall", args=[round_.unit_id]))
    swedish(client, reverse("own_calendar"))
    assert heading(swedish(client, reverse("my_data"))) == "Mina uppgifter"
    swedish(client, reverse("my_sign_up", args=[pair.members.earliest("pk").sign_up_id]))


def test_the_questionnaire_is_in_the_language_of_the_page() -> None:
    round_ = RoundFactory(state=Round.State.MEETING, published_at=timezone.now())
    pairs = [pair_of(round_) for _ in range(3)]
    for pair in pairs:
        met(pair)
    boss = supervisor_of(round_.unit)
    questionnaire = evaluation.open_questionnaire(round_, boss)
    person = pairs[0].members.earliest("pk").person
    page = swedish(browser_of(person), reverse("answer", args=[questionnaire.pk]))
    assert heading(page) == "Hur var mentorskapet?"
    assert "helt av samma åsikt" in page
    assert "Suomeksi" in page  # the questions can be read in the other languages, too


def test_the_switch_in_the_footer_stays_and_reaches_the_persons_letters() -> None:
    person = member_of(RoundFactory().unit)
    client = Client(headers={"accept-language": "fi"})
    client.force_login(person, backend=BACKEND)
    page = client.get(reverse("home")).content.decode()
    assert re.search(r'<button[^>]*name="language" value="sv" lang="sv">Svenska</button>', page)
    client.post(reverse("set_language"), {"language": "sv", "next": reverse("home")})
    assert heading(swedish(client, reverse("home"))).startswith("Hej ")
    person.refresh_from_db()
    assert person.language == "sv"


def test_letters_to_somebody_who_reads_swedish(mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    client, token = browser_of(), round_.invite_token
    for step, answers in {
        "who": {"name": "Maj Lind", "email": "maj.lind@example.org"},
        "share": {"tags": ["medication"]},
        "learn": {"tags": ["first-aid"]},
        "times": {"slots": ["0", "3"]},
        "how": {"stage": "early", "way": "either", "languages": ["sv"], "wished_stage": "", "exclusion": ""},
    }.items():
        assert client.post(reverse("join_step", args=[token, step]), answers).status_code == 302
    checked = swedish(client, reverse("join_step", args=[token, "check"]))
    assert "mån morgon, tis morgon" in checked
    page = client.post(reverse("join_step", args=[token, "check"]), follow=True)
    deliver_all()
    letter = mailbox.to("maj.lind@example.org")[-1]
    assert letter["Subject"] == "Din inloggningskod"
    code = re.search(r"Din inloggningskod är (\S+)", text_of(letter))
    assert code
    page = client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"code": code[1]}, follow=True)
    assert heading(page.content.decode()) == "Tack, du är anmäld"
    assert Person.objects.get(email="maj.lind@example.org").language == "sv"
    deliver_all()
    letter = mailbox.to("maj.lind@example.org")[-1]
    assert letter["Subject"] == "Din anmälan har kommit fram"
    assert not_swedish(text_of(letter).splitlines()) == []
    assert "eftersom du har anmält dig till mentorskap" in text_of(letter)


def test_days_times_and_decimals_as_they_are_written_in_finland_in_swedish() -> None:
    then = datetime(timezone.localdate().year, 11, 23, 14, 0, tzinfo=ZONE)
    weekday = ["mån", "tis", "ons", "tors", "fre", "lör", "sön"][then.weekday()]
    with translation.override("sv"):
        assert day(then) == f"{weekday} 23.11"
        assert day(date(2031, 11, 24)) == "mån 24.11.2031"
        assert clock(then) == "kl. 14.00"
        assert moment(then) == f"{weekday} 23.11 kl. 14.00"
        assert decimal(4.25, 2) == "4,25"
    with translation.override("fi"):
        assert day(date(2031, 11, 24)) == "ma 24.11.2031"
        assert moment(then).endswith(" 23.11. klo 14.00")


@pytest.mark.parametrize("asked", ["sv", "sv-FI", "sv-SE, en;q=0.5"])
def test_the_browsers_language_counts(asked: str) -> None:
    page: Any = Client(headers={"accept-language": asked}).get(reverse("start"))
    assert '<html lang="sv"' in page.content.decode()


def test_three_languages_are_offered() -> None:
    assert [code for code, _name in settings.LANGUAGES] == ["fi", "sv", "en"]
