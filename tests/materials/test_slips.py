"""Slips to hand over: who the partner is, for each in their own language, and a code that opens their page once."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader
from tests.conftest import require
from tests.factories import RoundFactory, SignUpFactory, member_of, pair_of, supervisor_of
from tests.materials.test_trial_sheet import no_pango  # noqa: F401

from oppipari.materials import pdf
from oppipari.materials.slips.build import LANGUAGES, Opening, build_slips, picture, said_of, words_in
from oppipari.materials.slips.views import openings_for
from oppipari.organisation.actions import hand_over_link, hand_over_links
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry, Person, PersonalLink, Role
from oppipari.pairs import actions, problem
from oppipari.pairs.actions.common import make_pair
from oppipari.pairs.models import Pair
from oppipari.pairs.queries.to_tell import ToTell, to_tell
from oppipari.rounds import queries as rounds
from oppipari.rounds import vocabulary
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def round_() -> Round:
    return RoundFactory(unit__name="Kuusikoti", name="Syksy", state=Round.State.MEETING)


@pytest.fixture
def boss(round_: Round) -> Person:
    return supervisor_of(round_.unit, name="Ritva Salo")


def paired(round_: Round, *people: tuple[str, str], **fields: Any) -> Pair:
    """A pair or trio of people (name, language) who tell the engine why they suit each other."""
    made = [
        SignUpFactory(round=round_, person=member_of(round_.unit, name=name, language=lang), **fields)
        for name, lang in people
    ]
    return make_pair(round_, made, problem.build(round_, rounds.taking_part(round_)))


@pytest.fixture
def pair(round_: Round) -> Pair:
    return paired(round_, ("Aino Salo", "fi"), ("Åsa Lind", "sv"))


@pytest.fixture
def _pango() -> None:
    if not pdf.can_draw():
        require("PDF", "PDFs cannot be drawn here")


def by(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def slips(client: Client, round_: Round, only: Person | None = None) -> PdfReader:
    answer = client.post(reverse("round_slips", args=[round_.pk]), {"only": only.pk} if only else {})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer.headers["Cache-Control"]
    return PdfReader(io.BytesIO(answer.content))


def text_of(reader: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def told(round_: Round, boss: Person, name: str) -> ToTell:
    return next(t for t in to_tell(round_, boss) if t.person.name == name)


def articles(reader: PdfReader) -> list[str]:
    """The languages of the document's articles, in their order."""
    found = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if node.get("/S") == "/Art":
                found.append(str(node.get("/Lang")))
            if "/K" in node:
                walk(node["/K"])

    root: Any = reader.trailer["/Root"]
    walk(root["/StructTreeRoot"])
    return found


# -- what a slip says --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_pango")
def test_each_reads_in_their_own_language_who_why_and_what_next(round_: Round, boss: Person, pair: Pair) -> None:
    reader = slips(by(boss), round_, pair.members.get(person__name="Aino Salo").person)
    text = text_of(reader)
    for words in ("Hei Aino!", "Parisi on Åsa Lind", "Miksi juuri te", "Sinä voit oppia", "Mitä nyt?", "Kuusikoti"):
        assert words in text
    assert f"Varatkaa sitten tapaamiset: {pair.meetings_agreed} kertaa, {round_.meeting_minutes} minuuttia" in text
    until = timezone.localdate() + timedelta(days=14)
    assert f"Koodi avaa sivusi kerran, viimeistään {until.day}.{until.month}.{until.year}" in text
    assert "Kuka tahansa, jolla lappu on, pääsee koodilla sivullesi." in text
    reader = slips(by(boss), round_, pair.members.get(person__name="Åsa Lind").person)
    for words in ("Hej Åsa!", "Du bildar par med Aino Salo", "Varför just ni", "Du kan lära dig", "på arbetstid"):
        assert words in text_of(reader)


@pytest.mark.usefixtures("_pango")
def test_all_in_one_file_each_marked_with_its_language(round_: Round, boss: Person, pair: Pair) -> None:
    paired(round_, ("Ben Bell", "en"), ("Cilla Ceder", "sv"))
    reader = slips(by(boss), round_)
    assert articles(reader) == ["fi", "en", "sv", "sv"]  # by name: Aino, Ben, Cilla, Åsa
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fi"


