"""A round is closed in the middle of what was promised: everything promised is kept, and everybody gets a word."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, SignUpFactory, ended, met, pair_of, people_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of
from tests.meetings.answering import suits_all
from tests.signed_in import page_of

from oppipari.evaluation import actions as evaluation
from oppipari.insights.models import Trial
from oppipari.meetings import actions as meetings
from oppipari.meetings.models import Meeting
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs import actions
from oppipari.pairs.models import Pair, PairMember, Question
from oppipari.privacy.actions import erase_me, retention
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def page(person: Person, name: str, *args: Any) -> str:
    return page_of(person, name, *args, follow=True)


@dataclass
class Ending:
    """A round of thirteen people that its supervisor is about to close, on Monday 1 February 2027 at 10."""

    clock: Clock
    round: Round
    boss: Person
    going: Pair
    asked: Pair
    few: Pair
    over: Pair
    ended: Pair
    waits: Person

    def close(self) -> None:
        self.round.refresh_from_db()
        evaluation.close_round(self.round, self.boss)
        self.round.refresh_from_db()

    def morning(self, moment: str) -> None:
        actions.every_morning(self.clock.at(moment))

    def mornings(self, first: date, last: date) -> None:
        for number in range((last - first).days + 1):
            self.morning(f"{first + timedelta(days=number)} 08:05")

    def state(self, pair: Pair) -> tuple[str, int]:
        pair.refresh_from_db()
        return pair.state, pair.meetings_agreed

    def everybody(self) -> list[Person]:
        pairs = (self.going, self.asked, self.few, self.over, self.ended)
        return [p for pair in pairs for p in people_of(pair)] + [self.waits]


def in_mid_question(clock: Clock) -> Ending:
    clock.at("2027-01-20 10:00")
    round_ = RoundFactory(state=Round.State.MEETING, published_at=timezone.now(), name="Kevätkierros")
    boss = supervisor_of(round_.unit)
    going, asked, few, over, broken = (pair_of(round_) for _ in range(5))
    met(going)
    met(over)
    for pair, wills in ((going, (2, 2)), (over, (None, 2))):
        actions.ask_to_go_on(pair)
        for person, more in zip(people_of(pair), wills, strict=True):
            actions.set_will(pair, person, agreed=3, more=more)
    actions.every_morning(clock.at("2027-01-21 08:05"))
    Question.objects.filter(pair=over).update(until=date(2027, 1, 21))
    actions.every_morning(clock.at("2027-01-22 08:05"))
    ended(broken, people_of(broken)[0])
    clock.at("2027-02-01 10:00")
    met(asked)
    actions.ask_to_go_on(asked)
    met(few, 1)
    few.meetings.create(
        starts_at=clock.now + timedelta(days=21),
        minutes=60,
        state="agreed",
        invited=True,
        proposed_by=people_of(few)[0],
    )
    Trial.objects.create(
        unit=round_.unit,
        problem="Kiire",
        what="Hiljaiset minuutit",
        until=date(2027, 3, 1),
        started_on=date(2027, 1, 4),
    )
    waits = SignUpFactory(round=round_).person
    evaluation.go_without(round_, boss)
    return Ending(clock, round_, boss, going, asked, few, over, broken, waits)


@pytest.fixture
def ending(clock: Clock) -> Ending:
    return in_mid_question(clock)


class TestBeforeClosing:
    def test_the_page_says_what_is_unfinished_as_numbers_and_days_and_names_nobody(self, ending: Ending) -> None:
        told = page(ending.boss, "round_close", ending.round.pk)
        for sentence in (
            "Jatkamista kysytään parhaillaan (viimeinen vastauspäivä ma 15.2.): 1 pari. Se ei muutu, kun kierros päätetään",
            # Not before its last booked meeting, and two weeks after that.
            "Tapaamisia on ollut vähemmän kuin oli tarkoitus: 1 pari. Kun kierros päätetään, heiltä kysytään, haluavatko he jatkaa (viimeinen vastauspäivä ma 8.3.)",
            "Tapaamiset jatkuvat: 1 pari.",
            "Tapaamiset päättyivät kesken: 1 pari. Jokainen heistä voi vielä vastata, haluaako hän uuden parin (viimeinen vastauspäivä",
            "1 ihminen odottaa paria.",
            "1 sovittu tapaaminen on vielä edessä (ma 22.2.). Se pysyy",
            "käynnissä 1 kokeilu, ma 1.3. asti. Se jatkuu",
        ):
            assert sentence in told, sentence
        assert not [p.name for p in ending.everybody() if p.name in told]

    def test_the_page_says_so_where_nothing_is_unfinished(self, clock: Clock) -> None:
        round_ = RoundFactory(state=Round.State.MEETING)
        boss = supervisor_of(round_.unit)
        Pair.objects.filter(pk=pair_of(round_).pk).update(state=Pair.State.FINISHED)
        evaluation.go_without(round_, boss)
        assert "Mitään ei ole jäänyt kesken" in page(boss, "round_close", round_.pk)

    def test_a_round_is_not_closed_over_meetings_that_could_not_be_held_then(self, ending: Ending) -> None:
        far = ending.clock.now + timedelta(weeks=24, days=2)
        ahead = ending.going.meetings.create(starts_at=far, minutes=60, state="agreed")
        told = page(ending.boss, "round_close", ending.round.pk)
        assert "yli 24 viikon päähän" in told
        assert "Päätä kierros</button>" not in told
        with pytest.raises(DomainError, match="24 viikon"):
            ending.close()
        ahead.delete()
        assert "Päätä kierros</button>" in page(ending.boss, "round_close", ending.round.pk)
        ending.close()
        assert ending.round.state == Round.State.CLOSED


class TestWhoGoesOn:
    def test_books_and_meets_after_the_closing_and_the_supervisor_agrees(self, ending: Ending) -> None:
        ending.close()
        first, second = people_of(ending.going)
        client = Client()
        client.force_login(first, backend=BACKEND)
        assert "Jatkatte: vielä 2 tapaamista." in page(first, "pair", ending.going.pk)
        assert client.get(reverse("meeting_new", args=[ending.going.pk])).status_code == 200
        when = ending.clock.now + timedelta(days=14)
        (made,) = meetings.propose(
            ending.going, first, [{"starts_at": when, "minutes": 60, "way": "teams", "place": ""}]
        )
        waiting = page(ending.boss, "round_meetings", ending.round.pk)
        assert first.name in waiting
        assert "odottaa" in page(ending.boss, "round", ending.round.pk)
        suits_all(ending.going)
        client.force_login(ending.boss, backend=BACKEND)
        client.post(
            reverse("meeting_agree", args=[ending.round.pk]), {"meeting": made.pk, "seen": f"{made.pk}:{made.version}"}
        )
        assert Meeting.objects.get(pk=made.pk).state == Meeting.State.AGREED
        ending.clock.passes(days=14, hours=2)
        meetings.hold(Meeting.objects.get(pk=made.pk), second)
        assert ending.state(ending.going) == ("meeting", 5)

    def test_is_asked_again_when_the_further_meetings_are_over(self, ending: Ending) -> None:
        ending.close()
        assert ending.state(ending.going) == ("meeting", 5)
        met(ending.going)
        ending.morning("2027-02-10 08:05")
        assert Question.objects.get(pair=ending.going).until == date(2027, 2, 24)
        for person in people_of(ending.going):
            actions.set_will(ending.going, person, agreed=5, more=1)
        ending.morning("2027-02-11 08:05")
        assert ending.state(ending.going) == ("meeting", 6)

    def test_cannot_book_beyond_the_day_that_the_page_names(self, ending: Ending) -> None:
        ending.close()
        first = people_of(ending.going)[0]
        last = date(2027, 2, 1) + timedelta(weeks=24)
        assert "voitte tavata ma 19.7. asti" in page(first, "pair", ending.going.pk)
        when = datetime.combine(last + timedelta(days=1), datetime.min.time(), ending.clock.now.tzinfo) + timedelta(
            hours=10
        )
        with pytest.raises(DomainError, match="24 viikkoa"):
            meetings.propose(ending.going, first, [{"starts_at": when, "minutes": 60, "way": "teams", "place": ""}])

    def test_hears_of_the_end_before_anything_is_deleted(self, ending: Ending, mailbox: Mailbox) -> None:
        ending.close()
        ending.morning("2027-07-19 08:05")
        assert ending.state(ending.going)[0] == "meeting"
        ending.morning("2027-07-20 08:05")
        assert ending.state(ending.going)[0] == "finished"
        deliver_all()
        for person in people_of(ending.going):
            assert "miten tästä eteenpäin" in text_of(mailbox.to(person.email or "")[-1])
        assert retention(date(2027, 8, 2)) == 0
        assert retention(date(2027, 8, 4)) == 1
        assert not Pair.objects.filter(round=ending.round).exists()

    def test_is_waited_for_by_retention_for_two_weeks_and_no_longer(self, ending: Ending) -> None:
        ending.close()
        late = date(2027, 2, 1) + timedelta(days=184)
        ending.clock.at(f"{late} 02:00")
        assert retention(late) == 0  # at night, after a long standstill: nobody has been told yet
        assert retention(late + timedelta(days=14)) == 1
        assert not Pair.objects.filter(round=ending.round).exists()

    def test_can_end_early_too_and_is_asked_for_no_new_partner(self, ending: Ending, mailbox: Mailbox) -> None:
        ending.close()
        first, second = people_of(ending.going)
        told = page(first, "pair", ending.going.pk)
        assert reverse("pair_end", args=[ending.going.pk]) in told
        assert reverse("pair_again", args=[ending.going.pk]) not in told
        assert "uusi pari tällä kierroksella" not in page(first, "pair_again", ending.going.pk).lower()
        actions.end_early(ending.going, first)
        ending.morning("2027-02-02 08:05")
        assert ending.state(ending.going)[0] == "replaced"
        assert not Question.objects.filter(pair=ending.going).exists()
        deliver_all()
        letters = [text_of(mailbox.to(p.email or "")[-1]) for p in (first, second)]
        assert letters[0] == letters[1]
        assert "luettavaa mentoroinnistasi" in letters[0]  # what, stands on the page alone
        assert "ensimmäisten joukossa" in page(second, "home")

    def test_keeps_a_wish_to_end_across_the_closing(self, ending: Ending) -> None:
        actions.end_early(ending.going, people_of(ending.going)[0])
        ending.close()
        ending.morning("2027-02-02 08:05")
        assert ending.state(ending.going)[0] == "replaced"

    def test_cannot_be_erased_in_silence(self, ending: Ending) -> None:
        ending.close()
        with pytest.raises(DomainError, match="pari"):
            erase_me(people_of(ending.going)[0])
        erase_me(people_of(ending.over)[0])


class TestAnOpenQuestion:
    def test_is_answered_until_its_day_and_the_result_told_then(self, ending: Ending, mailbox: Mailbox) -> None:
        first, second = people_of(ending.asked)
        actions.set_will(ending.asked, first, agreed=3, more=2)
        ending.close()
        url = reverse("pair_go_on", args=[ending.asked.pk])
        assert "ma 15.2." in page(second, "pair_go_on", ending.asked.pk)
        ending.clock.at("2027-02-03 12:00")
        client = Client()
        client.force_login(second, backend=BACKEND)
        client.post(url, {"agreed": "3", "goes_on": "yes", "more": "1"})
        assert ending.state(ending.asked) == ("meeting", 3)
        ending.morning("2027-02-04 08:05")
        assert ending.state(ending.asked) == ("meeting", 4)
        deliver_all()
        for person in (first, second):
            assert [m["Subject"] for m in mailbox.to(person.email or "")][-1] == "Parinne sivulla on luettavaa"
        assert "Varaa" in page(first, "pair", ending.asked.pk)

    @pytest.mark.parametrize("wills", [(None, None), (2, None), (None, 2), (2, "silent"), ("silent", "silent")])
    def test_that_not_all_say_yes_to_ends_in_the_same_words_on_its_day(
        self, ending: Ending, mailbox: Mailbox, wills: tuple[Any, ...]
    ) -> None:
        ending.close()
        for person, more in zip(people_of(ending.asked), wills, strict=True):
            if more != "silent":
                actions.set_will(ending.asked, person, agreed=3, more=more)
        for day in (2, 5, 9, 12, 15):
            ending.morning(f"2027-02-{day:02} 08:05")
        assert ending.state(ending.asked) == ("meeting", 3)
        ending.morning("2027-02-16 08:05")
        assert ending.state(ending.asked) == ("finished", 3)
        assert not PairMember.objects.filter(pair=ending.asked).exclude(goes_on=None).exists()
        deliver_all()
        first, second = ([text_of(m) for m in mailbox.to(p.email or "")] for p in people_of(ending.asked))
        assert first == second
        # The closing's letter led to the question, so there is none of its own.
        assert len(first) == 2


class TestWhoMetFewerTimes:
    def test_is_asked_and_what_was_booked_stands_until_it_is_answered(self, ending: Ending, mailbox: Mailbox) -> None:
        ending.close()
        question = Question.objects.get(pair=ending.few)
        assert question.until == date(2027, 3, 8)
        first, second = people_of(ending.few)
        told = page(first, "pair_go_on", ending.few.pk)
        assert "Kierros päätettiin, ennen kuin olitte tavanneet kaikki sovitut kerrat" in told
        assert "Muuten yhteiset tapaamisenne päättyvät sen jälkeen" in told
        assert "Olette tavanneet sovitut kerrat" not in page(first, "pair", ending.few.pk)
        assert "Kierros Kevätkierros on päättynyt. Haluatko jatkaa" in page(first, "home")
        booked = ending.few.meetings.get(state="agreed")
        ending.mornings(date(2027, 2, 2), date(2027, 2, 22))
        booked.refresh_from_db()
        assert booked.state == Meeting.State.AGREED
        ending.clock.at("2027-02-22 12:00")
        meetings.hold(booked, second)
        ending.mornings(date(2027, 2, 23), date(2027, 3, 8))
        assert ending.state(ending.few) == ("meeting", 3)
        ending.morning("2027-03-09 08:05")
        assert ending.state(ending.few) == ("finished", 3)
        deliver_all()
        letters = [[m["Subject"] for m in mailbox.to(p.email or "")] for p in (first, second)]
        assert letters[0] == letters[1]

    def test_is_told_that_times_stand_only_where_it_has_booked_any(self, ending: Ending) -> None:
        ending.close()
        first, second = people_of(ending.few)
        pages = (("pair", ending.few.pk), ("pair_go_on", ending.few.pk), ("round_closing", ending.round.pk))
        for name, pk in pages:
            assert "Varaamanne tapaamiset pysyvät" in page(first, name, pk), name
        meetings.cancel(ending.few.meetings.get(state="agreed"), second)
        for name, pk in pages:
            assert "Varaamanne tapaamiset pysyvät" not in page(first, name, pk), name

    @pytest.mark.parametrize(("more", "agreed"), [(1, 2), (2, 3), (5, 6)])
    def test_goes_on_from_what_it_has_met_and_booked(self, ending: Ending, more: int, agreed: int) -> None:
        ending.close()
        for person in people_of(ending.few):
            actions.set_will(ending.few, person, agreed=3, more=more)
        ending.morning("2027-02-02 08:05")
        assert ending.state(ending.few) == ("meeting", agreed)
        assert ending.few.meetings.filter(state="agreed").count() == 1

    def test_is_not_left_unasked_by_a_wrong_press_that_is_taken_back(self, ending: Ending) -> None:
        from oppipari.meetings import undoing

        ending.close()
        booked = ending.few.meetings.get(state="agreed")
        ending.clock.at("2027-02-22 12:00")
        first, second = people_of(ending.few)
        actions.set_will(ending.few, first, agreed=3, more=2)
        meetings.hold(booked, second)
        undoing.not_held(booked, second)
        assert Question.objects.get(pair=ending.few).until == date(2027, 3, 8)
        assert PairMember.objects.get(pair=ending.few, person=first).goes_on


class TestEverybodyGetsAWord:
    def test_by_one_letter_and_on_the_closing_page(self, ending: Ending, mailbox: Mailbox) -> None:
        deliver_all()
        mailbox.messages.clear()
        ending.close()
        deliver_all()
        for person in ending.everybody():
            letters = mailbox.to(person.email or "")
            assert len(letters) == 1
            assert "mitä se tarkoittaa sinulle" in text_of(letters[0])
            assert reverse("round_closing", args=[ending.round.pk]) in text_of(letters[0])

    def test_that_says_what_is_so_for_each_and_to_them_alone(self, ending: Ending) -> None:
        ending.close()
        for pair, words in (
            (ending.going, "jatkatte. Voitte varata tapaamisia ja tavata ma 19.7. asti."),
            (ending.asked, "haluatko jatkaa? Jokainen vastaa yksin, ja vastausaikaa on ma 15.2. asti"),
            (ending.few, "haluatko jatkaa? Jokainen vastaa yksin, ja vastausaikaa on ma 8.3. asti"),
            (ending.over, "yhteiset tapaamisenne ovat päättyneet. Kiitos"),
        ):
            first, second = people_of(pair)
            told = page(first, "round_closing", ending.round.pk)
            assert f"Sinä ja {second.name}" in told
            assert words in told
        for person in (*people_of(ending.ended), ending.waits):
            told = page(person, "round_closing", ending.round.pk)
            assert "seuraavalla kierroksella olet ensimmäisten joukossa" in told
        assert "Vain sinä näet" not in page(ending.boss, "round_closing", ending.round.pk)

    def test_and_goals_are_awaited_of_no_pair_whose_first_meeting_is_over(self, ending: Ending) -> None:
        awaited = "Tavoitteita ei vielä ole: niistä sovitaan yleensä ensimmäisessä tapaamisessa."
        assert awaited not in page(ending.boss, "board", ending.round.pk)
        ending.few.meetings.all().delete()
        assert awaited in page(ending.boss, "board", ending.round.pk)
        ending.close()
        told = page(ending.boss, "board", ending.round.pk)
        assert awaited not in told
        assert "Tavoitteita ei ole kirjattu." in told

    def test_without_mail_too(self, ending: Ending, settings: Any) -> None:
        assert not settings.MAIL_ENABLED
        told = page(ending.boss, "round_close", ending.round.pk)
        assert "Siitä lähtee viesti" not in told
        assert "Jokainen näkee kierroksen loppusivulla, mitä kierroksen päättyminen tarkoittaa hänelle" in told
        ending.close()
        for person in ending.everybody():
            assert "Sinulle" in page(person, "round_closing", ending.round.pk)

    def test_and_closing_asks_nobody_who_was_asked_in_a_round_closed_before(self, clock: Clock) -> None:
        """What the upgrade does to rounds that were closed when pairs could not go on."""
        from importlib import import_module

        from django.apps import apps

        round_ = RoundFactory(state=Round.State.CLOSED, closed_at=timezone.now() - timedelta(days=30))
        old, going = pair_of(round_), pair_of(round_)
        Pair.objects.filter(pk=going.pk).update(meetings_agreed=5)
        import_module("oppipari.pairs.migrations.0006_finished_with_their_round").finish(apps, None)
        assert list(Pair.objects.order_by("pk").values_list("pk", "state")) == [
            (old.pk, "finished"),
            (going.pk, "meeting"),
        ]
