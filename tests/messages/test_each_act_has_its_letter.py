"""Keys of letters name the act: one press sends one letter, and the same thing done anew is told anew."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import PersonFactory, RoundFactory, member_of, pair_of, supervisor_of
from tests.meetings.test_work_times import DAY, week
from tests.rounds.ways_in import TOLD

from oppipari.meetings import actions as meetings
from oppipari.meetings.work_times import rosters
from oppipari.messages.models import Outgoing
from oppipari.organisation import actions as organisation
from oppipari.organisation.models import Person
from oppipari.rounds import actions
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]


def sent_to(person: Person) -> list[str]:
    """The kinds of letters that have come about since the last time, oldest first; they have left."""
    new = Outgoing.objects.filter(to=person.email, sent_at=None).order_by("created_at")
    kinds = list(new.values_list("kind", flat=True))
    new.update(to="", sent_at=timezone.now())
    return kinds


def test_each_sign_up_has_its_receipt_and_a_changed_answer_none() -> None:
    round_ = RoundFactory()
    person = member_of(round_.unit)
    for _time in range(3):
        made = actions.sign_up(round_, person, TOLD)
        actions.sign_up(round_, person, TOLD)  # pressed twice
        assert sent_to(person) == ["sign_up_received"]
        actions.sign_up(round_, person, {**TOLD, "stage": "early"})
        assert sent_to(person) == []
        actions.withdraw(made, person)
        assert sent_to(person) == []


def test_who_waits_anew_is_told_so_and_is_told_when_they_are_known() -> None:
    round_ = RoundFactory()
    boss, person = supervisor_of(round_.unit), PersonFactory(email="vieras@muualla.fi")
    for _time in range(2):
        made = actions.sign_up(round_, person, TOLD)
        assert sent_to(person) == ["sign_up_waiting"]
        assert actions.confirm_sign_ups(round_, boss, [made.pk, made.pk]) == 1
        assert actions.confirm_sign_ups(round_, boss, [made.pk, -1]) == 0
        assert sent_to(person) == ["sign_up_confirmed"]
        made.refresh_from_db()
        actions.withdraw(made, person)
        person.roles.all().delete()


def test_who_loses_their_place_and_changes_an_answer_is_told_that_they_wait() -> None:
    round_ = RoundFactory()
    person = member_of(round_.unit)
    actions.sign_up(round_, person, TOLD)
    person.roles.all().delete()
    actions.sign_up(round_, person, TOLD)
    assert sent_to(person) == ["sign_up_received", "sign_up_waiting"]


@pytest.mark.parametrize("again", [False, True])
def test_a_letter_about_a_sign_up_that_was_taken_back_does_not_leave(again: bool) -> None:
    round_ = RoundFactory()
    person = member_of(round_.unit)
    if again:
        actions.withdraw(actions.sign_up(round_, person, TOLD), person)
    actions.withdraw(actions.sign_up(round_, person, TOLD), person)
    assert sent_to(person) == []


def test_whoever_supervises_a_unit_anew_is_told_anew() -> None:
    unit = RoundFactory().unit
    boss = supervisor_of(unit)
    for _time in range(2):
        for _press in range(2):
            organisation.add_supervisor(unit, boss, name="Uuno Uusi", email="uuno@example.org")
        person = Person.objects.get(email="uuno@example.org")
        assert sent_to(person) == ["supervisor_added"]
        person.roles.all().delete()


def test_each_time_that_does_not_suit_is_told_though_another_was_told_before(clock: Clock) -> None:
    trio = pair_of(RoundFactory(state=Round.State.MEETING), size=3)
    first, second, third = (m.person for m in trio.members.select_related("person").order_by("pk"))
    times = [
        {"starts_at": clock.now + timedelta(days=d, hours=4), "minutes": 60, "way": "teams", "place": ""}
        for d in (20, 30)
    ]
    one, other = meetings.propose(trio, first, times)
    sent_to(first)
    meetings.answer_time(one, second, one.version, suits=False)
    for _run in range(2):
        meetings.let_times_hold(clock.at("2027-02-02 08:05"))
    assert sent_to(first) == ["meeting_unsuited"]
    meetings.answer_times(trio, third, {one.pk: one.version, other.pk: other.version}, suits=False)
    for _run in range(2):
        meetings.let_times_hold(clock.at("2027-02-03 08:05"))
    assert sent_to(first) == ["meeting_unsuited"]


def test_times_that_wait_for_the_supervisor_anew_are_told_anew(clock: Clock) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    boss = supervisor_of(pair.round.unit)
    first, second = (m.person for m in pair.members.select_related("person").order_by("pk"))
    time = {"starts_at": clock.now + timedelta(days=20), "minutes": 60, "way": "teams", "place": ""}
    (one,) = meetings.propose(pair, first, [time])
    for morning in ("2027-02-02 10:00", "2027-02-03 10:00"):
        clock.at(morning)
        for _press in range(2):
            meetings.answer_time(one, second, one.version, suits=True)
        assert sent_to(boss) == ["meeting_waits"]
        meetings.answer_time(one, second, one.version, suits=False)
    assert sent_to(boss) == []


def test_a_meeting_that_a_roster_upsets_anew_is_told_anew(clock: Clock) -> None:
    clock.at("2027-02-01 10:00")
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    boss = supervisor_of(pair.round.unit)
    first, second = (m.person for m in pair.members.select_related("person").order_by("pk"))
    monday = clock.now.date() + 14 * DAY
    start = clock.now.replace(hour=10) + 16 * DAY
    pair.meetings.create(starts_at=start, minutes=60, state="agreed", invited=True)
    for _time in range(2):
        for _press in range(2):
            rosters.keep_roster(pair.round.unit, boss, {first.pk: week(monday, 18)})
        assert sent_to(second) == ["meeting_unfit"]
        rosters.keep_roster(pair.round.unit, boss, {first.pk: week(monday, 7)})
        assert sent_to(second) == []
        clock.now += timedelta(hours=2)
