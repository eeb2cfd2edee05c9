"""A roster in the browser: understood first, asked where unknown, and nothing kept but working time."""

import csv
import io
import re
from datetime import date, time, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, pair_of, supervisor_of
from tests.meetings.answering import suits_all

from oppipari.meetings import actions
from oppipari.meetings.clock import local
from oppipari.meetings.models import ShiftCode, WorkTime
from oppipari.meetings.work_times import rosters
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

BACKEND = "django.contrib.auth.backends.ModelBackend"
SICK = "SL"


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


@pytest.fixture
def boss(pair: Pair, client: Any) -> Any:
    boss = supervisor_of(pair.round.unit)
    client.force_login(boss, backend=BACKEND)
    return boss


def sheet(rows: list[list[str]], first: date, days: int = 7) -> SimpleUploadedFile:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    heads = [first + timedelta(days=n) for n in range(days)]
    writer.writerow(["Sähköposti", "Nimi", "Tiimi", *(f"{d.day}.{d.month}.{d.year}" for d in heads)])
    writer.writerows(rows)
    return SimpleUploadedFile("lista.csv", text.getvalue().encode(), "text/csv")


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's first form that carries the file."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and name[1] in ("carried", "name"):
            found[name[1]] = unescape(value[1])
    return found


@pytest.mark.django_db(transaction=True)
def test_unknown_codes_are_asked_and_a_reason_of_absence_is_kept_nowhere(
    client: Any, pair: Pair, boss: Any, settings: Any
) -> None:
    first, second = (m.person for m in pair.members.all())
    monday = timezone.localdate() + timedelta(days=14)
    rows = [
        [first.email, first.name, "", "A", "A", "Q", SICK, "VL", "", "A"],
        [second.email, second.name, "", "I", "I", "I", "I", "Q", "", ""],
        ["muu@example.org", "Muu Ihminen", "", "A", "A", "A", "A", "A", "A", "A"],
    ]
    url = reverse("unit_roster", args=[pair.round.unit_id])
    page = client.post(url, {"file": sheet(rows, monday)}).content.decode()
    assert not WorkTime.objects.exists()  # shown before it is saved
    assert 'value="Q"' in page
    assert "Muu Ihminen" not in page
    assert "Yksi muu rivi" in page
    carried = hidden(page)
    wrong = client.post(url, {**carried, "code": ["Q"], "meaning": ["joskus"], "keep": "1"}).content.decode()
    assert "Tätä ei ymmärretty" in wrong
    assert 'value="joskus"' in wrong
    assert not WorkTime.objects.exists()
    asked = client.post(url, {**carried, "code": ["Q"], "meaning": ["9-17"], "look": "1"}).content.decode()
    assert "Tallenna työajat" in asked
    kept = client.post(url, {**carried, "code": ["Q"], "meaning": ["9-17"], "keep": "1"})
    assert kept.status_code == 302
    assert WorkTime.objects.filter(person=first).count() == 4
    assert WorkTime.objects.filter(person=second).count() == 5
    assert dict(ShiftCode.objects.values_list("code", "hours"))["Q"] == [[540, 1020]]
    everything = dump()
    for code in (SICK, "VL"):
        assert not re.search(rf"['\"\s;]{code}['\"\s;]", everything), code
    assert "muu@example.org" not in everything


@pytest.mark.django_db
def test_a_roster_whose_codes_are_too_many_is_not_half_kept(client: Any, pair: Pair, boss: Any) -> None:
    unit, person = pair.round.unit, pair.members.first().person
    rosters.set_legend(unit, boss, {f"T{n}": [(420, 900)] for n in range(rosters.MOST_CODES)})
    monday = timezone.localdate() + timedelta(days=14)
    url = reverse("unit_roster", args=[unit.pk])
    page = client.post(url, {"file": sheet([[person.email, person.name, "", "Q"]], monday, days=1)}).content.decode()
    answer = {**hidden(page), "code": ["Q"], "meaning": ["9-17"], "keep": "1"}
    assert "Enintään 60 koodia" in client.post(url, answer, follow=True).content.decode()
    assert not WorkTime.objects.exists()
    assert ShiftCode.objects.count() == rosters.MOST_CODES


