"""Meetings that fit shift work, in the browser: a roster, three dates booked, one moved, one cancelled, the rest planned.

The supervisor sits at a laptop, the pair holds phones; every letter that arrives is looked at.
"""

import csv
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar
from tests.factories import RoundFactory, SignUpFactory, UnitFactory, supervisor_of
from tests.journeys.walker import Walker
from tests.mailbox import Mailbox, calendar_of, calendars_of, deliver_all, deliver_by_morning

from oppipari.meetings.clock import ZONE
from oppipari.meetings.models import Meeting, WorkTime
from oppipari.organisation.models import PersonalLink
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def two_pairs(round_: Round) -> list[Pair]:
    teams = [UnitFactory(organisation=round_.unit.organisation, parent=round_.unit, name=n) for n in ("Koivu", "Mänty")]
    pairs = []
    for number in range(2):
        pair = Pair.objects.create(round=round_, meetings_agreed=round_.meetings_wanted)
        for team, name in zip(teams, (("Aino Laine", "Eino Mäkelä"), ("Fatima Hassan", "Kari Niemi"))[number]):
            sign_up = SignUpFactory(round=round_, team=team)
            sign_up.person.name = name
            sign_up.person.save()
            PairMember.objects.create(pair=pair, sign_up=sign_up, person=sign_up.person, answer="fine")
        pairs.append(pair)
    return pairs