def test_a_trio_is_spoken_of_as_three(round_: Round, boss: Person) -> None:
    paired(round_, ("Aino Salo", "fi"), ("Eino Mäki", "fi"), ("Olli Virta", "fi"))
    said = said_of(told(round_, boss, "Eino Mäki"), round_, Opening())
    assert said["partners"] == ["Aino Salo", "Olli Virta"]
    assert said["heading"] == "Kolmikossasi ovat lisäksesi"
    assert said["why"] == "Miksi juuri te kolme"
    spoken = " ".join([said["heading"], said["why"], *said["steps"]]).lower()
    assert "kolmikko" in spoken
    assert "pari" not in spoken.split()


@pytest.mark.usefixtures("_pango")
def test_whoever_has_much_to_learn_gets_a_longer_slip_and_nothing_is_cut(round_: Round, boss: Person) -> None:
    most = list(vocabulary.competences())[:5]
    names = [("Leena-Kaarina Pitkäsukunimi-Korhonen", "sv"), ("Maria-Elisabeth Öhman-Strömsund", "sv"), ("N", "sv")]
    paired(round_, *names, shares=most, wants=most)
    text = text_of(slips(by(boss), round_))
    for tag in most:
        # Each of the three reads of each of the three.
        assert text.count(vocabulary.label(tag, "sv")) >= 9
    assert text.count("Ge den inte till någon annan.") == 3


@pytest.mark.usefixtures("_pango")
def test_letters_without_a_font_are_left_out_and_it_is_said(round_: Round, boss: Person) -> None:
    paired(round_, ("Aino \U0001f98a Salo", "fi"), ("Eino \U00010330", "fi"))
    text = text_of(slips(by(boss), round_))
    assert "Aino" in text
    assert ("Nimistä tai sanoista puuttuu merkkejä" in text) == ("\U00010330" not in text)


def test_who_waits_reads_that_it_is_not_because_of_them(round_: Round, boss: Person) -> None:
    SignUpFactory(round=round_, person=member_of(round_.unit, name="Väinö Odottaja", language="fi"))
    said = said_of(told(round_, boss, "Väinö Odottaja"), round_, Opening())
    assert said["heading"] == "Paria ei vielä löytynyt"
    assert "Se ei johdu sinusta." in said["reasons"][0]
    assert said["partners"] == []


def test_the_words_are_there_in_three_languages() -> None:
    assert set(words_in("fi")) == set(words_in("sv")) == set(words_in("en"))
    for lang in LANGUAGES:
        assert all(words_in(lang).values())


# -- what nobody may read ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_pango")
def test_a_slip_tells_no_address_and_nothing_of_other_pairs(round_: Round, boss: Person, pair: Pair) -> None:
    other = paired(round_, ("Olli Virta", "fi"), ("Pia Pelto", "fi"))
    aino = pair.members.get(person__name="Aino Salo").person
    text = text_of(slips(by(boss), round_, aino))
    for person in Person.objects.exclude(email=None):
        assert person.email not in text
    for place in other.members.select_related("person"):
        assert place.person.name not in text


def test_slips_and_page_are_alike_whatever_somebody_has_answered(round_: Round, boss: Person, pair: Pair) -> None:
    def seen() -> tuple[list[dict[str, Any]], str]:
        page = by(boss).get(reverse("pairs_tell", args=[round_.pk])).content.decode()
        return [said_of(t, round_, Opening()) for t in to_tell(round_, boss)], page.split("<main", 1)[1].split(
            "</main>"
        )[0]

    def bare(page: str) -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)

    before, page = seen()
    first = pair.members.earliest("pk").person
    actions.answer_fine(pair, first)
    assert seen()[0] == before
    actions.end_early(pair, first)
    after, later = seen()
    assert after == before
    assert bare(later) == bare(page)


def test_only_the_units_supervisor_gets_them_and_only_by_a_press(round_: Round, boss: Person, pair: Pair) -> None:
    url = reverse("round_slips", args=[round_.pk])
    assert by(boss).get(url).status_code == 405
    stranger = supervisor_of(RoundFactory().unit)
    for person in (stranger, pair.members.earliest("pk").person):
        assert by(person).post(url).status_code == 404
        assert by(person).get(reverse("pairs_tell", args=[round_.pk])).status_code == 404
    assert not PersonalLink.objects.exists()


