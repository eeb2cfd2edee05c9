"""What a waiting letter says of a meeting may be changed before it leaves: then it leaves no more, or without that."""

import pytest
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, pair_of
from tests.mailbox import Mailbox, calendar_of, calendars_of, deliver_all, text_of
from tests.meetings.answering import suits_all
from tests.meetings.evenings import (
    EVENING,
    MORNING,
    days,
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
from oppipari.messages.moments import moment
from oppipari.pairs import actions as pairs
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_of_a_meeting_that_is_moved_twice_in_an_evening_only_the_newer_move_is_told(scene: Scene, clock: Clock) -> None:
    (meeting,) = scene.agreed(20)
    clock.at(EVENING)
    moved(scene, meeting, 21)
    newest = moved(scene, meeting, 22)
    (letter,) = morning(scene, clock, scene.people[1])
    assert days(letter) == [moment(newest.starts_at)]
    assert "STATUS:TENTATIVE" in calendars_of(letter)[0]


def test_of_a_proposal_that_is_moved_before_anybody_read_it_only_the_newer_is_told(scene: Scene, clock: Clock) -> None:
    clock.at(EVENING)
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(20))
    newest = moved(scene, meeting, 21)
    (letter,) = morning(scene, clock, scene.people[1])
    assert days(letter) == [moment(newest.starts_at)]


def test_of_several_that_were_agreed_the_others_stay_in_the_letter(scene: Scene, clock: Clock) -> None:
    made = actions.propose(scene.pair, scene.people[0], scene.times(20, 40, 60))
    suits_all(scene.pair)
    scene.letters(scene.people[1])
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    moved(scene, made[1], 41)
    clock.at(MORNING)
    for person in scene.people:
        agreed, *proposed = scene.letters(person)
        assert days(agreed) == [moment(m.starts_at) for m in (made[0], made[2])]
        assert len(calendars_of(agreed)) == 2
        assert [str(m.uid) in str(agreed["References"]) for m in made] == [True, False, True]
        # Who moved it knows that it is to be agreed anew.
        assert len(proposed) == (person == scene.people[1])


def test_what_somebody_was_told_is_called_off_and_what_waits_is_not_sent_before_it(scene: Scene, clock: Clock) -> None:
    (meeting,) = scene.agreed(20)
    clock.at(EVENING)
    actions.cancel(moved(scene, meeting, 21), scene.people[0])
    (letter,) = morning(scene, clock, scene.people[1])
    assert letter["Subject"] == "Tapaaminen peruttiin"
    assert calendar_of(letter)[0] == "CANCEL"


@pytest.mark.parametrize("what", ["agree", "turn_down", "cancel", "move"])
def test_nobody_is_asked_for_a_yes_that_nothing_waits_for(scene: Scene, clock: Clock, what: str) -> None:
    clock.at(EVENING)
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(20))
    suits_all(scene.pair)
    meeting.refresh_from_db()
    assert Outgoing.objects.filter(kind="meeting_waits", sent_at=None).exclude(to="").exists()
    if what == "agree":
        actions.agree(scene.pair.round, scene.boss)
    elif what == "turn_down":
        actions.turn_down(scene.pair.round, scene.boss, meeting.pk, meeting.version)
    elif what == "cancel":
        actions.cancel(meeting, scene.people[0])
    else:
        moved(scene, meeting, 21)
    assert morning(scene, clock, scene.boss) == []


@pytest.mark.parametrize("suits", [True, False])
def test_who_has_answered_is_not_asked_and_the_third_still_is(mailbox: Mailbox, clock: Clock, suits: bool) -> None:
    scene = Scene(mailbox, 3)
    clock.at(EVENING)
    made = actions.propose(scene.pair, scene.people[0], scene.times(20, 40))
    actions.answer_time(made[0], scene.people[1], made[0].version, suits=suits)
    (half,), (whole,) = (morning(scene, clock, p) for p in scene.people[1:])
    assert days(half) == [moment(made[1].starts_at)]
    assert days(whole) == [moment(m.starts_at) for m in made]


@pytest.mark.parametrize("suits", [True, False])
def test_the_new_time_comes_into_the_calendar_of_who_has_answered(scene: Scene, clock: Clock, suits: bool) -> None:
    (meeting,) = scene.agreed(20)
    clock.at(EVENING)
    newest = moved(scene, meeting, 21)
    actions.answer_time(newest, scene.people[1], newest.version, suits=suits)
    (letter,) = morning(scene, clock, scene.people[1])
    assert letter["Subject"] == "Tapaamiselle ehdotetaan uutta aikaa"
    assert calendar_of(letter)[0] == "REQUEST"


