"""Going on or finishing: when results are told, and what comes of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, met, pair_of, people_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.evaluation import actions as evaluation
from oppipari.meetings.models import Meeting
from oppipari.meetings.queries import todos_for_person
from oppipari.organisation.errors import DomainError
from oppipari.pairs import actions
from oppipari.pairs.models import Pair, PairMember, Question
from oppipari.pairs.mornings import next_working_day, working_morning
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def pair(clock: Clock) -> Pair:
    """On Monday 1 February at 10 the pair has just met as agreed, and was asked."""
    made = pair_of(RoundFactory(state=Round.State.MEETING))
    met(made)
    actions.ask_to_go_on(made)
    return made


def settled(pair: Pair, clock: Clock, moment: str) -> tuple[str, int]:
    actions.settle_wills(clock.at(moment))
    pair.refresh_from_db()
    return pair.state, pair.meetings_agreed


def answer(pair: Pair, *wills: int | None) -> None:
    for person, more in zip(people_of(pair), wills, strict=False):
        actions.set_will(pair, person, agreed=pair.meetings_agreed, more=more)


class TestMornings:
    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            ("2027-02-01 07:59", None),
            ("2027-02-01 08:00", date(2027, 2, 1)),
            ("2027-02-01 15:59", date(2027, 2, 1)),
            ("2027-02-01 16:00", None),
            ("2027-02-06 09:00", None),
            ("2027-02-07 09:00", None),
            ("2027-03-29 09:00", None),  # Easter Monday
            ("2027-03-30 08:00", date(2027, 3, 30)),  # summer time
            ("2027-03-30 07:59", None),
        ],
    )
    def test_are_from_monday_to_friday_by_the_clock_of_helsinki(
        self, clock: Clock, moment: str, day: date | None
    ) -> None:
        assert working_morning(clock.at(moment)) == day

    def test_the_next_one_passes_over_weekends_and_holidays(self) -> None:
        assert next_working_day(date(2027, 3, 25)) == date(2027, 3, 30)
        assert next_working_day(date(2027, 2, 5)) == date(2027, 2, 8)
        assert next_working_day(date(2027, 2, 4)) == date(2027, 2, 5)


class TestTheResult:
    def test_is_told_on_a_following_morning_when_all_want_to_go_on_and_for_the_smallest_wish(
        self, pair: Pair, clock: Clock, mailbox: Mailbox
    ) -> None:
        answer(pair, 3, 2)
        assert settled(pair, clock, "2027-02-01 10:10") == ("meeting", 3)  # not on the day of the answers
        assert settled(pair, clock, "2027-02-02 07:50") == ("meeting", 3)
        assert settled(pair, clock, "2027-02-02 08:05") == ("meeting", 5)
        assert settled(pair, clock, "2027-02-02 08:15") == ("meeting", 5)
        deliver_all()
        first, second = (mailbox.to(p.email or "") for p in people_of(pair))
        assert [m["Subject"] for m in first] == ["Parinne sivulla on luettavaa"]
        assert [text_of(m) for m in first] == [text_of(m) for m in second]
        assert not Question.objects.exists()
        assert not PairMember.objects.exclude(goes_on=None, goes_on_meetings=None).exists()

    @pytest.mark.parametrize("wills", [(None, None), (2, None), (None, 2), (2,), (None,), ()])
    def test_is_finished_in_the_same_words_when_the_time_is_over_and_not_before(
        self, pair: Pair, clock: Clock, mailbox: Mailbox, wills: tuple[int | None, ...]
    ) -> None:
        answer(pair, *wills)
        for day in (2, 3, 4, 5, 8, 9, 10, 11, 12, 15):
            assert settled(pair, clock, f"2027-02-{day:02} 08:05") == ("meeting", 3), day
        assert settled(pair, clock, "2027-02-16 08:05") == ("finished", 3)
        assert settled(pair, clock, "2027-02-17 08:05") == ("finished", 3)
        deliver_all()
        first, second = ([text_of(m) for m in mailbox.to(p.email or "")] for p in people_of(pair))
        assert len(first) == 2  # that there is a question, and that it is over
        assert "luettavaa" not in first[0]
        assert "miten tästä eteenpäin" in first[-1]
        assert first == second
        assert not Question.objects.exists()
        assert not PairMember.objects.exclude(goes_on=None, goes_on_meetings=None).exists()

    def test_of_three_needs_three(self, clock: Clock) -> None:
        trio = pair_of(RoundFactory(state=Round.State.MEETING), size=3)
        met(trio)
        actions.ask_to_go_on(trio)
        answer(trio, 5, 4)
        assert settled(trio, clock, "2027-02-02 09:00") == ("meeting", 3)
        answer(trio, 5, 4, 1)
        assert settled(trio, clock, "2027-02-03 09:00") == ("meeting", 4)

    def test_is_what_was_answered_last(self, pair: Pair, clock: Clock) -> None:
        first, second = people_of(pair)
        actions.set_will(pair, first, agreed=3, more=None)
        actions.set_will(pair, second, agreed=3, more=2)
        settled(pair, clock, "2027-02-05 09:00")
        actions.set_will(pair, first, agreed=3, more=1)
        assert settled(pair, clock, "2027-02-08 09:00") == ("meeting", 4)

    def test_of_an_older_question_is_not_changed_by_a_late_answer(self, pair: Pair, clock: Clock) -> None:
        answer(pair, 2, 2)
        settled(pair, clock, "2027-02-02 09:00")
        assert not actions.set_will(pair, people_of(pair)[0], agreed=3, more=None)
        assert not PairMember.objects.exclude(goes_on=None).exists()

    def test_calls_off_what_was_booked_beyond_the_agreed_meetings(
        self, pair: Pair, clock: Clock, mailbox: Mailbox
    ) -> None:
        ahead = clock.now + timedelta(days=28)
        beyond = pair.meetings.create(starts_at=ahead, minutes=60, state="agreed", invited=True)
        for day in (3, 5, 8, 10, 12, 16):
            settled(pair, clock, f"2027-02-{day:02} 08:05")
        beyond.refresh_from_db()
        assert beyond.state == Meeting.State.CANCELLED
        deliver_all()
        first, second = ([m["Subject"] for m in mailbox.to(p.email or "")] for p in people_of(pair))
        assert first == second
        assert "Muutos kalenterissasi" in first

    def test_can_be_followed_by_another_question_after_the_further_meetings(self, pair: Pair, clock: Clock) -> None:
        answer(pair, 1, 1)
        settled(pair, clock, "2027-02-02 09:00")
        assert actions.ask_to_go_on(pair) is None
        met(pair, 1)
        assert settled(pair, clock, "2027-03-02 09:00") == ("meeting", 4)
        assert Question.objects.get().until == date(2027, 3, 16)  # found by the housekeeping


class TestTheQuestion:
    def test_is_not_asked_before_the_agreed_meetings(self, clock: Clock, client: Any) -> None:
        pair = pair_of(RoundFactory(state=Round.State.MEETING))
        met(pair, 2)
        assert actions.ask_to_go_on(pair) is None
        with pytest.raises(DomainError, match="sovitut kerrat"):
            actions.set_will(pair, people_of(pair)[0], agreed=3, more=1)
        client.force_login(people_of(pair)[0], backend=BACKEND)
        assert client.get(reverse("pair_go_on", args=[pair.pk])).status_code == 302

    def test_is_opened_by_the_press_that_the_last_meeting_was_held(self, clock: Clock) -> None:
        from oppipari.meetings.actions import hold

        pair = pair_of(RoundFactory(state=Round.State.MEETING))
        met(pair, 2)
        last = pair.meetings.create(starts_at=clock.now, minutes=60, state="agreed")
        clock.passes(hours=2)
        hold(last, people_of(pair)[0])
        question = Question.objects.get()
        assert (question.asked_on, question.until) == (date(2027, 2, 1), date(2027, 2, 15))

    def test_is_told_of_on_the_next_working_morning_whether_one_has_answered_or_not(
        self, pair: Pair, clock: Clock, mailbox: Mailbox
    ) -> None:
        answer(pair, None)
        for moment in ("2027-02-01 10:20", "2027-02-02 08:05", "2027-02-02 08:15", "2027-02-03 08:05"):
            settled(pair, clock, moment)
        deliver_all()
        letters = [[text_of(m) for m in mailbox.to(p.email or "")] for p in people_of(pair)]
        assert letters[0] == letters[1]
        assert len(letters[0]) == 1
        assert "vastaa yksin" in letters[0][0]

    def test_says_until_when_and_when_the_result_comes(self, pair: Pair, client: Any) -> None:
        first, second = people_of(pair)
        client.force_login(first, backend=BACKEND)
        page = client.get(reverse("pair_go_on", args=[pair.pk])).content.decode()
        assert (
            "jos kaikki vastaavat viimeistään ma 15.2. haluavansa jatkaa. Muuten yhteiset tapaamisenne päättyvät sovitusti."
            in page
        )
        assert "viimeistään ti 16.2. aamulla" in page
        page = client.post(
            reverse("pair_go_on", args=[pair.pk]), {"agreed": "3", "goes_on": "no", "more": "2"}, follow=True
        ).content.decode()
        assert "Kiitos. Tulos tulee näkyviin teille kaikille yhtä aikaa." in page
        assert "Olet vastannut" in page
        assert not [t for t in todos_for_person(first) if "jatkaa" in t.text]
        assert [t for t in todos_for_person(second) if "jatkaa" in t.text]

    def test_gives_the_days_back_when_the_service_stood_still(self, pair: Pair, clock: Clock) -> None:
        settled(pair, clock, "2027-02-02 09:00")
        assert settled(pair, clock, "2027-03-02 09:00") == ("meeting", 3)
        assert Question.objects.get().until == date(2027, 3, 15)

    def test_gives_no_days_back_beyond_the_last_day_of_a_closed_round(self, pair: Pair, clock: Clock) -> None:
        Round.objects.filter(pk=pair.round_id).update(state=Round.State.CLOSED, closed_at=clock.now)
        last = date(2027, 7, 19)
        Question.objects.update(until=date(2027, 7, 12), looked_on=date(2027, 7, 2))
        assert settled(pair, clock, "2027-07-12 09:00") == ("meeting", 3)
        assert Question.objects.get().until == last
        Question.objects.update(looked_on=date(2027, 7, 9))
        assert settled(pair, clock, "2027-07-19 09:00") == ("meeting", 3)
        assert Question.objects.get().until == last
        assert settled(pair, clock, "2027-07-20 09:00") == ("finished", 3)

    def test_stays_with_the_answers_when_the_round_closes(self, pair: Pair, clock: Clock) -> None:
        boss = supervisor_of(pair.round.unit)
        answer(pair, None)
        questionnaire = evaluation.open_questionnaire(pair.round, boss)
        evaluation.close_questionnaire(questionnaire, boss)
        pair.round.refresh_from_db()
        evaluation.close_round(pair.round, boss)
        assert PairMember.objects.exclude(goes_on=None).count() == 1
        assert settled(pair, clock, "2027-02-02 09:00") == ("meeting", 3)
        for day in (5, 9, 15):
            assert settled(pair, clock, f"2027-02-{day:02} 09:00") == ("meeting", 3)
        assert settled(pair, clock, "2027-02-16 09:00") == ("finished", 3)
        assert not Question.objects.exists()
        assert not PairMember.objects.exclude(goes_on=None).exists()
