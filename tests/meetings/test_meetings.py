"""Meetings: agreed with the supervisor, moved, cancelled, and calendars that follow."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from tests.factories import RoundFactory, ended, pair_of, supervisor_of
from tests.mailbox import Mailbox, calendar_of, deliver_all, text_of
from tests.meetings.answering import suits_all

from oppipari.meetings import actions
from oppipari.meetings.calendar import ics
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

BACKEND = "django.contrib.auth.backends.ModelBackend"


def a_meeting(days: int = 7) -> dict[str, Any]:
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
    return {"starts_at": start, "minutes": 60, "way": "face_to_face", "place": "Takkahuone"}


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def people_of(pair: Pair) -> tuple[Any, Any, Any]:
    first, second = (m.person for m in pair.members.all())
    return first, second, supervisor_of(pair.round.unit)


@pytest.mark.django_db
def test_invitations_reach_both_follow_moves_and_are_cancelled(pair: Pair, mailbox: Mailbox) -> None:
    first, second, boss = people_of(pair)
    (meeting,) = actions.propose(pair, first, [a_meeting()])
    deliver_all()
    assert len(mailbox.to(second.email)) == 1
    assert mailbox.to(boss.email) == []
    suits_all(pair)
    deliver_all()
    assert "Tapaaminen odottaa" in mailbox.to(boss.email)[-1]["Subject"]
    actions.agree(pair.round, boss)
    deliver_all()
    seen = []
    for person in (first, second):
        message = mailbox.to(person.email)[-1]
        assert "Takkahuone" not in text_of(message)  # the letter says that there is something, never what
        method, text = calendar_of(message)
        event = Calendar.from_ical(text).walk("VEVENT")[0]
        assert (method, event["SEQUENCE"], str(event["LOCATION"])) == ("REQUEST", 0, "Takkahuone")
        assert {str(a) for a in event["ATTENDEE"]} == {f"mailto:{first.email}", f"mailto:{second.email}"}
        seen.append(str(event["UID"]))
    assert len(set(seen)) == 1
    meeting.refresh_from_db()
    moved = actions.move(meeting, second, meeting.version, **(a_meeting(9)))
    assert moved.state == Meeting.State.PROPOSED
    deliver_all()
    suits_all(pair)
    actions.agree(pair.round, boss)
    deliver_all()
    actions.cancel(moved, first)
    actions.cancel(moved, first)  # a double click
    deliver_all()
    followed = [calendar_of(m) for m in mailbox.to(first.email) if m.is_multipart()]
    events = [Calendar.from_ical(text).walk("VEVENT")[0] for _m, text in followed]
    assert [m for m, _t in followed] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert [int(e["SEQUENCE"]) for e in events] == [0, 1, 2, 3]
    # Nobody goes at the old time while the new one waits for its yes.
    assert [str(e["STATUS"]) for e in events] == ["CONFIRMED", "TENTATIVE", "CONFIRMED", "CANCELLED"]
    assert events[1].start == events[2].start != events[0].start
    assert ["ehdotettu" in str(e["SUMMARY"]) for e in events] == [False, True, False, False]
    assert {str(e["UID"]) for e in events} == set(seen)
    assert events[-1]["STATUS"] == "CANCELLED"
    (again,) = actions.propose(pair, first, [a_meeting(12)])
    suits_all(pair)
    actions.agree(pair.round, boss)
    actions.cancel(again, second)
    (waiting,) = actions.propose(pair, first, [a_meeting(13)])
    actions.cancel(waiting, second)
    deliver_all()
    # The supervisor hears of agreed meetings that are off, once an hour however many they are.
    assert sum("muuttunut" in m["Subject"] for m in mailbox.to(boss.email)) == 1


@pytest.mark.django_db
def test_a_pair_that_ends_has_its_meetings_called_off_alike_for_both(pair: Pair, mailbox: Mailbox) -> None:
    first, second, boss = people_of(pair)
    actions.propose(pair, first, [a_meeting()])
    suits_all(pair)
    actions.agree(pair.round, boss)
    ended(pair, second)
    deliver_all()
    assert Meeting.objects.get().state == Meeting.State.CANCELLED
    kinds = [[(m["Subject"], m.is_multipart()) for m in mailbox.to(p.email)[-2:]] for p in (first, second)]
    assert kinds[0] == kinds[1]


@pytest.mark.django_db
def test_times_that_cannot_be_are_told_kindly(pair: Pair) -> None:
    first, second, _boss = people_of(pair)
    with pytest.raises(DomainError, match="on jo mennyt"):
        actions.propose(pair, first, [a_meeting(-1)])
    actions.propose(pair, first, [a_meeting()])
    actions.propose(pair, first, [a_meeting()])  # a double click
    assert Meeting.objects.count() == 1
    clash = a_meeting() | {"starts_at": a_meeting()["starts_at"] + timedelta(minutes=30)}
    with pytest.raises(DomainError, match="on jo tapaaminen"):
        actions.propose(pair, second, [clash])
    meeting = Meeting.objects.get()
    with pytest.raises(StaleEdit):
        actions.move(meeting, second, meeting.version - 1, **a_meeting(10))
    with pytest.raises(DomainError, match="vasta tulossa"):
        actions.hold(meeting, first)


@pytest.mark.django_db
def test_a_stranger_agrees_to_nothing(pair: Pair) -> None:
    first, _second, _boss = people_of(pair)
    actions.propose(pair, first, [a_meeting()])
    with pytest.raises(DomainError):
        actions.agree(pair.round, supervisor_of(RoundFactory().unit))
    assert Meeting.objects.get().state == Meeting.State.PROPOSED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(date(2027, 3, 26), 12), (date(2027, 3, 29), 11), (date(2026, 10, 23), 11), (date(2026, 10, 26), 12)],
)
def test_a_meeting_stays_at_its_local_hour_when_clocks_change(pair: Pair, day: date, utc_hour: int) -> None:
    meeting = Meeting(pair=pair, starts_at=local(day, datetime(2027, 1, 1, 14).time()), minutes=60)
    assert meeting.starts_at.astimezone(UTC).hour == utc_hour
    text = ics(meeting, [], "PUBLISH")
    event = Calendar.from_ical(text).walk("VEVENT")[0]
    assert event.start.astimezone(ZONE).hour == 14
    assert event.end - event.start == timedelta(hours=1)
    assert "BEGIN:VTIMEZONE" in text
    assert "TZID=Europe/Helsinki:" in text
    # RFC 5545: lines end in CRLF and are folded at 75 octets.
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


@pytest.mark.django_db
def test_nothing_can_be_smuggled_into_a_calendar(pair: Pair) -> None:
    meeting = Meeting(
        pair=pair, starts_at=timezone.now(), minutes=60, place="A\r\nATTENDEE:mailto:x@example.org\r\nX:;,\\"
    )
    event = Calendar.from_ical(ics(meeting, [('Eve"\r\nX:1', "eve@example.org")], "REQUEST")).walk("VEVENT")[0]
    assert str(event["ATTENDEE"]) == "mailto:eve@example.org"
    assert "\n" not in str(event["LOCATION"])


@pytest.mark.django_db
def test_a_clash_in_one_of_three_dates_keeps_all_that_was_typed(client: Any, pair: Pair) -> None:
    first, _second, _boss = people_of(pair)
    client.force_login(first, backend=BACKEND)
    url = reverse("meeting_new", args=[pair.pk])
    data = {}
    for i, day in enumerate(["2031-02-03", "tiistaina", "2031-04-03"]):
        data |= {
            f"m{i}-day": day,
            f"m{i}-time": "14.00",
            f"m{i}-minutes": "60",
            f"m{i}-way": "teams",
            f"m{i}-place": "Kanava <b>",
        }
    page = client.post(url, data).content.decode()
    assert Meeting.objects.count() == 0
    assert 'value="tiistaina"' in page
    assert "Kirjoita päivä muodossa" in page
    assert "Kanava &lt;b&gt;" in page


@pytest.mark.django_db
def test_the_supervisors_page_does_not_slow_down_with_people(client: Any, django_assert_max_num_queries: Any) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(round_.unit)
    client.force_login(boss, backend=BACKEND)
    for count in (5, 45):  # 10 people, then 100
        for _ in range(count):
            pair = pair_of(round_)
            Meeting.objects.create(pair=pair, starts_at=timezone.now() + timedelta(days=3), minutes=60)
        for name in ("round_meetings", "round", "board", "round_sign_ups", "round_evaluation"):
            with django_assert_max_num_queries(40) as seen:
                assert client.get(reverse(name, args=[round_.pk])).status_code == 200
            if count == 5:
                _few.setdefault(name, len(seen))
            else:
                assert len(seen) <= _few[name] + 1, name


_few: dict[str, int] = {}