def dump() -> str:
    """All that the database holds, as text."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            lines += [repr(row) for row in cursor.fetchall()]
    return "\n".join(lines)


@pytest.mark.django_db
def test_the_same_names_and_files_that_are_none_get_a_sentence(client: Any, pair: Pair, boss: Any) -> None:
    url = reverse("unit_roster", args=[pair.round.unit_id])
    people = [m.person for m in pair.members.all()]
    for person in people:
        person.name = "Aino Virtanen"
        person.save()
    monday = timezone.localdate() + timedelta(days=14)
    page = client.post(url, {"file": sheet([["", "Aino Virtanen", "", "A"]], monday, days=1)}).content.decode()
    assert "Näihin nimiin sopii useampi osallistuja" in page
    for file in (
        SimpleUploadedFile("tyhjä.csv", b""),
        SimpleUploadedFile("kuva.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)),
        SimpleUploadedFile("teksti.csv", b"hei vaan"),
    ):
        page = client.post(url, {"file": file}).content.decode()
        assert "error" in page or 'role="alert"' in page
    assert client.post(url, {"carried": "%%%"}).status_code == 200
    page = client.post(url, {}).content.decode()
    assert 'href="#id_file"' in page  # at the field, and above
    assert client.post(url, {"carried": "%%%"}, headers={"HX-Request": "true"}).headers["HX-Redirect"] == url
    assert not WorkTime.objects.exists()


def names_only(*rows: list[str], first: date) -> SimpleUploadedFile:
    """A roster without addresses: names as they are written, then a day each."""
    width = max(len(row) for row in rows) - 1
    heads = [first + timedelta(days=n) for n in range(width)]
    lines = [";".join(["Nimi", *(f"{d.day}.{d.month}.{d.year}" for d in heads)]), *(";".join(row) for row in rows)]
    return SimpleUploadedFile("lista.csv", "\n".join(lines).encode(), "text/csv")


def named(pair: Pair, *names: str) -> list[int]:
    """Give the pair's people these names."""
    people = [m.person for m in pair.members.order_by("pk")]
    for person, name in zip(people, names, strict=True):
        person.name = name
        person.save()
    return [p.pk for p in people]


@pytest.mark.django_db
@pytest.mark.parametrize("written", [("Laine Aino", "Mäkelä Eino"), ("Laine, Aino", "MÄKELÄ, EINO")])
def test_names_without_addresses_are_known_in_either_order(
    client: Any, pair: Pair, boss: Any, written: tuple[str, str]
) -> None:
    first, second = named(pair, "Aino Laine", "Eino Mäkelä")
    monday = timezone.localdate() + timedelta(days=14)
    url = reverse("unit_roster", args=[pair.round.unit_id])
    file = names_only([written[0], "7-15", "7-15"], [written[1], "", "9-17"], ["Virta Olli", "7-15", ""], first=monday)
    page = client.post(url, {"file": file}).content.decode()
    assert "Aino Laine" in page
    assert "Tallenna työajat" in page
    assert "Virta Olli" not in page  # everybody who takes part was found: the others are no business of the page
    client.post(url, {**hidden(page), "keep": "1"})
    assert WorkTime.objects.filter(person=first).count() == 2
    assert WorkTime.objects.filter(person=second).count() == 1


@pytest.mark.django_db
def test_a_name_in_short_is_shown_before_it_counts(client: Any, pair: Pair, boss: Any) -> None:
    first, second = named(pair, "Aino Laine", "Eino Mäkelä")
    monday = timezone.localdate() + timedelta(days=14)
    url = reverse("unit_roster", args=[pair.round.unit_id])
    file = names_only(["Laine A.", "7-15"], ["Mäkelä E.", "7-15"], first=monday)
    page = client.post(url, {"file": file}).content.decode()
    assert "Laine A. → Aino Laine" in page
    assert "Mäkelä E. → Eino Mäkelä" in page
    client.post(url, {**hidden(page), "keep": "1"})
    assert set(WorkTime.objects.values_list("person", flat=True)) == {first, second}


@pytest.mark.django_db
def test_a_name_that_two_fit_is_left_with_a_sentence(client: Any, pair: Pair, boss: Any) -> None:
    named(pair, "Aino Laine", "Anna Laine")
    monday = timezone.localdate() + timedelta(days=14)
    url = reverse("unit_roster", args=[pair.round.unit_id])
    page = client.post(url, {"file": names_only(["Laine A.", "7-15"], first=monday)}).content.decode()
    assert "Näihin nimiin sopii useampi osallistuja" in page
    assert "Laine A. (Aino Laine, Anna Laine)" in page
    assert "Tallenna työajat" not in page


