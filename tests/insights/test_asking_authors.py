"""A supervisor asks whether an insight still belongs on the wall; it leaves unless an author keeps it, and nothing tells who."""

import re
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.factories import RoundFactory, UnitFactory, member_of, pair_of, supervisor_of
from tests.insights.test_trials import plan, published
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.insights import actions
from oppipari.insights.models import Insight, Trial
from oppipari.insights.trials import actions as trials
from oppipari.meetings.clock import local
from oppipari.messages.models import Outgoing
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.privacy.actions import erase_me
from oppipari.rounds.models import Round
from oppipari.site.pages import todos_for_person

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
DAY = date(2027, 1, 12)  # a Tuesday


def at(days: int, hour: int = 9) -> Any:
    return time_machine.travel(local(DAY + timedelta(days=days), time(hour)), tick=False)


@pytest.fixture(autouse=True)
def _a_tuesday() -> Any:
    with at(0):
        yield


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


@pytest.fixture
def idea(pair: Pair) -> Insight:
    return published(pair, "Viisi hiljaista minuuttia")


@pytest.fixture
def boss(pair: Pair) -> Person:
    return supervisor_of(pair.round.unit)


def authors(pair: Pair) -> list[Person]:
    return [place.person for place in pair.members.order_by("pk")]


def tell(days: int, hour: int = 9) -> int:
    with at(days, hour):
        return actions.take_down_unkept(local(DAY + timedelta(days=days), time(hour)))


def test_what_nobody_keeps_leaves_the_wall_after_four_weeks_and_its_words_leave_trials(
    idea: Insight, boss: Person
) -> None:
    trial = trials.start(idea.unit, boss, plan(what=idea.text), insight=idea)
    for _ in range(2):
        assert actions.ask_to_take_down(idea, boss).asked_on == DAY
    assert [tell(27), tell(28, hour=6), tell(28, hour=20)] == [0, 0, 0]
    assert Insight.objects.exists()
    assert [tell(28), tell(28)] == [1, 0]
    assert not Insight.objects.exists()
    assert Trial.objects.get(pk=trial.pk).what == ""


def test_what_an_author_keeps_stays_and_is_not_asked_about_again_soon(idea: Insight, boss: Person, pair: Pair) -> None:
    actions.ask_to_take_down(idea, boss)
    author = authors(pair)[1]
    assert [t.url for t in todos_for_person(author)].count(reverse("insight", args=[idea.pk])) == 1
    for _ in range(2):
        assert actions.keep(idea, author).kept
    assert reverse("insight", args=[idea.pk]) not in [t.url for t in todos_for_person(author)]
    assert tell(28) == 0
    with at(182):
        assert actions.ask_to_take_down(idea, boss).asked_on == DAY
    with at(183):
        asked = actions.ask_to_take_down(idea, boss)
        assert (asked.asked_on, asked.kept) == (DAY + timedelta(days=183), False)
    # The authors' own right is as it was.
    actions.withdraw(idea, authors(pair)[0])
    assert not Insight.objects.exists()


def test_only_supervisors_of_the_unit_ask_and_only_authors_keep(
    client: Client, idea: Insight, boss: Person, pair: Pair
) -> None:
    unit = pair.round.unit
    others = [member_of(unit), supervisor_of(UnitFactory(organisation=unit.organisation)), *authors(pair)]
    for person in others:
        client.force_login(person, backend=BACKEND)
        assert client.post(reverse("insight_ask", args=[idea.pk])).status_code == 404
        with pytest.raises(DomainError):
            actions.ask_to_take_down(idea, person)
    draft = actions.write(pair, authors(pair)[0], "Luonnos")
    client.force_login(boss, backend=BACKEND)
    assert client.post(reverse("insight_ask", args=[draft.pk])).status_code == 404
    with pytest.raises(DomainError):
        actions.ask_to_take_down(draft, boss)
    assert client.post(reverse("insight_ask", args=[idea.pk])).status_code == 302
    for person in (boss, *others[:2]):
        client.force_login(person, backend=BACKEND)
        assert client.post(reverse("insight_keep", args=[idea.pk])).status_code == 404
        with pytest.raises(DomainError):
            actions.keep(idea, person)


def test_the_authors_are_asked_by_mail_that_says_nothing_and_keep_it_on_their_page(
    client: Client, idea: Insight, boss: Person, pair: Pair, mail_on: None, mailbox: Mailbox
) -> None:
    Outgoing.objects.all().delete()
    for _ in range(2):
        actions.ask_to_take_down(idea, boss)
    deliver_all()
    for author in authors(pair):
        (message,) = mailbox.to(author.email or "")
        assert reverse("insight", args=[idea.pk]) in text_of(message)
        assert idea.text not in text_of(message) + message["Subject"]
    client.force_login(authors(pair)[0], backend=BACKEND)
    page = client.get(reverse("insight", args=[idea.pk])).content.decode()
    assert "9.2." in page
    assert reverse("insight_keep", args=[idea.pk]) in page
    assert client.post(reverse("insight_keep", args=[idea.pk])).url == reverse("insight", args=[idea.pk])
    page = client.get(reverse("insight", args=[idea.pk])).content.decode()
    assert reverse("insight_keep", args=[idea.pk]) not in page


def test_the_wall_is_the_same_whether_authors_are_gone_silent_or_keep_it(boss: Person, pair: Pair) -> None:
    """Until the four weeks are over: it then tells that somebody keeps it, and of the others only that nobody did."""
    gone, silent, kept = (published(pair_of(pair.round), f"Ajatus {n}") for n in "abc")
    for one in (gone, silent, kept):
        actions.ask_to_take_down(one, boss)
    Round.objects.update(state=Round.State.CLOSED)
    Pair.objects.update(state=Pair.State.FINISHED)
    for place in gone.pair.members.all():  # type: ignore[union-attr]
        erase_me(place.person)
    actions.keep(kept, kept.approvals.earliest("pk").person)

    def cards() -> list[str]:
        client = Client()
        client.force_login(boss, backend=BACKEND)
        page = client.get(reverse("wall", args=[pair.round.unit_id])).content.decode()
        found = {one.pk: page.partition(f'id="insight-{one.pk}"')[2].partition("</article>")[0] for one in (gone, silent, kept)}  # fmt: skip
        return [re.sub(r"Ajatus \w|(?<=insight=)\d+|(?<=insights/)\d+", "", card) for card in found.values()]

    for days in (0, 27):
        with at(days):
            assert len(set(cards())) == 1
            assert "9.2." in cards()[0]
    assert tell(28) == 2
    with at(28):
        assert "haluavat pitää sen" in cards()[2]


def test_another_text_is_asked_about_anew(idea: Insight, boss: Person, pair: Pair) -> None:
    actions.ask_to_take_down(idea, boss)
    changed = actions.edit(idea, authors(pair)[0], Insight.objects.get().version, "Kymmenen hiljaista minuuttia")
    assert (changed.asked_on, changed.kept) == (None, False)
    assert tell(28) == 0