@pytest.mark.usefixtures("_pango")
def test_each_sees_on_their_own_page_that_a_link_was_made(round_: Round, boss: Person, pair: Pair) -> None:
    slips(by(boss), round_)
    for place in pair.members.select_related("person"):
        kinds = set(AccessEntry.objects.filter(person=place.person, reader=boss).values_list("what", flat=True))
        assert kinds == {AccessEntry.What.PAIR, AccessEntry.What.SIGN_IN_LINK}
        assert "Ritva Salo" in by(place.person).get(reverse("my_data")).content.decode()


# -- the codes ---------------------------------------------------------------------------------------------------------


def openings(boss: Person, people: list[ToTell]) -> dict[int, Opening]:
    request = RequestFactory().post("/")
    request.user = boss
    return openings_for(request, people)


def test_a_code_signs_its_own_person_in_once(round_: Round, boss: Person, pair: Pair) -> None:
    people = to_tell(round_, boss)
    made = openings(boss, people)
    assert len(made) == 2
    for who in people:
        opening = made[who.person.pk]
        assert opening.signs_in
        client, path = Client(), "/link/" + opening.url.partition("/link/")[2]
        assert who.person.name in client.get(path).content.decode()  # looking uses nothing up
        client.post(path)
        assert client.get(reverse("pair", args=[pair.pk])).status_code == 200
        assert client.session["_auth_user_id"] == str(who.person.pk)
        assert Client().post(path).status_code == 410


def test_new_slips_end_the_codes_of_older_ones_and_leave_ones_own_link(round_: Round, boss: Person, pair: Pair) -> None:
    people = to_tell(round_, boss)
    own = PersonalLink.make(people[0].person, PersonalLink.Kind.OWN)
    old, new = openings(boss, people), openings(boss, people)
    for who in people:
        assert Client().post("/link/" + old[who.person.pk].url.partition("/link/")[2]).status_code == 410
        assert Client().post("/link/" + new[who.person.pk].url.partition("/link/")[2]).status_code == 302
    assert Client().post(reverse("sign_in_link", args=[own])).status_code == 302


def test_whoever_belongs_to_another_unit_too_gets_a_slip_without_a_code(
    round_: Round, boss: Person, pair: Pair
) -> None:
    aino = pair.members.get(person__name="Aino Salo").person
    Role.objects.create(
        person=aino, kind=Role.Kind.MEMBER, unit=RoundFactory(unit__organisation=aino.organisation).unit
    )
    assert aino.pk not in openings(boss, to_tell(round_, boss))
    page = by(boss).get(reverse("pairs_tell", args=[round_.pk])).content.decode()
    assert "Kuuluu myös toiseen yksikköön, joten lapussa ei ole koodia" in page
    said = said_of(told(round_, boss, "Aino Salo"), round_, Opening())
    assert said["picture"] == ""
    assert "omalla linkilläsi" in said["way"]


def test_the_picture_holds_the_very_address(round_: Round, boss: Person, pair: Pair) -> None:
    opening = Opening("https://oppipari.example.org/link/abc/", signs_in=True, until=timezone.localdate())
    said = said_of(told(round_, boss, "Aino Salo"), round_, opening)
    assert said["picture"] == picture(opening.url, words_in("fi")["qr"])
    assert said["picture"] != picture(opening.url + "x", words_in("fi")["qr"])


# -- with mail ---------------------------------------------------------------------------------------------------------


def test_with_mail_only_those_are_told_by_hand_to_whom_no_message_is_known_to_come(
    round_: Round, boss: Person, mail_on: None
) -> None:
    pair_of(round_)
    no_address = member_of(round_.unit, email=None, email_confirmed_at=None)
    unconfirmed = member_of(round_.unit, email_confirmed_at=None)
    refused, reached = member_of(round_.unit, email_refused_at=timezone.now()), member_of(round_.unit)
    for two in ((no_address, unconfirmed), (refused, reached)):
        paired_with = [SignUpFactory(round=round_, person=person) for person in two]
        make_pair(round_, paired_with, problem.build(round_, rounds.taking_part(round_)))
    people = to_tell(round_, boss)
    assert {t.person for t in people} == {no_address, unconfirmed, refused}
    made = openings(boss, people)
    assert made[no_address.pk].signs_in
    assert made[refused.pk].signs_in
    assert not made[unconfirmed.pk].signs_in
    assert "/link/" not in made[unconfirmed.pk].url
    page = by(boss).get(reverse("board", args=[round_.pk])).content.decode()
    assert "Viesti ei ehkä tavoita 3 ihmistä." in page