def a_roster(folder: Path, pairs: list[Pair]) -> Path:
    """Fourteen weeks: one of each pair in mornings, the other in evenings, so that they meet from 14 to 15."""
    path = folder / "työvuorot.csv"
    today = timezone.localdate()
    days = [today + timedelta(days=n) for n in range(98)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Sähköposti", "Nimi", "Tiimi", *(f"{d.day}.{d.month}.{d.year}" for d in days)])
        for pair in pairs:
            for code, member in zip("AI", pair.members.select_related("person"), strict=True):
                cells = [code if d.weekday() < 5 else "" for d in days]
                cells[1] = "SL" if code == "A" else cells[1]
                writer.writerow([member.person.email, member.person.name, "", *cells])
    return path


def calendars(mailbox: Mailbox, address: str) -> list[tuple[str, int, str]]:
    """(method, sequence, uid) of every calendar message that reached somebody."""
    found = []
    for message in mailbox.to(address):
        if message.is_multipart():
            method, _first = calendar_of(message)
            for text in calendars_of(message):
                event = Calendar.from_ical(text).walk("VEVENT")[0]
                found.append((method, int(event["SEQUENCE"]), str(event["UID"])))
    return found


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_a_roster_to_meetings_in_calendars(
    live_server: Any, new_page: Callable[..., Any], mailbox: Mailbox, tmp_path: Path, scripts: bool
) -> None:
    checked: set[str] = set()

    def somebody(width: int) -> Walker:
        return Walker(new_page(width=width, scripts=scripts), live_server.url, scripts=scripts, checked=checked)

    walk(somebody, mailbox, tmp_path)


def walk(at: Callable[[int], Any], mailbox: Mailbox, folder: Path) -> None:
    """The whole way by people `at` screens of so many pixels: walkers with a browser, or visitors without one."""
    round_ = RoundFactory(state=Round.State.MEETING, name="Syksy")
    person = supervisor_of(round_.unit, name="Ritva Salo")
    pairs = two_pairs(round_)

    def somebody(who: Any, width: int) -> Any:
        walker = at(width)
        walker.open(f"/link/{PersonalLink.make(who, PersonalLink.Kind.OWN)}/")
        walker.press("Kirjaudu")
        return walker

    boss = somebody(person, 1280)
    first, second = (m.person for m in pairs[0].members.select_related("person"))
    phone, other = somebody(first, 390), somebody(second, 390)

    # A roster: looked at, then kept.
    boss.open(f"/rounds/{round_.pk}/meetings/")
    boss.press("Työvuorolistoihin")
    boss.attach(a_roster(folder, pairs))
    boss.press("Katso työvuorolista")
    boss.sees("Listalta löytyi 4 osallistujaa")
    boss.sees("ei töissä")
    assert not WorkTime.objects.exists()
    boss.press("Tallenna työajat")
    boss.sees("4 henkilön työajat tallennettiin")
    if boss.scripts:  # nothing was sent by the page itself, so that the way back is a page like any other
        boss.page.go_back()
        boss.page.wait_for_load_state("load")
        boss.press("Työvuorolistoihin")
        boss.sees("Työvuorot tiedetään")

    # Three dates booked on the phone in one press; they lie where the shifts of the two meet.
    phone.open("/home/")
    phone.press("Varatkaa tapaamiset")
    phone.press("Ehdota näitä tapaamisia")
    phone.sees("3 tapaamista on ehdotettu")
    other.open("/home/")
    other.sees("Tapaamisellenne on ehdotettu aikaa")
    other.open(f"/pair/{pairs[0].pk}/")
    other.press("Kaikki nämä sopivat")
    other.sees("Vastauksesi on tallessa")
    times = [timezone.localtime(m.starts_at, ZONE) for m in pairs[0].meetings.all()]
    assert {(t.hour, t.minute) for t in times} == {(14, 0)}
    boss.open("/home/")
    boss.press("Hyväksy tapaamiset")
    boss.press("Hyväksy kaikki")
    deliver_by_morning()
    for who in (first, second):
        assert [c[:2] for c in calendars(mailbox, who.email)] == [("REQUEST", 0)] * 3

    # The other moves one in two presses, and cancels another in two.
    other.open(f"/pair/{pairs[0].pk}/")
    other.press("Siirrä")
    other.press_first_with("klo")
    other.sees("Uutta aikaa on ehdotettu")
    deliver_by_morning()  # what has not left when the meeting is changed once more leaves no more
    phone.open(f"/pair/{pairs[0].pk}/")
    phone.press_first_with("Sopii")
    boss.open(f"/rounds/{round_.pk}/meetings/")
    boss.press("Hyväksy")
    deliver_by_morning()
    other.open(f"/pair/{pairs[0].pk}/")
    other.unfold("Peru")
    other.press("Peru tapaaminen")
    deliver_by_morning()
    followed = calendars(mailbox, first.email)[3:]
    assert [c[0] for c in followed] == ["REQUEST", "REQUEST", "CANCEL"]  # moved, agreed again, cancelled
    assert {c[2] for c in followed} == {calendars(mailbox, first.email)[0][2]}
    assert [c[1] for c in followed] == [1, 2, 3]

    # The rest by the planner: proposed, looked at, published at once.
    boss.open(f"/rounds/{round_.pk}/meetings/planner/")
    boss.press("Ehdota ajat kaikille pareille")
    boss.sees("etsitään")
    deliver_all()
    if boss.scripts:
        boss.page.get_by_role("button", name="Julkaise kaikki ajat").wait_for(timeout=8000)
        boss.check()
    else:
        boss.press("Katso, miten pitkällä se on")
    boss.sees("4 tapaamisella on aika")
    boss.press("Julkaise kaikki ajat")
    boss.sees("4 tapaamista julkaistiin")
    assert Meeting.objects.filter(pair=pairs[1], state="agreed").count() == 3
    boss.press("Kuukauteen")
    boss.sees("Koivu")
    boss.press("Tapaamisiin")
    boss.press("Sääntöihin")
    boss.tick("Parit sopivat itse näiden päivien ja kellonaikojen rajoissa")
    boss.press("Tallenna säännöt")
    boss.sees("Parit sopivat itse antamissasi rajoissa")
    narrow = somebody(person, 390)
    for page in ("", "month/", "rules/", "planner/"):
        narrow.open(f"/rounds/{round_.pk}/meetings/{page}")
    narrow.open(f"/units/{round_.unit_id}/roster/")
