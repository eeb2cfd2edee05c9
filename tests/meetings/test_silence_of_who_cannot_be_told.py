"""Silence is an answer only of somebody who knows that they are asked: a letter has left, or they have seen the page."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, pair_of, people_of, supervisor_of
from tests.meetings.proposing import pair as pair
from tests.meetings.proposing import proposed, state
from tests.meetings.proposing import trio as trio
from tests.signed_in import client_of
from tests.signed_in import page_of as page

from oppipari.meetings import actions
from oppipari.meetings.models import Meeting, MeetingRules, TimeAnswer
from oppipari.meetings.queries import counts, next_meetings, pair_part, todos_for_round
from oppipari.messages.moments import day
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
State = Meeting.State


def days_pass(clock: Clock, *days: str) -> None:
    for each in days:
        actions.let_times_hold(clock.at(f"2027-02-{each} 08:05"))


class TestWithoutMail:
    def test_silence_never_counts_before_the_page_was_seen(self, pair: Pair, clock: Clock) -> None:
        boss = supervisor_of(pair.round.unit)
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 20)
        actions.agree(pair.round, boss)
        told = page(first, "pair", pair.pk)
        assert "Parisi ei saa tästä viestiä, joten kerro siitä itse. Vastausaika alkaa, kun parisi on nähnyt" in told
        assert "katsotaan sopivan" not in told
        assert "Vastausaika alkaa, kun aika on nähty omalla sivulla." in page(boss, "round_meetings", pair.round_id)
        days_pass(clock, "02", "03", "04", "05", "08", "09")
        assert (state(meeting), meeting.answer_by) == (State.PROPOSED, None)
        # Who is asked sees when the silence would count, and so does who proposed it, from the next morning on.
        assert "ke 10.2." not in page(second, "home")
        assert "Vastausaikaa on to 11.2. asti" in page(second, "pair", pair.pk)
        days_pass(clock, "10")
        assert "Vastausaikaa on to 11.2. asti" in page(first, "pair", pair.pk)
        days_pass(clock, "11")
        assert state(meeting) == State.PROPOSED
        days_pass(clock, "12")
        assert state(meeting) == State.AGREED

    def test_a_later_visit_gives_no_more_days(self, pair: Pair, clock: Clock) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 20)
        assert actions.note_seen(pair, first) == 0  # nobody asks who proposed
        assert actions.note_seen(pair, second) == 1
        clock.at("2027-02-03 10:00")
        assert actions.note_seen(pair, second) == 0
        meeting.refresh_from_db()
        assert meeting.answer_by == date(2027, 2, 3)

    @pytest.mark.parametrize(
        ("seen_at", "told_at"),
        [("01 10:00", "02 08:00"), ("03 23:00", "04 08:00"), ("05 10:00", "08 08:00"), ("07 06:00", "08 08:00")],
    )
    def test_nobody_else_reads_in_the_days_to_answer_when_somebody_looked(
        self, pair: Pair, clock: Clock, seen_at: str, told_at: str
    ) -> None:
        first, second = people_of(pair)
        boss = supervisor_of(pair.round.unit)
        (meeting,) = proposed(pair, first, clock, 20)
        clock.at(f"2027-02-{seen_at}")
        before = self.read_by_others(pair, first, boss)
        assert actions.note_seen(pair, second) == 1
        assert self.read_by_others(pair, first, boss) == before
        clock.now = clock.at(f"2027-02-{told_at}") - timedelta(minutes=1)
        assert self.read_by_others(pair, first, boss) == before
        clock.at(f"2027-02-{told_at}")
        meeting.refresh_from_db()
        for then, now in zip(before, self.read_by_others(pair, first, boss), strict=True):
            assert day(meeting.answer_by) in now
            assert day(meeting.answer_by) not in then

    def test_times_near_each_other_are_told_on_the_same_morning(self, pair: Pair, clock: Clock) -> None:
        """Of the nearest one a single day could have been given as well; all were given two, on the same day."""
        first, second = people_of(pair)
        boss = supervisor_of(pair.round.unit)
        starts = [clock.at(f"2027-02-{time}") for time in ("05 10:00", "05 14:00", "25 10:00")]
        clock.at("2027-02-01 10:00")
        actions.propose(pair, first, [{"starts_at": s, "minutes": 30, "way": "teams", "place": ""} for s in starts])
        assert actions.note_seen(pair, second) == 3
        for read in self.read_by_others(pair, first, boss):
            assert "ke 3.2." not in read
        clock.at("2027-02-02 08:00")
        for read in self.read_by_others(pair, first, boss):
            assert read.count("ke 3.2.") >= 3
            assert "Vastausaika alkaa" not in read

    @pytest.mark.parametrize("days", [2, 3, 4, 7])
    def test_nor_where_the_time_is_near(self, pair: Pair, clock: Clock, days: int) -> None:
        first, second = people_of(pair)
        proposed(pair, first, clock, days)
        boss = supervisor_of(pair.round.unit)
        before = self.read_by_others(pair, first, boss)
        assert actions.note_seen(pair, second) == 1
        assert self.read_by_others(pair, first, boss) == before

    @staticmethod
    def read_by_others(pair: Pair, first: Person, boss: Person) -> list[str]:
        pages = [page(first, "pair", pair.pk), page(boss, "round_meetings", pair.round_id)]
        return [re.sub(r"<[^>]*>", "", text[text.index("<main") :]) for text in pages]

    def test_all_who_are_asked_have_to_have_seen_it(self, trio: Pair, clock: Clock) -> None:
        first, second, third = people_of(trio)
        (meeting,) = proposed(trio, first, clock, 20)
        told = page(second, "pair", trio.pk)
        assert "Vastausaika alkaa, kun kaikki ovat nähneet ajan" in told
        assert "kerro siitä myös itse" not in told  # that is for who proposed it
        assert "kerro siitä myös itse" in page(first, "pair", trio.pk)
        days_pass(clock, "02", "03", "04")
        meeting.refresh_from_db()
        assert meeting.answer_by is None
        actions.answer_time(meeting, second, meeting.version, suits=True)
        assert "kerro siitä myös itse" not in page(second, "pair", trio.pk)
        assert "kerro siitä myös itse" in page(first, "pair", trio.pk)
        actions.note_seen(trio, third)
        meeting.refresh_from_db()
        assert meeting.answer_by == date(2027, 2, 8)

    def test_what_does_not_suit_after_all_is_told_though_it_was_seen(self, pair: Pair, clock: Clock) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 20)
        actions.note_seen(pair, second)
        actions.answer_time(meeting, second, meeting.version, suits=False)
        assert not TimeAnswer.objects.get(meeting=meeting).told
        days_pass(clock, "02")
        assert TimeAnswer.objects.get(meeting=meeting).told

    def test_what_does_not_suit_after_silence_was_taken_for_a_yes_is_told(self, pair: Pair, clock: Clock) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 20)
        actions.note_seen(pair, second)
        days_pass(clock, "02", "03", "04")
        answer = TimeAnswer.objects.get(meeting=meeting)
        assert (answer.suits, answer.seen) == (True, False)
        actions.answer_time(meeting, second, meeting.version, suits=False)
        assert not TimeAnswer.objects.get(meeting=meeting).told
        days_pass(clock, "05")
        assert TimeAnswer.objects.get(meeting=meeting).told

    def test_cancelling_speaks_of_one_partner_or_of_the_others(self, pair: Pair, trio: Pair, clock: Clock) -> None:
        for group, words in ((pair, "Parisi näkee sen avatessaan tämän sivun"), (trio, "Muut näkevät sen")):
            first = people_of(group)[0]
            proposed(group, first, clock, 20)
            assert words in page(first, "pair", group.pk)

    @pytest.mark.parametrize(
        ("size", "words"),
        [
            (2, "Parisi vastaa omalla sivullaan, sopiiko aika. Hän näkee sen, kun avaa oman sivunsa: kerro siitä hänelle"),
            (3, "Muut vastaavat omilla sivuillaan, sopiiko aika. He näkevät sen, kun avaavat oman sivunsa: kerro siitä heille"),
        ],
    )  # fmt: skip
    def test_who_proposes_reads_that_nobody_is_told(self, clock: Clock, size: int, words: str) -> None:
        group = pair_of(RoundFactory(state=Round.State.MEETING), size=size)
        row = {"m0-day": "2027-02-24", "m0-time": "9.00", "m0-minutes": "60", "m0-way": "teams", "m0-place": ""}
        said = client_of(people_of(group)[0]).post(reverse("meeting_new", args=[group.pk]), row, follow=True)
        assert words in " ".join(said.content.decode().split())


class TestWithMail:
    def test_silence_counts_without_a_visit(self, pair: Pair, clock: Clock, mail_on: None) -> None:
        boss = supervisor_of(pair.round.unit)
        (meeting,) = proposed(pair, people_of(pair)[0], clock, 20)
        actions.agree(pair.round, boss)
        days_pass(clock, "02", "03", "04")
        assert state(meeting) == State.AGREED

    def test_whose_letter_came_back_has_not_been_asked(self, pair: Pair, clock: Clock, mail_on: None) -> None:
        boss = supervisor_of(pair.round.unit)
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 20)
        actions.agree(pair.round, boss)
        Person.objects.filter(pk=second.pk).update(email_refused_at=timezone.now())
        days_pass(clock, "02", "03", "04", "05")
        assert (state(meeting), meeting.answer_by) == (State.PROPOSED, None)
        assert "joten kerro siitä itse" in page(first, "pair", pair.pk)
        actions.note_seen(pair, second)
        days_pass(clock, "08", "09", "10")
        assert state(meeting) == State.AGREED


class TestAServiceThatWasOff:
    def times(self, pair: Pair, clock: Clock) -> list[Meeting]:
        first, second = people_of(pair)
        made = proposed(pair, first, clock, 8, 30)
        actions.note_seen(pair, second)
        return made

    def test_what_was_to_hold_was_agreed_and_it_asks_whether_they_met(self, pair: Pair, clock: Clock) -> None:
        boss, second = supervisor_of(pair.round.unit), people_of(pair)[1]
        past, ahead = self.times(pair, clock)
        actions.agree(pair.round, boss)
        actions.let_times_hold(clock.at("2027-02-13 19:00"))  # on Saturday evening: nobody is told of it
        assert (state(past), state(ahead)) == (State.AGREED, State.PROPOSED)
        actions.let_times_hold(clock.at("2027-02-15 08:05"))
        assert state(ahead) == State.AGREED
        assert [m.pk for m in pair_part(pair, second)["past"]] == [past.pk]
        assert pair_part(pair, second)["lapsed"] == []

    def test_so_it_is_within_the_supervisors_frame(self, pair: Pair, clock: Clock) -> None:
        MeetingRules.objects.create(
            round=pair.round, by_themselves=True, frame_from="08:00", frame_until="18:00", away_per_team=5
        )
        past, _ahead = self.times(pair, clock)
        actions.let_times_hold(clock.at("2027-02-15 08:05"))
        assert state(past) == State.AGREED

    def test_not_where_the_supervisor_or_somebody_in_the_pair_had_not_said_yes(self, pair: Pair, clock: Clock) -> None:
        past, _ahead = self.times(pair, clock)
        actions.let_times_hold(clock.at("2027-02-15 08:05"))
        assert state(past) == State.PROPOSED  # no yes of the supervisor
        Meeting.objects.update(approved=True)
        TimeAnswer.objects.filter(meeting=past).update(suits=False)
        actions.let_times_hold(clock.at("2027-02-15 08:15"))
        assert state(past) == State.PROPOSED
        TimeAnswer.objects.filter(meeting=past).update(suits=None, seen=False)  # not seen by who was asked
        actions.let_times_hold(clock.at("2027-02-15 08:25"))
        assert state(past) == State.PROPOSED
        assert "ennen kuin siitä oli sovittu" in page(people_of(pair)[0], "pair", pair.pk)


class TestTheNextMeeting:
    def test_on_ones_own_page_is_an_agreed_one_and_a_proposal_is_called_so(self, pair: Pair, clock: Clock) -> None:
        first, second = people_of(pair)
        early, late = proposed(pair, first, clock, 8, 30)
        assert next_meetings([pair]) == {pair.pk: early}
        told = page(first, "home")
        assert "Ehdotettu, ei vielä sovittu" in told
        assert "Seuraava tapaaminen" not in told
        actions.answer_time(early, second, early.version, suits=False)
        assert next_meetings([pair]) == {pair.pk: late}  # not the one that does not suit
        Meeting.objects.filter(pk=late.pk).update(state=State.AGREED)
        actions.answer_time(early, second, early.version, suits=True)
        assert next_meetings([pair]) == {pair.pk: late}
        assert "Seuraava tapaaminen" in page(first, "home")

    def test_is_none_where_all_that_is_proposed_was_refused(self, pair: Pair, clock: Clock) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 8)
        actions.answer_time(meeting, second, meeting.version, suits=False)
        assert next_meetings([pair]) == {}


class TestWhatWaitsForTheSupervisor:
    def test_is_counted_alike_everywhere(self, pair: Pair, clock: Clock) -> None:
        boss = supervisor_of(pair.round.unit)
        first, second = people_of(pair)
        one, _two, _three = proposed(pair, first, clock, 8, 15, 30)

        def found() -> tuple[int, int]:
            told = counts(pair.round)
            return told["waiting"], told["with_pairs"]

        assert found() == (0, 3)
        assert not [t for t in todos_for_round(pair.round, boss) if "hyväksyntääsi" in t.text]
        told = page(boss, "round", pair.round_id)
        assert "3 ehdotettua aikaa odottaa vielä vastauksia" in told
        assert "odottaa hyväksyntääsi" not in told
        told = page(boss, "round_meetings", pair.round_id)
        assert "Vastauksia puuttuu vielä" in told
        assert "Odottaa hyväksyntääsi" not in told
        actions.answer_time(one, second, one.version, suits=True)
        assert found() == (1, 2)
        told = page(boss, "round", pair.round_id)
        assert "1 tapaaminen odottaa hyväksyntääsi" in told
        assert "1 odottaa hyväksyntääsi" in told
        told = page(boss, "round_meetings", pair.round_id)
        assert told.index("Odottaa hyväksyntääsi") < told.index("Vastauksia puuttuu vielä")
        actions.agree(pair.round, boss)
        assert found() == (0, 2)
        assert "odottaa hyväksyntääsi" not in page(boss, "round", pair.round_id)

    def test_the_month_calls_a_proposal_a_proposal(self, pair: Pair, clock: Clock) -> None:
        boss = supervisor_of(pair.round.unit)
        proposed(pair, people_of(pair)[0], clock, 8)
        told = page(boss, "round_month", pair.round_id)
        assert "ehdotettu" in told
        assert "odottaa hyväksyntääsi" not in told


def test_a_time_that_does_not_suit_is_said_to_be_kept_before_another_is_proposed(pair: Pair, clock: Clock) -> None:
    first, second = people_of(pair)
    (meeting,) = proposed(pair, first, clock, 8)
    data = {"seen": f"{meeting.pk}:{meeting.version}", "suits": "no"}
    said = client_of(second).post(reverse("meeting_answer", args=[pair.pk]), data, follow=True).content.decode()
    assert "Vastauksesi on tallessa: tämä aika ei sovi sinulle. Voit ehdottaa tässä toista." in said
    assert "Ehdota toista aikaa" in said
    assert "Siirrä tapaaminen" not in said
