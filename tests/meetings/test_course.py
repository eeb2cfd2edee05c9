"""When a pair that met too few times is asked what would help, and how gently."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, met, pair_of, supervisor_of

from oppipari.meetings.course import met_too_few
from oppipari.meetings.models import Meeting
from oppipari.organisation.models import Person
from oppipari.pairs import actions
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round

BACKEND = "django.contrib.auth.backends.ModelBackend"
SINCE = date(2027, 1, 4)


@pytest.mark.parametrize(
    ("met_after", "agreed", "weeks_between", "quiet_until", "asked_from"),
    [
        # Monthly, three meetings: ten weeks without any, or since the latest.
        ([], 3, 4, 10, 11),
        ([3], 3, 4, 13, 14),
        # The course of twelve weeks should have been over four weeks ago.
        ([3, 9], 3, 4, 16, 17),
        # Every week: four weeks without any; the course and two weeks more.
        ([], 3, 1, 4, 5),
        ([1, 2], 3, 1, 5, 6),
        # Every other month for long.
        ([8, 16], 6, 8, 34, 35),
    ],
)
def test_is_asked_with_mercy(
    met_after: list[int], agreed: int, weeks_between: int, quiet_until: int, asked_from: int
) -> None:
    days = [SINCE + timedelta(weeks=w) for w in met_after]
    for weeks, asked in ((quiet_until, False), (asked_from, True)):
        today = SINCE + timedelta(weeks=weeks)
        assert met_too_few(SINCE, days, agreed, weeks_between, today) is asked, weeks


def test_who_has_met_as_agreed_is_never_asked() -> None:
    days = [SINCE, SINCE + timedelta(weeks=1), SINCE + timedelta(weeks=2)]
    assert not met_too_few(SINCE, days, 3, 4, SINCE + timedelta(weeks=500))


@pytest.mark.django_db
class TestTheCard:
    QUESTION = "Mikä auttaisi?"

    @pytest.fixture
    def pair(self) -> Pair:
        """Published twelve weeks ago, never met."""
        pair = pair_of(RoundFactory(state=Round.State.MEETING))
        Pair.objects.update(published_at=timezone.now() - timedelta(weeks=12))
        PairMember.objects.update(answer=PairMember.Answer.FINE)
        return pair

    def page(self, client: Any, pair: Pair, person: Person) -> str:
        client.force_login(person, backend=BACKEND)
        text: str = client.get(reverse("pair", args=[pair.pk])).content.decode()
        return text

    def test_offers_a_time_another_partner_an_end_and_that_all_is_well(self, client: Any, pair: Pair) -> None:
        for member in pair.members.all():
            page = self.page(client, pair, member.person)
            card = page[page.index(self.QUESTION) :].split("</section>")[0]
            for name in ("meeting_new", "pair_again", "pair_end", "pair_fine"):
                assert page.count(reverse(name, args=[pair.pk])) == 1  # and not once more in small print
                assert reverse(name, args=[pair.pk]) in card
            assert "eikä se ole kenenkään syy" in card

    def test_is_hidden_for_some_weeks_for_the_one_who_pressed_and_for_nobody_else(
        self, client: Any, pair: Pair
    ) -> None:
        first, second = (m.person for m in pair.members.order_by("pk"))
        before = self.page(client, pair, second)
        client.force_login(first, backend=BACKEND)
        assert client.get(reverse("pair_fine", args=[pair.pk])).status_code == 405
        page = client.post(reverse("pair_fine", args=[pair.pk]), follow=True).content.decode()
        assert self.QUESTION not in page
        assert "Tätä ei kysytä sinulta muutamaan viikkoon." in page
        plain = [[x for x in p.splitlines() if "csrf" not in x] for p in (before, self.page(client, pair, second))]
        assert plain[0] == plain[1]
        PairMember.objects.filter(person=first).update(fine_until=timezone.localdate())
        assert self.QUESTION in self.page(client, pair, first)

    @pytest.mark.parametrize(
        ("days", "state", "shown"),
        [
            (5, Meeting.State.PROPOSED, False),
            (5, Meeting.State.AGREED, False),
            (-2, Meeting.State.AGREED, False),  # first: did you meet?
            (-2, Meeting.State.PROPOSED, True),
            (5, Meeting.State.CANCELLED, True),
            (-2, Meeting.State.HELD, False),
        ],
    )
    def test_waits_while_a_meeting_lies_ahead_or_has_just_been(
        self, client: Any, pair: Pair, days: int, state: str, shown: bool
    ) -> None:
        pair.meetings.create(starts_at=timezone.now() + timedelta(days=days), minutes=60, state=state)
        assert (self.QUESTION in self.page(client, pair, pair.members.earliest("pk").person)) is shown

    def test_is_not_there_when_met_as_agreed_finished_or_closed(self, client: Any, pair: Pair) -> None:
        person = pair.members.earliest("pk").person
        met(pair)
        assert self.QUESTION not in self.page(client, pair, person)
        pair.meetings.all().delete()
        assert self.QUESTION in self.page(client, pair, person)
        for model, state in ((Pair, Pair.State.FINISHED), (Round, Round.State.CLOSED)):
            before = model.objects.get().state
            model.objects.update(state=state)
            assert self.QUESTION not in self.page(client, pair, person)
            model.objects.update(state=before)

    def test_tells_the_supervisor_nothing(self, client: Any, pair: Pair) -> None:
        boss = supervisor_of(pair.round.unit)
        client.force_login(boss, backend=BACKEND)
        urls = [reverse(n, args=[pair.round_id]) for n in ("round", "board", "round_meetings")]

        def seen() -> list[str]:
            texts = (client.get(url).content.decode() for url in urls)
            return [x for text in texts for x in text.splitlines() if "csrf" not in x]

        before = seen()
        assert self.QUESTION not in "\n".join(before)
        actions.we_are_fine(pair, pair.members.earliest("pk").person)
        assert seen() == before


@pytest.mark.django_db
def test_a_pair_that_goes_on_reads_how_many_meetings_more(client: Any) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    met(pair)
    Pair.objects.update(meetings_agreed=5)
    client.force_login(pair.members.earliest("pk").person, backend=BACKEND)
    assert "Jatkatte: vielä 2 tapaamista." in client.get(reverse("pair", args=[pair.pk])).content.decode()


@pytest.mark.django_db
def test_who_has_one_meeting_left_is_not_told_to_book_all_at_once(client: Any) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    client.force_login(pair.members.earliest("pk").person, backend=BACKEND)
    for held, told in ((1, "varata kaikki kerralla"), (1, "Sopikaa viimeisen tapaamisen aika.")):
        met(pair, held)
        assert told in client.get(reverse("home")).content.decode()
