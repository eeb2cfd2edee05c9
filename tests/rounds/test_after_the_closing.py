"""What becomes of pairs after their round was closed: what they booked, when they are asked, and until when they can meet."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.clock import clock as clock
from tests.factories import met
from tests.mailbox import Mailbox, deliver_all
from tests.meetings.answering import suits_all
from tests.rounds.test_end_of_a_round import BACKEND, Ending, page, people_of
from tests.rounds.test_end_of_a_round import ending as ending

from oppipari.meetings import actions as meetings
from oppipari.meetings import queries, undoing
from oppipari.meetings.models import Meeting
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair, Question

pytestmark = pytest.mark.django_db
LAST = date(2027, 7, 19)  # 24 weeks after the closing


def until(pair: Pair) -> date:
    return Question.objects.get(pair=pair).until


def moved(ending: Ending, days: int) -> Meeting:
    """The booked meeting of the pair that met fewer times, moved by so many days."""
    (booked,) = ending.few.meetings.filter(state__in=["agreed", "proposed"])
    when = booked.starts_at + timedelta(days=days)
    return meetings.move(
        booked, people_of(ending.few)[0], booked.version, starts_at=when, minutes=60, way="teams", place=""
    )


class TestWhatWasBookedStands:
    def test_when_it_is_moved_beyond_the_last_day_to_answer(self, ending: Ending) -> None:
        ending.close()
        assert until(ending.few) == date(2027, 3, 8)
        meeting = moved(ending, 28)  # on 22 March
        assert until(ending.few) == date(2027, 4, 5)
        suits_all(ending.few)
        meetings.agree(ending.round, ending.boss)
        first, second = people_of(ending.few)
        assert "ma 5.4." in page(second, "pair_go_on", ending.few.pk)
        assert "Jos varaatte myöhemmän ajan, myös vastausaika pitenee." in page(second, "pair_go_on", ending.few.pk)
        ending.mornings(date(2027, 2, 2), date(2027, 3, 22))
        meeting.refresh_from_db()
        assert meeting.state == Meeting.State.AGREED
        ending.clock.at("2027-03-22 12:00")
        meetings.hold(meeting, first)
        ending.mornings(date(2027, 3, 23), date(2027, 4, 5))
        assert ending.state(ending.few)[0] == "meeting"
        ending.morning("2027-04-06 08:05")
        assert ending.state(ending.few)[0] == "finished"

    def test_when_another_one_is_booked_after_the_closing(self, ending: Ending) -> None:
        ending.close()
        when = ending.clock.now + timedelta(days=60)
        times = [{"starts_at": when, "minutes": 60, "way": "teams", "place": ""}]
        meetings.propose(ending.few, people_of(ending.few)[0], times)
        assert until(ending.few) == timezone.localdate(when) + timedelta(weeks=2)

    def test_and_the_day_never_comes_nearer(self, ending: Ending) -> None:
        ending.close()
        moved(ending, 28)
        moved(ending, -35)
        meetings.cancel(ending.few.meetings.get(state="proposed"), people_of(ending.few)[1])
        assert until(ending.few) == date(2027, 4, 5)

    def test_until_the_last_day_of_the_round_and_is_held_on_it(self, ending: Ending) -> None:
        ending.close()
        meeting = moved(ending, (LAST - date(2027, 2, 22)).days)
        assert until(ending.few) == LAST
        suits_all(ending.few)
        meetings.agree(ending.round, ending.boss)
        ending.mornings(LAST - timedelta(days=20), LAST)
        meeting.refresh_from_db()
        assert meeting.state == Meeting.State.AGREED
        ending.morning("2027-07-20 08:05")
        assert ending.state(ending.few)[0] == "finished"

    def test_where_a_question_was_asked_before_the_day_followed(self, ending: Ending) -> None:
        """Rows of an installation that is upgraded in the middle."""
        ending.close()
        Question.objects.filter(pair=ending.few).update(until=date(2027, 2, 3))
        ending.mornings(date(2027, 2, 2), date(2027, 2, 5))
        assert ending.state(ending.few)[0] == "meeting"
        assert until(ending.few) == date(2027, 3, 8)


class TestOnTheDayOfTheClosing:
    def test_a_pair_that_goes_on_and_has_met_is_asked_by_a_letter(self, ending: Ending, mailbox: Mailbox) -> None:
        ending.close()
        deliver_all()
        mailbox.messages.clear()
        ending.clock.at("2027-02-01 14:00")
        first, second = people_of(ending.going)
        self.hold_the_last(ending, first)
        assert until(ending.going) == date(2027, 2, 15)
        ending.mornings(date(2027, 2, 2), date(2027, 2, 3))
        deliver_all()
        letters = [[m["Subject"] for m in mailbox.to(p.email or "")] for p in (first, second)]
        assert letters == [["Kysymys, johon voit vastata rauhassa"]] * 2

    def test_a_wrong_press_of_such_a_pair_is_taken_back_with_its_question(self, ending: Ending) -> None:
        ending.close()
        ending.clock.at("2027-02-01 14:00")
        first, second = people_of(ending.going)
        meeting = self.hold_the_last(ending, first)
        undoing.not_held(meeting, second)
        assert not Question.objects.filter(pair=ending.going).exists()
        assert "Jatkatte: vielä 1 tapaaminen" in page(first, "pair", ending.going.pk)

    def hold_the_last(self, ending: Ending, by: Person) -> Meeting:
        met(ending.going, 1)
        start = ending.clock.now - timedelta(hours=2)
        made = ending.going.meetings.create(starts_at=start, minutes=60, state="agreed")
        return meetings.hold(made, by)


class TestTheLastDay:
    def test_is_the_last_one_that_is_suggested_for_a_meeting_or_a_move(self, ending: Ending) -> None:
        ending.close()
        ending.clock.at("2027-07-01 10:00")
        found = [queries.suggested_times(ending.going), queries.options(ending.going)]
        start = ending.clock.now + timedelta(days=15)
        found.append(
            queries.times_to_move_to(ending.going.meetings.create(starts_at=start, minutes=60, state="agreed"))
        )
        assert all(found)
        assert max(timezone.localdate(t) for times in found for t in times) <= LAST

    def test_leaves_nothing_to_suggest_when_it_is_near(self, ending: Ending) -> None:
        ending.close()
        ending.clock.at("2027-07-19 16:30")
        first = people_of(ending.going)[0]
        start = ending.clock.now + timedelta(hours=1)
        meeting = ending.going.meetings.create(starts_at=start, minutes=60, state="agreed")
        assert queries.suggested_times(ending.going) == queries.options(ending.going) == []
        assert queries.times_to_move_to(meeting) == []
        for name, pk in (("meeting_new", ending.going.pk), ("meeting_move", meeting.pk)):
            told = page(first, name, pk)
            assert "Voitte tavata ma 19.7. asti." in told
            assert "lähiviikko" not in told

    def test_what_the_booking_page_suggests_it_also_takes(self, ending: Ending) -> None:
        ending.close()
        ending.clock.at("2027-07-01 10:00")
        first = people_of(ending.going)[0]
        client = Client()
        client.force_login(first, backend=BACKEND)
        url = reverse("meeting_new", args=[ending.going.pk])
        forms = client.get(url).context["forms"]
        data = {f"m{i}-{name}": value for i, form in enumerate(forms) for name, value in form.initial.items()}
        assert client.post(url, data).status_code == 302
        assert ending.going.meetings.filter(state="proposed").count() == len(forms)


class TestTheLastWeeks:
    def test_promise_no_booking_and_no_question_to_who_has_met_as_agreed(self, ending: Ending) -> None:
        ending.close()
        first = people_of(ending.going)[0]
        ending.clock.at("2027-07-10 10:00")
        ending.going.refresh_from_db()
        met(ending.going)
        ending.morning("2027-07-12 08:05")
        assert not Question.objects.filter(pair=ending.going).exists()
        pages = {n: page(first, n, pk) for n, pk in (("round_closing", ending.round.pk), ("pair", ending.going.pk), ("meeting_new", ending.going.pk))}  # fmt: skip
        for told in pages.values():
            assert "olette tavanneet niin monta kertaa kuin sovitte. kiitos yhteisestä oppimisesta!" in told.lower()
            for false in ("voitte varata", "voitte tavata", "vastaa yksin", "haluaako"):
                assert false not in told.lower(), false
        assert "jatkamista ei enää kysytä" in pages["round_closing"]

    def test_promise_no_question_after_meetings_that_come_too_late_for_it(self, ending: Ending) -> None:
        ending.close()
        first = people_of(ending.going)[0]
        ending.clock.at("2027-06-25 10:00")
        met(ending.going, 1)
        ending.going.meetings.create(starts_at=ending.clock.now + timedelta(days=14), minutes=60, state="agreed")
        told = page(first, "meeting_new", ending.going.pk)
        assert "Jokaiselle tapaamiselle, josta sovitte, on jo aika" in told
        assert "jokaiselta kysytään" not in told
        assert "vastaa yksin" not in page(first, "pair", ending.going.pk)
        told = page(first, "round_closing", ending.round.pk)
        assert "jatkatte. Voitte tavata ma 19.7. asti." in told