def test_a_letter_that_stands_for_another_pair_too_stays(scene: Scene, clock: Clock) -> None:
    """Within the same hour one letter tells supervisors of all that waits."""
    other = pair_of(scene.pair.round)
    clock.at(EVENING)
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(20))
    suits_all(scene.pair)
    actions.propose(other, other.members.order_by("pk")[0].person, scene.times(21))
    suits_all(other)
    actions.cancel(Meeting.objects.get(pk=meeting.pk), scene.people[0])
    assert set(subjects(morning(scene, clock, scene.boss))) == {"Tapaaminen odottaa hyväksyntääsi"}


def test_what_is_proposed_within_the_hour_of_a_dropped_letter_is_told_all_the_same(scene: Scene, clock: Clock) -> None:
    clock.at(EVENING)
    for day in (20, 30):
        (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(day))
        suits_all(scene.pair)
        if day == 20:
            actions.cancel(Meeting.objects.get(pk=meeting.pk), scene.people[0])
    assert subjects(morning(scene, clock, scene.boss)) == ["Tapaaminen odottaa hyväksyntääsi"]


def test_a_supervisors_copy_is_of_how_it_is_now(scene: Scene, clock: Clock) -> None:
    choose(scene.boss, discreet=False, copies=True)
    actions.propose(scene.pair, scene.people[0], scene.times(20))
    suits_all(scene.pair)
    scene.letters(scene.boss)
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    actions.cancel(Meeting.objects.get(), scene.people[0])
    (copy,) = morning(scene, clock, scene.boss)
    assert calendar_of(copy)[0] == "CANCEL"


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("ends", ["a member", "another", "the supervisor"])
def test_nothing_of_the_meetings_of_a_pair_that_has_ended_leaves(
    mailbox: Mailbox, clock: Clock, ends: str, size: int
) -> None:
    """Neither what was proposed nor "propose another time"; calendars are told, alike whoever wished for the end."""
    scene = Scene(mailbox, size)
    first, second = scene.people[:2]
    one, two = scene.agreed(20, 40)
    clock.at("2027-02-02 12:00")
    if ends == "the supervisor":
        pairs.dissolve(scene.pair, scene.boss)
    else:
        pairs.end_early(scene.pair, first if ends == "a member" else second)
    clock.at(EVENING)
    actions.propose(scene.pair, first, scene.times(60))
    moved(scene, one, 21)
    actions.cancel(Meeting.objects.get(pk=two.pk), first)
    scene.letters(first)  # their own entry leaves their calendar at once
    clock.at(MORNING)
    deliver_all()
    for person in scene.people:
        ended, *withdrawn = scene.letters(person)
        assert ended["Subject"] == "Oppiparissa on sinulle luettavaa"
        assert [m["Subject"] for m in withdrawn] == ["Muutos kalenterissasi"] * (1 if person == first else 2)
        assert all(calendar_of(m)[0] == "CANCEL" and "/pair/" not in text_of(m) for m in withdrawn)
    assert not Outgoing.objects.filter(sent_at=None).exclude(to="").exists()


def test_what_the_morning_brings_comes_before_the_letters_of_the_night(scene: Scene, clock: Clock) -> None:
    """The worker is up at eight to the second, the housekeeping within ten minutes."""
    (meeting,) = scene.agreed(20)
    clock.at("2027-02-02 12:00")
    pairs.end_early(scene.pair, scene.people[1])
    clock.at(EVENING)
    moved(scene, meeting, 21)
    letters = morning(scene, clock, scene.people[1])
    assert subjects(letters) == ["Oppiparissa on sinulle luettavaa", "Muutos kalenterissasi"]
    assert pairs.every_morning(timezone.now()) is None
    assert scene.letters(scene.people[1]) == []


def test_letters_of_other_pairs_and_rounds_are_left_alone(scene: Scene, clock: Clock) -> None:
    other = pair_of(RoundFactory(state=Round.State.MEETING))
    mine, theirs = (m.person for m in other.members.order_by("pk"))
    clock.at(EVENING)
    actions.propose(other, mine, scene.times(20))
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(20))
    actions.cancel(meeting, scene.people[0])
    assert len(morning(scene, clock, theirs)) == 1


