"""What comes in the place of a letter that was overtaken: to whom, when, in which words, and what calendars make of it."""

from unittest.mock import patch

import pytest
from icalendar import Calendar
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import SignUpFactory
from tests.mailbox import calendar_of, calendars_of
from tests.meetings.answering import suits_all
from tests.meetings.evenings import (
    EVENING,
    MORNING,
    greylisted,
    morning,
    moved,
    subjects,
    uid,
    waits_for_the_supervisor,
)
from tests.meetings.evenings import scene as scene
from tests.meetings.test_one_letter_for_one_thing import Scene

from oppipari.meetings import actions
from oppipari.meetings.models import Meeting
from oppipari.meetings.own_calendar.actions import choose
from oppipari.messages.models import Outgoing
from oppipari.messages.tasks import deliver
from oppipari.pairs import actions as pairs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_what_was_taken_out_of_a_letter_and_came_with_another_is_called_off(scene: Scene, clock: Clock) -> None:
    """The letter that had both still waits for the mail server when the other has been read."""
    one, two = waits_for_the_supervisor(scene, 20, 40)
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    moved(scene, one, 21)
    suits_all(scene.pair)
    actions.agree(scene.pair.round, scene.boss)
    both = Outgoing.objects.filter(kind="meeting_agreed", sent_at=None, context__threads=[str(two.uid)])
    assert both.count() == 2
    clock.at(MORNING)
    other = Outgoing.objects.filter(sent_at=None, context__threads=[str(one.uid)]).exclude(to="")
    for letter in other:
        deliver.func(str(letter.pk))
    pairs.dissolve(scene.pair, scene.boss)
    assert pairs.every_morning(clock.at("2027-02-04 08:00:01")) is None
    for person in scene.people:
        off = [letter for letter in scene.letters(person) if calendars_of(letter)]
        assert [(calendar_of(letter)[0], uid(letter)) for letter in off] == [
            ("REQUEST", str(one.uid)),
            ("CANCEL", str(one.uid)),
        ]


def test_what_a_worker_was_sending_when_it_died_is_called_off(scene: Scene, clock: Clock) -> None:
    """The mail server had it, and nobody lived to note that."""
    (meeting,) = waits_for_the_supervisor(scene, 20)
    actions.agree(scene.pair.round, scene.boss)
    with patch("oppipari.messages.tasks._arrived", side_effect=SystemExit), pytest.raises(SystemExit):
        deliver.func(str(Outgoing.objects.get(kind="meeting_agreed", to=scene.people[1].email).pk))
    actions.cancel(Meeting.objects.get(pk=meeting.pk), scene.people[0])
    letters = scene.letters(scene.people[1])
    assert [calendar_of(letter)[0] for letter in letters] == ["REQUEST", "CANCEL"]


def test_a_yes_that_becomes_a_no_in_one_evening_asks_no_supervisor(scene: Scene, clock: Clock) -> None:
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(20))
    scene.letters(scene.people[1])
    clock.at(EVENING)
    for suits in (True, False):
        meeting.refresh_from_db()
        actions.answer_time(meeting, scene.people[1], meeting.version, suits=suits)
    assert morning(scene, clock, scene.boss) == []
    # And a yes after all does.
    meeting.refresh_from_db()
    actions.answer_time(meeting, scene.people[1], meeting.version, suits=True)
    assert subjects(scene.letters(scene.boss)) == ["Tapaaminen odottaa hyväksyntääsi"]


def test_a_supervisors_copy_of_a_time_that_is_moved_before_it_left_does_not_leave(scene: Scene, clock: Clock) -> None:
    choose(scene.boss, discreet=False, copies=True)
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(20))
    suits_all(scene.pair)
    scene.letters(scene.boss)
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    newest = moved(scene, meeting, 21)
    assert [letter for letter in morning(scene, clock, scene.boss) if calendars_of(letter)] == []
    suits_all(scene.pair)
    actions.agree(scene.pair.round, scene.boss)
    (copy,) = scene.letters(scene.boss)
    (event,) = Calendar.from_ical(calendar_of(copy)[1]).walk("VEVENT")
    assert event.start == newest.starts_at


def test_to_whom_no_other_time_was_told_a_time_is_not_new(scene: Scene, clock: Clock) -> None:
    """Agreed, moved and agreed again before the first of it left."""
    (meeting,) = waits_for_the_supervisor(scene, 20)
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    moved(scene, meeting, 21)
    suits_all(scene.pair)
    actions.agree(scene.pair.round, scene.boss)
    for person in scene.people:
        assert subjects(morning(scene, clock, person)) == ["Tapaaminen on sovittu"]


def test_a_move_is_a_proposal_to_whom_the_first_time_never_came(scene: Scene, clock: Clock) -> None:
    """Whoever gave the last yes had the invitation at once; the partner's waits for the morning."""
    first, second = scene.people
    (meeting,) = actions.propose(scene.pair, first, scene.times(20))
    scene.letters(second)
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    meeting.refresh_from_db()
    actions.answer_time(meeting, second, meeting.version, suits=True)
    assert subjects(scene.letters(second)) == ["Tapaaminen on sovittu"]
    meeting.refresh_from_db()
    actions.move(meeting, second, meeting.version, **scene.times(21)[0])
    (letter,) = morning(scene, clock, first)
    assert letter["Subject"] == "Uusi tapaamisehdotus"
    assert calendar_of(letter)[0] == "REQUEST"


