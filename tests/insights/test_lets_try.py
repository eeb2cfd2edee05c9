""" "Let's try": once a person, told as a number on working mornings, and nobody learns whose."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import RoundFactory, UnitFactory, member_of, pair_of, supervisor_of

from oppipari.insights import actions
from oppipari.insights.lets_try.actions import key_of, say, tell_counts, told
from oppipari.insights.lets_try.queries import said_by
from oppipari.insights.models import Insight, LetsTry
from oppipari.messages.hours import ZONE
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person, Unit
from oppipari.pairs.models import Pair
from oppipari.privacy.actions import erase_me
from oppipari.privacy.queries import everything_of
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
MORNING = datetime(2031, 3, 3, 9, tzinfo=ZONE)  # a Monday


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


@pytest.fixture
def idea(pair: Pair) -> Insight:
    made = actions.write(pair, pair.members.earliest("pk").person, "Viisi hiljaista minuuttia")
    for place in pair.members.all():
        made = actions.approve(made, place.person, made.fingerprint)
    return made


@pytest.fixture
def unit(pair: Pair) -> Unit:
    return pair.round.unit


def colleagues(unit: Unit, count: int) -> list[Person]:
    return [member_of(unit) for _ in range(count)]


def shown(idea: Insight) -> int:
    return Insight.objects.get(pk=idea.pk).lets_try_told


def test_a_press_is_once_and_can_be_taken_back(client: Any, idea: Insight, unit: Unit) -> None:
    person = member_of(unit)
    client.force_login(person, backend=BACKEND)
    wall, press = reverse("wall", args=[unit.pk]), reverse("lets_try", args=[idea.pk])
    assert "Sanoit: kokeillaan!" not in client.get(wall).content.decode()
    for _ in range(2):
        assert client.post(press, {"on": "1"}).url == f"{wall}#insight-{idea.pk}"
    assert LetsTry.objects.count() == 1
    assert "Sanoit: kokeillaan!" in client.get(wall).content.decode()
    for _ in range(2):
        client.post(press, {"on": "0"})
    assert not LetsTry.objects.exists()


def test_authors_supervisors_and_strangers_have_nothing_to_press(client: Any, idea: Insight, pair: Pair) -> None:
    unit = pair.round.unit
    authors = [p.person for p in pair.members.all()]
    for person in (*authors, supervisor_of(unit), member_of(UnitFactory(organisation=unit.organisation))):
        client.force_login(person, backend=BACKEND)
        assert client.post(reverse("lets_try", args=[idea.pk])).status_code == 404
        with pytest.raises(DomainError):
            say(idea, person, on=True)
        page = client.get(reverse("wall", args=[unit.pk]))
        assert page.status_code == 404 or "Kokeillaan!" not in page.content.decode()
    draft = actions.write(pair, authors[0], "Luonnos")
    client.force_login(member_of(unit), backend=BACKEND)
    assert client.post(reverse("lets_try", args=[draft.pk])).status_code == 404
    assert not LetsTry.objects.exists()


def test_the_number_shows_from_three_on_and_never_says_that_all_did(idea: Insight, unit: Unit) -> None:
    people = colleagues(unit, 6)
    seen = []
    for day, person in enumerate(people):
        say(idea, person, on=True)
        tell_counts(MORNING + timedelta(days=7 * day))
        seen.append(shown(idea))
    assert seen == [0, 0, 3, 4, 4, 4]
    assert [told(said, others) for said, others in ((2, 9), (3, 2), (3, 1), (3, 0), (5, 0), (9, 1))] == [
        0,
        3,
        0,
        0,
        3,
        8,
    ]


def test_nothing_moves_at_the_moment_of_a_press(client: Any, idea: Insight, unit: Unit) -> None:
    watcher, *people = colleagues(unit, 9)
    client.force_login(watcher, backend=BACKEND)

    def page() -> bytes:
        return b"".join(line for line in client.get(reverse("wall", args=[unit.pk])).content.splitlines() if b"csrf" not in line)  # fmt: skip

    before = page()
    for person in people[:4]:
        say(idea, person, on=True)
        assert page() == before
    tell_counts(MORNING)
    first = page()
    assert "Vähintään 4 työkaveria sanoo: kokeillaan!".encode() in first
    say(idea, people[4], on=True)
    say(idea, people[0], on=False)
    say(idea, people[1], on=False)
    for later in (timedelta(0), timedelta(hours=3), timedelta(hours=12)):  # the same day, and the evening
        tell_counts(MORNING + later)
        assert page() == first
    tell_counts(MORNING + timedelta(days=1))
    assert "Vähintään 3".encode() in page()
    say(idea, people[2], on=False)
    tell_counts(MORNING + timedelta(days=2))
    assert page() == before  # two are left: no number at all


def test_on_the_day_of_publishing_nothing_is_counted(idea: Insight, unit: Unit) -> None:
    for person in colleagues(unit, 6)[:4]:
        say(idea, person, on=True)
    today = Insight.objects.get(pk=idea.pk).lets_try_counted_on
    assert today is not None
    tell_counts(datetime(today.year, today.month, today.day, 12, tzinfo=ZONE))
    assert shown(idea) == 0


def test_an_edit_and_a_withdrawal_take_the_presses_along(pair: Pair, idea: Insight, unit: Unit) -> None:
    for person in colleagues(unit, 6)[:4]:
        say(idea, person, on=True)
    tell_counts(MORNING)
    author = pair.members.earliest("pk").person
    idea.refresh_from_db()
    actions.edit(idea, author, idea.version, "Kuusi hiljaista minuuttia")
    assert (LetsTry.objects.count(), shown(idea)) == (0, 0)
    idea.refresh_from_db()
    for place in pair.members.all():
        actions.approve(idea, place.person, idea.fingerprint)
    say(idea, member_of(unit), on=True)
    actions.withdraw(idea, author)
    assert not LetsTry.objects.exists()


def test_the_database_tells_neither_who_nor_in_which_order(idea: Insight, unit: Unit, settings: Any) -> None:
    people = colleagues(unit, 5)
    for person in people:
        say(idea, person, on=True)
    assert {f.name for f in LetsTry._meta.get_fields()} == {"id", "insight", "key", "by_browser"}
    keys = set(LetsTry.objects.values_list("key", flat=True))
    assert keys == {key_of(idea.pk, p.pk) for p in people}
    in_order = [key_of(idea.pk, p.pk) for p in people]
    orders = set()
    for _ in range(6):
        LetsTry.objects.all().delete()
        for person in people:
            say(idea, person, on=True)
        orders.add(tuple(LetsTry.objects.order_by("pk").values_list("key", flat=True)))
    assert len(orders) > 1 or orders != {tuple(in_order)}
    settings.SECRET_KEY = "somebody else's guess"
    assert not keys & {key_of(idea.pk, p.pk) for p in people}


def test_who_leaves_does_not_make_the_number_fall(idea: Insight, unit: Unit) -> None:
    people = colleagues(unit, 8)
    for person in people[:4]:
        say(idea, person, on=True)
    tell_counts(MORNING)
    erase_me(people[0])
    people[1].roles.all().delete()
    tell_counts(MORNING + timedelta(days=1))
    assert shown(idea) == 4


def test_what_one_said_oneself_is_in_ones_own_data(idea: Insight, unit: Unit) -> None:
    first, second = colleagues(unit, 2)
    say(idea, first, on=True)
    assert everything_of(first)["said_lets_try_to"] == [idea.text]
    assert everything_of(second)["said_lets_try_to"] == []
    assert said_by(first, [idea]) == {idea.pk}


def test_the_wall_ranks_nothing(client: Any, pair: Pair, idea: Insight, unit: Unit) -> None:
    newer = actions.write(pair, pair.members.earliest("pk").person, "Uudempi oivallus")
    for place in pair.members.all():
        newer = actions.approve(newer, place.person, newer.fingerprint)
    for person in colleagues(unit, 7)[:5]:
        say(idea, person, on=True)
    tell_counts(MORNING)
    client.force_login(member_of(unit), backend=BACKEND)
    page = client.get(reverse("wall", args=[unit.pk])).content.decode()
    assert page.index("Uudempi oivallus") < page.index("Viisi hiljaista")


def test_made_up_people_press_for_nobody(mail_on: None, idea: Insight, unit: Unit) -> None:
    """Where there is mail: whoever let in people who are not there would know the one press that is real."""
    real, *made_up = colleagues(unit, 5)
    colleagues(unit, 4)
    Person.objects.filter(pk__in=[p.pk for p in made_up]).update(email_confirmed_at=None)
    for person in (real, *made_up):
        say(idea, person, on=True)
    tell_counts(MORNING)
    assert shown(idea) == 0
    Person.objects.filter(pk__in=[p.pk for p in made_up]).update(email_confirmed_at=MORNING)
    tell_counts(MORNING + timedelta(days=1))
    assert shown(idea) == 5
