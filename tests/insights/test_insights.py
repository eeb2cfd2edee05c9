"""Published only after everyone approved exactly that text."""

from typing import Any

import pytest
from django.urls import reverse
from tests.factories import PersonFactory, RoundFactory, member_of, pair_of, supervisor_of

from oppipari.insights import actions
from oppipari.insights.models import Insight
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
PUBLISHED = Insight.State.PUBLISHED


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def people_of(pair: Pair) -> list[Any]:
    return [m.person for m in pair.members.all()]


def test_it_takes_everyone_and_exactly_that_text(pair: Pair) -> None:
    first, second = people_of(pair)
    made = actions.write(pair, first, "Viisi hiljaista minuuttia")
    old = made.fingerprint
    actions.approve(made, first, old)
    assert actions.approve(made, first, old).state != PUBLISHED  # twice the same person
    changed = actions.edit(made, second, made.version, "Kymmenen hiljaista minuuttia")
    assert not changed.approvals.exists()
    with pytest.raises(StaleEdit):
        actions.approve(made, second, old)
    actions.approve(changed, first, changed.fingerprint)
    after = actions.approve(changed, second, changed.fingerprint)
    assert (after.state, after.shown_names) == (PUBLISHED, "")
    again = actions.edit(after, first, after.version, "Viisitoista minuuttia")
    assert again.state != PUBLISHED
    actions.withdraw(again, second)
    assert not Insight.objects.exists()


def test_names_show_only_if_all_want() -> None:
    trio = pair_of(RoundFactory(), size=3)
    for wishes, shown in (([True, True, False], False), ([True, True, True], True)):
        made = actions.write(trio, people_of(trio)[0], f"Teksti {wishes}")
        for person, wish in zip(people_of(trio), wishes, strict=True):
            made = actions.approve(made, person, made.fingerprint, name_may_show=wish)
        assert made.state == PUBLISHED
        assert bool(made.shown_names) == shown


def test_two_who_edit_at_once_lose_nothing(client: Any, pair: Pair) -> None:
    first, second = people_of(pair)
    made = actions.write(pair, first, "Alku")
    actions.edit(made, second, made.version, "Toisen teksti")
    client.force_login(first, backend=BACKEND)
    page = client.post(reverse("insight", args=[made.pk]), {"text": "Minun tekstini", "version": 1}).content.decode()
    assert "Toisen teksti" in page
    assert "Minun tekstini" in page
    assert Insight.objects.get().text == "Toisen teksti"


def test_the_wall_is_the_units(client: Any, pair: Pair) -> None:
    first, second = people_of(pair)
    made = actions.write(pair, first, "<script>alert(1)</script> مرحبا 🙂")
    for person in (first, second):
        actions.approve(made, person, made.fingerprint)
    unit = pair.round.unit
    for person, status in ((member_of(unit), 200), (supervisor_of(unit), 200), (PersonFactory(), 404)):
        client.force_login(person, backend=BACKEND)
        answer = client.get(reverse("wall", args=[unit.pk]))
        assert answer.status_code == status
        assert b"<script>alert" not in answer.content


def test_too_long_and_empty_texts_are_told_with_what_was_typed(client: Any, pair: Pair) -> None:
    first, _second = people_of(pair)
    client.force_login(first, backend=BACKEND)
    url = reverse("insight_new", args=[pair.pk])
    page = client.post(url, {"text": "y" * 2000}).content.decode()
    assert "2000 merkkiä" in page
    assert "y" * 2000 in page
    assert "lauseella tai kahdella" in client.post(url, {"text": "  "}).content.decode()
    assert not Insight.objects.exists()


def test_a_stranger_writes_and_approves_nothing(pair: Pair) -> None:
    made = actions.write(pair, people_of(pair)[0], "Teksti")
    stranger = people_of(pair_of(pair.round))[0]
    for attempt in (lambda: actions.approve(made, stranger, made.fingerprint), lambda: actions.write(pair, stranger, "x"), lambda: actions.withdraw(made, stranger)):  # fmt: skip
        with pytest.raises(DomainError):
            attempt()
