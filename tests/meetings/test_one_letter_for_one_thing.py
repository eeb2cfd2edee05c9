"""What came about by one press is one letter; who is told when, and to whom an answer goes."""

import re
from collections import Counter
from datetime import time, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from icalendar import Calendar
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, ended, met, pair_of, supervisor_of
from tests.mailbox import Mailbox, calendar_of, calendars_of, deliver_all, text_of
from tests.meetings.answering import suits_all

from oppipari.meetings import actions
from oppipari.meetings.models import Meeting, MeetingRules, OnlineMeeting
from oppipari.meetings.own_calendar.actions import choose
from oppipari.messages.moments import moment
from oppipari.organisation.models import Person
from oppipari.pairs import actions as pairs
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def threads(letter: EmailMessage) -> list[UUID]:
    """The meetings that a letter is about."""
    return [UUID(found) for found in re.findall(r"meeting-([0-9a-f-]{36})", str(letter["References"]))]


class Scene:
    def __init__(self, box: Mailbox, size: int = 2) -> None:
        self.box = box
        self.pair = pair_of(RoundFactory(state=Round.State.MEETING), size)
        self.people = [m.person for m in self.pair.members.order_by("pk")]
        self.boss = supervisor_of(self.pair.round.unit, name="Ritva Salo", email="ritva@example.org")

    def times(self, *days: int) -> list[dict[str, Any]]:
        start = timezone.now().replace(minute=0, second=0, microsecond=0)
        return [
            {"starts_at": start + timedelta(days=d), "minutes": 60, "way": "face_to_face", "place": "Takka"}
            for d in days
        ]

    def letters(self, person: Person) -> list[EmailMessage]:
        """What has come to `person` since the last look."""
        deliver_all()
        found = self.box.to(person.email or "")
        self.box.messages = [m for m in self.box.messages if m not in found]
        return found

    def agreed(self, *days: int) -> list[Meeting]:
        made = actions.propose(self.pair, self.people[0], self.times(*days))
        suits_all(self.pair)
        actions.agree(self.pair.round, self.boss)
        for person in (*self.people, self.boss):
            self.letters(person)
        return [Meeting.objects.get(pk=m.pk) for m in made]


@pytest.fixture
def scene(mailbox: Mailbox) -> Scene:
    return Scene(mailbox)


def agree_all(scene: Scene) -> None:
    actions.propose(scene.pair, scene.people[0], scene.times(7, 35, 63))
    suits_all(scene.pair)
    scene.letters(scene.people[1])
    actions.agree(scene.pair.round, scene.boss)


def arrange_all(scene: Scene) -> None:
    actions.arrange(scene.boss, [(scene.pair, t["starts_at"], 60) for t in scene.times(35, 7, 63)])


def agreed_beforehand(scene: Scene) -> None:
    MeetingRules.objects.create(round=scene.pair.round, by_themselves=True, frame_from=time(8), frame_until=time(18))
    actions.propose(scene.pair, scene.people[0], scene.times(7, 35, 63))
    suits_all(scene.pair)


@pytest.mark.parametrize("way", [agree_all, arrange_all, agreed_beforehand])
def test_three_meetings_agreed_at_once_are_one_letter_with_their_days(scene: Scene, way: Any) -> None:
    way(scene)
    days = [moment(t["starts_at"]) for t in scene.times(7, 35, 63)]
    for person in scene.people:
        letter = scene.letters(person)[-1]
        assert scene.letters(person) == []
        assert [line[2:] for line in text_of(letter).splitlines() if line.startswith("- ")] == days
        events = [Calendar.from_ical(text).walk("VEVENT")[0] for text in calendars_of(letter)]
        assert [e.start for e in events] == sorted(t["starts_at"] for t in scene.times(7, 35, 63))
        assert len({str(e["UID"]) for e in events}) == 3


def test_who_chose_a_discreet_title_reads_no_days_and_has_the_calendar_texts(scene: Scene) -> None:
    choose(scene.people[0], discreet=True)
    agree_all(scene)
    hidden, open_ = (scene.letters(p)[-1] for p in scene.people)
    assert [line for line in text_of(hidden).splitlines() if line.startswith("- ")] == []
    assert len(calendars_of(hidden)) == len(calendars_of(open_)) == 3
    assert all("SUMMARY:Varattu" in text and scene.people[1].name not in text for text in calendars_of(hidden))


def test_a_supervisor_who_wants_copies_gets_one_a_pair(scene: Scene) -> None:
    choose(scene.boss, discreet=False, copies=True)
    other = pair_of(scene.pair.round)
    planned = [(pair, t["starts_at"], 60) for pair in (scene.pair, other) for t in scene.times(7, 35)]
    actions.arrange(scene.boss, planned)
    assert [len(calendars_of(m)) for m in scene.letters(scene.boss)] == [2, 2]


