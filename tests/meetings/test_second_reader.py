"""What goes out is read by a second, strict reader and taken through the first one and back; clocks change on the way."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from tests.calendar_readers import moments_of_first, moments_of_second, second

from oppipari.meetings.calendar import ics
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting, OnlineMeeting

GUESTS = [("Aino Esimerkki", "aino@example.org"), ("Väinö Öhman", "vaino@example.org")]
BOSS = ("Ritva Salo", "ritva@example.org")


def a_meeting(**fields: Any) -> Meeting:
    return Meeting(
        **{
            "state": Meeting.State.AGREED,
            "starts_at": local(date(2027, 7, 1), time(14)),
            "minutes": 60,
            "place": "Takka; 2, krs",
        }
        | fields
    )


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH"])
def test_another_reader_finds_what_was_meant(method: str) -> None:
    meeting = a_meeting(sequence=3)
    with translation.override("fi"):
        calendar = second(ics(meeting, GUESTS, method))
    (event,) = calendar.events
    assert calendar.method == (None if method == "PUBLISH" else method)
    assert (event.uid, event.sequence) == (f"{meeting.uid}@oppipari", 3)
    assert (event.summary, event.location) == ("Mentorointitapaaminen", "Takka; 2, krs")
    assert event.classification.value == "PRIVATE"
    # A file invites nobody; an invitation comes from the one who sends it (RFC 5546, 3.2).
    assert [a.uri for a in event.attendees] == ([] if method == "PUBLISH" else [f"mailto:{a}" for _n, a in GUESTS])
    assert (event.organizer is None) == (method == "PUBLISH")
    assert not any(a.rsvp for a in event.attendees)


def test_the_zone_is_told_by_two_rules_that_outlook_reads_and_that_never_end() -> None:
    (zone,) = second(ics(a_meeting(), GUESTS, "REQUEST")).timezones
    for part in (*zone.daylight, *zone.standard):
        assert part.rrule
        assert not part.rdate
        assert part.rrule.until is None
    assert [len(zone.daylight), len(zone.standard)] == [1, 1]
    far = a_meeting(starts_at=local(date(2061, 7, 1), time(14)))
    assert moments_of_second(ics(far, [], "PUBLISH"))[0][0] == far.starts_at


@pytest.mark.parametrize("method", ["REQUEST", "CANCEL", "PUBLISH"])
def test_a_round_trip_changes_no_letter(method: str) -> None:
    text = ics(a_meeting(place="Väinölän kahvio " * 4), GUESTS, method)
    assert Calendar.from_ical(text).to_ical().decode() == text


# The nights of both changes by the minute: the hour that is left out, the hour that comes twice, and what reaches over.
@settings(max_examples=150, deadline=None)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1)).map(lambda m: m.replace(second=0, microsecond=0)),
    st.integers(15, 180),
)
@example(datetime(2027, 3, 28, 0, 30), 60)  # 2.30, over the hour that is left out
@example(datetime(2027, 3, 28, 1, 0), 60)  # 4.00, the first minute of summer time
@example(datetime(2027, 10, 31, 0, 30), 60)  # 3.30 for the first time, over the change
@example(datetime(2027, 10, 31, 1, 30), 60)  # 3.30 for the second time
@example(datetime(2027, 10, 30, 23, 30), 120)  # 2.30, ends at 3.30 for the second time
@example(datetime(2026, 10, 25, 0, 59), 15)
def test_both_readers_find_the_same_moments(moment: datetime, minutes: int) -> None:
    start = moment.replace(tzinfo=UTC)
    text = ics(a_meeting(starts_at=start, minutes=minutes), GUESTS, "REQUEST")
    expected = [(start, start + timedelta(minutes=minutes))]
    assert moments_of_first(text) == expected
    assert moments_of_second(text) == expected


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 3, 27),
        date(2027, 3, 28),
        date(2027, 3, 29),
        date(2027, 10, 30),
        date(2027, 10, 31),
        date(2027, 11, 1),
    ],
)
def test_a_day_meeting_keeps_its_local_hour_around_both_changes(day: date) -> None:
    text = ics(a_meeting(starts_at=local(day, time(14))), GUESTS, "REQUEST")
    ((start, end),) = moments_of_second(text)
    assert [m.astimezone(ZONE).hour for m in (start, end)] == [14, 15]
    (event,) = second(text).events
    assert event.dtstart.hour == 14  # written as people say it


def test_a_copy_for_information_asks_for_nothing_and_takes_no_time() -> None:
    meeting = a_meeting(way="teams", sequence=4)
    online = OnlineMeeting(meeting=meeting, state="there", join_url="https://teams.example.org/l/1")
    (theirs,) = second(ics(meeting, GUESTS, "REQUEST", online=online)).events
    text = ics(meeting, GUESTS, "REQUEST", informed=BOSS)
    (copy,) = second(text).events
    assert (copy.uid, copy.sequence, copy.summary) == (theirs.uid, theirs.sequence, theirs.summary)
    assert {a.uri: a.role for a in copy.attendees} == {
        "mailto:aino@example.org": "REQ-PARTICIPANT",
        "mailto:vaino@example.org": "REQ-PARTICIPANT",
        "mailto:ritva@example.org": "NON-PARTICIPANT",
    }
    assert not any(a.rsvp for a in copy.attendees)
    assert (theirs.transparency, copy.transparency) == ("OPAQUE", "TRANSPARENT")
    assert "teams.example.org" not in text
