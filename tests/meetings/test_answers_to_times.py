"""Who proposes a time does not decide for the others: they answer in one press, and silence holds nobody up for long."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, SignUpFactory, met, pair_of, people_of, supervisor_of
from tests.mailbox import Mailbox, calendar_of, deliver_all, text_of
from tests.meetings.answering import suits_all
from tests.meetings.proposing import pair as pair
from tests.meetings.proposing import proposed, state
from tests.signed_in import client_of
from tests.signed_in import page_of as page

from oppipari.meetings import actions
from oppipari.meetings.actions.answering import last_day_to_answer
from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting, MeetingRules, TimeAnswer
from oppipari.meetings.queries import todos_for_person, todos_for_round
from oppipari.meetings.reminders.actions import remind
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.pairs.actions import join_pair
from oppipari.pairs.models import Pair
from oppipari.pairs.queries import todos_for_person as pairs_todos
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
State = Meeting.State


@pytest.fixture
def boss(pair: Pair) -> Person:
    return supervisor_of(pair.round.unit)


class TestAProposedTime:
    def test_is_agreed_when_both_and_the_supervisor_have_said_yes_in_any_order(
        self, pair: Pair, boss: Person, clock: Clock, mailbox: Mailbox
    ) -> None:
        first, second = people_of(pair)
        one, other = proposed(pair, first, clock, 9, 30)
        assert actions.agree(pair.round, boss, [one.pk]) == 1
        assert (state(one), one.approved) == (State.PROPOSED, True)
        actions.answer_time(one, second, one.version, suits=True)
        assert state(one) == State.AGREED
        actions.answer_time(other, second, other.version, suits=True)
        assert state(other) == State.PROPOSED
        actions.agree(pair.round, boss, [other.pk])
        assert state(other) == State.AGREED
        assert not TimeAnswer.objects.exists()
        deliver_all()
        for person in (first, second):
            assert [calendar_of(m)[0] for m in mailbox.to(person.email or "") if m.is_multipart()] == ["REQUEST"] * 2

    def test_of_three_waits_for_all_three(self, clock: Clock) -> None:
        trio = pair_of(RoundFactory(state=Round.State.MEETING), size=3)
        boss = supervisor_of(trio.round.unit)
        first, second, third = people_of(trio)
        (meeting,) = proposed(trio, second, clock, 9)
        actions.agree(trio.round, boss)
        actions.answer_time(meeting, first, meeting.version, suits=True)
        assert state(meeting) == State.PROPOSED
        actions.answer_time(meeting, third, meeting.version, suits=True)
        assert state(meeting) == State.AGREED

    def test_that_does_not_suit_is_not_agreed_by_anybody(self, pair: Pair, boss: Person, clock: Clock) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 9)
        actions.answer_time(meeting, second, meeting.version, suits=False)
        assert actions.agree(pair.round, boss) == 0
        for day in (2, 3, 4, 5, 8):
            actions.let_times_hold(clock.at(f"2027-02-{day:02} 08:05"))
        assert state(meeting) == State.PROPOSED
        actions.answer_time(meeting, second, meeting.version, suits=True)  # thought again
        actions.agree(pair.round, boss)
        assert state(meeting) == State.AGREED

    def test_is_not_answered_by_who_proposed_it_nor_by_a_stranger_nor_late(
        self, pair: Pair, boss: Person, clock: Clock
    ) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 9)
        stranger = people_of(pair_of(pair.round))[0]
        for person in (first, stranger, boss):
            with pytest.raises(DomainError):
                actions.answer_time(meeting, person, meeting.version, suits=True)
        moved = actions.move(
            meeting,
            second,
            meeting.version,
            starts_at=meeting.starts_at + timedelta(days=1),
            minutes=60,
            way="teams",
            place="",
        )
        with pytest.raises(StaleEdit):
            actions.answer_time(meeting, first, moved.version - 1, suits=True)
        assert list(TimeAnswer.objects.values_list("person_id", "suits")) == [(first.pk, None)]

    def test_of_the_planner_stands_as_the_supervisor_agreed_it(self, pair: Pair, boss: Person, clock: Clock) -> None:
        (made,) = actions.arrange(boss, [(pair, clock.now + timedelta(days=9), 60)])
        assert made.state == State.AGREED
        assert not TimeAnswer.objects.exists()

    def test_within_the_frame_needs_the_others_too(self, pair: Pair, boss: Person, clock: Clock) -> None:
        MeetingRules.objects.create(
            round=pair.round,
            by_themselves=True,
            frame_from=local(date(2027, 2, 1), clock.now.time()).time(),
            frame_until="18:00",
        )
        MeetingRules.objects.update(away_per_team=5)
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 9)
        assert meeting.state == State.PROPOSED
        actions.answer_time(meeting, second, meeting.version, suits=True)
        assert state(meeting) == State.AGREED

    def test_that_is_moved_is_asked_of_the_others_anew(self, pair: Pair, boss: Person, clock: Clock) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 9)
        suits_all(pair)
        actions.agree(pair.round, boss)
        meeting.refresh_from_db()
        moved = actions.move(
            meeting,
            second,
            meeting.version,
            starts_at=meeting.starts_at + timedelta(days=1),
            minutes=60,
            way="teams",
            place="",
        )
        assert moved.state == State.PROPOSED
        assert list(TimeAnswer.objects.values_list("person_id", "suits")) == [(first.pk, None)]
        actions.agree(pair.round, boss)
        assert state(meeting) == State.PROPOSED
        suits_all(pair)
        assert state(meeting) == State.AGREED

    def test_is_asked_of_who_joins_the_pair_too(self, pair: Pair, boss: Person, clock: Clock) -> None:
        first, _second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 9)
        suits_all(pair)
        third = SignUpFactory(round=pair.round)
        join_pair(pair, boss, third.pk)
        actions.agree(pair.round, boss)
        assert state(meeting) == State.PROPOSED
        actions.answer_time(meeting, third.person, meeting.version, suits=True)
        assert state(meeting) == State.AGREED


class TestSilence:
    @pytest.mark.parametrize(
        ("starts", "day"),
        [
            ("2027-02-10 14:00", date(2027, 2, 3)),
            ("2027-02-04 12:00", date(2027, 2, 3)),
            # Silence counts in the morning, and then calendars are told: not of a time at that very hour.
            ("2027-02-04 11:00", date(2027, 2, 2)),
            ("2027-02-04 08:00", date(2027, 2, 2)),
            ("2027-02-03 12:00", date(2027, 2, 2)),
            ("2027-02-03 08:00", None),
            ("2027-02-03 07:30", None),  # before the next working morning
            ("2027-02-02 14:00", None),
            ("2027-02-01 14:00", None),
        ],
    )
    def test_counts_after_a_day_that_leaves_time_to_answer_and_is_before_the_meeting(
        self, clock: Clock, starts: str, day: date | None
    ) -> None:
        today = clock.now.date()
        assert last_day_to_answer(clock.at(starts), today) == day

    @pytest.mark.parametrize("hour", range(7, 17))
    def test_holds_a_time_at_any_hour_and_all_are_told_before_it(
        self, pair: Pair, boss: Person, clock: Clock, mailbox: Mailbox, hour: int
    ) -> None:
        """At eight the meeting began in the minute in which silence began to count, and lapsed."""
        first, second = people_of(pair)
        start = local(date(2027, 2, 4), time(hour))
        (meeting,) = actions.propose(pair, first, [{"starts_at": start, "minutes": 60, "way": "teams", "place": ""}])
        actions.agree(pair.round, boss)
        for day in ("02", "03", "04"):
            actions.let_times_hold(clock.at(f"2027-02-{day} 08:09"))  # housekeeping comes every ten minutes
            deliver_all()
        assert state(meeting) == State.AGREED
        for person in (first, second):
            assert [m["Subject"] for m in mailbox.to(person.email or "")][-1] == "Tapaaminen on sovittu"

    def test_over_a_weekend_and_holidays_waits_for_working_days(self, clock: Clock) -> None:
        friday, thursday = date(2027, 2, 5), date(2027, 3, 25)  # before Easter
        assert last_day_to_answer(clock.at("2027-02-20 10:00"), friday) == date(2027, 2, 9)
        assert last_day_to_answer(clock.at("2027-04-20 10:00"), thursday) == date(2027, 3, 31)
        assert last_day_to_answer(clock.at("2027-02-06 14:00"), friday) is None  # on Saturday nobody tells

    @pytest.mark.parametrize(
        ("proposed_at", "starts", "day"),
        [
            ("2027-02-05 16:30", "2027-02-08 13:00", None),  # asked by a letter of Monday at 8
            ("2027-02-05 10:00", "2027-02-08 13:00", None),  # no whole working day between
            ("2027-02-06 12:00", "2027-02-09 13:00", date(2027, 2, 8)),
            ("2027-02-04 16:30", "2027-02-08 13:00", date(2027, 2, 5)),
            ("2027-03-26 10:00", "2027-03-30 13:00", None),  # Good Friday and Easter Monday
            ("2027-03-25 17:00", "2027-03-30 13:00", None),
            ("2027-03-25 17:00", "2027-03-31 13:00", date(2027, 3, 30)),
        ],
    )
    def test_counts_only_after_a_whole_working_day_with_the_letter(
        self, clock: Clock, proposed_at: str, starts: str, day: date | None
    ) -> None:
        today = clock.at(proposed_at).date()
        assert last_day_to_answer(clock.at(starts), today) == day

    def test_agrees_to_nothing_in_the_moment_in_which_the_others_are_asked(
        self, pair: Pair, boss: Person, clock: Clock, mailbox: Mailbox
    ) -> None:
        clock.at("2027-02-05 16:30")
        first, second = people_of(pair)
        start = local(date(2027, 2, 8), time(13))
        (meeting,) = actions.propose(pair, first, [{"starts_at": start, "minutes": 60, "way": "teams", "place": ""}])
        actions.agree(pair.round, boss)
        deliver_all()
        assert mailbox.to(second.email or "") == []
        assert actions.let_times_hold(clock.at("2027-02-08 08:00")) == 0
        deliver_all()
        assert [m["Subject"] for m in mailbox.to(second.email or "")] == ["Uusi tapaamisehdotus"]
        assert state(meeting) == State.PROPOSED
        assert "pitää vain, jos kaikki vastaavat sen sopivan" in page(second, "pair", pair.pk)

    def test_blocks_nothing_beyond_the_day_that_the_page_names(
        self, pair: Pair, boss: Person, clock: Clock, mailbox: Mailbox
    ) -> None:
        first, second = people_of(pair)
        one, other = proposed(pair, first, clock, 9, 30)
        actions.agree(pair.round, boss, [one.pk])
        assert "Vastausaikaa on ke 3.2. asti. Jos kukaan ei sano siihen mennessä muuta, ajan katsotaan sopivan kaikille." in page(second, "pair", pair.pk)  # fmt: skip
        for moment in ("2027-02-02 08:05", "2027-02-03 15:00"):
            assert actions.let_times_hold(clock.at(moment)) == 0
            assert not [t for t in todos_for_round(pair.round, boss) if "odottaa hyväksyntääsi" in t.text]
        assert actions.let_times_hold(clock.at("2027-02-04 07:50")) == 0
        assert actions.let_times_hold(clock.at("2027-02-04 08:05")) == 1  # both of one pair
        assert actions.let_times_hold(clock.at("2027-02-04 08:15")) == 0
        assert (state(one), state(other)) == (State.AGREED, State.PROPOSED)
        deliver_all()
        # The one that the supervisor has not seen is theirs now.
        assert [m["Subject"] for m in mailbox.to(boss.email or "")] == ["Tapaaminen odottaa hyväksyntääsi"]
        assert other.waiting_since == date(2027, 2, 4)
        actions.agree(pair.round, boss)
        assert state(other) == State.AGREED

    def test_holds_no_time_that_is_too_near_to_ask(self, pair: Pair, boss: Person, clock: Clock) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 1)
        assert "pitää vain, jos kaikki vastaavat sen sopivan" in page(second, "pair", pair.pk)
        actions.agree(pair.round, boss)
        actions.let_times_hold(clock.at("2027-02-02 08:05"))
        assert state(meeting) == State.PROPOSED
        clock.at("2027-02-02 15:00")
        assert "Ehdota uutta aikaa" in page(first, "pair", pair.pk)


class TestThePages:
    def test_one_press_says_that_it_suits_and_another_that_all_do(self, pair: Pair, boss: Person, clock: Clock) -> None:
        first, second = people_of(pair)
        made = proposed(pair, first, clock, 9, 30, 60)
        assert todos_for_person(second)[0].text == "Tapaamisellenne on ehdotettu aikaa. Sopiiko se sinulle?"
        assert not [t for t in todos_for_person(first) if "Sopiiko" in t.text]
        told = page(second, "pair", pair.pk)
        assert "Kaikki nämä sopivat" in told
        assert told.count("Ei sovi, ehdotan toista") == 3
        assert "Ei sovi" not in page(first, "pair", pair.pk)
        assert f"Ei ole vielä vastannut: {second.name}." in page(first, "pair", pair.pk)
        url = reverse("meeting_answer", args=[pair.pk])
        client_of(second).post(url, {"seen": f"{made[0].pk}:{made[0].version}", "suits": "yes"})
        assert list(TimeAnswer.objects.order_by("pk").values_list("suits", flat=True)) == [True, None, None]
        client_of(second).post(url, {"seen": [f"{m.pk}:{m.version}" for m in made[1:]], "suits": "yes"})
        assert list(TimeAnswer.objects.values_list("suits", flat=True)) == [True] * 3
        assert "Odottaa esihenkilön hyväksyntää" in page(second, "pair", pair.pk)
        assert not [t for t in todos_for_person(second) if "Sopiiko" in t.text]

    def test_that_was_not_enough_is_told_when_the_time_has_passed(
        self, pair: Pair, boss: Person, clock: Clock, mailbox: Mailbox
    ) -> None:
        first, second = people_of(pair)
        proposed(pair, first, clock, 1)
        actions.agree(pair.round, boss)
        deliver_all()
        mailbox.messages.clear()
        actions.let_times_hold(clock.at("2027-02-02 13:50"))
        deliver_all()
        assert mailbox.messages == []
        for moment in ("2027-02-02 14:05", "2027-02-02 14:15", "2027-02-03 08:05"):
            actions.let_times_hold(clock.at(moment))
            deliver_all()
        for person in (first, second):
            (letter,) = mailbox.to(person.email or "")
            assert letter["Subject"] == "Ehdotettu aika on mennyt ohi"
            assert "ti 2.2. klo 14.00" in text_of(letter)

    def test_of_a_time_that_passed_in_the_evening_is_told_on_the_next_working_morning(
        self, pair: Pair, clock: Clock, mailbox: Mailbox
    ) -> None:
        first, second = people_of(pair)
        start = local(date(2027, 2, 5), time(18))  # Friday
        actions.propose(pair, first, [{"starts_at": start, "minutes": 60, "way": "teams", "place": ""}])
        deliver_all()
        mailbox.messages.clear()
        for moment in ("2027-02-05 18:10", "2027-02-06 10:00"):
            actions.let_times_hold(clock.at(moment))
            deliver_all()
        assert mailbox.messages == []
        actions.let_times_hold(clock.at("2027-02-08 08:05"))
        deliver_all()
        assert [m["Subject"] for m in mailbox.to(second.email or "")][-1:] == ["Ehdotettu aika on mennyt ohi"]

    def test_who_would_rather_have_another_time_goes_on_to_propose_it(
        self, pair: Pair, boss: Person, clock: Clock, mailbox: Mailbox
    ) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 9)
        url = reverse("meeting_answer", args=[pair.pk])
        answer = client_of(second).post(url, {"seen": f"{meeting.pk}:{meeting.version}", "suits": "no"})
        assert answer.headers["Location"] == reverse("meeting_move", args=[meeting.pk])
        assert f"Aika ei sovi: {second.name}. Ehdottakaa toista aikaa." in page(first, "pair", pair.pk)
        deliver_all()
        mailbox.messages.clear()
        # Not on the day itself, while the page offers other times: that would tell when it was pressed.
        for moment in ("2027-02-01 10:05", "2027-02-01 15:50"):
            assert actions.let_times_hold(clock.at(moment)) == 0
        deliver_all()
        assert mailbox.messages == []
        actions.let_times_hold(clock.at("2027-02-02 08:05"))
        actions.let_times_hold(clock.at("2027-02-03 08:05"))
        deliver_all()
        # Nobody has proposed another by the next morning: the others are told, once.
        assert [m["Subject"] for m in mailbox.to(first.email or "")] == ["Tapaamiselle tarvitaan toinen aika"]
        assert mailbox.to(second.email or "") == []
        assert [t for t in todos_for_person(first) if "Ehdotettu aika ei sovi." in t.text]

    def test_a_time_before_the_next_morning_is_over_is_told_of_in_time(
        self, pair: Pair, clock: Clock, mailbox: Mailbox
    ) -> None:
        first, second = people_of(pair)
        soon, later = proposed(pair, first, clock, 0, 1)  # today and tomorrow at 14
        actions.answer_times(pair, second, {soon.pk: soon.version, later.pk: later.version}, suits=False)
        deliver_all()
        mailbox.messages.clear()
        assert actions.let_times_hold(clock.at("2027-02-01 10:10")) == 1
        deliver_all()
        (letter,) = mailbox.to(first.email or "")
        assert "ma 1.2. klo 14.00" in text_of(letter)
        assert "ti 2.2. klo 14.00" not in text_of(letter)
        assert actions.let_times_hold(clock.at("2027-02-01 10:20")) == 0

    def test_who_moved_it_at_once_is_told_of_alone(
        self, pair: Pair, boss: Person, clock: Clock, mailbox: Mailbox
    ) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 9)
        actions.answer_time(meeting, second, meeting.version, suits=False)
        later = meeting.starts_at + timedelta(days=1)
        actions.move(meeting, second, meeting.version, starts_at=later, minutes=60, way="teams", place="")
        actions.let_times_hold(clock.at("2027-02-02 08:05"))
        deliver_all()
        assert [m["Subject"] for m in mailbox.to(first.email or "")] == ["Uusi tapaamisehdotus"]

    def test_the_supervisor_sees_who_has_answered_and_says_yes_beforehand(
        self, pair: Pair, boss: Person, clock: Clock, mail_on: None
    ) -> None:
        first, second = people_of(pair)
        one, other = proposed(pair, first, clock, 9, 30)
        told = page(boss, "round_meetings", pair.round_id)
        assert f"Sopii: {first.name}. Ei ole vielä vastannut: {second.name} (ke 3.2. asti)." in told
        assert not [t for t in todos_for_round(pair.round, boss) if "hyväksyn" in t.text]
        url = reverse("meeting_agree", args=[pair.round_id])
        data = {"meeting": str(one.pk), "seen": f"{one.pk}:{one.version}"}
        said = client_of(boss).post(url, data, follow=True).content.decode()
        assert "Hyväksyntäsi on tallessa. Tapaaminen on sovittu heti, kun aika sopii osallistujille." in said
        assert "sillä välin muutettu" not in said
        assert "hyväksyntäsi on tallessa" in page(boss, "round_meetings", pair.round_id)
        assert "Ei ole vielä vastannut" in page(first, "pair", pair.pk)
        actions.answer_time(other, second, other.version, suits=False)
        told = page(boss, "round_meetings", pair.round_id)
        assert "He etsivät toista aikaa." in told
        assert "Ei sovi" not in told

    def test_nonsense_answers_nothing(self, pair: Pair, clock: Clock) -> None:
        first, second = people_of(pair)
        (meeting,) = proposed(pair, first, clock, 9)
        client = client_of(second)
        url = reverse("meeting_answer", args=[pair.pk])
        for seen in ("", "x", f"{meeting.pk}", f"{meeting.pk}:99", "9" * 30 + ":1"):
            assert client.post(url, {"seen": seen, "suits": "yes"}).status_code == 302
        assert client.get(url).status_code == 405
        other = pair_of(pair.round)
        assert client_of(people_of(other)[0]).post(url, {"seen": f"{meeting.pk}:1", "suits": "yes"}).status_code == 404
        assert list(TimeAnswer.objects.values_list("suits", flat=True)) == [None]

    def test_a_supervisor_is_not_reminded_of_what_the_pair_has_not_answered(
        self, pair: Pair, boss: Person, clock: Clock, mail_on: None
    ) -> None:
        first, _second = people_of(pair)
        proposed(pair, first, clock, 30)
        Meeting.objects.update(waiting_since=date(2027, 1, 4))
        assert remind() == 0
        suits_all(pair)
        Meeting.objects.update(waiting_since=date(2027, 1, 4))
        assert remind() == 1


class TestWhetherThePairFeelsRight:
    def test_is_asked_until_it_has_met_and_no_more(self, pair: Pair, boss: Person) -> None:
        first = people_of(pair)[0]
        assert 'name="answer" value="fine"' in page(first, "pair", pair.pk)
        assert "Parisi on " in " ".join(t.text for t in pairs_todos(first))
        met(pair, 1)
        told = page(first, "pair", pair.pk)
        assert 'name="answer" value="fine"' not in told
        # The quiet ways out stay, though nobody has said "fine".
        assert reverse("pair_again", args=[pair.pk]) in told
        assert reverse("pair_end", args=[pair.pk]) in told
        assert "Parisi on " not in " ".join(t.text for t in pairs_todos(first))