def test_a_proposed_move_says_proposed_to_the_others_and_the_mover_reads_of_it_once(scene: Scene) -> None:
    (meeting,) = scene.agreed(7)
    mover, other = scene.people
    actions.move(meeting, mover, meeting.version, **scene.times(9)[0])
    (proposed,) = scene.letters(other)
    assert "ehdotetaan" in proposed["Subject"]
    assert "STATUS:TENTATIVE" in calendars_of(proposed)[0]
    assert proposed["Reply-To"] == mover.email
    assert scene.letters(scene.boss) == []
    suits_all(scene.pair)
    (waits,) = scene.letters(scene.boss)
    assert waits["Reply-To"] == other.email
    actions.agree(scene.pair.round, scene.boss)
    for person in scene.people:
        (moved,) = scene.letters(person)
        assert moved["Subject"] == "Tapaamisella on uusi aika"
        assert "STATUS:CONFIRMED" in calendars_of(moved)[0]
        assert moved["References"] == proposed["References"] == f"<meeting-{meeting.uid}@localhost>"
        assert moved["Reply-To"] == scene.boss.email


def test_a_moved_meeting_and_a_new_one_agreed_by_one_press_are_told_apart(scene: Scene) -> None:
    (meeting,) = scene.agreed(7)
    MeetingRules.objects.create(
        round=scene.pair.round, by_themselves=True, frame_from=time(8), frame_until=time(18), away_per_team=5
    )
    mover = scene.people[0]
    actions.move(meeting, mover, meeting.version, **scene.times(9)[0])
    actions.propose(scene.pair, mover, scene.times(35, 63))
    scene.letters(scene.people[1])
    suits_all(scene.pair)
    for person in scene.people:
        new, moved = sorted(scene.letters(person), key=lambda m: -len(calendars_of(m)))
        assert moved["Subject"] == "Tapaamisella on uusi aika"
        days = [[line[2:] for line in text_of(m).splitlines() if line.startswith("- ")] for m in (new, moved)]
        assert days == [[moment(t["starts_at"]) for t in scene.times(*d)] for d in ((35, 63), (9,))]
        assert "siirretty" not in text_of(new)


def test_a_meeting_that_was_moved_and_then_called_off_is_told_to_the_supervisor(scene: Scene) -> None:
    (meeting,) = scene.agreed(9)
    first, second = scene.people
    moved = actions.move(meeting, first, meeting.version, **scene.times(10)[0])
    assert scene.letters(scene.boss) == []
    actions.cancel(moved, second)
    (told,) = scene.letters(scene.boss)
    assert told["Subject"] == "Tapaamisia on muuttunut"
    # Whose calendar it did not fit is between the two.
    assert told["Reply-To"] == scene.boss.email
    assert not any(p.email in text_of(told) + str(told) for p in scene.people)


def test_a_proposal_that_was_never_agreed_is_called_off_without_a_word_to_the_supervisor(scene: Scene) -> None:
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(9))
    moved = actions.move(meeting, scene.people[0], meeting.version, **scene.times(10)[0])
    actions.cancel(moved, scene.people[1])
    assert scene.letters(scene.boss) == []


def test_a_roster_that_upsets_three_meetings_is_one_letter(scene: Scene) -> None:
    from oppipari.meetings.work_times.rosters import _tell_unfit

    _tell_unfit(scene.agreed(7, 35, 63))
    assert [len(scene.letters(p)) for p in scene.people] == [1, 1]


def test_an_answer_goes_to_the_partner_who_pressed_or_to_the_supervisor(scene: Scene) -> None:
    first, second = scene.people
    one, two = scene.agreed(7, 35)
    actions.cancel(one, first)
    assert [m["Reply-To"] for m in scene.letters(second)] == [first.email]
    assert [m["Reply-To"] for m in scene.letters(first)] == [scene.boss.email]
    actions.turn_down(scene.pair.round, scene.boss, two.pk, two.version)
    assert {m["Reply-To"] for p in scene.people for m in scene.letters(p)} == {scene.boss.email}


@pytest.mark.parametrize("size", [2, 3])
def test_to_whom_an_answer_goes_tells_nothing_of_who_ended_a_pair(mailbox: Mailbox, size: int) -> None:
    scene = Scene(mailbox, size)
    scene.agreed(7)
    ended(scene.pair, scene.people[0])
    found = [[m["Reply-To"] for m in scene.letters(p)] for p in scene.people]
    # What is answered in private is answered to nobody by mail.
    assert found == [[p.email, scene.boss.email] for p in scene.people]


def test_where_no_other_supervisor_has_an_address_an_answer_comes_back(scene: Scene) -> None:
    Person.objects.filter(pk=scene.boss.pk).update(email=None)
    agree_all(scene)
    assert [m["Reply-To"] for p in scene.people for m in scene.letters(p)[-1:]] == [p.email for p in scene.people]


