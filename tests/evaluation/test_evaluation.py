"""Answers without a person, figures only when closed, once."""

from typing import Any

import pytest
from django.urls import reverse
from tests.factories import RoundFactory, UnitFactory, pair_of, supervisor_of

from oppipari.evaluation import actions
from oppipari.evaluation.benefits.figures import results
from oppipari.evaluation.benefits.quoting import line
from oppipari.evaluation.items import items, ours
from oppipari.evaluation.models import Box, Questionnaire
from oppipari.evaluation.together import actions as together
from oppipari.organisation.errors import DomainError
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def an_evaluation(pairs: int = 5) -> tuple[Questionnaire, Any, list[Any]]:
    # No digits in the names: the test looks for counts on the page.
    round_ = RoundFactory(state=Round.State.MEETING, name="Syksy", unit=UnitFactory(name="Kuusikoti"))
    people = [m.person for _ in range(pairs) for m in pair_of(round_).members.all()]
    boss = supervisor_of(round_.unit)
    return actions.open_questionnaire(round_, boss), boss, people


def answers(value: int) -> dict[str, int | None]:
    return {i.key: value for i in items()}


def test_while_open_nothing_is_shown_not_even_a_count(client: Any) -> None:
    questionnaire, boss, people = an_evaluation()
    for person in people[:7]:
        actions.answer(questionnaire, person, answers(4), {})
    client.force_login(boss, backend=BACKEND)
    page = client.get(reverse("round_evaluation", args=[questionnaire.round_id])).content.decode()
    assert (
        "7"
        not in "".join(
            line for line in page.splitlines() if "csrf" not in line and "<svg" not in line and "href" not in line
        )
        .split("<main")[1]
        .split("</main")[0]
    )


def test_it_closes_once_releases_and_forgets() -> None:
    questionnaire, boss, people = an_evaluation()
    for number, person in enumerate(people):
        actions.answer(questionnaire, person, answers(2 + number % 4), {"worth_spreading": f"Ajatus {number}"})
    closed = actions.close_questionnaire(questionnaire, boss)
    first = closed.released
    assert first is not None
    assert first["items"]["learnt"]["mean"] == 3.3
    assert sorted(first["texts"]["worth_spreading"]) == sorted(f"Ajatus {n}" for n in range(10))
    assert closed.box is None
    assert not Box.objects.exists()
    assert actions.close_questionnaire(closed, boss).released == first
    with pytest.raises(DomainError):
        actions.answer(closed, people[0], answers(1), {})
    shown = results(first).items
    assert len(shown) == 8
    assert sum(c.count for c in shown[0].cells) == 10


def test_a_unit_of_four_people_is_told_that_there_are_too_few(client: Any) -> None:
    questionnaire, boss, people = an_evaluation(2)
    for person in people:
        actions.answer(questionnaire, person, answers(5), {"worth_spreading": "x"})
    closed = actions.close_questionnaire(questionnaire, boss)
    assert closed.released is not None
    assert closed.released.pop("questions") == ours().content
    assert closed.released == {
        "too_few": True,
        "items": {},
        "texts": {"worth_spreading": []},
        "beside_start": [],
        "asked": 4,
        "confirmed_only": False,
    }
    client.force_login(boss, backend=BACKEND)
    assert "liian vähän" in client.get(reverse("round_evaluation", args=[questionnaire.round_id])).content.decode()


def test_a_round_closes_once_and_only_after_its_questionnaire() -> None:
    questionnaire, boss, _people = an_evaluation(1)
    round_ = questionnaire.round
    with pytest.raises(DomainError):
        actions.close_round(round_, boss)
    actions.close_questionnaire(questionnaire, boss)
    for _ in range(2):
        together.add(round_, boss, "worked", "Tapaamiset työajalla")
    assert round_.conclusions.count() == 1
    round_.refresh_from_db()
    closed = actions.close_round(round_, boss)
    assert closed.state == Round.State.CLOSED
    assert actions.close_round(closed, boss).closed_at == closed.closed_at
    quoted = line(RoundFactory(unit=round_.unit))
    assert quoted is not None
    assert quoted.text == "Tapaamiset työajalla"