@pytest.mark.parametrize("then", ["cancel", "move"])
def test_what_comes_in_place_of_what_could_not_wait_cannot_either(scene: Scene, clock: Clock, then: str) -> None:
    """The meeting is tomorrow morning, and the letter that it is moved has not come yet."""
    first, second = scene.people
    (meeting,) = scene.agreed(8)
    clock.at("2027-02-08 20:00")
    later = moved(scene, meeting, 12)
    greylisted(scene, second)
    if then == "cancel":
        actions.cancel(later, first)
    else:
        moved(scene, meeting, 13)
    (letter,) = scene.letters(second)
    assert calendar_of(letter)[0] == ("CANCEL" if then == "cancel" else "REQUEST")


@pytest.mark.parametrize("way", ["both cancelled", "both no", "one turned down, one agreed", "a third joins"])
def test_when_the_last_waits_no_more_no_letter_says_that_something_does(scene: Scene, clock: Clock, way: str) -> None:
    first, second = scene.people
    clock.at(EVENING)
    made = actions.propose(scene.pair, first, scene.times(20, 40))
    suits_all(scene.pair)
    for meeting in made:
        meeting.refresh_from_db()
    if way == "both cancelled":
        for meeting in made:
            actions.cancel(meeting, first)
    elif way == "both no":
        actions.answer_times(scene.pair, second, {m.pk: m.version for m in made}, suits=False)
    elif way == "a third joins":
        pairs.join_pair(scene.pair, scene.boss, SignUpFactory(round=scene.pair.round).pk)
    else:
        actions.turn_down(scene.pair.round, scene.boss, made[0].pk, made[0].version)
        actions.agree(scene.pair.round, scene.boss)
    assert "Tapaaminen odottaa hyväksyntääsi" not in subjects(morning(scene, clock, scene.boss))
    assert not Outgoing.objects.filter(kind="meeting_waits", sent_at=None).exclude(to="").exists()


def test_a_supervisors_calendar_gets_each_new_time_in_a_letter_of_its_own(scene: Scene, clock: Clock) -> None:
    """A program that reads only the first of several would keep the old time of the other."""
    choose(scene.boss, discreet=False, copies=True)
    _one, two = scene.agreed(20, 40)
    clock.at(EVENING)
    newest = moved(scene, two, 42)
    suits_all(scene.pair)
    actions.agree(scene.pair.round, scene.boss)
    pairs.join_pair(scene.pair, scene.boss, SignUpFactory(round=scene.pair.round).pk)
    shown = {}
    for letter in morning(scene, clock, scene.boss):
        if calendars_of(letter):
            (event,) = Calendar.from_ical(calendar_of(letter)[1]).walk("VEVENT")
            shown[uid(letter)] = event.start
    assert shown[str(two.uid)] == newest.starts_at


def test_what_came_with_a_later_letter_is_called_off_though_the_invitation_waits(scene: Scene, clock: Clock) -> None:
    """An update overtook it on the way, as where two workers deliver."""
    (meeting,) = waits_for_the_supervisor(scene, 20)
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    pairs.join_pair(scene.pair, scene.boss, SignUpFactory(round=scene.pair.round).pk)
    clock.at(MORNING)
    update = Outgoing.objects.get(kind="meeting_update", to=scene.people[1].email)
    deliver.func(str(update.pk))
    meeting.refresh_from_db()
    actions.cancel(meeting, scene.people[0])
    letters = [letter for letter in scene.letters(scene.people[1]) if calendars_of(letter)]
    assert [calendar_of(letter)[0] for letter in letters] == ["REQUEST", "CANCEL"]


def test_a_no_that_became_a_yes_asks_nobody_for_another_time(scene: Scene, clock: Clock) -> None:
    first, second = scene.people
    (meeting,) = actions.propose(scene.pair, first, scene.times(20))
    scene.letters(second)
    actions.answer_time(meeting, second, meeting.version, suits=False)
    actions.let_times_hold(clock.at("2027-02-02 08:30"))
    waiting = Outgoing.objects.filter(kind="meeting_unsuited", sent_at=None).exclude(to="")
    assert waiting.exists()
    meeting.refresh_from_db()
    actions.answer_time(meeting, second, meeting.version, suits=True)
    assert not waiting.exists()


def test_what_the_morning_brings_comes_before_letters_of_the_afternoon_before(scene: Scene, clock: Clock) -> None:
    """The worker was still at it when working hours ended."""
    (meeting,) = scene.agreed(20)
    clock.at("2027-02-02 15:50")
    pairs.end_early(scene.pair, scene.people[1])
    clock.at("2027-02-02 15:59:50")
    moved(scene, meeting, 21)
    clock.at("2027-02-02 16:00:10")
    assert scene.letters(scene.people[1]) == []
    clock.at(MORNING)
    assert subjects(scene.letters(scene.people[1])) == ["Oppiparissa on sinulle luettavaa", "Muutos kalenterissasi"]
