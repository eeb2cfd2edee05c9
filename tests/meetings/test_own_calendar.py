"""A person's own calendar: the page, the secret address, and the feed behind it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from tests.calendar_readers import moments_of_first, moments_of_second, second
from tests.factories import PersonFactory, RoundFactory, ended, pair_of, people_of, supervisor_of
from tests.meetings.answering import suits_all

from oppipari.meetings import actions
from oppipari.meetings.models import Meeting, OnlineMeeting, OwnCalendar
from oppipari.meetings.own_calendar import views
from oppipari.meetings.own_calendar.actions import choose, end_address, make_address
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
State = Meeting.State


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def a_meeting(pair: Pair, days: float = 7, **fields: Any) -> Meeting:
    start = timezone.now().replace(second=0, microsecond=0) + timedelta(days=days)
    return Meeting.objects.create(**{"pair": pair, "starts_at": start, "minutes": 60, "state": State.AGREED} | fields)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def feed(secret: str, **headers: str) -> Any:
    return Client().get(reverse("calendar_feed", args=[secret]), headers=headers)


def events(secret: str) -> list[Any]:
    return list(second(feed(secret).content.decode()).events)


class TestThePage:
    def test_shows_the_address_once_and_keeps_only_a_hash(self, pair: Pair) -> None:
        client = signed_in(people_of(pair)[0])
        made = client.post(reverse("calendar_address"))
        secret = re.search(r"/calendar/([\w-]+)\.ics", made.content.decode())
        assert secret is not None
        assert "no-store" in made["Cache-Control"]
        assert f"webcal://testserver/calendar/{secret[1]}.ics" in made.content.decode()
        again = client.get(reverse("own_calendar")).content.decode()
        assert secret[1] not in again
        assert "Kalenterillasi on osoite" in again
        assert OwnCalendar.objects.get().address_hash == OwnCalendar.hash_of(secret[1])
        assert secret[1] not in str(list(OwnCalendar.objects.values()))
        assert client.get(reverse("calendar_address")).headers["Location"] == reverse("own_calendar")
        assert OwnCalendar.objects.get().address_hash == OwnCalendar.hash_of(secret[1])
        # Nor in the session, which is stored too.
        assert secret[1] not in str(dict(client.session))

    def test_keeps_the_choices_and_asks_only_what_concerns_one(self, pair: Pair, mail_on: None) -> None:
        person = people_of(pair)[0]
        client = signed_in(person)
        page = client.get(reverse("own_calendar")).content.decode()
        assert re.search(r'name="reminders"[^>]*checked', page)  # the default
        assert 'name="copies"' not in page
        client.post(reverse("own_calendar"), {"discreet": "on", "copies": "on"})
        own = OwnCalendar.objects.get(person=person)
        assert (own.discreet, own.reminders, own.copies) == (True, False, False)
        boss = signed_in(supervisor_of(pair.round.unit))
        assert 'name="copies"' in boss.get(reverse("own_calendar")).content.decode()

    def test_without_mail_asks_nothing_about_mail_and_leaves_those_choices(self, pair: Pair) -> None:
        person = people_of(pair)[0]
        client = signed_in(person)
        page = client.get(reverse("own_calendar")).content.decode()
        assert 'name="reminders"' not in page
        client.post(reverse("own_calendar"), {"discreet": "on"})
        assert OwnCalendar.objects.get(person=person).reminders

    def test_is_found_from_the_pairs_page_and_from_my_data(self, pair: Pair) -> None:
        client = signed_in(people_of(pair)[0])
        for name, args in (("pair", [pair.pk]), ("my_data", []), ("home", [])):
            assert reverse("own_calendar") in client.get(reverse(name, args=args)).content.decode()

    def test_is_for_those_who_are_signed_in(self, client: Client) -> None:
        for name in ("own_calendar", "calendar_address", "calendar_address_end"):
            assert "sign-in" in client.post(reverse(name)).headers["Location"]
        assert not OwnCalendar.objects.exists()

    def test_what_was_chosen_is_in_the_download_and_goes_with_the_person(self, pair: Pair) -> None:
        person = people_of(pair)[0]
        choose(person, discreet=True, reminders=False)
        secret = make_address(person)
        client = signed_in(person)
        assert client.get(reverse("my_data_download")).json()["calendar"] == {
            "discreet_title": True,
            "reminders": False,
            "copies_of_my_units": False,
            "last_reminder": None,
            "has_address": True,
        }
        assert "salainen osoite" in client.get(reverse("my_data")).content.decode()
        Pair.objects.update(state=Pair.State.FINISHED)
        client.post(reverse("erase_me"))
        assert not OwnCalendar.objects.exists()
        assert feed(secret).status_code == 404


class TestTheAddress:
    def test_needs_no_sign_in_and_tells_two_readers_the_same(self, pair: Pair) -> None:
        meetings = [a_meeting(pair, d) for d in (7, 100, 200)]
        answer = feed(make_address(people_of(pair)[0]))
        assert answer.status_code == 200
        text = answer.content.decode()
        expected = [(m.starts_at, m.starts_at + timedelta(hours=1)) for m in meetings]
        assert moments_of_first(text) == moments_of_second(text) == expected
        assert Calendar.from_ical(text).to_ical().decode() == text
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert "REFRESH-INTERVAL;VALUE=DURATION:PT4H" in text
        assert "X-PUBLISHED-TTL:PT4H" in text

    def test_leaves_no_trace_in_browsers_caches_and_indexes(self, pair: Pair) -> None:
        for answer in (feed(make_address(people_of(pair)[0])), feed("wrong")):
            assert answer["Cache-Control"] == "private, no-cache"
            assert "noindex" in answer["X-Robots-Tag"]
            assert not answer.cookies

    def test_that_was_renewed_or_stopped_is_dead_at_once(self, pair: Pair) -> None:
        person = people_of(pair)[0]
        old = make_address(person)
        new = make_address(person)
        assert (feed(old).status_code, feed(new).status_code) == (404, 200)
        end_address(person)
        assert feed(new).status_code == 404

    def test_that_is_wrong_answers_like_one_that_ended(
        self, pair: Pair, django_assert_num_queries: Any, caplog: Any
    ) -> None:
        ended = make_address(people_of(pair)[0])
        end_address(people_of(pair)[0])
        gone = PersonFactory(is_active=False)
        asleep = make_address(gone)
        answers = []
        for secret in (ended, asleep, "x", "a" * 43, "None", "%00", "ä" * 500):
            with django_assert_num_queries(1):
                answer = feed(secret)
            answers.append((answer.status_code, answer.content, sorted(answer.headers.items())))
        assert len({str(a) for a in answers}) == 1
        assert answers[0][0] == 404
        assert not caplog.records  # calendars ask for a dead address for years, which must not fill the log

    def test_can_be_asked_for_its_head_alone_and_takes_no_post(self, pair: Pair) -> None:
        a_meeting(pair)
        url = reverse("calendar_feed", args=[make_address(people_of(pair)[0])])
        head = Client().head(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head["ETag"] == Client().get(url)["ETag"]
        assert Client().post(url).status_code == 405

    def test_that_is_asked_too_often_is_told_to_wait_and_others_are_not(
        self, pair: Pair, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(views, "MOST_FETCHES", 3)
        first, other = (make_address(p) for p in people_of(pair))
        assert [feed(first).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert feed(first)["Retry-After"] == "600"
        assert feed(other).status_code == 200
        with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=True):
            assert feed(first).status_code == 200

    def test_takes_few_queries_however_many_meetings(self, pair: Pair, django_assert_num_queries: Any) -> None:
        for days in range(1, 13):
            a_meeting(pair, days)
        secret = make_address(people_of(pair)[0])
        with django_assert_num_queries(2):
            answer = feed(secret)
        with django_assert_num_queries(2):
            assert feed(secret, if_none_match=answer["ETag"]).status_code == 304

    def test_says_that_nothing_changed_until_something_has(self, pair: Pair) -> None:
        person = people_of(pair)[0]
        meeting = a_meeting(pair, way="teams")
        secret = make_address(person)
        etag = feed(secret)["ETag"]

        def changed() -> bool:
            nonlocal etag
            answer = feed(secret, if_none_match=etag)
            etag = answer["ETag"]
            assert (answer.content == b"") == (answer.status_code == 304)
            return bool(answer.status_code == 200)

        assert not changed()
        with time_machine.travel(timezone.now() + timedelta(hours=5), tick=True):
            assert not changed()
        Meeting.objects.update(place="Takkahuone")
        assert changed()
        OnlineMeeting.objects.create(meeting=meeting, state="there", join_url="https://teams.example.org/1")
        assert changed()
        choose(person, discreet=True)
        assert changed()
        Person.objects.filter(pk=person.pk).update(language="en")
        assert changed()
        Meeting.objects.update(state=State.CANCELLED)
        assert changed()
        assert not changed()


class TestTheFeed:
    def test_holds_what_is_proposed_agreed_and_was_held_lately(self, pair: Pair) -> None:
        a_meeting(pair, 7, state=State.PROPOSED)
        a_meeting(pair, 40)
        a_meeting(pair, -30, state=State.HELD)
        a_meeting(pair, -20)  # agreed, and nobody has said whether they met
        for gone in ((-10, State.PROPOSED), (9, State.CANCELLED), (-100, State.HELD)):
            a_meeting(pair, gone[0], state=gone[1])
        found = [(e.status.value, e.summary) for e in events(make_address(people_of(pair)[0]))]
        assert found == [
            ("CONFIRMED", "Mentorointitapaaminen"),
            ("CONFIRMED", "Mentorointitapaaminen"),
            ("TENTATIVE", "Mentorointitapaaminen (ehdotettu)"),
            ("CONFIRMED", "Mentorointitapaaminen"),
        ]

    def test_speaks_the_persons_language_whatever_the_program_asks_for(self, pair: Pair) -> None:
        a_meeting(pair)
        first, second_ = people_of(pair)
        Person.objects.filter(pk=second_.pk).update(language="en")
        fi = feed(make_address(first), accept_language="en")
        en = feed(make_address(second_), accept_language="fi")
        assert "SUMMARY:Mentorointitapaaminen" in fi.content.decode()
        assert "SUMMARY:Mentoring meeting" in en.content.decode()
        assert (fi["Content-Language"], en["Content-Language"]) == ("fi", "en")

    def test_of_one_who_chose_a_discreet_title_names_nothing_and_the_others_is_unchanged(self, pair: Pair) -> None:
        meeting = a_meeting(pair, place="Takkahuone", way="teams")
        OnlineMeeting.objects.create(meeting=meeting, state="there", join_url="https://teams.example.org/l/1")
        first, other = people_of(pair)
        choose(first, discreet=True)
        text = feed(make_address(first)).content.decode()
        (event,) = second(text).events
        assert (event.summary, event.location, event.description) == ("Varattu", None, None)
        assert str(event.url) == "https://teams.example.org/l/1"  # among the details
        assert not re.search("entor|Takkahuone|" + other.name, text)
        (event,) = events(make_address(other))
        assert (event.summary, event.location) == ("Mentorointitapaaminen", "Takkahuone")

    def test_names_nobody(self, pair: Pair) -> None:
        a_meeting(pair)
        text = feed(make_address(people_of(pair)[0])).content.decode()
        assert not any(p.name in text or (p.email or "") in text for p in people_of(pair))

    def test_has_the_meetings_of_all_pairs_one_is_in_and_of_no_other(self, pair: Pair) -> None:
        person = people_of(pair)[0]
        another = pair_of(RoundFactory(state=Round.State.MEETING))
        place = another.members.earliest("pk")
        place.person = person
        place.save()
        mine = [a_meeting(pair), a_meeting(another, 8)]
        a_meeting(pair_of(pair.round), 9)
        assert [e.uid for e in events(make_address(person))] == [f"{m.uid}@oppipari" for m in mine]

    def test_of_a_supervisor_does_not_hold_their_units_meetings(self, pair: Pair) -> None:
        a_meeting(pair)
        assert events(make_address(supervisor_of(pair.round.unit))) == []

    def test_follows_what_happens(self, pair: Pair) -> None:
        first, other = people_of(pair)
        boss = supervisor_of(pair.round.unit)
        secret = make_address(other)
        when = timezone.now().replace(microsecond=0) + timedelta(days=8)
        (meeting,) = actions.propose(
            pair, first, [{"starts_at": when, "minutes": 60, "way": "teams", "place": "Kahvio"}]
        )
        assert [e.status.value for e in events(secret)] == ["TENTATIVE"]
        suits_all(pair)
        actions.agree(pair.round, boss)
        assert [e.status.value for e in events(secret)] == ["CONFIRMED"]
        actions.cancel(meeting, first)
        assert events(secret) == []

    def test_ends_with_the_pair_and_stays_when_it_has_finished_well(self, pair: Pair) -> None:
        first, other = people_of(pair)
        a_meeting(pair, -20, state=State.HELD)
        secrets = [make_address(first), make_address(other)]
        Pair.objects.filter(pk=pair.pk).update(state=Pair.State.FINISHED)
        assert [len(events(s)) for s in secrets] == [1, 1]
        Pair.objects.filter(pk=pair.pk).update(state=Pair.State.MEETING)
        pair.refresh_from_db()
        a_meeting(pair, 20)
        ended(pair, first)
        assert [events(s) for s in secrets] == [[], []]

    def test_what_people_write_cannot_break_out_of_it(self, pair: Pair) -> None:
        a_meeting(pair, place="A\r\nEND:VEVENT\r\nX:;,\\")
        text = feed(make_address(people_of(pair)[0])).content.decode()
        assert text.count("END:VEVENT\r\n") == 1
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_a_file_of_one_meeting_is_discreet_for_who_chose_so(pair: Pair) -> None:
    meeting = a_meeting(pair, place="Takkahuone")
    first, other = people_of(pair)
    choose(first, discreet=True)
    url = reverse("meeting_ics", args=[meeting.pk])
    assert "SUMMARY:Varattu" in signed_in(first).get(url).content.decode()
    assert "SUMMARY:Mentorointitapaaminen" in signed_in(other).get(url).content.decode()
