"""Reminders: to whom, when, how often; off with one press; never twice."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.meetings import actions
from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting, OwnCalendar
from oppipari.meetings.own_calendar.actions import turn_reminders
from oppipari.meetings.reminders import actions as reminders
from oppipari.meetings.reminders.actions import person_of_token, remind, token_of
from oppipari.meetings.reminders.steps import take_steps
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
State = Meeting.State
TUESDAY = date(2027, 1, 12)


def at(day: date, hour: int = 10, minute: int = 0) -> Any:
    return time_machine.travel(local(day, time(hour, minute)), tick=False)


@pytest.fixture(autouse=True)
def _a_tuesday_at_ten(mail_on: None) -> Iterator[None]:
    with at(TUESDAY):
        yield


@pytest.fixture
def pair() -> Pair:
    """A pair that was published three weeks ago and has no meeting."""
    found = pair_of(RoundFactory(state=Round.State.MEETING))
    return published(found, 21)


def published(pair: Pair, days_ago: float) -> Pair:
    pair.published_at = timezone.now() - timedelta(days=days_ago)
    pair.save(update_fields=["published_at"])
    return pair


def members_of(pair: Pair) -> list[Person]:
    return [m.person for m in pair.members.select_related("person").order_by("pk")]


def a_meeting(pair: Pair, days: float, **fields: Any) -> Meeting:
    start = timezone.now() + timedelta(days=days)
    return Meeting.objects.create(**{"pair": pair, "starts_at": start, "minutes": 60, "state": State.AGREED} | fields)


def reminded() -> set[tuple[str, str]]:
    return set(Outgoing.objects.values_list("to", "kind"))


class TestThePair:
    def test_without_a_meeting_ahead_is_reminded_both_alike(self, pair: Pair) -> None:
        assert remind() == 2
        assert reminded() == {(p.email, "reminder_pair") for p in members_of(pair)}
        path = reverse("meeting_new", args=[pair.pk])
        assert all(o.context["url"].endswith(path) for o in Outgoing.objects.all())

    def test_reads_no_blame_and_finds_the_way_to_turn_reminders_off(self, pair: Pair, mailbox: Mailbox) -> None:
        remind()
        deliver_all()
        message = mailbox.to(members_of(pair)[0].email or "")[-1]
        assert message["Subject"] == "Aika tapaamisellenne"
        text = text_of(message)
        assert "Teillä ei ole nyt tapaamista sovittuna. Ajan voi varata täällä:" in text
        assert message["List-Unsubscribe"].strip("<>") in text
        assert members_of(pair)[1].name not in text

    @pytest.mark.parametrize("state", [State.AGREED, State.PROPOSED])
    def test_with_a_meeting_ahead_or_waiting_for_the_supervisor_is_left_in_peace(
        self, pair: Pair, state: Meeting.State
    ) -> None:
        a_meeting(pair, 9, state=state)
        assert remind() == 0

    def test_whose_proposal_lapsed_or_was_cancelled_is_reminded(self, pair: Pair) -> None:
        a_meeting(pair, -9, state=State.PROPOSED)
        a_meeting(pair, 9, state=State.CANCELLED)
        assert remind() == 2

    def test_is_left_in_peace_in_the_week_after_publishing(self, pair: Pair) -> None:
        published(pair, 6.9)
        assert remind() == 0
        published(pair, 7)
        assert remind() == 2

    def test_is_left_in_peace_in_the_week_after_a_meeting(self, pair: Pair) -> None:
        meeting = a_meeting(pair, -3, state=State.HELD)
        assert remind() == 0
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(days=8))
        assert remind() == 2

    def test_that_has_met_as_agreed_is_not_reminded_also_where_nobody_pressed_that_they_met(self, pair: Pair) -> None:
        assert pair.meetings_agreed == 3
        for i, state in enumerate([State.HELD, State.AGREED]):
            a_meeting(pair, -40 + 10 * i, state=state)
        assert remind() == 2
        a_meeting(pair, -10)  # agreed, and no word since: no answer is no fault
        OwnCalendar.objects.all().delete()
        Outgoing.objects.all().delete()
        assert remind() == 0

    @pytest.mark.parametrize("state", [Pair.State.FINISHED, Pair.State.REPLACED])
    def test_that_has_ended_is_not_reminded(self, pair: Pair, state: Pair.State) -> None:
        pair.state = state
        pair.save()
        assert remind() == 0

    @pytest.mark.parametrize("state", [Round.State.CLOSED, Round.State.EVALUATING])
    def test_of_a_round_that_closes_is_not_reminded(self, pair: Pair, state: Round.State) -> None:
        Round.objects.filter(pk=pair.round_id).update(state=state)
        assert remind() == 0

    def test_member_who_left_is_not_reminded(self, pair: Pair) -> None:
        place = pair.members.earliest("pk")
        place.left_at = timezone.now()
        place.save()
        assert remind() == 1

    def test_of_three_is_reminded_all_three(self) -> None:
        published(pair_of(RoundFactory(state=Round.State.MEETING), size=3), 10)
        assert remind() == 3


class TestTheSupervisor:
    def test_is_reminded_of_what_waits_for_more_than_two_working_days(self, pair: Pair) -> None:
        boss, fellow = supervisor_of(pair.round.unit), supervisor_of(pair.round.unit)
        supervisor_of(RoundFactory().unit)
        meeting = a_meeting(pair, 20, state=State.PROPOSED, waiting_since=date(2027, 1, 8))  # a Friday
        assert remind() == 0  # Tuesday: only Monday has passed
        Meeting.objects.filter(pk=meeting.pk).update(waiting_since=date(2027, 1, 11))
        with at(TUESDAY + timedelta(days=1)):
            assert remind() == 0  # Wednesday: of Monday's, only Tuesday
        with at(TUESDAY + timedelta(days=2)):
            assert remind() == 2
        assert reminded() == {(b.email, "reminder_waits") for b in (boss, fellow)}
        round_page = reverse("round_meetings", args=[pair.round_id])
        assert all(o.context["url"].endswith(round_page) for o in Outgoing.objects.all())

    def test_with_two_rounds_is_led_to_their_own_page_and_reminded_once(self, pair: Pair) -> None:
        boss = supervisor_of(pair.round.unit)
        other = pair_of(RoundFactory(unit=pair.round.unit, state=Round.State.MEETING))
        for one in (pair, other):
            a_meeting(one, 20, state=State.PROPOSED, waiting_since=date(2027, 1, 4))
        assert remind() == 1
        assert Outgoing.objects.get(to=boss.email).context["url"].endswith(reverse("home"))

    def test_is_not_reminded_of_what_has_lapsed_or_ended_but_of_pairs_that_go_on_after_the_closing(
        self, pair: Pair
    ) -> None:
        supervisor_of(pair.round.unit)
        old = {"state": State.PROPOSED, "waiting_since": date(2027, 1, 4)}
        a_meeting(pair, 20)  # so that the pair itself is not reminded
        a_meeting(pair, -1, **old)
        ended = pair_of(pair.round)
        a_meeting(ended, 20, **old)
        Pair.objects.filter(pk=ended.pk).update(state=Pair.State.FINISHED)
        assert remind() == 0
        a_meeting(pair, 21, **old)
        Round.objects.filter(pk=pair.round_id).update(state=Round.State.CLOSED, closed_at=timezone.now())
        assert remind() == 1

    def test_a_moved_meeting_begins_to_wait_anew(self, pair: Pair) -> None:
        supervisor_of(pair.round.unit)
        meeting = a_meeting(pair, 20, state=State.PROPOSED, waiting_since=date(2027, 1, 4))
        time_ = {"starts_at": timezone.now() + timedelta(days=22), "minutes": 60, "way": "teams", "place": ""}
        actions.move(meeting, members_of(pair)[0], meeting.version, **time_)
        assert "reminder_waits" not in {kind for _to, kind in reminded()}
        assert remind() == 0

    def test_who_is_also_in_a_pair_gets_one_reminder_a_week_and_that_for_which_others_wait(self, pair: Pair) -> None:
        boss = supervisor_of(pair.round.unit)
        own = published(pair_of(RoundFactory(state=Round.State.MEETING)), 30)
        place = own.members.earliest("pk")
        place.person = boss
        place.save()
        a_meeting(pair, 20, state=State.PROPOSED, waiting_since=date(2027, 1, 4))
        remind()
        assert [kind for to, kind in reminded() if to == boss.email] == ["reminder_waits"]


class TestTheTime:
    @pytest.mark.parametrize(
        ("day", "hour", "minute"),
        [
            (TUESDAY, 7, 59),
            (TUESDAY, 16, 0),
            (TUESDAY, 23, 0),
            (date(2027, 1, 16), 10, 0),  # a Saturday
            (date(2027, 1, 6), 10, 0),  # Epiphany
            (date(2027, 6, 25), 10, 0),  # Midsummer's Eve
        ],
    )
    def test_is_never_outside_working_hours(self, pair: Pair, day: date, hour: int, minute: int) -> None:
        Pair.objects.update(published_at=timezone.now() - timedelta(days=300))
        with at(day, hour, minute):
            assert remind() == 0

    @pytest.mark.parametrize("hour", [8, 15])
    def test_is_within_them_in_summer_as_in_winter(self, pair: Pair, hour: int) -> None:
        with at(date(2027, 7, 1), hour):
            assert remind() == 2

    def test_a_reminder_that_could_not_leave_before_the_evening_does_not_leave_at_night(
        self, pair: Pair, mailbox: Mailbox
    ) -> None:
        with at(TUESDAY, 15, 59):
            assert remind() == 2
        with at(TUESDAY, 16):
            deliver_all()
        with at(TUESDAY + timedelta(days=1), 9):
            deliver_all()
        assert mailbox.messages == []
        assert set(Outgoing.objects.values_list("to", "sent_at")) == {("", None)}  # and is forgotten

    def test_it_is_once_a_week_however_often_the_housekeeping_comes_round(self, pair: Pair) -> None:
        counts = []
        for day in range(15):
            for hour in (8, 12, 15):
                with at(TUESDAY + timedelta(days=day), hour):
                    counts.append(remind())
        assert [i // 3 for i, n in enumerate(counts) if n] == [0, 7, 14]
        assert [n for n in counts if n] == [2, 2, 2]

    def test_only_its_day_is_kept(self, pair: Pair) -> None:
        remind()
        kept = OwnCalendar.objects.values("discreet", "copies", "reminders", "address_hash", "reminded_on").distinct()
        assert list(kept) == [
            {"discreet": False, "copies": False, "reminders": True, "address_hash": None, "reminded_on": TUESDAY}
        ]

    def test_what_remains_of_a_message_that_was_sent_tells_not_for_whom_it_was(
        self, pair: Pair, mailbox: Mailbox
    ) -> None:
        remind()
        deliver_all()
        sent = list(Outgoing.objects.values("id", "key", "to", "context"))
        assert [(s["key"], s["to"], s["context"]) for s in sent] == [(str(s["id"]), "", {}) for s in sent]

    def test_without_mail_nothing_is_reminded_or_kept(self, pair: Pair, settings: Any) -> None:
        settings.MAIL_ENABLED = False
        assert remind() == 0
        assert not OwnCalendar.objects.exists()

    def test_thousands_are_reminded_in_turns(self, pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
        for _ in range(3):
            published(pair_of(pair.round), 10)
        monkeypatch.setattr(reminders, "MOST_AT_ONCE", 3)
        assert [remind() for _ in range(4)] == [3, 3, 2, 0]
        assert Outgoing.objects.count() == 8

    def test_the_number_of_queries_to_find_them_does_not_grow(self, pair: Pair, django_assert_num_queries: Any) -> None:
        for _ in range(20):
            a_meeting(published(pair_of(pair.round), 10), 9)
        turn_off(pair)
        with django_assert_num_queries(10):
            assert remind() == 0


def turn_off(pair: Pair) -> None:
    for person in members_of(pair):
        turn_reminders(person, False)


class TestNeverTwice:
    def test_after_a_crash_between_queueing_and_keeping_the_day_there_is_one(
        self, pair: Pair, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
    ) -> None:
        def queue_and_die(**message: Any) -> bool:
            assert real(**message)
            raise ConnectionError("the database went away")

        real = reminders.send
        monkeypatch.setattr(reminders, "send", queue_and_die)
        assert remind() == 0  # one that fails stops no other, and is logged
        assert not Outgoing.objects.exists()  # both or neither
        monkeypatch.setattr(reminders, "send", real)
        assert remind() == 2
        assert remind() == 0
        deliver_all()
        assert len(mailbox.messages) == 2

    def test_a_worker_that_found_the_same_people_sends_nothing_more(self, pair: Pair) -> None:
        take_steps(timezone.now())
        found = list(reminders.members_due(timezone.now()))  # the second worker looked before the first wrote
        assert remind() == 2
        assert [reminders._remind(one, timezone.now()) for one in found] == [False, False]
        assert Outgoing.objects.count() == 2

    def test_who_turned_them_off_in_between_gets_none(self, pair: Pair) -> None:
        take_steps(timezone.now())
        found = list(reminders.members_due(timezone.now()))
        turn_off(pair)
        assert [reminders._remind(one, timezone.now()) for one in found] == [False, False]


class TestTurningThemOff:
    def test_takes_one_press_on_a_page_that_asks_for_no_sign_in(self, pair: Pair) -> None:
        person = members_of(pair)[0]
        url = reverse("reminders_off", args=[token_of(person)])
        browser = Client(enforce_csrf_checks=True)
        page = browser.get(url)
        assert "Ota muistutukset pois" in page.content.decode()
        assert OwnCalendar.objects.filter(person=person).first() is None  # opening it changes nothing
        done = browser.post(url)
        assert "Muistutukset ovat pois päältä" in done.content.decode()
        assert remind() == 1  # the other one
        browser.post(url, {"reminders": "on"})
        assert remind() == 1

    def test_speaks_the_persons_language_until_another_is_chosen(self, pair: Pair) -> None:
        url = reverse("reminders_off", args=[token_of(members_of(pair)[0])])
        browser = Client(headers={"accept-language": "en"})
        assert "Muistutukset" in browser.get(url).content.decode()
        browser.post(reverse("set_language"), {"language": "en", "next": url})
        assert "Turn reminders off" in browser.get(url).content.decode()

    def test_works_from_the_mail_programs_own_button(self, pair: Pair, mailbox: Mailbox, settings: Any) -> None:
        settings.SITE_URL = "https://oppipari.example.org"
        remind()
        deliver_all()
        person = members_of(pair)[0]
        message = mailbox.to(person.email or "")[-1]
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        url = message["List-Unsubscribe"].strip("<>")
        assert url.startswith("https://oppipari.example.org/")
        path = url.removeprefix("https://oppipari.example.org")
        answer = Client(enforce_csrf_checks=True).post(
            path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200  # and no redirect (RFC 8058, 3.1)
        assert not OwnCalendar.objects.get(person=person).reminders

    def test_is_offered_as_one_click_only_over_https(self, pair: Pair, mailbox: Mailbox) -> None:
        remind()
        deliver_all()
        assert mailbox.messages[0]["List-Unsubscribe-Post"] is None

    def test_no_other_message_has_that_link(self, pair: Pair, mailbox: Mailbox) -> None:
        first = members_of(pair)[0]
        when = timezone.now() + timedelta(days=8)
        actions.propose(pair, first, [{"starts_at": when, "minutes": 60, "way": "teams", "place": ""}])
        deliver_all()
        assert mailbox.messages[-1]["List-Unsubscribe"] is None

    def test_a_link_that_was_changed_is_none_of_ours(self, pair: Pair, client: Client) -> None:
        one, other = members_of(pair)
        token = token_of(one)
        assert person_of_token(token) == one
        forged = f"{other.pk}:{token.partition(':')[2]}"
        for wrong in (forged, token[:-1], "x", f"{other.pk}"):
            assert person_of_token(wrong) is None
            assert client.post(reverse("reminders_off", args=[wrong])).status_code == 404

    def test_a_secret_made_for_something_else_does_not_do(self, pair: Pair) -> None:
        from django.core.signing import Signer

        assert person_of_token(Signer().sign(str(members_of(pair)[0].pk))) is None


def test_the_day_on_which_a_meeting_began_to_wait_is_kept_when_it_is_proposed(pair: Pair) -> None:
    first = members_of(pair)[0]
    when = datetime.combine(date(2027, 2, 2), time(14), tzinfo=timezone.get_current_timezone())
    (meeting,) = actions.propose(pair, first, [{"starts_at": when, "minutes": 60, "way": "teams", "place": ""}])
    assert meeting.waiting_since == TUESDAY
