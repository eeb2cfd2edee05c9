"""The calendar text, read again by icalendar and by a reader of a few lines that knows only RFC 5545's first rules."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from tests.factories import PersonFactory, RoundFactory, pair_of, supervisor_of

from oppipari.meetings.calendar import ics
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.organisation.models import AccessEntry
from oppipari.rounds.models import Round

BACKEND = "django.contrib.auth.backends.ModelBackend"
Lines = list[tuple[str, str]]


def read(text: str) -> dict[str, list[Lines]]:
    """The components of a calendar text by name; each as its own lines (name with parameters, value), unfolded."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    found: dict[str, list[Lines]] = {}
    open_: list[tuple[str, Lines]] = []
    for line in text.replace("\r\n ", "").split("\r\n")[:-1]:
        quoted, cut = False, 0
        for cut, letter in enumerate(line):  # noqa: B007
            quoted ^= letter == '"'
            if letter == ":" and not quoted:
                break
        name, value = line[:cut], line[cut + 1 :]
        if name == "BEGIN":
            open_.append((value, []))
        elif name == "END":
            kind, lines = open_.pop()
            assert kind == value
            found.setdefault(kind, []).append(lines)
        else:
            open_[-1][1].append((name, value))
    assert not open_
    return found


def value_of(lines: Lines, name: str) -> str:
    (value,) = [v for n, v in lines if n.split(";")[0] == name]
    return value


def a_meeting(**fields: Any) -> Meeting:
    return Meeting(
        **{"state": Meeting.State.AGREED, "starts_at": local(date(2027, 1, 12), time(14)), "minutes": 60} | fields
    )


GUESTS = [("Aino Esimerkki", "aino@example.org"), ("Väinö Öhman", "vaino@example.org")]


def test_an_invitation_has_what_outlook_and_google_ask_for() -> None:
    with translation.override("fi"):
        text = ics(a_meeting(sequence=2, place="Takkahuone, 2. krs; kahvit"), GUESTS, "REQUEST")
    found = read(text)
    (calendar,), (event,) = found["VCALENDAR"], found["VEVENT"]
    assert value_of(calendar, "METHOD") == "REQUEST"
    assert value_of(calendar, "VERSION") == "2.0"
    assert value_of(event, "SUMMARY") == "Mentorointitapaaminen"
    assert value_of(event, "LOCATION") == "Takkahuone\\, 2. krs\\; kahvit"
    assert value_of(event, "SEQUENCE") == "2"
    assert value_of(event, "STATUS") == "CONFIRMED"
    assert value_of(event, "ORGANIZER") == "mailto:oppipari@localhost"
    guests = [n for n, _v in event if n.startswith("ATTENDEE")]
    assert [v for n, v in event if n.startswith("ATTENDEE")] == ["mailto:aino@example.org", "mailto:vaino@example.org"]
    assert all("RSVP=FALSE" in n and "PARTSTAT=NEEDS-ACTION" in n for n in guests)
    assert "DESCRIPTION" not in text


def test_a_cancellation_has_the_same_uid_and_says_so() -> None:
    meeting = a_meeting()
    (asked,) = read(ics(meeting, GUESTS, "REQUEST"))["VEVENT"]
    found = read(ics(meeting, GUESTS, "CANCEL"))
    assert value_of(found["VCALENDAR"][0], "METHOD") == "CANCEL"
    assert value_of(found["VEVENT"][0], "STATUS") == "CANCELLED"
    assert value_of(found["VEVENT"][0], "UID") == value_of(asked, "UID")


def test_a_discreet_title_tells_neither_what_nor_where_nor_with_whom() -> None:
    with translation.override("fi"):
        text = ics(a_meeting(place="Takkahuone"), [], "PUBLISH", discreet=True)
    (event,) = read(text)["VEVENT"]
    assert value_of(event, "SUMMARY") == "Varattu"
    assert "ATTENDEE" not in text
    assert "Takkahuone" not in text
    assert "entor" not in text


LINK = (
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%3a%22y%22%7d&a=1;b,c"
)


def on_teams(**fields: Any) -> tuple[Meeting, OnlineMeeting]:
    meeting = a_meeting(way="teams", state=Meeting.State.AGREED)
    return meeting, OnlineMeeting(meeting=meeting, **({"state": "there", "join_url": LINK} | fields))


