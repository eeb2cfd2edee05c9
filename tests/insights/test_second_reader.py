"""What somebody found who read these rooms for the first time: double presses, words that came back, text that is not seen."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, UnitFactory, pair_of, supervisor_of
from tests.insights.test_trials import let_days_pass, plan, published, sent

from oppipari.insights import actions as insights
from oppipari.insights.models import Insight, Trial
from oppipari.insights.text import has_words, plain
from oppipari.insights.trials import actions
from oppipari.organisation.errors import StaleEdit
from oppipari.organisation.models import Person, Unit
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
State = Trial.State


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


@pytest.fixture
def unit(pair: Pair) -> Unit:
    return pair.round.unit


@pytest.fixture
def boss(unit: Unit) -> Person:
    return supervisor_of(unit)


@pytest.fixture
def idea(pair: Pair) -> Insight:
    return published(pair, "Viisi hiljaista minuuttia")


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


class TestPressedTwice:
    def test_a_decision_is_one(self, unit: Unit, boss: Person) -> None:
        made = let_days_pass(actions.start(unit, boss, plan()), 30)
        form = {"choice": "adopted", "learnt": "Toimi.", "after_number": "12", "version": str(made.version)}
        client, url = signed_in(boss), reverse("trial_decide", args=[made.pk])
        assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]
        assert "Toimi ei" in client.post(url, form | {"learnt": "Toimi ei"}).content.decode()  # another one is told

    def test_extending_is_once(self, unit: Unit, boss: Person) -> None:
        made = let_days_pass(actions.start(unit, boss, plan()), 30)
        until = timezone.localdate() + timedelta(days=14)
        form = {"choice": "extend", "until": until.isoformat(), "version": str(made.version)}
        client, url = signed_in(boss), reverse("trial_decide", args=[made.pk])
        assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]

    def test_a_change_is_one(self, unit: Unit, boss: Person) -> None:
        made = actions.start(unit, boss, plan())
        form = sent(problem="Toisin", version=str(made.version))
        client, url = signed_in(boss), reverse("trial_edit", args=[made.pk])
        assert [client.post(url, form).status_code for _ in range(2)] == [302, 302]
        assert Trial.objects.get().version == made.version + 1

    def test_removing_leads_to_the_wall_both_times(self, unit: Unit, boss: Person) -> None:
        made = actions.start(unit, boss, plan())
        client, url = signed_in(boss), reverse("trial_remove", args=[made.pk])
        page = client.get(reverse("trial", args=[made.pk])).content.decode()
        assert f'name="unit" value="{unit.pk}"' in page
        for _ in range(2):
            assert client.post(url, {"unit": unit.pk}).url == reverse("wall", args=[unit.pk])
        other = supervisor_of(UnitFactory(organisation=unit.organisation))
        assert signed_in(other).post(url, {"unit": unit.pk}).status_code == 404


class TestWordsThatWereTakenBack:
    def test_do_not_come_back_with_a_trial_begun_from_a_trial(self, idea: Insight, unit: Unit, boss: Person) -> None:
        first = actions.start(unit, boss, plan(what=idea.text), insight=idea)
        client = signed_in(boss)
        client.post(
            reverse("trial_new", args=[unit.pk]), sent(what=idea.text, problem="Uudestaan", **{"from": first.pk})
        )
        again = Trial.objects.get(problem="Uudestaan")
        insights.withdraw(idea, idea.approvals.earliest("pk").person)
        again.refresh_from_db()
        assert again.what == ""

    def test_are_not_carried_into_another_unit_by_one_who_supervises_both(
        self, idea: Insight, unit: Unit, boss: Person
    ) -> None:
        first = actions.start(unit, boss, plan(what=idea.text), insight=idea)
        other = UnitFactory(organisation=unit.organisation)
        boss.roles.create(kind="supervisor", unit=other)
        page = signed_in(boss).get(reverse("trial_new", args=[other.pk]), {"from": first.pk}).content.decode()
        assert idea.text not in page

    def test_do_not_begin_a_trial_with_a_second_press(self, idea: Insight, unit: Unit, boss: Person) -> None:
        client, url = signed_in(boss), reverse("trial_new", args=[unit.pk])
        page = client.get(url, {"insight": idea.pk}).content.decode()
        assert idea.fingerprint in page
        form = sent(what=idea.text, insight=idea.pk, words=idea.fingerprint)
        insights.withdraw(idea, idea.approvals.earliest("pk").person)
        for _ in range(2):
            answer = client.post(url, form)
            assert answer.status_code == 200
            assert "Oivallus ehdittiin vetää takaisin" in answer.content.decode()
            assert idea.fingerprint in answer.content.decode()
            form.pop("insight", None)
        assert client.post(url, form | {"what": "Ihan omin sanoin"}).status_code == 302
        assert Trial.objects.get().what == "Ihan omin sanoin"

    def test_do_not_begin_a_trial_when_the_pair_shares_another_text_by_now(
        self, idea: Insight, unit: Unit, boss: Person, pair: Pair
    ) -> None:
        old = idea.text, idea.fingerprint
        people = [place.person for place in pair.members.all()]
        now = insights.edit(idea, people[0], idea.version, "Kymmenen minuuttia")
        for person in people:
            insights.approve(now, person, now.fingerprint)
        form = sent(what=old[0], insight=idea.pk, words=old[1])
        assert signed_in(boss).post(reverse("trial_new", args=[unit.pk]), form).status_code == 200
        assert not Trial.objects.exists()

    def test_do_not_come_back_with_a_form_that_was_open(self, idea: Insight, unit: Unit, boss: Person) -> None:
        made = actions.start(unit, boss, plan(what=idea.text), insight=idea)
        client, url = signed_in(boss), reverse("trial_edit", args=[made.pk])
        words = idea.fingerprint
        assert words in client.get(url).content.decode()
        insights.withdraw(idea, idea.approvals.earliest("pk").person)
        for version in (made.version, made.version + 1):
            answer = client.post(url, sent(what=idea.text, words=words, version=str(version)))
            assert answer.status_code == 200
            assert words in answer.content.decode()
        assert Trial.objects.get().what == ""
        form = sent(what="Ihan omin sanoin", words=words, version=str(made.version + 1))
        assert client.post(url, form).status_code == 302

    def test_are_asked_for_also_where_the_problem_held_them(self, idea: Insight, unit: Unit, boss: Person) -> None:
        made = actions.start(unit, boss, plan(problem=idea.text), insight=idea)
        insights.withdraw(idea, idea.approvals.earliest("pk").person)
        page = signed_in(boss).get(reverse("trial", args=[made.pk])).content.decode()
        assert "Kirjoita uudelleen" in page


def test_the_name_of_one_who_is_erased_does_not_come_back_with_a_form_that_was_open(unit: Unit, boss: Person) -> None:
    made = actions.start(unit, boss, plan(carer="Maija"))
    assert actions.forget_name({unit.pk}, "Maija Meikäläinen") == 1
    with pytest.raises(StaleEdit):
        actions.change(made, boss, made.version, plan(carer="Maija"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("yksi\tkaksi", "yksi kaksi"),  # a cell after another, as a spreadsheet gives them
        ("yksi\rkaksi", "yksi\nkaksi"),
        ("yksi\u2028kaksi", "yksi\nkaksi"),
        ("a\u3164b\u115f\u2800\ue000", "ab"),
        ("👩\u200d🔬 ja ❤\ufe0f", "👩\u200d🔬 ja ❤\ufe0f"),
        ("rivi\n\nrivi", "rivi\n\nrivi"),
    ],
)
def test_text_is_kept_as_it_is_seen(typed: str, kept: str) -> None:
    assert plain(typed) == kept


def test_what_shows_as_nothing_is_no_text(pair: Pair) -> None:
    assert not has_words(plain("\u3164\u3164"))
    client: Any = signed_in(pair.members.earliest("pk").person)
    client.post(reverse("insight_new", args=[pair.pk]), {"text": "\u3164 \u3164"})
    assert not Insight.objects.exists()