@pytest.mark.django_db
def test_names_that_were_not_found_are_told_and_nothing_else_is_asked(client: Any, pair: Pair, boss: Any) -> None:
    named(pair, "Aino Laine", "Eino Mäkelä")
    monday = timezone.localdate() + timedelta(days=14)
    url = reverse("unit_roster", args=[pair.round.unit_id])
    file = names_only(["hoitaja 1 A", "Q", "Q"], ["hoitaja 2 B", "Q", "A"], first=monday)
    page = client.post(url, {"file": file}).content.decode()
    assert "Yhtään osallistujaa ei löytynyt" in page
    assert "eivät osallistu" not in page
    assert "hoitaja 1 A" in page
    assert "Mitä nämä koodit tarkoittavat?" not in page
    some = client.post(url, {"file": names_only(["Laine Aino", "7-15"], ["Meikä Matti", "A"], first=monday)})
    page = some.content.decode()
    assert "Listalta ei löytynyt: Eino Mäkelä" in page
    assert "Meikä Matti" in page
    assert "Tallenna työajat" in page
    assert "Meikä Matti" not in dump()


@pytest.mark.django_db
def test_who_has_no_address_here_is_known_by_name_though_the_roster_has_one(client: Any, pair: Pair, boss: Any) -> None:
    first, _second = named(pair, "Aino Laine", "Eino Mäkelä")
    Person.objects.filter(pk=first).update(email=None)
    monday = timezone.localdate() + timedelta(days=14)
    url = reverse("unit_roster", args=[pair.round.unit_id])
    rows = [["aino@koti.example.org", "Laine Aino", "", "7-15"], ["eino@koti.example.org", "Mäkelä Eino", "", "7-15"]]
    page = client.post(url, {"file": sheet(rows, monday, days=1)}).content.decode()
    client.post(url, {**hidden(page), "keep": "1"})
    # Somebody with an address here is not the one who has another in the roster.
    assert set(WorkTime.objects.values_list("person", flat=True)) == {first}
    assert "Listalta ei löytynyt: Eino Mäkelä" in page


@pytest.mark.django_db
@pytest.mark.parametrize("htmx", [False, True])
def test_meetings_that_will_not_fit_are_listed_before_and_after_keeping(
    client: Any, pair: Pair, boss: Any, htmx: bool
) -> None:
    named(pair, "Aino Laine", "Eino Mäkelä")
    first = pair.members.order_by("pk")[0].person
    monday = timezone.localdate() + timedelta(days=14)
    days = [monday, monday + timedelta(days=1)]
    new = {"minutes": 60, "way": "face_to_face", "place": ""}
    made = actions.propose(pair, first, [{"starts_at": local(d, time(14)), **new} for d in days])
    suits_all(pair)
    actions.agree(pair.round, boss, [made[0].pk])
    url = reverse("unit_roster", args=[pair.round.unit_id])
    headers = {"HX-Request": "true"} if htmx else {}
    fits = client.post(url, {"file": names_only(["Aino Laine", "7-15", "7-15"], first=monday)}, headers=headers)
    assert "ei enää sovi" not in fits.content.decode()
    page = client.post(url, {"file": names_only(["Aino Laine", "Q", "16-22"], first=monday)}, headers=headers)
    asked = page.content.decode()
    assert "ei enää sovi" not in asked  # nobody knows yet what Q is
    client.post(url, {**hidden(asked), "keep": "1"}, headers=headers)
    assert not WorkTime.objects.exists()
    page = client.post(url, {"file": names_only(["Aino Laine", "", "16-22"], first=monday)}, headers=headers)
    text = page.content.decode()
    assert "Jos tallennat, nämä tapaamiset eivät enää sovi" in text
    agreed, proposed = re.findall(r"<li>[^\n]*Aino Laine \+ Eino Mäkelä[^\n]*</li>", text)
    assert "klo 14" in agreed
    assert agreed.endswith("· sovittu</li>")
    assert "ehdotettu" in proposed
    assert not WorkTime.objects.exists()
    kept = client.post(url, {**hidden(text), "keep": "1"}, headers=headers)
    assert (kept.headers["HX-Redirect"] if htmx else kept.headers["Location"]) == url
    after = client.get(url).content.decode()
    assert "2 tapaamista ei enää sovi" in after
    lines = re.findall(r"<li>[^\n]*Aino Laine \+ Eino Mäkelä[^\n]*</li>", after)
    assert len(lines) == 2
    assert all(reverse("round_meetings", args=[pair.round_id]) in line for line in lines)


