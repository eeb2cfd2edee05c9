"""What a supervisor does by hand: their yes and no to each meeting, and times in the planner that cannot be."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, pair_of, supervisor_of
from tests.mailbox import Mailbox, calendar_of, deliver_all
from tests.meetings.answering import suits_all

from oppipari.meetings import actions, queries
from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting, MeetingPlan, MeetingRules, PlannedMeeting
from oppipari.meetings.work_times import rosters
from oppipari.meetings.work_times.rosters import Told
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
State = Meeting.State
DAY = timedelta(days=1)


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


@pytest.fixture
def monday() -> date:
    day = timezone.localdate() + timedelta(days=14)
    return day - timedelta(days=day.weekday())


def at(day: date, hour: int, **changes: Any) -> dict[str, Any]:
    return {"starts_at": local(day, time(hour)), "minutes": 60, "way": "face_to_face", "place": ""} | changes


def page_of(client: Any, boss: Any, name: str, round_: Round) -> str:
    client.force_login(boss, backend=BACKEND)
    return str(client.get(reverse(name, args=[round_.pk])).content.decode())


def off_work(pair: Pair, boss: Any, day: date) -> None:
    """By the roster nobody of the pair works on `day`."""
    rosters.keep_roster(pair.round.unit, boss, {m.person_id: Told([], [day]) for m in pair.members.all()})


class TestTheYes:
    def test_agreeing_to_all_leaves_what_something_speaks_against(
        self, client: Any, pair: Pair, monday: date, mailbox: Mailbox
    ) -> None:
        boss, first = supervisor_of(pair.round.unit), pair.members.first().person
        bad, good = actions.propose(pair, first, [at(monday, 13), at(monday + 28 * DAY, 13)])
        off_work(pair, boss, monday)
        page = page_of(client, boss, "round_meetings", pair.round)
        assert "Työvuorolistojen mukaan kaikki eivät ole silloin töissä" in page
        assert "Hyväksy se, jolle ei ole estettä" in page
        assert "Hyväksy silti" in page
        form = page[page.index("meetings/agree/") :]
        form = form[: form.index("</form>")]
        assert f'value="{good.pk}:' in form
        assert f'value="{bad.pk}:' not in form

    def test_the_page_says_why_each_waits(self, client: Any, pair: Pair, monday: date) -> None:
        boss, first = supervisor_of(pair.round.unit), pair.members.first().person
        quiet = [{"days": [], "from": "12:00", "until": "14:00"}]
        MeetingRules.objects.create(
            round=pair.round, by_themselves=True, frame_from=time(8), frame_until=time(10), quiet=quiet
        )
        actions.propose(pair, first, [at(monday, 15), at(monday + 7 * DAY, 13)])
        page = page_of(client, boss, "round_meetings", pair.round)
        assert page.count("Niiden päivien ja kellonaikojen ulkopuolella") == 1
        assert page.count("warn-text") == 2

    def test_what_speaks_against_is_read_in_as_many_queries_for_many(
        self, monday: date, django_assert_max_num_queries: Any
    ) -> None:
        round_ = RoundFactory(state=Round.State.MEETING)
        counts = []
        for number in (2, 6):
            while round_.pairs.count() < number:
                pair = pair_of(round_)
                actions.propose(pair, pair.members.first().person, [at(monday + round_.pairs.count() * DAY, 13)])
            lines = queries.of_round(round_)
            with django_assert_max_num_queries(30) as told:
                queries.waiting(round_, lines, ())
            counts.append(len(told))
        assert counts[0] == counts[1]


class TestTheNo:
    def test_a_proposed_meeting_is_off_and_the_pair_is_told(self, pair: Pair, monday: date, mailbox: Mailbox) -> None:
        boss, first = supervisor_of(pair.round.unit), pair.members.first().person
        (meeting,) = actions.propose(pair, first, [at(monday, 13)])
        assert actions.turn_down(pair.round, boss, meeting.pk, meeting.version)
        assert not actions.turn_down(pair.round, boss, meeting.pk, meeting.version)  # a double click
        deliver_all()
        meeting.refresh_from_db()
        assert meeting.state == State.CANCELLED
        for member in pair.members.all():
            assert sum("peru" in m["Subject"] for m in mailbox.to(member.person.email)) == 1

    def test_an_agreed_one_leaves_the_calendars(self, pair: Pair, monday: date, mailbox: Mailbox) -> None:
        boss, first = supervisor_of(pair.round.unit), pair.members.first().person
        (meeting,) = actions.propose(pair, first, [at(monday, 13)])
        suits_all(pair)
        actions.agree(pair.round, boss)
        deliver_all()
        meeting.refresh_from_db()
        with pytest.raises(StaleEdit):
            actions.turn_down(pair.round, boss, meeting.pk, meeting.version - 1)
        assert actions.turn_down(pair.round, boss, meeting.pk, meeting.version)
        deliver_all()
        letters = [m for m in mailbox.to(first.email) if m.is_multipart()]
        assert [calendar_of(m)[0] for m in letters] == ["REQUEST", "CANCEL"]

    def test_only_the_supervisor_of_the_round(self, client: Any, pair: Pair, monday: date) -> None:
        first, stranger = pair.members.first().person, supervisor_of(RoundFactory().unit)
        (meeting,) = actions.propose(pair, first, [at(monday, 13)])
        for by in (first, stranger):
            with pytest.raises(DomainError):
                actions.turn_down(pair.round, by, meeting.pk, meeting.version)
        other = pair_of(RoundFactory(state=Round.State.MEETING))
        assert not actions.turn_down(other.round, supervisor_of(other.round.unit), meeting.pk, meeting.version)

    @pytest.mark.parametrize("nonsense", ["", "x", "1", ":", "9999999999999999999999:1"])
    def test_nonsense_turns_nothing_down(self, client: Any, pair: Pair, monday: date, nonsense: str) -> None:
        boss = supervisor_of(pair.round.unit)
        actions.propose(pair, pair.members.first().person, [at(monday, 13)])
        client.force_login(boss, backend=BACKEND)
        answer = client.post(reverse("meeting_turn_down", args=[pair.round_id]), {"seen": nonsense})
        assert answer.status_code == 302
        assert Meeting.objects.filter(state=State.PROPOSED).count() == 1


class TestTimesByHand:
    """In the planner."""

    @pytest.fixture
    def plan(self, pair: Pair, monday: date) -> MeetingPlan:
        made = MeetingPlan.objects.create(
            round=pair.round, first_day=monday, weeks=6, state=MeetingPlan.State.READY, found={"proven": True}
        )
        PlannedMeeting.objects.create(plan=made, pair=pair, number=1, starts_at=local(monday, time(13)), minutes=60)
        return made

    def change(self, client: Any, plan: MeetingPlan, day: str, hour: str) -> str:
        client.force_login(supervisor_of(plan.round.unit), backend=BACKEND)
        data = {"version": plan.version, "planned": plan.planned.get().pk, "change": "set", "day": day, "time": hour}
        answer = client.post(reverse("planner_change", args=[plan.round_id]), data, follow=True)
        assert answer.status_code == 200
        return str(answer.content.decode())

    @pytest.mark.parametrize("day", ["9999-12-31", "31.12.9999", "2126-01-01"])
    def test_years_ahead_are_refused_at_their_place(self, client: Any, plan: MeetingPlan, day: str) -> None:
        page = self.change(client, plan, day, "23.45")
        assert "Päivään on yli vuosi" in page
        assert "details open" in page
        assert "23.45" in page
        assert plan.planned.get().starts_at == local(plan.first_day, time(13))

    def test_what_cannot_be_read_is_told_at_its_place_and_nothing_typed_is_lost(
        self, client: Any, plan: MeetingPlan
    ) -> None:
        page = self.change(client, plan, "hup", "pup")
        assert "details open" in page
        assert 'value="hup"' in page
        assert 'value="pup"' in page
        assert "id_day_error" in page

    def test_a_first_day_years_ahead_is_refused_at_its_field(self, client: Any, pair: Pair) -> None:
        client.force_login(supervisor_of(pair.round.unit), backend=BACKEND)
        url = reverse("round_planner", args=[pair.round_id])
        page = client.post(url, {"first_day": "9999-12-31", "weeks": "6"}).content.decode()
        assert "id_first_day_error" in page
        assert not MeetingPlan.objects.exists()

    def test_the_headline_says_what_is_left_out_and_what_to_look_at(
        self, client: Any, plan: MeetingPlan, monday: date
    ) -> None:
        page = page_of(client, supervisor_of(plan.round.unit), "round_planner", plan.round)
        assert "2 jää parien itse varattavaksi" in page  # of three meetings one has a time
        assert "Kaikki toivotut" not in page
        self.change(client, plan, str(monday), "3.00")
        page = page_of(client, supervisor_of(plan.round.unit), "round_planner", plan.round)
        assert "Katso 1 ennen julkaisemista" in page

    def test_beyond_the_rosters_the_page_says_so(
        self, client: Any, plan: MeetingPlan, pair: Pair, monday: date
    ) -> None:
        boss = supervisor_of(pair.round.unit)
        off_work(pair, boss, monday - DAY)
        assert "Sen jälkeiset ajat perustuvat" in page_of(client, boss, "round_planner", pair.round)
        off_work(pair, boss, monday + 60 * DAY)
        assert "Sen jälkeiset ajat perustuvat" not in page_of(client, boss, "round_planner", pair.round)

    def test_a_place_given_when_publishing_is_in_the_invitations(
        self, client: Any, plan: MeetingPlan, mailbox: Mailbox
    ) -> None:
        client.force_login(supervisor_of(plan.round.unit), backend=BACKEND)
        data = {"version": plan.version, "place": "Taukotila"}
        client.post(reverse("planner_publish", args=[plan.round_id]), data)
        deliver_all()
        assert Meeting.objects.get().place == "Taukotila"
        (letter,) = mailbox.to(plan.round.pairs.get().members.first().person.email)
        assert "LOCATION:Taukotila" in calendar_of(letter)[1]


def test_an_hour_that_summer_time_skips_is_refused_where_it_is_typed(client: Any, clock: Clock) -> None:
    clock.at("2027-03-15 10:00")
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    client.force_login(pair.members.first().person, backend=BACKEND)
    data = {"m0-day": "28.3.2027", "m0-time": "3.30", "m0-minutes": "60", "m0-way": "face_to_face"}
    page = client.post(reverse("meeting_new", args=[pair.pk]), data).content.decode()
    assert "Tätä kellonaikaa ei ole" in page
    assert "id_m0-time_error" in page
    assert not Meeting.objects.exists()
    client.post(reverse("meeting_new", args=[pair.pk]), data | {"m0-time": "4.30"})
    assert Meeting.objects.get().starts_at == datetime.fromisoformat("2027-03-28T01:30+00:00")


class TestMoving:
    def test_nothing_changed_is_said_to_be_nothing(self, client: Any, pair: Pair, monday: date) -> None:
        first = pair.members.first().person
        (meeting,) = actions.propose(pair, first, [at(monday, 13)])
        client.force_login(first, backend=BACKEND)
        data = {"version": meeting.version, "day": str(monday), "time": "13:00", "minutes": 60, "way": "face_to_face"}
        page = client.post(reverse("meeting_move", args=[meeting.pk]), data, follow=True).content.decode()
        assert "mikään ei muuttunut" in page
        assert "Tapaaminen siirrettiin" not in page

    def test_without_any_common_time_the_page_says_so_and_does_not_offer_the_impossible(
        self, client: Any, pair: Pair, monday: date
    ) -> None:
        boss, first = supervisor_of(pair.round.unit), pair.members.first().person
        (meeting,) = actions.propose(pair, first, [at(monday, 13)])
        days = [timezone.localdate() + n * DAY for n in range(140)]
        rosters.keep_roster(pair.round.unit, boss, {first.pk: Told([], days)})
        client.force_login(first, backend=BACKEND)
        page = client.get(reverse("meeting_move", args=[meeting.pk])).content.decode()
        assert "ei löydy vapaata yhteistä työaikaa" in page
        assert f'value="{monday}"' not in page

    def test_where_the_next_weeks_are_full_later_ones_are_offered(self, pair: Pair, monday: date) -> None:
        boss, first = supervisor_of(pair.round.unit), pair.members.first().person
        (meeting,) = actions.propose(pair, first, [at(monday, 13)])
        days = [timezone.localdate() + n * DAY for n in range(42)]
        rosters.keep_roster(pair.round.unit, boss, {first.pk: Told([], days)})
        times = queries.times_to_move_to(meeting)
        assert times
        assert all(timezone.localdate(t) > days[-1] for t in times)
