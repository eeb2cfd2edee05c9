"""The frame within which pairs agree by themselves, and the planner for a whole round."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, SignUpFactory, UnitFactory, pair_of, supervisor_of
from tests.mailbox import Mailbox, calendar_of, calendars_of, deliver_all
from tests.meetings.answering import suits_all

from oppipari.meetings import actions, problem
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting, MeetingPlan, MeetingRules, RosterPeriod, WorkTime
from oppipari.meetings.planner import actions as planning
from oppipari.meetings.planner import queries as planner_queries
from oppipari.meetings.staffing.actions import set_rules
from oppipari.meetings.staffing.forms import kept, quiet_text
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round
from oppipari.scheduling.quiet_hours import read_quiet

BACKEND = "django.contrib.auth.backends.ModelBackend"
DAY = timedelta(days=1)


@pytest.fixture
def monday() -> date:
    day = timezone.localdate() + timedelta(days=10)
    return day + timedelta(days=-day.weekday() % 7)


@pytest.fixture
def round_() -> Round:
    return RoundFactory(state=Round.State.MEETING)


def at(day: date, hour: int) -> dict[str, Any]:
    return {"starts_at": local(day, time(hour)), "minutes": 60, "way": "face_to_face", "place": ""}


def with_frame(round_: Round, **fields: Any) -> MeetingRules:
    values = {"by_themselves": True, "frame_from": time(12), "frame_until": time(15), **fields}
    return MeetingRules.objects.create(round=round_, **values)


@pytest.mark.django_db
def test_within_the_frame_a_meeting_is_agreed_as_soon_as_it_suits_the_pair_and_calendars_follow(
    round_: Round, monday: date, mailbox: Mailbox
) -> None:
    boss = supervisor_of(round_.unit)
    with_frame(round_)
    pair = pair_of(round_)
    first, second = (m.person for m in pair.members.all())
    (inside,) = actions.propose(pair, first, [at(monday, 13)])
    (outside,) = actions.propose(pair, first, [at(monday + 7 * DAY, 9)])
    assert inside.state == Meeting.State.PROPOSED
    suits_all(inside)
    inside.refresh_from_db()
    assert (inside.state, outside.state) == (Meeting.State.AGREED, Meeting.State.PROPOSED)
    deliver_all()
    moved = actions.move(inside, second, inside.version, **at(monday + DAY, 14))
    assert moved.state == Meeting.State.PROPOSED
    deliver_all()
    suits_all(moved)
    moved.refresh_from_db()
    assert moved.state == Meeting.State.AGREED
    deliver_all()
    moved = actions.move(moved, second, moved.version, **at(monday + DAY, 15))  # ends after the frame
    assert moved.state == Meeting.State.PROPOSED
    suits_all(pair)
    deliver_all()
    methods = [calendar_of(m)[0] for m in mailbox.to(second.email) if m.is_multipart()]
    # Their own move that waits for a yes is in the calendar of the other alone.
    assert methods == ["REQUEST"] * 2
    assert [calendar_of(m)[0] for m in mailbox.to(first.email) if m.is_multipart()] == ["REQUEST"] * 4
    # The supervisor hears of a move that needed no yes, too.
    assert any("muuttunut" in str(m["Subject"]) for m in mailbox.to(boss.email))
    assert any("odottaa" in str(m["Subject"]) for m in mailbox.to(boss.email))


@pytest.mark.django_db
def test_the_page_says_what_waits_for_whom(client: Any, round_: Round, monday: date) -> None:
    supervisor_of(round_.unit)
    with_frame(round_)
    pair = pair_of(round_)
    client.force_login(pair.members.first().person, backend=BACKEND)
    row = {"minutes": "60", "way": "face_to_face", "place": ""}
    times = {"m0-day": f"{monday}", "m0-time": "13.00", "m1-day": f"{monday + 7 * DAY}", "m1-time": "9.00"}
    typed = times | {f"m{i}-{k}": v for i in (0, 1) for k, v in row.items()}
    page = client.post(reverse("meeting_new", args=[pair.pk]), typed, follow=True).content.decode()
    assert (
        "2 tapaamista on ehdotettu. Parisi vastaa omalla sivullaan, sopivatko ajat. Hän näkee sen, kun avaa oman sivunsa: kerro"
        in page
    )
    suits_all(pair)
    agreed = pair.meetings.get(state="agreed")
    typed = row | {"day": f"{monday + DAY}", "time": "14.00", "version": str(agreed.version)}
    page = client.post(reverse("meeting_move", args=[agreed.pk]), typed, follow=True).content.decode()
    assert (
        "Uutta aikaa on ehdotettu. Parisi vastaa omalla sivullaan, sopiiko se. Hän näkee sen, kun avaa oman sivunsa: kerro"
        in page
    )
    suits_all(pair)
    assert pair.meetings.get(pk=agreed.pk).state == "agreed"


@pytest.mark.django_db
def test_a_team_that_would_be_too_thin_waits_for_the_supervisor(round_: Round, monday: date) -> None:
    supervisor_of(round_.unit)
    with_frame(round_)  # two of a team: one pair of one team at a time
    pairs = [pair_of(round_) for _ in range(2)]
    states = []
    for pair in pairs:
        (made,) = actions.propose(pair, pair.members.first().person, [at(monday, 13)])
        suits_all(pair)
        made.refresh_from_db()
        states.append(made.state)
    assert states == [Meeting.State.AGREED, Meeting.State.PROPOSED]
    quiet = with_frame(
        RoundFactory(state=Round.State.MEETING), quiet=[{"days": [0], "from": "13:00", "until": "14:00"}]
    )
    third = pair_of(quiet.round)
    (made,) = actions.propose(third, third.members.first().person, [at(monday, 13)])
    suits_all(third)
    made.refresh_from_db()
    assert made.state == Meeting.State.PROPOSED


def test_quiet_hours_that_were_kept_are_written_so_that_they_are_read_again() -> None:
    for line in ("ma-pe 7-9", "Sat, Sun 22-6", "7.30–9", "la su 0-24"):
        found = [kept(q) for q in read_quiet(line)]
        assert [kept(q) for text in map(quiet_text, found) for q in read_quiet(text)] == found


@pytest.mark.django_db
def test_quiet_hours_that_end_before_they_begin_are_asked_about(client: Any, round_: Round) -> None:
    client.force_login(supervisor_of(round_.unit), backend=BACKEND)
    url = reverse("round_rules", args=[round_.pk])
    data = {"version": 0, "away_per_team": 2, "quiet_lines": "ma-pe 9-7", "frame_from": "9.00", "frame_until": "15.00"}
    page = client.post(url, data).content.decode()
    assert "ennen kuin se alkaa" in page
    assert not MeetingRules.objects.exists()
    client.post(url, data | {"quiet_lines": "joka päivä 0-24"})  # all day is no slip
    assert len(MeetingRules.objects.get().quiet) == 2


def some_pairs(round_: Round, count: int) -> list[Pair]:
    """Pairs across two teams, all at work in the mornings."""
    teams = [UnitFactory(organisation=round_.unit.organisation, parent=round_.unit, name=n) for n in ("Koivu", "Mänty")]
    pairs = []
    for _ in range(count):
        pair = Pair.objects.create(round=round_, meetings_agreed=round_.meetings_wanted)
        for team in teams:
            sign_up = SignUpFactory(round=round_, team=team)
            PairMember.objects.create(pair=pair, sign_up=sign_up, person=sign_up.person)
        pairs.append(pair)
    return pairs


def planned(round_: Round, boss: Any, monday: date, weeks: int = 14) -> MeetingPlan:
    plan = planning.ask_for_plan(round_, boss, first_day=monday, weeks=weeks)
    planning.work_out(plan.pk, plan.version)
    plan.refresh_from_db()
    assert plan.state == MeetingPlan.State.READY, plan.failure
    return plan


@pytest.mark.django_db
def test_the_planner_gives_every_pair_its_times_and_publishing_invites_all(
    round_: Round, monday: date, mailbox: Mailbox
) -> None:
    boss = supervisor_of(round_.unit)
    MeetingRules.objects.create(round=round_, away_per_team=1)
    pairs = some_pairs(round_, 4)
    plan = planned(round_, boss, monday)
    assert plan.planned.count() == 4 * round_.meetings_wanted
    assert plan.found["proven"]
    starts = list(plan.planned.values_list("starts_at", flat=True))
    assert len(set(starts)) == len(starts)  # one of a team away at a time
    shown = planner_queries.planner(round_)
    assert not any(line.broken for line in shown.lines)
    assert planning.publish_plan(round_, boss, plan.version) == len(starts)
    assert planning.publish_plan(round_, boss, plan.version) == 0  # the second press
    assert Meeting.objects.filter(state=Meeting.State.AGREED).count() == len(starts)
    deliver_all()
    person = pairs[0].members.first().person
    (letter,) = mailbox.to(person.email)
    assert len(calendars_of(letter)) == round_.meetings_wanted


@pytest.mark.django_db
def test_times_set_by_hand_stay_and_what_they_break_is_told(round_: Round, monday: date) -> None:
    boss = supervisor_of(round_.unit)
    MeetingRules.objects.create(round=round_, away_per_team=1)
    some_pairs(round_, 2)
    plan = planned(round_, boss, monday)
    one, other = plan.planned.order_by("pk").first(), plan.planned.order_by("-pk").first()
    assert one.pair_id != other.pair_id
    planning.set_planned(round_, boss, plan.version, one.pk, other.starts_at)
    with pytest.raises(StaleEdit):
        planning.set_planned(round_, boss, plan.version, one.pk, other.starts_at)
    lines = {line.planned.pk: line for line in planner_queries.planner(round_).lines}
    assert lines[one.pk].broken
    again = planned(round_, boss, monday)
    one.refresh_from_db()
    assert one.by_hand
    assert again.planned.filter(pk=one.pk).exists()
    assert again.planned.count() == 2 * round_.meetings_wanted


@pytest.mark.django_db
def test_who_never_works_together_is_named_with_the_rule_in_the_way(client: Any, round_: Round, monday: date) -> None:
    boss = supervisor_of(round_.unit)
    pair = pair_of(round_)
    one, other = (m.sign_up for m in pair.members.all())
    one.slots, other.slots = [0], [3]
    one.save()
    other.save()
    plan = planned(round_, boss, monday)
    assert plan.found["proven"]
    assert {u["reason"] for u in plan.unplaced} == {"no_common_time"}
    shown = planner_queries.planner(round_)
    assert [m.count for m in shown.missing] == [round_.meetings_wanted]
    # Said once, at the top.
    (named,) = shown.remarks.alone
    assert (named.pair, named.first, named.why) == (pair.pk, None, "Työvuorot eivät osu yhteen kertaakaan.")
    assert shown.missing[0].whys == []
    client.force_login(boss, backend=BACKEND)
    page = client.get(reverse("round_planner", args=[round_.pk])).content.decode()
    assert page.index("Ilman yhteistä työaikaa") < page.index(shown.proof)
    planning.add_planned(round_, boss, plan.version, pair.pk, local(monday, time(13)))
    assert planner_queries.planner(round_).missing[0].count == round_.meetings_wanted - 1


@pytest.mark.django_db
def test_a_date_after_weeks_without_a_common_hour_is_named_although_all_fitted(
    client: Any, round_: Round, monday: date
) -> None:
    """Rosters keep the two apart for ten weeks; after them the hours that they told do."""
    boss = supervisor_of(round_.unit)
    pair, other = pair_of(round_), pair_of(round_)
    for m in pair.members.all():
        RosterPeriod.objects.create(person=m.person, first_day=monday, last_day=monday + 70 * DAY - DAY)
    first, second = (m.person for m in pair.members.all())
    for day in range(0, 70, 7):
        for person, hour in ((first, 7), (second, 14)):
            start = local(monday + day * DAY, time(hour))
            WorkTime.objects.create(person=person, starts_at=start, ends_at=start + timedelta(hours=7))
    plan = planned(round_, boss, monday, weeks=20)
    assert not plan.unplaced
    shown = planner_queries.planner(round_)
    assert "Kaikki" in shown.proof
    (named,) = shown.remarks.alone
    assert named.pair == pair.pk
    assert named.habit
    assert named.first is not None
    assert monday + 70 * DAY <= named.first < monday + 78 * DAY
    assert [gap.before for gap in shown.remarks.gaps if gap.names == named.names][:1] == [None]
    client.force_login(boss, backend=BACKEND)
    page = client.get(reverse("round_planner", args=[round_.pk])).content.decode()
    top = page[: page.index(shown.proof)]
    assert f"<strong>{named.names}</strong>: ennen" in top
    assert "Tuo päivä perustuu heidän kertomiinsa työaikoihin" in top
    assert " + ".join(m.person.name for m in other.members.all()) not in top


@pytest.mark.django_db
def test_what_is_agreed_stays_and_only_missing_meetings_are_planned(round_: Round, monday: date) -> None:
    boss = supervisor_of(round_.unit)
    pair = pair_of(round_)
    actions.propose(pair, pair.members.first().person, [at(monday, 9)])
    actions.agree(round_, boss)
    plan = planned(round_, boss, monday)
    assert plan.planned.count() == round_.meetings_wanted - 1
    days = sorted(timezone.localdate(p.starts_at, ZONE) for p in plan.planned.all())
    assert all((b - a).days >= 14 for a, b in zip([monday, *days], days, strict=False))


@pytest.mark.django_db
def test_a_plan_thrown_away_while_the_worker_is_at_it_does_not_come_back(round_: Round, monday: date) -> None:
    boss = supervisor_of(round_.unit)
    pair_of(round_)
    plan = planning.ask_for_plan(round_, boss, first_day=monday, weeks=4)
    planning.throw_away(round_, boss)
    planning.work_out(plan.pk, plan.version)
    assert not MeetingPlan.objects.exists()
    again = planning.ask_for_plan(round_, boss, first_day=monday, weeks=4)
    assert planning.ask_for_plan(round_, boss, first_day=monday, weeks=4).version == again.version
    planning.work_out(again.pk, again.version - 1)  # a worker that comes back late
    again.refresh_from_db()
    assert again.state == MeetingPlan.State.WAITING


@pytest.mark.django_db
def test_a_page_that_shows_a_plan_thrown_away_does_not_publish_another_one(round_: Round, monday: date) -> None:
    boss = supervisor_of(round_.unit)
    some_pairs(round_, 2)
    seen = planned(round_, boss, monday)
    planning.throw_away(round_, boss)  # in another tab
    planned(round_, boss, monday + 7 * DAY)
    with pytest.raises(StaleEdit):
        planning.publish_plan(round_, boss, seen.version)
    assert not Meeting.objects.exists()


@pytest.mark.django_db
def test_publishing_gives_nobody_more_meetings_than_were_agreed(round_: Round, monday: date) -> None:
    boss = supervisor_of(round_.unit)
    pair, _other = some_pairs(round_, 2)
    plan = planned(round_, boss, monday)
    # While the supervisor looks at the proposal, the pair books its first meeting by itself.
    actions.propose(pair, pair.members.first().person, [at(monday + 2 * DAY, 10)])
    shown = planner_queries.planner(round_)
    too_many = [line for line in shown.lines if "ajat kaikille" in str(line.broken)]
    assert [line.planned.pair_id for line in too_many] == [pair.pk]
    with pytest.raises(DomainError) as refused:
        planning.publish_plan(round_, boss, plan.version)
    assert pair.members.first().person.name in refused.value.message
    assert Meeting.objects.count() == 1
    planning.drop_planned(round_, boss, plan.version, too_many[0].planned.pk)
    assert planning.publish_plan(round_, boss, plan.version + 1) == 2 * round_.meetings_wanted - 1


@pytest.mark.django_db
def test_a_time_by_hand_that_the_pair_books_itself_does_not_stop_the_planner(round_: Round, monday: date) -> None:
    boss = supervisor_of(round_.unit)
    (pair,) = some_pairs(round_, 1)
    plan = planned(round_, boss, monday)
    one = plan.planned.first()
    planning.set_planned(round_, boss, plan.version, one.pk, local(monday + DAY, time(10)))
    actions.propose(pair, pair.members.first().person, [at(monday + DAY, 10)])
    again = planned(round_, boss, monday)  # says what failed, if it does
    assert again.planned.filter(pk=one.pk).exists()


@pytest.mark.django_db
def test_a_trio_of_one_team_can_meet_where_no_rule_was_set(round_: Round, monday: date) -> None:
    boss = supervisor_of(round_.unit)
    pair_of(round_, size=3)
    assert planned(round_, boss, monday).planned.count() == round_.meetings_wanted
    MeetingRules.objects.create(round=round_, away_per_team=2)
    assert {u["reason"] for u in planned(round_, boss, monday).unplaced} == {"away"}


@pytest.mark.django_db
def test_only_the_supervisor_plans(round_: Round, monday: date) -> None:
    pair = pair_of(round_)
    by = pair.members.first().person
    for press in (
        lambda: planning.ask_for_plan(round_, by, first_day=monday, weeks=4),
        lambda: planning.publish_plan(round_, by, 1),
        lambda: planning.throw_away(round_, by),
        lambda: set_rules(round_, by, problem.rules_of(round_), 0),
        lambda: actions.arrange(by, [(pair, local(monday, time(9)), 60)]),
    ):
        with pytest.raises(DomainError):
            press()
    assert not Meeting.objects.exists()


@pytest.mark.django_db
def test_the_pages_work_from_the_first_press_to_publishing(client: Any, round_: Round, monday: date) -> None:
    boss = supervisor_of(round_.unit)
    some_pairs(round_, 2)
    client.force_login(boss, backend=BACKEND)
    rules = reverse("round_rules", args=[round_.pk])
    wrong = client.post(rules, {"away_per_team": "2", "quiet_lines": "joskus", "frame_from": "8", "frame_until": "16"})
    assert "joskus" in wrong.content.decode()
    assert "jäi ymmärtämättä" in wrong.content.decode()
    right = {"away_per_team": "2", "quiet_lines": "ma-pe 7-9", "frame_from": "8.00", "frame_until": "16.00"}
    assert client.post(rules, right).status_code == 302
    assert problem.rules_of(round_).quiet == [{"days": [0, 1, 2, 3, 4], "from": "07:00", "until": "09:00"}]
    planner = reverse("round_planner", args=[round_.pk])
    assert client.post(planner, {"first_day": monday.isoformat(), "weeks": "14"}).status_code == 302
    plan = MeetingPlan.objects.get()
    assert "etsitään" in client.get(planner).content.decode()
    planning.work_out(plan.pk, plan.version)
    page = client.get(planner).content.decode()
    assert "Julkaise kaikki ajat" in page
    change = reverse("planner_change", args=[round_.pk])
    first = plan.planned.first()
    client.post(change, {"version": plan.version, "planned": first.pk, "change": "drop"})
    plan.refresh_from_db()
    assert plan.planned.count() == 2 * round_.meetings_wanted - 1
    client.post(reverse("planner_publish", args=[round_.pk]), {"version": plan.version})
    assert Meeting.objects.filter(state="agreed").count() == 2 * round_.meetings_wanted - 1
    of = timezone.localdate(Meeting.objects.first().starts_at, ZONE)
    month = client.get(reverse("round_month", args=[round_.pk]) + f"?month={of:%Y-%m}").content.decode()
    assert "Koivu" in month
    assert "Mänty" in month


@pytest.mark.django_db
def test_rules_changed_in_another_tab_are_not_overwritten_unseen(client: Any, round_: Round) -> None:
    client.force_login(supervisor_of(round_.unit), backend=BACKEND)
    url = reverse("round_rules", args=[round_.pk])
    typed = {"away_per_team": "2", "quiet_lines": "", "frame_from": "8.00", "frame_until": "16.00", "version": "0"}
    assert client.post(url, typed | {"away_per_team": "3"}).status_code == 302
    late = client.post(url, typed)  # a page that was opened before
    assert problem.rules_of(round_).away_per_team == 3
    assert "toisessa ikkunassa" in late.content.decode()
    assert 'name="version" value="1"' in late.content.decode()
    assert client.post(url, typed | {"version": "1"}).status_code == 302
    assert problem.rules_of(round_).away_per_team == 2


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["round_meetings", "round_month", "round_planner"])
def test_queries_do_not_grow_with_pairs(
    client: Any, round_: Round, monday: date, name: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    boss = supervisor_of(round_.unit)
    client.force_login(boss, backend=BACKEND)
    counts = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for more in (2, 6):
        for pair in some_pairs(round_, more) if more == 2 else [pair_of(round_) for _ in range(more)]:
            actions.arrange(boss, [(pair, local(monday + DAY * len(counts), time(9)), 60)])
        MeetingPlan.objects.all().delete()
        planned(round_, boss, monday)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse(name, args=[round_.pk])).status_code == 200
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 1
