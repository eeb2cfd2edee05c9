"""One's own roster from the address of its calendar: seen first, then kept, fetched at night, and forgotten."""

import logging
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.factories import RoundFactory, member_of, pair_of, supervisor_of
from tests.feed_world import ADDRESS, INSIDE, ROSTER, SECRET, FeedWorld, calendar_of
from tests.mailbox import deliver_all

from oppipari.exchange.feeds import refreshing, views
from oppipari.exchange.feeds.refreshing import queue_due, refresh
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting, RosterFeed, RosterPeriod, WorkTime
from oppipari.meetings.work_times import feeds, rosters
from oppipari.meetings.work_times.rosters import Told
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.privacy.actions import retention
from oppipari.privacy.queries import everything_of
from oppipari.rounds.models import Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
DAY = timedelta(days=1)
TITLE = "SALAINEN-OTSIKKO"
ROUTES = ("roster_feed", "roster_feed_refresh", "roster_feed_stop")


@pytest.fixture(autouse=True)
def _nobody_has_looked() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


@pytest.fixture
def person(pair: Pair) -> Person:
    return pair.members.earliest("pk").person


@pytest.fixture
def own(person: Person) -> Client:
    return signed_in(person)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def today() -> date:
    return timezone.localdate()


def shift(days: int, start: int = 7, hours: int = 8) -> tuple[datetime, datetime]:
    begin = local(today() + days * DAY, time(start))
    return begin, begin + timedelta(hours=hours)


def look(client: Client, address: str = ADDRESS) -> str:
    return client.post(reverse("roster_feed"), {"address": address}).content.decode()


def carried(page: str) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', page)
    assert found
    return unescape(found[1])


def keep(client: Client) -> None:
    assert client.post(reverse("roster_feed"), {"carried": carried(look(client))}).status_code == 302


def page_of(client: Client) -> str:
    return client.get(reverse("roster_feed")).content.decode()


def starts(person: Person) -> list[datetime]:
    return [timezone.localtime(w.starts_at, ZONE) for w in WorkTime.objects.filter(person=person)]


def work_off() -> None:
    """As the worker of the queue does."""
    for result in DBTaskResult.objects.filter(queue_name="feeds", status="READY"):
        result.task.func(*result.args_kwargs["args"])
        result.delete()