def test_that_a_time_has_passed_is_not_told_once_another_was_proposed(scene: Scene, clock: Clock) -> None:
    """The mail server was away meanwhile."""
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(1))
    actions.let_times_hold(clock.at("2027-02-02 15:50"))
    waiting = Outgoing.objects.filter(kind="meeting_passed", sent_at=None).exclude(to="")
    assert waiting.count() == 2
    moved(scene, meeting, 20)
    assert not waiting.exists()


@pytest.mark.parametrize("size", [2, 3])
def test_of_a_pair_that_ends_before_its_invitations_left_only_the_end_is_told(
    mailbox: Mailbox, clock: Clock, size: int
) -> None:
    scene = Scene(mailbox, size)
    made = waits_for_the_supervisor(scene, 20, 40, 60)
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    moved(scene, made[0], 21)  # by the first: nothing is in their calendar, either
    pairs.dissolve(scene.pair, scene.boss)
    clock.at(MORNING)
    assert pairs.every_morning(timezone.now()) is None
    for person in scene.people:
        assert subjects(scene.letters(person)) == ["Oppiparissa on sinulle luettavaa"]


def test_what_came_into_calendars_goes_out_of_them_with_the_pair_in_a_letter_each(scene: Scene, clock: Clock) -> None:
    """Of several in one letter calendar programs take out the first alone."""
    choose(scene.boss, discreet=False, copies=True)
    meetings = scene.agreed(20, 40, 60)
    pairs.end_early(scene.pair, scene.people[0])
    clock.at(MORNING)
    assert pairs.every_morning(timezone.now()) is None
    for person in (*scene.people, scene.boss):
        off = [letter for letter in scene.letters(person) if calendars_of(letter)]
        assert [calendar_of(letter)[0] for letter in off] == ["CANCEL"] * 3
        assert {uid(letter) for letter in off} == {str(m.uid) for m in meetings}
        assert all(len(calendars_of(letter)) == 1 for letter in off)
        assert all("sovittu tapaaminen" not in text_of(letter).lower() for letter in off)


@pytest.mark.parametrize("who", ["a member", "the supervisor"])
def test_what_came_into_no_calendar_is_not_taken_out_of_one(scene: Scene, clock: Clock, who: str) -> None:
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(20))
    suits_all(scene.pair)
    scene.letters(scene.people[1])
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    meeting.refresh_from_db()
    if who == "a member":
        actions.cancel(meeting, scene.people[0])
        assert scene.letters(scene.people[0]) == []
    else:
        actions.turn_down(scene.pair.round, scene.boss, meeting.pk, meeting.version)
    (letter,) = morning(scene, clock, scene.people[1])
    assert letter["Subject"] == "Tapaaminen peruttiin"
    assert calendars_of(letter) == []


def test_only_who_has_it_in_their_calendar_is_told_that_it_goes(scene: Scene, clock: Clock) -> None:
    """Who presses last has the invitation at once; the others' waits for the morning."""
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(20))
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    meeting.refresh_from_db()
    actions.answer_time(meeting, scene.people[1], meeting.version, suits=True)
    assert [calendar_of(m)[0] for m in scene.letters(scene.people[1])][-1] == "REQUEST"
    pairs.end_early(scene.pair, scene.people[1])
    clock.at(MORNING)
    assert pairs.every_morning(timezone.now()) is None
    assert [len(calendars_of(m)) for m in scene.letters(scene.people[0])] == [0]
    assert [len(calendars_of(m)) for m in scene.letters(scene.people[1])] == [0, 1]


def test_what_is_agreed_anew_before_it_left_comes_into_calendars_with_its_end(scene: Scene, clock: Clock) -> None:
    (meeting,) = actions.propose(scene.pair, scene.people[0], scene.times(20))
    suits_all(scene.pair)
    clock.at(EVENING)
    actions.agree(scene.pair.round, scene.boss)
    moved(scene, meeting, 21)
    suits_all(scene.pair)
    actions.agree(scene.pair.round, scene.boss)
    clock.at(MORNING)
    for person in scene.people:
        assert calendar_of(scene.letters(person)[-1])[0] == "REQUEST"
    actions.cancel(Meeting.objects.get(), scene.people[0])
    for person in scene.people:
        assert calendar_of(scene.letters(person)[-1])[0] == "CANCEL"