def test_with_mail_nobody_gets_a_link_for_somebody_whom_a_code_reaches(
    round_: Round, boss: Person, pair: Pair, mail_on: None
) -> None:
    """Else a supervisor could invite a colleague's address and become them."""
    people = [place.person for place in pair.members.select_related("person")]
    Person.objects.filter(pk=people[0].pk).update(email_confirmed_at=None)
    people[0].refresh_from_db()
    assert hand_over_links(people, boss) == {}
    for person in people:
        with pytest.raises(DomainError):
            hand_over_link(person, boss)
    assert not PersonalLink.objects.exists()


def test_where_everyone_was_sent_a_message_nothing_is_offered(
    round_: Round, boss: Person, pair: Pair, mail_on: None
) -> None:
    assert (
        reverse("pairs_tell", args=[round_.pk]) not in by(boss).get(reverse("board", args=[round_.pk])).content.decode()
    )
    page = by(boss).get(reverse("pairs_tell", args=[round_.pk])).content.decode()
    assert "Kenellekään ei tarvitse kertoa erikseen" in page
    assert by(boss).post(reverse("round_slips", args=[round_.pk])).status_code == 302


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_text_to_copy_names_nobody_and_lets_nobody_in(round_: Round, boss: Person, pair: Pair) -> None:
    page = by(boss).get(reverse("pairs_tell", args=[round_.pk])).content.decode()
    texts = [part.partition("</textarea>")[0] for part in page.split("<textarea")[1:]]
    assert len(texts) == 2  # the supervisor's language and Åsa's
    for text in texts:
        assert "Ritva Salo" in text
        assert "/link/" not in text
        assert not any(name in text for name in ("Aino", "Åsa"))
    assert 'lang="sv"' in texts[1]
    assert "Mentorskapsparen är klara" in texts[1]
    assert not PersonalLink.objects.exists()  # looking at the page makes none


def test_a_supervisor_is_not_told_by_themselves_and_a_closed_round_tells_nobody(round_: Round, boss: Person) -> None:
    others = SignUpFactory(round=round_)
    made = make_pair(
        round_, [SignUpFactory(round=round_, person=boss), others], problem.build(round_, rounds.taking_part(round_))
    )
    assert [t.person for t in to_tell(round_, boss)] == [others.person]
    Round.objects.filter(pk=round_.pk).update(state=Round.State.CLOSED)
    round_.refresh_from_db()
    assert to_tell(round_, boss) == []
    assert by(boss).get(reverse("pairs_tell", args=[round_.pk])).status_code == 302
    assert made.members.count() == 2


@pytest.mark.parametrize("pairs", [1, 6])
def test_whom_to_tell_takes_as_many_queries_for_many(
    round_: Round, boss: Person, pairs: int, django_assert_num_queries: Any
) -> None:
    for _ in range(pairs):
        pair_of(round_)
    with django_assert_num_queries(3):
        assert len([t.partners for t in to_tell(round_, boss)]) == 2 * pairs


@pytest.mark.usefixtures("no_pango")
def test_where_pdfs_cannot_be_drawn_no_link_is_made_and_another_way_is_said(
    round_: Round, boss: Person, pair: Pair
) -> None:
    kept = PersonalLink.make(pair.members.earliest("pk").person, PersonalLink.Kind.HANDED, by=boss)
    answer = by(boss).post(reverse("round_slips", args=[round_.pk]))
    assert answer.status_code == 503
    assert "puuttuu PDF-tiedostoja piirtävä kirjasto (Pango)" in answer.content.decode()
    assert Client().post(reverse("sign_in_link", args=[kept])).status_code == 302


@pytest.mark.usefixtures("_pango")
def test_the_file_itself_is_in_the_readers_language(round_: Round, boss: Person, pair: Pair) -> None:
    with translation.override("sv"):
        made = build_slips(round_, to_tell(round_, boss), {}, "sv")
    reader = PdfReader(io.BytesIO(made))
    assert reader.metadata is not None
    assert str(reader.metadata.title) == "Lappar till paren: Syksy"