def test_in_the_evening_only_what_cannot_wait_and_ones_own_press_leave(scene: Scene, clock: Clock) -> None:
    soon, far = scene.agreed(8, 40)  # Tuesday the 9th at ten, and later
    first, second = scene.people
    clock.at("2027-02-08 20:00")
    actions.cancel(soon, first)
    actions.cancel(far, first)
    assert [len(scene.letters(p)) for p in (first, second)] == [2, 1]  # the other's calendar must not send them there
    clock.at("2027-02-09 08:01")
    assert [len(scene.letters(p)) for p in (first, second)] == [0, 1]


def test_three_are_told_of_as_three(mailbox: Mailbox) -> None:
    scene = Scene(mailbox, 3)
    actions.propose(scene.pair, scene.people[0], scene.times(7))
    assert Counter(len(scene.letters(p)) for p in scene.people) == {1: 2, 0: 1}
    suits_all(scene.pair)
    assert "Kolmikko ehdottaa" in text_of(scene.letters(scene.boss)[0])


def test_no_calendar_reads_of_the_end_before_the_beginning(scene: Scene, clock: Clock) -> None:
    first, second = scene.people
    actions.propose(scene.pair, first, scene.times(8, 40))
    for person in (second, scene.boss):
        scene.letters(person)
    clock.at("2027-02-05 18:00")
    actions.agree(scene.pair.round, scene.boss)
    clock.at("2027-02-08 20:00")  # the worker was away since
    soon, far = Meeting.objects.order_by("starts_at")
    actions.cancel(soon, first)
    # Its beginning leaves no more, so there is nothing to take out of calendars; who did not press is told at once.
    assert scene.letters(first) == []
    assert [(calendars_of(m), threads(m)) for m in scene.letters(second)] == [([], [soon.uid])]
    clock.at("2027-02-09 08:01")
    for person in (first, second):
        assert [(calendar_of(m)[0], threads(m)) for m in scene.letters(person)] == [("REQUEST", [far.uid])]


def test_what_cannot_wait_takes_what_came_before_it_along(scene: Scene, clock: Clock) -> None:
    actions.propose(scene.pair, scene.people[0], [t | {"way": "teams", "place": ""} for t in scene.times(8)])
    for person in (scene.people[1], scene.boss):
        scene.letters(person)
    suits_all(scene.pair)
    clock.at("2027-02-05 18:00")
    actions.agree(scene.pair.round, scene.boss)
    clock.at("2027-02-08 20:00")  # the worker was away since
    meeting = Meeting.objects.get()
    OnlineMeeting.objects.get_or_create(meeting=meeting)
    actions.online_link_arrived(meeting, "https://teams.example.org/1")
    for person in scene.people:
        sequences = [Calendar.from_ical(calendar_of(m)[1]).walk("VEVENT")[0]["SEQUENCE"] for m in scene.letters(person)]
        assert sequences == [0, 1]


@pytest.mark.parametrize("state", [Round.State.MEETING, Round.State.CLOSED])
@pytest.mark.parametrize("what", ["agreed", "moved", "proposed", "nothing"])
def test_the_supervisor_hears_that_agreed_meetings_are_off_with_their_pair(
    scene: Scene, clock: Clock, state: str, what: str
) -> None:
    if what in ("agreed", "moved"):
        (meeting,) = scene.agreed(20)
        if what == "moved":
            actions.move(meeting, scene.people[0], meeting.version, **scene.times(21)[0])
    elif what == "proposed":
        actions.propose(scene.pair, scene.people[0], scene.times(20))
    if state == Round.State.CLOSED:
        Round.objects.filter(pk=scene.pair.round_id).update(state=state, closed_at=timezone.now())
    scene.letters(scene.boss)
    ended(scene.pair, scene.people[1])
    told = [m["Subject"] for m in scene.letters(scene.boss)]
    # While the round runs the letter about its pairs tells it.
    off = ["Tapaamisia on muuttunut"] if state == Round.State.CLOSED and what in ("agreed", "moved") else []
    assert [s for s in told if "Tapaamis" in s] == off
    assert len(told) == (len(off) if state == Round.State.CLOSED else 1)


@pytest.mark.parametrize("state", [Round.State.MEETING, Round.State.CLOSED])
def test_the_supervisor_hears_that_agreed_meetings_are_off_when_a_pair_finishes(
    scene: Scene, clock: Clock, state: str
) -> None:
    scene.agreed(40)
    Round.objects.filter(pk=scene.pair.round_id).update(state=state, closed_at=timezone.now() - timedelta(days=1))
    met(scene.pair, 3)
    pairs.ask_to_go_on(scene.pair)
    scene.letters(scene.boss)
    for _day in range(16):
        clock.passes(days=1)
        pairs.settle_wills(timezone.now())
    scene.pair.refresh_from_db()
    assert scene.pair.state == Pair.State.FINISHED
    assert [m["Subject"] for m in scene.letters(scene.boss)] == ["Tapaamisia on muuttunut"]