@pytest.mark.django_db
def test_another_units_roster_does_not_exist(client: Any, pair: Pair, boss: Any) -> None:
    other = RoundFactory().unit
    for name in ("unit_roster", "unit_legend"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404
    assert client.post(reverse("roster_forget", args=[other.pk])).status_code == 404


@pytest.mark.django_db
def test_the_legend_is_edited_as_text(client: Any, pair: Pair, boss: Any) -> None:
    url = reverse("unit_legend", args=[pair.round.unit_id])
    assert "jäi ymmärtämättä" in client.post(url, {"lines": "A = aamu"}).content.decode()
    assert client.post(url, {"lines": "A = 7.00–15.00\nD = 7-11, 15-19\nY=21.30-7.30"}).status_code == 302
    assert dict(ShiftCode.objects.values_list("code", "hours")) == {
        "A": [[420, 900]],
        "D": [[420, 660], [900, 1140]],
        "Y": [[1290, 450]],
    }
    page = client.get(url).content.decode()
    assert "D = 7.00–11.00, 15.00–19.00" in page


@pytest.mark.django_db
def test_a_code_that_stands_twice_is_asked(client: Any, pair: Pair, boss: Any) -> None:
    url = reverse("unit_legend", args=[pair.round.unit_id])
    page = client.post(url, {"lines": "A = 7-15\nI = 14-22\na = 8-16"}).content.decode()
    assert "Koodi ”a” on kahdesti: 7.00–15.00 ja 8.00–16.00. Jätä niistä yksi." in page
    assert not ShiftCode.objects.exists()
    assert client.post(url, {"lines": "A = 7-15\nA = 7.00–15.00"}).status_code == 302

    named(pair, "Aino Laine", "Eino Mäkelä")
    roster = reverse("unit_roster", args=[pair.round.unit_id])
    monday = timezone.localdate() + timedelta(days=14)
    rows = ["Nimi;" + ";".join(f"{d.day}.{d.month}.{d.year}" for d in (monday, monday + timedelta(days=1)))]
    rows += ["Aino Laine;B;B", "Eino Mäkelä;;B", "B = 9-17", "B = 10-18"]
    page = client.post(roster, {"file": SimpleUploadedFile("l.csv", "\n".join(rows).encode())}).content.decode()
    assert "Selitteissä on ”B” kahdesti" in page
    assert 'name="meaning" value="9.00–17.00"' in page
    assert "Tallenna työajat" not in page
    carried = hidden(page)
    page = client.post(roster, {**carried, "code": ["B"], "meaning": ["10-18"], "look": "1"}).content.decode()
    assert "Tallenna työajat" in page
    assert "<strong>B</strong> 10.00–18.00" in page


@pytest.mark.django_db
def test_shifts_of_another_year_are_shown_with_their_year(client: Any, pair: Pair, boss: Any) -> None:
    named(pair, "Aino Laine", "Eino Mäkelä")
    url = reverse("unit_roster", args=[pair.round.unit_id])
    day = timezone.localdate() + timedelta(days=400)
    page = client.post(url, {"file": names_only(["Aino Laine", "2-5"], first=day)}).content.decode()
    assert f"{day.day}.{day.month}.{day.year} 2.00–5.00" in page
    soon = date(timezone.localdate().year, 1, 7)
    page = client.post(url, {"file": names_only(["Aino Laine", "2-5"], first=soon)}).content.decode()
    assert "7.1. 2.00–5.00" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", sorted(p.name for p in (Path(__file__).parent.parent / "data" / "rosters").glob("*.*"))
)
def test_every_sample_roster_is_understood(client: Any, pair: Pair, boss: Any, name: str) -> None:
    data = (Path(__file__).parent.parent / "data" / "rosters" / name).read_bytes()
    page = client.post(
        reverse("unit_roster", args=[pair.round.unit_id]), {"file": SimpleUploadedFile(name, data)}
    ).content.decode()
    assert name in page