@pytest.mark.parametrize("method", ["REQUEST", "PUBLISH"])
def test_a_link_stands_where_calendars_look_for_it(method: str) -> None:
    meeting, online = on_teams()
    with translation.override("fi"):
        text = ics(meeting, GUESTS, method, online=online)
    (event,) = read(text)["VEVENT"]
    for name in ("URL", "CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL"):
        assert value_of(event, name) == LINK
    assert [n for n, _v in event if n.startswith("CONFERENCE")] == ["CONFERENCE;FEATURE=VIDEO;LABEL=Teams;VALUE=URI"]
    assert value_of(event, "DESCRIPTION") == "Liity Teamsissa:\\n" + LINK.replace(";", "\\;").replace(",", "\\,")
    assert value_of(event, "LOCATION") == "Teams"
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (again,) = Calendar.from_ical(text).walk("VEVENT")
    assert str(again["URL"]) == str(again["CONFERENCE"]) == LINK


def test_a_link_is_left_out_of_what_is_off_elsewhere_or_not_for_the_pair() -> None:
    meeting, online = on_teams()
    assert "meetup-join" not in ics(meeting, GUESTS, "CANCEL", online=online)
    assert "meetup-join" not in ics(meeting, GUESTS, "REQUEST")
    meeting.way = Meeting.Way.FACE_TO_FACE
    assert "meetup-join" not in ics(meeting, GUESTS, "REQUEST", online=online)


def test_a_discreet_entry_keeps_the_link_among_its_details() -> None:
    meeting, online = on_teams()
    (event,) = read(ics(meeting, [], "PUBLISH", discreet=True, online=online))["VEVENT"]
    assert value_of(event, "URL") == LINK
    assert {n.split(";")[0] for n, _v in event} == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "CLASS", "TRANSP", "URL",
    }  # fmt: skip


def test_a_link_that_is_not_there_yet_is_said_to_follow_and_nothing_else_is_promised() -> None:
    for state, said in (("wanted", True), ("failed", False), ("reconnect", False), ("gone", False)):
        meeting, online = on_teams(state=state, join_url="")
        with translation.override("en"):
            text = ics(meeting, GUESTS, "REQUEST", online=online)
        assert ("The Teams link follows in an update." in text) == said, state
        assert "URL" not in text


def offset_at(zone: dict[str, list[Lines]], local_time: datetime) -> timedelta:
    """The offset that the text's own VTIMEZONE gives for a local time: that of the latest onset before it."""
    onsets = []
    for kind in ("STANDARD", "DAYLIGHT"):
        for part in zone[kind]:
            to = value_of(part, "TZOFFSETTO")
            offset = timedelta(hours=int(to[:3]), minutes=int(to[0] + to[3:5]))
            days = [
                value_of(part, "DTSTART"),
                *(d for n, v in part if n.split(";")[0] == "RDATE" for d in v.split(",")),
            ]
            # A rule repeats its start every year on the last Sunday of the month.
            years = range(60) if any(n == "RRULE" for n, _v in part) else range(1)
            for day in days:
                start = datetime.strptime(day, "%Y%m%dT%H%M%S")
                onsets += [(_last_sunday(start, start.year + y) if len(years) > 1 else start, offset) for y in years]
    return max((o for o in onsets if o[0] <= local_time), key=lambda o: o[0])[1]


def _last_sunday(start: datetime, year: int) -> datetime:
    end = datetime.combine(date(year, start.month, 31), start.time())  # March and October have 31 days
    return end - timedelta(days=(end.weekday() + 1) % 7)


@pytest.mark.parametrize(
    "day",
    [date(2027, 1, 12), date(2027, 3, 27), date(2027, 3, 29), date(2027, 7, 1), date(2027, 10, 30), date(2027, 11, 1)],
)
def test_a_program_that_trusts_only_the_text_finds_the_right_moment(day: date) -> None:
    meeting = a_meeting(starts_at=local(day, time(14)))
    found = read(ics(meeting, [], "PUBLISH"))
    (event,) = found["VEVENT"]
    (name,) = [n for n, _v in event if n.startswith("DTSTART")]
    assert name == "DTSTART;TZID=Europe/Helsinki"
    assert value_of(found["VTIMEZONE"][0], "TZID") == "Europe/Helsinki"
    start = datetime.strptime(value_of(event, "DTSTART"), "%Y%m%dT%H%M%S")
    assert start.hour == 14
    assert start - offset_at(found, start) == meeting.starts_at.astimezone(UTC).replace(tzinfo=None)


