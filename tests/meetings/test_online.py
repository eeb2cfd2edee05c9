"""A link that arrives goes to both calendars, once; one that never does is told to both, once."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar
from tests.factories import RoundFactory, pair_of, supervisor_of
from tests.mailbox import Mailbox, calendar_of, deliver_all
from tests.meetings.answering import suits_all

from oppipari.meetings import actions
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.meetings.signals import calendars_told
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
LINK = "https://teams.example.org/l/1"


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def agreed(pair: Pair, **fields: Any) -> Meeting:
    first = pair.members.earliest("pk").person
    start = timezone.now().replace(microsecond=0) + timedelta(days=7)
    (meeting,) = actions.propose(
        pair, first, [{"starts_at": start, "minutes": 60, "way": "teams", "place": ""} | fields]
    )
    suits_all(pair)
    actions.agree(pair.round, supervisor_of(pair.round.unit))
    meeting.refresh_from_db()
    return meeting


def calendars(mailbox: Mailbox, pair: Pair) -> list[list[Any]]:
    """The events that each of the pair got."""
    deliver_all()
    return [
        [
            Calendar.from_ical(calendar_of(m)[1]).walk("VEVENT")[0]
            for m in mailbox.to(p.person.email)
            if m.is_multipart()
        ]
        for p in pair.members.all()
    ]


def test_a_link_reaches_both_once_with_a_higher_sequence(pair: Pair, mailbox: Mailbox) -> None:
    meeting = agreed(pair)
    OnlineMeeting.objects.create(meeting=meeting)
    assert actions.online_link_arrived(meeting, LINK)
    assert not actions.online_link_arrived(meeting, LINK)
    for events in calendars(mailbox, pair):
        assert [int(e["SEQUENCE"]) for e in events] == [0, 1]
        assert [str(e.get("URL", "")) for e in events] == ["", LINK]
    meeting.refresh_from_db()
    assert (meeting.sequence, meeting.state) == (1, Meeting.State.AGREED)


@pytest.mark.parametrize("change", [{"state": "cancelled"}, {"state": "proposed"}, {"way": "face_to_face"}])
def test_a_link_for_a_meeting_that_changed_tells_nobody(pair: Pair, mailbox: Mailbox, change: dict[str, str]) -> None:
    meeting = agreed(pair)
    OnlineMeeting.objects.create(meeting=meeting)
    Meeting.objects.update(**change)
    assert not actions.online_link_arrived(meeting, LINK)
    assert [len(events) for events in calendars(mailbox, pair)] == [1, 1]
    assert OnlineMeeting.objects.get().join_url == LINK  # the next invitation carries it


def test_a_link_that_nobody_asked_for_is_refused(pair: Pair) -> None:
    with pytest.raises(OnlineMeeting.DoesNotExist):
        actions.online_link_arrived(agreed(pair), LINK)


def test_a_link_that_never_comes_is_told_to_both_once(pair: Pair, mailbox: Mailbox) -> None:
    meeting = agreed(pair)
    actions.online_link_missing(meeting)
    actions.online_link_missing(meeting)
    deliver_all()
    for place in pair.members.all():
        assert [m["Subject"] for m in mailbox.to(place.person.email)].count("Tapaamisestanne on uutta tietoa") == 1


def test_those_who_listen_hear_of_every_yes_and_of_every_end_before_calendars_are_written(pair: Pair) -> None:
    heard: list[tuple[str, int]] = []

    def listen(sender: Any, meeting: Meeting, **_kwargs: Any) -> None:
        heard.append((str(meeting.state), meeting.version))

    calendars_told.connect(listen)
    try:
        meeting = agreed(pair)
        second = pair.members.latest("pk").person
        actions.move(meeting, second, meeting.version, starts_at=meeting.starts_at + timedelta(days=1), minutes=60, way="teams", place="")  # fmt: skip
        assert len(heard) == 1  # it waits for a yes again
        suits_all(pair)
        actions.agree(pair.round, supervisor_of(pair.round.unit))
        meeting.refresh_from_db()
        actions.cancel(meeting, second)
        agreed(pair)
        actions.call_off(pair)
    finally:
        calendars_told.disconnect(listen)
    assert [state for state, _v in heard] == ["agreed", "agreed", "cancelled", "agreed", "cancelled"]
