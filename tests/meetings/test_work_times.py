"""Working time from rosters: replaced day by day, nobody else's kept, and the meetings it upsets are told of."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all
from tests.meetings.answering import suits_all

from oppipari import scheduling
from oppipari.meetings import actions, problem, queries
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting, RosterPeriod, WorkTime
from oppipari.meetings.work_times import rosters
from oppipari.meetings.work_times.rosters import Told
from oppipari.organisation.errors import DomainError
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round
from oppipari.scheduling import Span

DAY = timedelta(days=1)


def shift(day: date, start: int, hours: int = 8) -> Span:
    begin = local(day, time(start))
    return Span(begin, (begin + timedelta(hours=hours)).astimezone(ZONE))


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


@pytest.fixture
def monday() -> date:
    day = timezone.localdate() + timedelta(days=14)
    return day - timedelta(days=day.weekday())


def week(monday: date, start: int, days: int = 5) -> Told:
    return Told([shift(monday + n * DAY, start) for n in range(days)], [monday + n * DAY for n in range(7)])


@pytest.mark.django_db
def test_a_new_roster_takes_the_place_of_its_days_and_no_others(pair: Pair, monday: date) -> None:
    boss = supervisor_of(pair.round.unit)
    person = pair.members.first().person
    two_weeks = Told([shift(monday + n * DAY, 7) for n in range(14)], [monday + n * DAY for n in range(14)])
    rosters.keep_roster(pair.round.unit, boss, {person.pk: two_weeks})
    rosters.keep_roster(pair.round.unit, boss, {person.pk: week(monday, 14, days=3)})
    hours = [timezone.localtime(w.starts_at, ZONE).hour for w in WorkTime.objects.filter(person=person)]
    assert hours == [14] * 3 + [7] * 7
    period = RosterPeriod.objects.get(person=person)
    assert (period.first_day, period.last_day) == (monday, monday + 13 * DAY)


@pytest.mark.django_db
def test_a_day_off_of_the_roster_goes_before_what_was_told_at_sign_up(pair: Pair, monday: date) -> None:
    boss = supervisor_of(pair.round.unit)
    person = pair.members.first().person
    rosters.keep_roster(pair.round.unit, boss, {person.pk: Told([], [monday])})
    found = problem.working_time({person.pk: [0, 3]}, monday, monday + DAY)[person.pk]
    assert found.shifts == ()
    assert [s.start.date() for s in found.usual] == [monday + DAY]


@pytest.mark.django_db
def test_somebody_elses_roster_makes_no_shifts_of_what_others_told_at_sign_up(pair: Pair, monday: date) -> None:
    boss = supervisor_of(pair.round.unit)
    for place in pair.members.all():
        # Mornings and evenings, either or: no shift from 7 to 22 with nine hours of rest after it.
        place.sign_up.slots = [0, 1, 3, 4]
        place.sign_up.save()
    tuesday = monday + DAY

    def times() -> list[datetime]:
        scene = problem.scene(pair.round, tuesday, 1, wanted={pair.pk: 1})
        return [s.start for s in scheduling.openings(scene.workers, scene.groups, scene.rules, str(pair.pk))]

    before = times()
    assert local(tuesday, time(7)) in before
    other = pair_of(pair.round).members.first().person
    rosters.keep_roster(pair.round.unit, boss, {other.pk: week(monday, 7)})
    assert times() == before


@pytest.mark.django_db
def test_nothing_is_kept_of_people_who_do_not_take_part(pair: Pair, monday: date) -> None:
    boss = supervisor_of(pair.round.unit)
    stranger = PersonFactory(organisation=pair.round.unit.organisation)
    elsewhere = SignUpFactory(round=RoundFactory()).person
    rosters.keep_roster(pair.round.unit, boss, {p.pk: week(monday, 7) for p in (stranger, elsewhere)})
    assert not WorkTime.objects.exists()
    assert not RosterPeriod.objects.exists()


@pytest.mark.django_db
def test_only_the_units_supervisor_keeps_rosters(pair: Pair, monday: date) -> None:
    person = pair.members.first().person
    other_boss = supervisor_of(RoundFactory().unit)
    for by in (person, other_boss):
        with pytest.raises(DomainError):
            rosters.keep_roster(pair.round.unit, by, {person.pk: week(monday, 7)})
    assert not WorkTime.objects.exists()


@pytest.mark.django_db
def test_suggested_times_lie_in_the_shifts_of_both(pair: Pair, monday: date) -> None:
    boss = supervisor_of(pair.round.unit)
    first, second = (m.person for m in pair.members.all())
    days = [monday + n * DAY for n in range(84)]
    early = Told([shift(d, 7) for d in days if d.weekday() in (0, 1, 2)], days)
    late = Told([shift(d, 14) for d in days if d.weekday() in (2, 3, 4)], days)
    rosters.keep_roster(pair.round.unit, boss, {first.pk: early, second.pk: late})
    times = [timezone.localtime(t, ZONE) for t in queries.suggested_times(pair)]
    assert len(times) == pair.meetings_agreed
    # Wednesdays from 14 to 15 are all they have.
    assert {(t.weekday(), t.hour, t.minute) for t in times if t.date() >= monday} == {(2, 14, 0)}
    assert all((b - a).days >= 14 for a, b in pairwise(times))


@pytest.mark.django_db
def test_nobody_is_taken_to_work_on_a_holiday_unless_their_roster_says_so(clock: Clock) -> None:
    clock.at("2027-03-15 10:00")
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    first, second = (m.person for m in pair.members.all())
    good_friday, easter_monday = date(2027, 3, 26), date(2027, 3, 29)
    slots = {pk: [0, 12] for pk in (first.pk, second.pk)}  # the mornings of Mondays and Fridays

    def days() -> list[set[date]]:
        told = problem.working_time(slots, date(2027, 3, 22), date(2027, 4, 4))
        return [{span.start.date() for span in (*told[pk].shifts, *told[pk].usual)} for pk in slots]

    assert days() == [{date(2027, 3, 22), date(2027, 4, 2)}] * 2
    boss = supervisor_of(pair.round.unit)
    rosters.keep_roster(
        pair.round.unit, boss, {first.pk: Told([shift(easter_monday, 7)], [good_friday, easter_monday])}
    )
    assert days() == [{date(2027, 3, 22), easter_monday, date(2027, 4, 2)}, {date(2027, 3, 22), date(2027, 4, 2)}]


@pytest.mark.django_db
def test_meetings_that_no_longer_fit_are_told_once_to_both(pair: Pair, monday: date, mailbox: Mailbox) -> None:
    boss = supervisor_of(pair.round.unit)
    first, second = (m.person for m in pair.members.all())
    at = local(monday + 2 * DAY, time(14))
    (meeting,) = actions.propose(pair, first, [{"starts_at": at, "minutes": 60, "way": "face_to_face", "place": ""}])
    suits_all(pair)
    actions.agree(pair.round, boss)
    deliver_all()
    before = {p.pk: len(mailbox.to(p.email)) for p in (first, second)}
    told = {first.pk: week(monday, 7)}  # home at 15: it still fits
    assert rosters.keep_roster(pair.round.unit, boss, told) == []
    evening = {second.pk: week(monday, 16)}
    for _again in range(2):
        assert [m.pk for m in rosters.keep_roster(pair.round.unit, boss, evening)] == [meeting.pk]
    deliver_all()
    for p in (first, second):
        assert len(mailbox.to(p.email)) == before[p.pk] + 1
    assert queries.pair_part(pair, first)["unfit"] == {meeting.pk}
    assert any("ei enää sovi" in str(t.text) for t in queries.todos_for_round(pair.round, boss))
    assert len(rosters.unfit_meetings(pair.round.unit)) == 1


@pytest.mark.django_db
def test_agreed_meetings_that_no_longer_fit_come_first_on_the_supervisors_own_page(
    pair: Pair, monday: date, client: Any
) -> None:
    boss = supervisor_of(pair.round.unit)
    first, second = (m.person for m in pair.members.all())
    new = {"minutes": 60, "way": "face_to_face", "place": ""}
    made = actions.propose(pair, first, [{"starts_at": local(monday + n * DAY, time(14)), **new} for n in (0, 2)])
    suits_all(pair)
    actions.agree(pair.round, boss, [made[0].pk])
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    assert "odottaa hyväksyntääsi" in client.get("/home/").content.decode()
    rosters.keep_roster(pair.round.unit, boss, {second.pk: Told([], [monday])})
    page = client.get("/home/").content.decode()
    assert "Työvuorolistojen mukaan 1 sovittu tapaaminen ei enää sovi." in page


@pytest.mark.django_db
def test_what_a_roster_would_upset_is_known_before_it_is_kept(pair: Pair, monday: date, mailbox: Mailbox) -> None:
    boss = supervisor_of(pair.round.unit)
    first, second = (m.person for m in pair.members.all())
    new = {"minutes": 60, "way": "face_to_face", "place": ""}
    days = [monday + n * DAY for n in (0, 2, 4)]
    made = actions.propose(pair, first, [{"starts_at": local(d, time(14)), **new} for d in days])
    suits_all(pair)
    actions.agree(pair.round, boss, [made[0].pk, made[2].pk])
    rosters.keep_roster(pair.round.unit, boss, {first.pk: week(monday, 7), second.pk: week(monday, 7)})
    deliver_all()
    told_before = len(mailbox.to(first.email))
    # A night from Tuesday on, which takes the rest before Wednesday's meeting; Friday is not told of.
    night = Span(local(monday + DAY, time(21, 30)), local(monday + 2 * DAY, time(7, 30)))
    for told in (
        {second.pk: Told([night], [monday + n * DAY for n in range(4)])},
        {second.pk: Told([shift(monday, 16), shift(monday + 2 * DAY, 7)], [monday, monday + 2 * DAY])},
        {first.pk: Told([], days)},
        {first.pk: week(monday, 7), PersonFactory().pk: week(monday, 7)},
    ):
        would = [m.pk for m in rosters.would_upset(pair.round.unit, told)]
        assert not rosters.unfit_meetings(pair.round.unit)  # nothing was written
        with transaction.atomic():
            assert [m.pk for m in rosters.keep_roster(pair.round.unit, boss, told)] == would
            transaction.set_rollback(True)
    assert would == []
    assert [m.pk for m in rosters.would_upset(pair.round.unit, {first.pk: Told([], days)})] == [m.pk for m in made]
    deliver_all()
    assert len(mailbox.to(first.email)) == told_before


@pytest.mark.django_db
def test_a_meeting_is_not_proposed_on_a_day_off_nor_into_the_hours_of_rest(pair: Pair, monday: date) -> None:
    boss = supervisor_of(pair.round.unit)
    first, second = (m.person for m in pair.members.all())
    off = Told([shift(monday, 7)], [monday, monday + DAY])
    rosters.keep_roster(pair.round.unit, boss, {second.pk: off})
    new = {"minutes": 60, "way": "face_to_face", "place": ""}
    with pytest.raises(DomainError) as refused:
        actions.propose(pair, first, [{"starts_at": local(monday + DAY, time(9)), **new}])
    assert refused.value.field == "time"
    # A night shift that ends at 7.30, then an evening shift from 14: eleven hours of rest last until 18.30.
    night = Span(local(monday, time(21, 30)), local(monday + DAY, time(7, 30)))
    rosters.keep_roster(
        pair.round.unit, boss, {second.pk: Told([night, shift(monday + DAY, 14)], [monday, monday + DAY])}
    )
    with pytest.raises(DomainError):
        actions.propose(pair, first, [{"starts_at": local(monday + DAY, time(15)), **new}])
    (made,) = actions.propose(pair, first, [{"starts_at": local(monday + DAY, time(19)), **new}])
    assert made.state == Meeting.State.PROPOSED


@pytest.mark.django_db
def test_working_time_goes_when_its_days_are_past_and_when_the_round_is_closed(pair: Pair, monday: date) -> None:
    boss = supervisor_of(pair.round.unit)
    first, second = (m.person for m in pair.members.all())
    long_ago = timezone.localdate() - timedelta(days=90)
    rosters.keep_roster(pair.round.unit, boss, {first.pk: week(long_ago, 7), second.pk: week(monday, 7)})
    rosters.retention(timezone.localdate())
    assert set(WorkTime.objects.values_list("person", flat=True)) == {second.pk}
    Round.objects.update(state=Round.State.CLOSED)
    rosters.retention(timezone.localdate())
    assert not WorkTime.objects.exists()
    assert not RosterPeriod.objects.exists()


@pytest.mark.django_db
def test_shifts_keep_their_local_hour_across_the_change_of_summer_time(pair: Pair) -> None:
    person = pair.members.first().person
    found = problem.working_time({person.pk: [18, 19, 20]}, date(2028, 3, 25), date(2028, 3, 27))[person.pk].usual
    sunday = [s for s in found if s.start.date() == date(2028, 3, 26)]
    assert [(s.start.hour, s.end.hour) for s in sunday] == [(7, 15), (14, 22), (21, 7)]
    saturday = datetime(2028, 3, 25, 21, 30, tzinfo=ZONE)
    assert all(s.start != saturday for s in found)