def test_a_night_meeting_across_the_change_lasts_as_long_as_agreed() -> None:
    meeting = a_meeting(starts_at=datetime(2027, 3, 28, 0, 30, tzinfo=UTC), minutes=60)  # 2.30, before the gap
    (event,) = Calendar.from_ical(ics(meeting, [], "PUBLISH")).walk("VEVENT")
    assert event.end.astimezone(UTC) - event.start.astimezone(UTC) == timedelta(hours=1)
    assert event.end.astimezone(ZONE).hour == 4


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=60))
@example("A\r\nATTENDEE:mailto:eve@example.org", 'Eve"\r\nX-EVIL:1')
@example("A\nEND:VEVENT\nBEGIN:VALARM", "a;CN=b:c,d")
@example("rivi\u2028toinen\x0b\x0c\x85\\n", "\\")
@example("Ä" * 80, "Ö" * 60)
def test_what_people_write_begins_no_line_and_ends_no_component(place: str, name: str) -> None:
    text = ics(a_meeting(place=place), [(name, "aino@example.org")], "REQUEST")
    found = read(text)
    (event,) = found["VEVENT"]
    assert set(found) == {"VCALENDAR", "VEVENT", "VTIMEZONE", "STANDARD", "DAYLIGHT"}
    assert [v for n, v in event if n.split(";")[0] == "ATTENDEE"] == ["mailto:aino@example.org"]
    allowed = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS", "CLASS", "TRANSP"}
    assert {n.split(";")[0] for n, _v in event} <= allowed | {"ORGANIZER", "ATTENDEE", "X-MICROSOFT-DISALLOW-COUNTER"}
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert len(Calendar.from_ical(text).walk("VEVENT")) == 1


@pytest.mark.django_db
class TestTheDownload:
    def test_is_for_the_pair_and_the_supervisor_and_for_nobody_else(self, client: Any) -> None:
        pair = pair_of(RoundFactory(state=Round.State.MEETING))
        meeting = Meeting.objects.create(pair=pair, starts_at=timezone.now() + timedelta(days=3), minutes=45)
        url = reverse("meeting_ics", args=[meeting.pk])
        other = pair_of(pair.round)
        members = [m.person for m in pair.members.all()]
        boss = supervisor_of(pair.round.unit)
        seen = {}
        for who in [*members, boss, other.members.first().person, supervisor_of(RoundFactory().unit), PersonFactory()]:
            client.force_login(who, backend=BACKEND)
            seen[who] = client.get(url).status_code
        assert list(seen.values()) == [200, 200, 200, 404, 404, 404]
        client.logout()
        assert client.get(url).status_code == 302

    def test_names_the_file_and_can_be_discreet(self, client: Any) -> None:
        pair = pair_of(RoundFactory(state=Round.State.MEETING))
        meeting = Meeting.objects.create(
            pair=pair, starts_at=timezone.now() + timedelta(days=3), minutes=45, place="Takkahuone"
        )
        client.force_login(pair.members.first().person, backend=BACKEND)
        response = client.get(reverse("meeting_ics", args=[meeting.pk]))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert response["Content-Disposition"].endswith('.ics"')
        (event,) = read(response.content.decode())["VEVENT"]
        assert value_of(event, "STATUS") == "TENTATIVE"  # the supervisor has not said yes
        assert value_of(event, "LOCATION") == "Takkahuone"
        discreet = client.get(reverse("meeting_ics", args=[meeting.pk]) + "?discreet=1").content.decode()
        assert "Takkahuone" not in discreet
        assert value_of(read(discreet)["VEVENT"][0], "UID") == value_of(event, "UID")

    def test_that_the_supervisor_takes_is_told_to_the_pair(self, client: Any) -> None:
        pair = pair_of(RoundFactory(state=Round.State.MEETING))
        meeting = Meeting.objects.create(pair=pair, starts_at=timezone.now() + timedelta(days=3), minutes=45)
        boss = supervisor_of(pair.round.unit)
        client.force_login(boss, backend=BACKEND)
        client.get(reverse("meeting_ics", args=[meeting.pk]))
        seen = AccessEntry.objects.filter(reader=boss, what=AccessEntry.What.MEETINGS).values_list("person", flat=True)
        assert set(seen) == {m.person_id for m in pair.members.all()}


def test_stamps_are_in_universal_time() -> None:
    with time_machine.travel(datetime(2027, 7, 1, 9, 0, tzinfo=UTC), tick=False):
        (event,) = read(ics(a_meeting(), [], "PUBLISH"))["VEVENT"]
    assert value_of(event, "DTSTAMP") == "20270701T090000Z"
