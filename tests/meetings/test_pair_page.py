"""A pair's page on a phone: what one comes for stands first; a wrong press is taken back; no more than was agreed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import RoundFactory, met, pair_of, people_of, supervisor_of

from oppipari.meetings import actions, undoing
from oppipari.meetings.models import Meeting
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs import actions as pairs
from oppipari.pairs.models import Pair, PairMember, Question
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
State = Meeting.State


@pytest.fixture
def pair(clock: Clock) -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def page(client: Any, pair: Pair, person: Person | None = None) -> str:
    client.force_login(person or people_of(pair)[0], backend=BACKEND)
    text: str = client.get(reverse("pair", args=[pair.pk])).content.decode()
    return text[text.index("<main") :]


def sections(text: str) -> list[str]:
    return re.findall(r'aria-labelledby="(\w+)"', text)


def a_meeting(clock: Clock, days: int = 7) -> dict[str, Any]:
    return {"starts_at": clock.now + timedelta(days=days), "minutes": 60, "way": "face_to_face", "place": ""}


class TestTheOrder:
    def test_of_a_new_pair_is_who_then_the_meetings(self, client: Any, pair: Pair) -> None:
        text = page(client, pair)
        assert sections(text)[:3] == ["partner", "meetings", "fine"]
        assert text.count('data-variant="primary"') == 1
        assert "Varatkaa" in text[text.index('data-variant="primary"') :][:200]

    def test_of_a_pair_that_has_met_asks_for_goals_first(self, client: Any, pair: Pair, clock: Clock) -> None:
        PairMember.objects.update(answer="fine")
        met(pair, 1)
        pair.meetings.create(starts_at=clock.now + timedelta(days=9), minutes=60, state=State.AGREED)
        text = page(client, pair)
        assert sections(text)[:3] == ["goals", "meetings", "partner"]
        assert text.count('aria-labelledby="goals"') == 1
        assert text.count('data-variant="primary"') == 1
        pairs.set_goals(pair, people_of(pair)[0], 1, ["Haavanhoito"])
        assert sections(page(client, pair))[0] == "meetings"

    def test_names_a_trio(self, client: Any, clock: Clock) -> None:
        trio = pair_of(RoundFactory(state=Round.State.MEETING), 3)
        for person, name in zip(people_of(trio), ("Aino Laine", "Timo Rinne", "Eino Mäkelä"), strict=True):
            Person.objects.filter(pk=person.pk).update(name=name)
        text = page(client, trio)
        assert "Kolmikkoni" in text
        assert "Sinä, Timo Rinne ja Eino Mäkelä" in text

    def test_says_who_proposed_a_meeting(self, client: Any, pair: Pair, clock: Clock) -> None:
        first, second = people_of(pair)
        (made,) = actions.propose(pair, first, [a_meeting(clock)])
        assert "Sinä ehdotit" in page(client, pair, first)
        assert f"{first.name} ehdotti" in page(client, pair, second)
        actions.move(made, second, made.version, **a_meeting(clock, 8))
        assert "Sinä ehdotit" in page(client, pair, second)
        boss = supervisor_of(pair.round.unit)
        Meeting.objects.update(proposed_by=boss)  # the planner's
        assert "ehdotti" not in page(client, pair, second)


class TestAWrongPress:
    @pytest.fixture
    def last(self, pair: Pair, clock: Clock) -> Meeting:
        """The meeting with which they will have met as agreed."""
        met(pair, 2)
        made: Meeting = pair.meetings.create(
            starts_at=clock.now - timedelta(hours=2), minutes=60, state=State.AGREED, invited=True
        )
        return made

    def press(self, client: Any, meeting: Meeting, name: str, person: Person) -> Any:
        client.force_login(person, backend=BACKEND)
        return client.post(reverse(name, args=[meeting.pk]))

    def test_is_taken_back_on_the_same_day_by_either(self, client: Any, pair: Pair, last: Meeting) -> None:
        first, second = people_of(pair)
        self.press(client, last, "meeting_held", first)
        url = reverse("meeting_not_held", args=[last.pk])
        for person in (first, second):
            assert url in page(client, pair, person)
        assert Question.objects.exists()
        for _ in range(2):
            response = self.press(client, last, "meeting_not_held", second)
            assert response.headers["Location"] == reverse("pair", args=[pair.pk])
        last.refresh_from_db()
        assert (last.state, last.held_on) == (State.AGREED, None)
        text = page(client, pair, first)
        assert url not in text
        assert "Tapasitteko?" in text
        assert not Question.objects.exists()

    def test_takes_answers_with_it_and_does_not_tell_whether_there_were_any(
        self, client: Any, pair: Pair, last: Meeting
    ) -> None:
        first, second = people_of(pair)
        seen = []
        for will in (None, 2, "nothing"):
            actions.hold(last, first)
            if will != "nothing":
                pairs.set_will(pair, second, agreed=3, more=will)  # type: ignore[arg-type]
            pairs.we_are_fine(pair, second)
            before = page(client, pair, first)
            response = self.press(client, last, "meeting_not_held", first)
            texts = [re.sub(r'csrfmiddlewaretoken" value="\w+', "", t) for t in (before, page(client, pair, first))]
            seen.append((response.status_code, *texts))
            rows = list(pair.members.order_by("pk").values_list("goes_on", "goes_on_meetings", "fine_until"))
            assert [row[:2] for row in rows] == [(None, None)] * 2
            assert rows[1][2] is not None  # what has nothing to do with it stays
        assert seen[0] == seen[1] == seen[2]

    def test_is_kept_from_the_next_day_on(self, client: Any, pair: Pair, last: Meeting, clock: Clock) -> None:
        first = people_of(pair)[0]
        actions.hold(last, first)
        clock.at("2027-02-02 00:10")
        assert reverse("meeting_not_held", args=[last.pk]) not in page(client, pair, first)
        with pytest.raises(DomainError):
            undoing.not_held(last, first)
        assert Question.objects.exists()

    def test_of_somebody_elses_is_none(self, pair: Pair, last: Meeting) -> None:
        actions.hold(last, people_of(pair)[0])
        with pytest.raises(DomainError):
            undoing.not_held(last, people_of(pair_of(pair.round))[0])


class TestNoMoreThanAgreed:
    def test_can_be_proposed(self, client: Any, pair: Pair, clock: Clock) -> None:
        first = people_of(pair)[0]
        met(pair, 1)
        three = [a_meeting(clock, days) for days in (7, 14, 21)]
        with pytest.raises(actions.RowError, match="Jokaiselle tapaamiselle, josta sovitte, on jo aika") as caught:
            actions.propose(pair, first, three)
        assert caught.value.row == 2
        assert Meeting.objects.count() == 1  # all or none
        made = actions.propose(pair, first, three[:2])
        assert actions.propose(pair, first, three[:2]) == made  # a double click
        client.force_login(first, backend=BACKEND)
        text = client.get(reverse("meeting_new", args=[pair.pk])).content.decode()
        assert "Jokaiselle tapaamiselle, josta sovitte, on jo aika" in text
        assert 'name="m0-day"' not in text
        actions.cancel(made[0], first)
        actions.propose(pair, first, three[2:])

    def test_counts_what_is_still_to_be_told_of_and_not_what_lapsed(
        self, client: Any, pair: Pair, clock: Clock
    ) -> None:
        first = people_of(pair)[0]
        for state, days in ((State.AGREED, -1), (State.PROPOSED, -2), (State.AGREED, 5)):
            pair.meetings.create(starts_at=clock.now + timedelta(days=days), minutes=60, state=state)
        actions.propose(pair, first, [a_meeting(clock, 12)])
        with pytest.raises(DomainError):
            actions.propose(pair, first, [a_meeting(clock, 19)])
        assert reverse("meeting_new", args=[pair.pk]) not in page(client, pair)

    def test_tells_who_has_met_as_agreed_how_to_go_on(self, client: Any, pair: Pair, clock: Clock) -> None:
        met(pair)
        client.force_login(people_of(pair)[0], backend=BACKEND)
        text = client.get(reverse("meeting_new", args=[pair.pk])).content.decode()
        assert "Kun kaikki haluavat jatkaa, voitte varata lisää" in text
        Pair.objects.update(meetings_agreed=5)
        assert client.get(reverse("meeting_new", args=[pair.pk])).status_code == 200
