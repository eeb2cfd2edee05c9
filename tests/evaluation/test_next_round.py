"""From a closed round to the next: the same settings, and who was without a pair does not wait again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.evaluation.test_questionnaires import as_, page
from tests.factories import UnitFactory, member_of, supervisor_of

from oppipari.evaluation import actions as evaluation
from oppipari.organisation.models import Person
from oppipari.pairs import actions as pairs
from oppipari.pairs.models import PairMember
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round, SignUp


def without_pair(round_: Round, boss: Person) -> Person:
    """Form and publish the pairs; who waits."""
    rounds.close_sign_up(round_, boss)
    pairs.suggest(round_, boss)
    pairs.publish_pairs(round_, boss, round_.board.version)
    paired = PairMember.objects.filter(pair__round=round_).values("person_id")
    return SignUp.objects.filter(round=round_).exclude(person_id__in=paired).get().person


@pytest.mark.django_db
def test_whoever_waited_is_not_the_one_to_wait_again() -> None:
    unit = UnitFactory()
    boss = supervisor_of(unit)
    people = [member_of(unit) for _ in range(7)]
    told = {"shares": ["first-aid", "ethics"], "wants": ["first-aid", "ethics"], "stage": "mid", "slots": [0, 3]}
    first = rounds.open_round(
        unit, boss, name="Syksy", sign_up_closes=timezone.localdate(), odd_person="wait", meetings_wanted=4
    )
    for person in people:
        rounds.sign_up(first, person, told)
    waited = without_pair(first, boss)
    evaluation.close_questionnaire(evaluation.open_questionnaire(Round.objects.get(pk=first.pk), boss), boss)
    evaluation.close_round(Round.objects.get(pk=first.pk), boss)
    client = as_(boss)
    assert "Aloita seuraava kierros" in page(client.get(reverse("round_closing", args=[first.pk])))
    first_in_line = "seuraavalla kierroksella olet ensimmäisten joukossa"
    own = reverse("my_sign_up", args=[SignUp.objects.get(round=first, person=waited).pk])
    paired = next(person for person in people if person != waited)
    for url in (reverse("home"), own):
        assert first_in_line in page(as_(waited).get(url))
    assert first_in_line not in page(as_(paired).get(reverse("home")))
    assert "Kierroksen lopussa ilman paria olleet" in page(client.get(reverse("round_copy", args=[first.pk])))
    # Everybody of the unit has a way to what the round brought, also who was not in it.
    brought = f"Mitä kierros toi: {first.name}"
    for url in (reverse("home"), reverse("wall", args=[unit.pk])):
        for person in (member_of(unit), boss, waited):
            assert brought in page(as_(person).get(url))
    closes = timezone.localdate() + timedelta(days=7)
    client.post(reverse("round_copy", args=[first.pk]), {"name": "Kevät", "sign_up_closes": closes.isoformat()})
    second = Round.objects.get(copied_from=first)
    # The first one is over: the home page leads to what it brought, and asks for a next one no more.
    home = page(client.get(reverse("home")))
    assert reverse("round_closing", args=[first.pk]) in home
    assert reverse("round_copy", args=[first.pk]) not in home
    assert (second.meetings_wanted, second.odd_person, second.state) == (4, "wait", Round.State.SIGN_UP)
    for person in people:
        rounds.sign_up(second, person, told)
    marked = SignUp.objects.filter(round=second, waited_last_round=True)
    assert [s.person for s in marked] == [waited]
    assert first_in_line not in page(as_(waited).get(reverse("home")))  # now it is said of the sign-up itself
    thanks = "nyt olet ensimmäisten joukossa"
    for url in (reverse("my_sign_up", args=[marked[0].pk]), reverse("join_done", args=[second.invite_token])):
        assert thanks in page(as_(waited).get(url))
    assert thanks not in page(as_(paired).get(reverse("join_done", args=[second.invite_token])))
    assert (
        page(client.get(reverse("round_sign_ups", args=[second.pk]))).count("oli viime kierroksen lopussa ilman paria")
        == 1
    )
    assert without_pair(second, boss) != waited
