"""What the wall and "Get inspired" say of what goes on elsewhere: a running trial, who tries it too, where to write."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, UnitFactory, member_of, pair_of, supervisor_of
from tests.insights.test_inspired import BACKEND, offered
from tests.insights.test_trials import plan, published

from oppipari.insights.models import Trial
from oppipari.insights.trials import actions
from oppipari.insights.trials.actions import Outcome
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Any:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def page_of(client: Any, person: Person, name: str, pk: int) -> str:
    client.force_login(person, backend=BACKEND)
    answer = client.get(reverse(name, args=[pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_insight_that_is_being_tried_leads_to_its_trial_instead_of_a_new_one(client: Any, pair: Any) -> None:
    unit = pair.round.unit
    boss, member = supervisor_of(unit), member_of(unit)
    idea, other = published(pair, "Luetaan ensin"), published(pair, "Toinen ajatus")
    trial = actions.start(unit, boss, plan(), insight=idea)
    for reader in (boss, member):
        page = page_of(client, reader, "wall", unit.pk)
        assert page.count("Tätä kokeillaan parhaillaan") == 1
        assert f'href="{reverse("trial", args=[trial.pk])}">Tätä kokeillaan' in page
    page = page_of(client, boss, "wall", unit.pk)
    assert f"?insight={idea.pk}" not in page
    assert f"?insight={other.pk}" in page
    actions.decide(trial, boss, 1, Trial.State.DROPPED, Outcome("Ei auttanut."))
    page = page_of(client, boss, "wall", unit.pk)
    assert "Tätä kokeillaan parhaillaan" not in page
    assert f"?insight={idea.pk}" in page


def test_who_said_lets_try_reads_when_the_number_comes(client: Any, pair: Any) -> None:
    idea, person = published(pair, "Luetaan ensin"), member_of(pair.round.unit)
    told = "Luku päivittyy työpäivien aamuina, ja se näkyy, kun sanojia on vähintään 3."
    assert told not in page_of(client, person, "wall", idea.unit_id)
    client.post(reverse("lets_try", args=[idea.pk]), {"on": "1"})
    assert told in page_of(client, person, "wall", idea.unit_id)


def test_those_in_a_pair_write_an_insight_from_the_wall(client: Any, pair: Any) -> None:
    unit, new = pair.round.unit, reverse("insight_new", args=[pair.pk])
    first, second = (m.person for m in pair.members.all())
    for person, there in ((first, True), (second, True), (member_of(unit), False), (supervisor_of(unit), False)):
        assert (new in page_of(client, person, "wall", unit.pk)) == there
    place = pair.members.get(person=second)
    place.left_at = timezone.now()
    place.save()
    assert new not in page_of(client, first, "wall", unit.pk)  # alone, one writes nothing together
    place.left_at = None
    place.save()
    Round.objects.update(state=Round.State.CLOSED)
    assert new in page_of(client, first, "wall", unit.pk)  # a pair that goes on
    Pair.objects.update(state=Pair.State.FINISHED)
    assert new not in page_of(client, first, "wall", unit.pk)


def test_ones_own_units_trial_is_told_as_such(client: Any) -> None:
    unit = UnitFactory(name="Satamakoti")
    boss, elsewhere = supervisor_of(unit), UnitFactory(organisation=unit.organisation)
    trial = offered(unit, boss)
    for reader, own, button, tell in (
        (boss, True, False, False),
        (member_of(unit), True, False, False),
        (supervisor_of(elsewhere), False, True, False),
        (member_of(elsewhere), False, False, True),
    ):
        page = page_of(client, reader, "inspired_trial", trial.pk)
        assert ("Tämä on oman yksikkönne kokeilu." in page) == own
        assert ("Kokeillaan meilläkin" in page) == button
        assert ("Kerro esihenkilöllesi" in page) == tell


def test_the_source_learns_that_others_try_it_and_who_only_when_they_offer(client: Any) -> None:
    unit = UnitFactory(name="Kuusikoti")
    boss, member = supervisor_of(unit), member_of(unit)
    trial = offered(unit, boss)
    harbour = UnitFactory(organisation=unit.organisation, name="Satamakoti")
    quiet = UnitFactory(organisation=unit.organisation, name="Hiljala")
    their_boss = supervisor_of(harbour)
    assert "aloittanut tästä kokeilun" not in page_of(client, member, "trial", trial.pk)
    theirs = actions.start(harbour, their_boss, plan(problem="Meillä näin"), parent=trial)
    actions.start(quiet, supervisor_of(quiet), plan(problem="Meillä hiljaa"), parent=trial)
    actions.start(unit, boss, plan(problem="Uudelleen"), parent=trial)
    for name in ("trial", "inspired_trial"):
        for reader in (boss, member):
            page = page_of(client, reader, name, trial.pk)
            assert "2 muuta yksikköä on aloittanut tästä kokeilun." in page
            for hidden in ("Satamakoti", "Hiljala", "Meillä näin", "Meillä hiljaa"):
                assert hidden not in page
    # Others learn nothing of it before it is offered.
    assert "aloittanut tästä" not in page_of(client, member_of(quiet), "inspired_trial", trial.pk)
    theirs = actions.offer(actions.decide(theirs, their_boss, 1, Trial.State.DROPPED, Outcome("Ei.")), their_boss)
    for reader, count in ((member, True), (member_of(quiet), False)):
        page = page_of(client, reader, "inspired_trial", trial.pk)
        assert "Kokeiltu myös:" in page
        assert f'href="{reverse("inspired_trial", args=[theirs.pk])}">Satamakoti' in page
        assert ("1 muu yksikkö on aloittanut tästä kokeilun." in page) == count
    # Whoever begins one is told so beforehand.
    client.force_login(supervisor_of(quiet), backend=BACKEND)
    form = client.get(reverse("trial_new", args=[quiet.pk]), {"from": trial.pk}).content.decode()
    assert "näkee, että jokin yksikkö on aloittanut siitä kokeilun" in form