class TestThePage:
    def test_shows_what_was_understood_and_keeps_exactly_that(
        self, feed_world: FeedWorld, own: Client, person: Person
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(1), shift(2, 21, 10), title=TITLE))
        page = look(own)
        assert "Löytyi 2 tulevaa työvuoroa" in page
        assert "klo 21.00–7.00" in page
        assert TITLE not in page
        in_english = own.post(reverse("roster_feed"), {"address": ADDRESS}, headers={"Accept-Language": "en"})
        assert "21:00–07:00" in in_english.content.decode()
        assert not WorkTime.objects.exists()
        assert not RosterFeed.objects.exists()
        # What comes later counts from the next night on.
        feed_world.outside.gives(calendar_of(shift(5)))
        own.post(reverse("roster_feed"), {"carried": carried(page)})
        assert starts(person) == [shift(1)[0], shift(2, 21)[0]]
        assert len(feed_world.outside.heard) == 2
        feed = RosterFeed.objects.get(person=person)
        assert (feed.address, feed.first_day, feed.last_day) == (ADDRESS, today() + DAY, today() + 2 * DAY)

    def test_shows_the_address_no_more_once_it_is_kept(self, feed_world: FeedWorld, own: Client) -> None:
        feed_world.outside.gives(calendar_of(shift(1)))
        keep(own)
        page = page_of(own)
        assert ROSTER in page
        assert "haetaan joka yö" in page
        assert SECRET not in page + str(dict(own.session)) + own.get(reverse("my_data")).content.decode()
        assert "no-store" in own.get(reverse("roster_feed"))["Cache-Control"]

    def test_is_found_from_my_calendar(self, feed_world: FeedWorld, own: Client) -> None:
        assert reverse("roster_feed") in own.get(reverse("own_calendar")).content.decode()

    def test_does_not_exist_where_the_operator_allows_no_requests(
        self, feed_world: FeedWorld, own: Client, person: Person, settings: Any
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(1)))
        kept = carried(look(own))
        keep(own)
        feed = RosterFeed.objects.get()
        asked = len(feed_world.resolved)
        settings.ROSTER_FEEDS = False
        assert reverse("roster_feed") not in own.get(reverse("own_calendar")).content.decode()
        for name in ROUTES:
            for client in (own, Client()):
                assert client.get(reverse(name)).status_code in (404, 405)
                assert client.post(reverse(name), {"address": ADDRESS, "carried": kept}).status_code == 404
        with time_machine.travel(timezone.now() + 2 * DAY):
            assert queue_due() == 0
        refresh(feed.pk)
        assert len(feed_world.resolved) == asked
        retention(today())
        assert not RosterFeed.objects.exists()

    @pytest.mark.parametrize(
        ("address", "sentence"),
        [
            ("", "Liitä osoite"),
            ("vuorot", "ei ole kalenterin osoite"),
            (f"http://{ROSTER}/a.ics", "https://"),
            (f"https://{ROSTER}:8443/a.ics", "portin"),
            ("https://aino:salasana@vuorot.example.org/a.ics", "salasana"),
            ("https://oppipari.example.org/calendar/x.ics", "Oppiparin oman kalenterin"),
            ("https://sisa.example.org/a.ics", "ei ole julkista palvelinta"),
            ("https://ei.ole.example.org/a.ics", "ei ole julkista palvelinta"),
        ],
    )
    def test_says_what_is_wrong_with_an_address(
        self, feed_world: FeedWorld, own: Client, settings: Any, address: str, sentence: str
    ) -> None:
        settings.SITE_URL = "https://oppipari.example.org"
        feed_world.names["sisa.example.org"] = [[INSIDE]]
        page = unescape(look(own, address))
        assert sentence in page
        assert 'name="carried"' not in page
        assert not feed_world.inside.heard

    def test_says_what_is_wrong_with_an_answer(self, feed_world: FeedWorld, own: Client) -> None:
        for body, sentence in (
            (b"<!doctype html><title>Kirjaudu</title>", "ei ole kalenteri"),
            (calendar_of(shift(1), shift(2))[:-20], "rikki"),
            (calendar_of(shift(1)).replace(b"END:VEVENT\r\n", b""), "rikki"),
            (calendar_of(shift(1)).replace(b"DTSTART:", b"DTSTART:joskus"), "rikki"),
            (calendar_of(), "ei ole työvuoroja"),
            (calendar_of(shift(-30)), "ei ole työvuoroja"),
            (calendar_of(*[shift(1)] * 5001), "liikaa tapahtumia"),
        ):
            feed_world.outside.gives(body)
            assert sentence in look(own), sentence
            cache.clear()

    def test_may_be_looked_at_a_few_times_only_and_by_one_at_a_time(self, feed_world: FeedWorld, own: Client) -> None:
        feed_world.outside.gives(calendar_of(shift(1)))
        with refreshing._looking:
            assert "Joku muu" in look(own)
        for _ in range(views.MOST_LOOKS - 1):
            assert "Löytyi" in look(own)
        assert "lyhyessä ajassa" in look(own)
        assert len(feed_world.outside.heard) == views.MOST_LOOKS - 1

    def test_keeps_nothing_that_it_has_not_shown_this_person_lately(
        self, feed_world: FeedWorld, own: Client, pair: Pair
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(1)))
        shown = carried(look(own))
        other = signed_in(pair.members.latest("pk").person)
        other.post(reverse("roster_feed"), {"carried": shown})
        own.post(reverse("roster_feed"), {"carried": shown[:-1] + ("a" if shown[-1] != "a" else "b")})
        with time_machine.travel(timezone.now() + timedelta(hours=2)):
            signed_in(pair.members.earliest("pk").person).post(reverse("roster_feed"), {"carried": shown})
        assert not RosterFeed.objects.exists()
        assert not WorkTime.objects.exists()

    def test_is_for_those_who_take_part(self, feed_world: FeedWorld, own: Client, person: Person, pair: Pair) -> None:
        feed_world.outside.gives(calendar_of(shift(1)))
        shown = carried(look(own))
        Round.objects.update(state=Round.State.CLOSED)
        for client in (own, signed_in(member_of(pair.round.unit)), signed_in(supervisor_of(pair.round.unit))):
            assert "Et osallistu nyt kierrokselle" in page_of(client)
            assert 'name="carried"' not in look(client)
            client.post(reverse("roster_feed"), {"carried": shown})
        assert len(feed_world.outside.heard) == 1
        assert not RosterFeed.objects.exists()


