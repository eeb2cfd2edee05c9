"""After publishing: the one next thing is to make meetings happen, and only then to ask how it was."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, met, pair_of, supervisor_of

from oppipari.meetings.beginning import next_step, without_times
from oppipari.meetings.models import MeetingPlan, RosterPeriod
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round
from oppipari.site.pages import todos_for_round

# With mail, since without it telling the pairs comes first.
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def round_() -> Round:
    # So long ago that telling the pairs waits no more.
    made = RoundFactory(state=Round.State.MEETING, published_at=timezone.now() - timedelta(days=20))
    for _ in range(2):
        pair_of(made)
    return made


@pytest.fixture
def boss(round_: Round) -> Person:
    return supervisor_of(round_.unit)


def nexts(round_: Round, boss: Person) -> list[str]:
    return [todo.url for todo in todos_for_round(round_, boss)]


def book(pair: Pair, days: int = 20, state: str = "agreed") -> None:
    pair.meetings.create(starts_at=timezone.now() + timedelta(days=days), minutes=60, state=state)


def know_shifts(round_: Round) -> None:
    person = round_.pairs.earliest("pk").members.earliest("pk").person
    today = timezone.localdate()
    RosterPeriod.objects.create(person=person, first_day=today, last_day=today + timedelta(days=20))


def test_first_the_roster_then_the_planner_then_nothing(round_: Round, boss: Person, client: Any) -> None:
    client.force_login(boss, backend=BACKEND)
    roster, planner = reverse("unit_roster", args=[round_.unit_id]), reverse("round_planner", args=[round_.pk])
    pages = [reverse(name, args=[round_.pk]) for name in ("round", "round_meetings")]
    assert nexts(round_, boss) == [roster]
    for page in pages:
        assert "Tapaamisaikoja ei vielä ole: 2 paria. " in client.get(page).content.decode()
    know_shifts(round_)
    assert nexts(round_, boss) == [planner]
    MeetingPlan.objects.create(round=round_, first_day=timezone.localdate(), weeks=4, state="ready")
    assert nexts(round_, boss) == [planner]  # what it found is to be looked at
    MeetingPlan.objects.all().delete()
    first, second = round_.pairs.all()
    book(first, state="proposed")
    assert nexts(round_, boss) == [reverse("round_meetings", args=[round_.pk]), planner]
    RosterPeriod.objects.all().delete()
    assert nexts(round_, boss) == [reverse("round_meetings", args=[round_.pk]), roster]
    first.meetings.update(state="agreed")
    book(second)
    assert nexts(round_, boss) == []


def test_pairs_without_times_are_those_that_can_have_some(round_: Round) -> None:
    first, second = round_.pairs.all()
    for state, days, left in (("cancelled", 9, 2), ("proposed", -3, 2), ("held", -9, 1)):
        book(first, days, state)
        assert without_times(round_).count() == left
    second.state = Pair.State.REPLACED
    second.save()
    assert not without_times(round_)
    assert next_step(round_) is None


def test_the_evaluation_comes_when_most_have_met_or_should_have(round_: Round, boss: Person) -> None:
    url = reverse("round_evaluation", args=[round_.pk])
    third = pair_of(round_)
    pairs = list(round_.pairs.all())
    for pair in pairs:
        book(pair)
    met(pairs[0], 1)
    assert nexts(round_, boss) == []
    met(pairs[0])
    assert nexts(round_, boss) == []
    Pair.objects.filter(pk=third.pk).update(state=Pair.State.FINISHED)
    assert nexts(round_, boss) == [url]
    Pair.objects.update(state=Pair.State.MEETING)
    assert nexts(round_, boss) == []
    weeks = timedelta(weeks=round_.meetings_wanted * round_.weeks_between, days=1)
    round_.published_at = timezone.now() - weeks
    assert nexts(round_, boss) == [url]


def test_the_pairs_page_tells_how_many_times_are_agreed(round_: Round, boss: Person, client: Any) -> None:
    client.force_login(boss, backend=BACKEND)
    url = reverse("board", args=[round_.pk])
    first = round_.pairs.earliest("pk")
    assert client.get(url).content.decode().count("Aikoja ei ole vielä sovittu.") == 2
    book(first, state="proposed")
    book(first, 40, state="agreed")
    page = client.get(url).content.decode()
    assert "Tarkoitus on tavata 3 kertaa. 1 aika on sovittu." in page
    assert page.count("Aikoja ei ole vielä sovittu.") == 1


def test_a_trio_is_not_called_a_pair(round_: Round, boss: Person, client: Any) -> None:
    client.force_login(boss, backend=BACKEND)
    pair_of(round_, size=3).meetings.create(starts_at=timezone.now() + timedelta(days=20), minutes=60)
    pair_of(round_, size=3)
    page = client.get(reverse("round_meetings", args=[round_.pk])).content.decode()
    assert "Tapaamisaikoja ei vielä ole: 2 paria ja 1 kolmikko. " in page
    text = re.sub(r"<[^>]*>", "", page[page.index("<main") :])
    assert not re.search(r"\bPari(n)? |\bparille\b|Parit eivät", text)