class TestFetching:
    def test_is_done_once_a_day_from_the_small_hours_on(
        self, feed_world: FeedWorld, own: Client, person: Person
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(1)))
        keep(own)
        tomorrow = today() + DAY
        with time_machine.travel(local(tomorrow, time(1, 50))):
            assert queue_due() == 0
        with time_machine.travel(local(tomorrow, time(2, 10))):
            assert (queue_due(), queue_due()) == (1, 0)
            feed_world.outside.gives(calendar_of(shift(0, 14), shift(3)))
            work_off()
            assert starts(person) == [shift(0, 14)[0], shift(3)[0]]
            assert queue_due() == 0
        # A machine that slept through the night does it when it wakes.
        with time_machine.travel(local(tomorrow + DAY, time(9))):
            assert queue_due() == 1

    def test_is_done_when_its_owner_asks_but_not_all_the_time(
        self, feed_world: FeedWorld, own: Client, person: Person
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(1)))
        keep(own)
        assert "hetki sitten" in own.post(reverse("roster_feed_refresh"), follow=True).content.decode()
        with time_machine.travel(timezone.now() + timedelta(minutes=11)):
            own = signed_in(person)
            feed_world.outside.gives(calendar_of(shift(2)))
            assert "haetaan parhaillaan" in own.post(reverse("roster_feed_refresh"), follow=True).content.decode()
            own.post(reverse("roster_feed_refresh"))
            assert DBTaskResult.objects.count() == 1
            deliver_all()
            assert DBTaskResult.objects.get().status == "SUCCESSFUL"
            assert starts(person) == [shift(2)[0]]
            assert "haetaan parhaillaan" not in page_of(own)

    def test_takes_back_what_is_there_no_more_and_leaves_the_past(
        self, feed_world: FeedWorld, own: Client, person: Person
    ) -> None:
        earlier = [shift(-10), shift(-1)]
        boss = supervisor_of(person.sign_ups.get().round.unit)
        told = Told([rosters.Span(*(m.astimezone(ZONE) for m in s)) for s in earlier], [s[0].date() for s in earlier])
        rosters.keep_roster(person.sign_ups.get().round.unit, boss, {person.pk: told})
        feed_world.outside.gives(calendar_of(shift(-10), shift(1), shift(9)))
        keep(own)
        assert starts(person) == [shift(-10)[0], shift(-1)[0], shift(1)[0], shift(9)[0]]
        # Yesterday is told of from the second time on, the last shift was taken back.
        feed_world.outside.gives(calendar_of(shift(-1, 14), shift(2)))
        refresh(RosterFeed.objects.get().pk)
        assert starts(person) == [shift(-10)[0], shift(-1, 14)[0], shift(2)[0]]
        assert RosterPeriod.objects.latest("last_day").last_day == today() + 9 * DAY
        # Away for all of the time: that is told by the shifts that are not there.
        feed_world.outside.gives(calendar_of(shift(-10), shift(-9)))
        refresh(RosterFeed.objects.get().pk)
        assert starts(person) == [shift(-10)[0]]
        # A calendar without any event tells nothing.
        feed_world.outside.gives(calendar_of(shift(2)))
        refresh(RosterFeed.objects.get().pk)
        feed_world.outside.gives(calendar_of())
        refresh(RosterFeed.objects.get().pk)
        assert RosterFeed.objects.get().problem == "no_shifts"
        assert shift(2)[0] in starts(person)

    def test_keeps_nobody_elses_working_time(
        self, feed_world: FeedWorld, own: Client, person: Person, pair: Pair
    ) -> None:
        other = pair.members.latest("pk").person
        named = f"ATTENDEE;CN={other.name}:mailto:{other.email}\r\nX-WR-CALNAME:{other.email}\r\n"
        feed_world.outside.gives(calendar_of(shift(1), title=f"Aamu\r\n{named.strip()}"))
        keep(own)
        refresh(RosterFeed.objects.get().pk)
        assert set(WorkTime.objects.values_list("person", flat=True)) == {person.pk}

    def test_tells_the_pair_of_meetings_that_no_longer_fit(
        self, feed_world: FeedWorld, own: Client, person: Person, pair: Pair, mail_on: None
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(5)))
        keep(own)
        start = shift(5, 9)[0]
        Meeting.objects.create(pair=pair, starts_at=start, minutes=60, state=Meeting.State.AGREED)
        feed_world.outside.gives(calendar_of(shift(5, 14), shift(6)))
        refresh(RosterFeed.objects.get().pk)
        letters = Outgoing.objects.filter(kind="meeting_unfit")
        assert {o.to for o in letters} == {m.person.email for m in pair.members.all()}
        refresh(RosterFeed.objects.get().pk)
        assert letters.count() == 2

    def test_that_fails_is_told_on_the_page_and_by_no_letter(
        self, feed_world: FeedWorld, own: Client, person: Person, mail_on: None
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(1), shift(30)))
        keep(own)
        feed_world.outside.gives(b"", 503)
        refresh(RosterFeed.objects.get().pk)
        page = page_of(own)
        assert "Palvelin on epäkunnossa" in page
        assert "yritetään joka yö kahden viikon ajan" in page
        assert starts(person) == [shift(1)[0], shift(30)[0]]
        assert not Outgoing.objects.exists()
        feed_world.outside.gives(calendar_of(shift(1)))
        refresh(RosterFeed.objects.get().pk)
        feed = RosterFeed.objects.get()
        assert (feed.problem, feed.failing_since) == ("", None)

    def test_ends_by_itself_after_two_weeks_without_success(
        self, feed_world: FeedWorld, own: Client, person: Person
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(1), shift(30)))
        keep(own)
        feed_world.outside.gives(b"", 404)
        noon = local(today(), time(12))
        for days in range(1, 20):
            with time_machine.travel(noon + days * DAY):
                queue_due()
                work_off()
                assert bool(RosterFeed.objects.get().address) == (days < 15), days
        asked = len(feed_world.outside.heard)
        with time_machine.travel(noon + 20 * DAY):
            assert queue_due() == 0
            own = signed_in(person)
            page = page_of(own)
            assert "Niitä ei voitu hakea kahteen viikkoon, joten osoite poistettiin." in page
            assert "Osoitteessa ei ole kalenteria" in page
            own.post(reverse("roster_feed_refresh"))
        assert len(feed_world.outside.heard) == asked == 16
        assert SECRET not in dump()

    def test_that_ends_with_an_error_of_ours_is_logged_and_kept_without_the_address(
        self,
        feed_world: FeedWorld,
        own: Client,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(1)))
        keep(own)

        def fail(address: Any) -> bytes:
            raise RuntimeError(f"{ADDRESS} {address.target}")

        monkeypatch.setattr(refreshing, "fetch", fail)
        caplog.set_level(logging.DEBUG)
        refresh(RosterFeed.objects.get().pk)
        assert RosterFeed.objects.get().problem == "unexpected"
        assert "RuntimeError" in caplog.text
        assert SECRET not in caplog.text

    def test_of_a_feed_that_was_stopped_or_changed_meanwhile_keeps_nothing(
        self, feed_world: FeedWorld, own: Client, person: Person
    ) -> None:
        feed_world.outside.gives(calendar_of(shift(1)))
        keep(own)
        feed = RosterFeed.objects.get()
        told = Told([rosters.Span(*(m.astimezone(ZONE) for m in shift(3)))], [shift(3)[0].date()])
        assert feeds.note_told(feed.pk, "https://toinen.example.org/a.ics", told) == []
        feeds.note_trouble(feed.pk, "https://toinen.example.org/a.ics", "gone")
        assert starts(person) == [shift(1)[0]]
        assert RosterFeed.objects.get().problem == ""
        feeds.stop_feed(person)
        assert feeds.note_told(feed.pk, ADDRESS, told) == []
        refresh(feed.pk)
        assert not WorkTime.objects.exists()


def dump() -> str:
    """All that the database holds, as text."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            lines += [repr(row) for row in cursor.fetchall()]
    return "\n".join(lines)


class TestForgetting:
    @pytest.fixture(autouse=True)
    def _kept(self, feed_world: FeedWorld, own: Client, person: Person) -> None:
        feed_world.outside.gives(calendar_of(shift(1), title=TITLE))
        keep(own)
        with time_machine.travel(timezone.now() + timedelta(hours=1)):
            signed_in(person).post(reverse("roster_feed_refresh"))
        found = dump()
        assert found.count(SECRET) == 2  # the path and the query of one address: neither in the session nor in a task
        assert TITLE not in found

    def test_stopping_leaves_nothing(self, own: Client, person: Person) -> None:
        own.post(reverse("roster_feed_stop"))
        assert not WorkTime.objects.exists()
        assert not RosterPeriod.objects.exists()
        assert SECRET not in dump()
        assert "Liitä osoite" in page_of(own)

    def test_stopping_leaves_what_other_rosters_told_of_other_days(
        self, own: Client, person: Person, pair: Pair
    ) -> None:
        later = [shift(8)]
        told = Told([rosters.Span(*(m.astimezone(ZONE) for m in s)) for s in later], [s[0].date() for s in later])
        rosters.keep_roster(pair.round.unit, supervisor_of(pair.round.unit), {person.pk: told})
        own.post(reverse("roster_feed_stop"))
        assert starts(person) == [shift(8)[0]]
        assert RosterPeriod.objects.get().first_day == today() + 8 * DAY

    def test_another_address_takes_its_place(self, feed_world: FeedWorld, own: Client, person: Person) -> None:
        feed_world.outside.gives(calendar_of(shift(4)))
        page = look(own, f"https://{ROSTER}/toinen.ics")
        own.post(reverse("roster_feed"), {"carried": carried(page)})
        assert starts(person) == [shift(4)[0]]
        assert SECRET not in dump()

    @pytest.mark.parametrize("how", ["closed", "withdrawn"])
    def test_who_takes_part_no_more_has_no_feed(self, how: str) -> None:
        retention(today())
        assert RosterFeed.objects.exists()
        if how == "closed":
            Round.objects.update(state=Round.State.CLOSED)
        else:
            SignUp.objects.update(withdrawn_at=timezone.now())
        retention(today())
        assert SECRET not in dump()

    def test_who_is_erased_has_no_feed(self, own: Client, pair: Pair) -> None:
        Pair.objects.update(state=Pair.State.FINISHED)
        own.post(reverse("erase_me"))
        assert SECRET not in dump()

    def test_the_address_is_in_ones_own_download_alone(self, own: Client, person: Person, pair: Pair) -> None:
        assert everything_of(person)["roster_fetched_from"]["address"] == ADDRESS
        assert SECRET in own.get(reverse("my_data_download")).content.decode()
        for other in (pair.members.latest("pk").person, supervisor_of(pair.round.unit)):
            assert SECRET not in str(everything_of(other))

    def test_nobody_else_stops_or_fetches_it(self, feed_world: FeedWorld, person: Person, pair: Pair) -> None:
        before = RosterFeed.objects.values().get()
        for other in (pair.members.latest("pk").person, supervisor_of(pair.round.unit)):
            client = signed_in(other)
            assert ROSTER not in page_of(client)
            for name in ROUTES:
                client.post(reverse(name), {"person": person.pk, "pk": before["id"], "address": ""})
        assert RosterFeed.objects.values().get() == before
        assert len(feed_world.outside.heard) == 1


def test_the_letters_of_the_night_hold_no_address(
    feed_world: FeedWorld, own: Client, person: Person, pair: Pair, mail_on: None, mailoutbox: list[Any]
) -> None:
    feed_world.outside.gives(calendar_of(shift(5)))
    keep(own)
    Meeting.objects.create(pair=pair, starts_at=shift(5, 9)[0], minutes=60, state=Meeting.State.AGREED)
    feed_world.outside.gives(calendar_of(shift(5, 14)))
    refresh(RosterFeed.objects.get().pk)
    deliver_all()
    assert len(mailoutbox) == 2
    for letter in mailoutbox:
        assert SECRET not in letter.message().as_string()
        assert ROSTER not in letter.message().as_string()
