"""What another tab or somebody else did in between is told, with what was typed, and tells strangers nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, UnitFactory, pair_of, supervisor_of
from tests.insights.test_inspired import BACKEND
from tests.insights.test_trials import plan, published, sent

from oppipari.insights import actions as insights
from oppipari.insights.models import Trial
from oppipari.insights.trials import actions
from oppipari.insights.trials.actions import Outcome
from oppipari.organisation.models import Person, Unit
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
State = Trial.State
LATER = (timezone.localdate() + timedelta(days=40)).isoformat()


@pytest.fixture
def unit() -> Unit:
    return UnitFactory(name="Kuusikoti")


@pytest.fixture
def boss(unit: Unit) -> Person:
    return supervisor_of(unit)


@pytest.mark.parametrize(
    ("typed", "stays"),
    [
        ({"choice": "extend", "until": LATER}, f'value="{LATER}"'),
        ({"choice": "adopted", "learnt": "Meillä se toimi."}, "Meillä se toimi."),
    ],
)
def test_a_decision_made_in_another_tab_is_shown_beside_what_was_typed(
    client: Any, unit: Unit, boss: Person, typed: dict[str, str], stays: str
) -> None:
    trial = actions.start(unit, boss, plan())
    client.force_login(boss, backend=BACKEND)
    actions.decide(trial, boss, 1, State.DROPPED, Outcome("Ei auttanut lainkaan."))
    page = client.post(reverse("trial_decide", args=[trial.pk]), {"version": "1", **typed}).content.decode()
    assert "Kokeilusta on jo päätetty: luovuttiin." in page
    assert "Valitse oikea vaihtoehto" not in page
    now = page.split("Näin se nyt on")[1].split("</section>")[0]
    assert "Luovuttiin" in now
    assert "Ei auttanut lainkaan." in now
    assert stays in page.split("<form")[-1] or stays in page
    assert f'value="{typed["choice"]}"' in page
    trial.refresh_from_db()
    assert trial.state == State.DROPPED
    # Having read it, one may still decide otherwise.
    if "learnt" in typed:
        client.post(reverse("trial_decide", args=[trial.pk]), {"version": f"{trial.version}", **typed})
        trial.refresh_from_db()
        assert trial.state == State.ADOPTED


def test_an_insight_taken_back_while_one_edits_gives_the_text_back(client: Any) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    first, second = (m.person for m in pair.members.all())
    made = insights.write(pair, first, "Viisi hiljaista minuuttia")
    client.force_login(second, backend=BACKEND)
    address = reverse("insight", args=[made.pk])
    assert f'name="pair" value="{pair.pk}"' in client.get(address).content.decode()
    insights.withdraw(made, first)
    answer = client.post(address, {"text": "Kymmenen hiljaista minuuttia", "version": "1", "pair": pair.pk})
    page = answer.content.decode()
    assert "Oivallus vedettiin takaisin sillä välin." in page
    assert "Kymmenen hiljaista minuuttia</textarea>" in page
    assert f'action="{reverse("insight_new", args=[pair.pk])}"' in page
    for name in ("insight_approve", "insight_keep", "insight_hide_names"):
        answer = client.post(reverse(name, args=[made.pk]), {"pair": pair.pk}, follow=True)
        assert answer.redirect_chain[0][0] == reverse("pair", args=[pair.pk])
        assert "Oivallus vedettiin takaisin sillä välin." in answer.content.decode()


def test_it_is_told_the_same_whether_somebody_elses_draft_is_there(client: Any) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    pair, other = pair_of(round_), pair_of(round_)
    secret = insights.write(other, other.members.earliest("pk").person, "Salainen ajatus")
    client.force_login(pair.members.earliest("pk").person, backend=BACKEND)
    for name in ("insight", "insight_approve", "insight_keep", "insight_hide_names"):
        answers = []
        for pk in (secret.pk, secret.pk + 1000):
            answer = client.post(reverse(name, args=[pk]), {"text": "x", "pair": pair.pk, "version": "1"})
            answers.append((answer.status_code, answer.content.decode().count("sillä välin"), answer.headers.get("Location")))  # fmt: skip
            assert "Salainen" not in answer.content.decode()
            # Without a pair of one's own there is nothing at all.
            for pairs in ({}, {"pair": other.pk}, {"pair": "9" * 30}, {"pair": "x"}):
                assert client.post(reverse(name, args=[pk]), {"text": "x"} | pairs).status_code == 404
        assert answers[0] == answers[1], name
    assert client.get(reverse("insight", args=[secret.pk]), {"pair": pair.pk}).status_code == 404


def test_a_trial_removed_in_another_tab_is_told_and_the_text_given_back(client: Any, unit: Unit, boss: Person) -> None:
    trial = actions.start(unit, boss, plan())
    client.force_login(boss, backend=BACKEND)
    edit, decide = (reverse(name, args=[trial.pk]) for name in ("trial_edit", "trial_decide"))
    for address in (edit, decide):
        assert f'name="unit" value="{unit.pk}"' in client.get(address).content.decode()
    actions.remove(trial, boss)
    page = client.post(edit, sent(what="Hiljainen alku", unit=unit.pk, version=1)).content.decode()
    assert "Kokeilu poistettiin sillä välin." in page
    assert "Hiljainen alku</textarea>" in page
    assert f'action="{reverse("trial_new", args=[unit.pk])}"' in page
    page = client.post(decide, {"choice": "adopted", "learnt": "Opimme paljon", "unit": unit.pk}).content.decode()
    assert "Kokeilu poistettiin sillä välin." in page
    assert "Opimme paljon" in page
    answer = client.post(reverse("trial_offer", args=[trial.pk]), {"unit": unit.pk}, follow=True)
    assert answer.redirect_chain[0][0] == reverse("wall", args=[unit.pk])
    assert "Kokeilu poistettiin sillä välin." in answer.content.decode()


def test_another_units_trial_is_told_as_if_it_had_never_been(client: Any, unit: Unit, boss: Person) -> None:
    elsewhere = UnitFactory(organisation=unit.organisation)
    theirs = actions.start(elsewhere, supervisor_of(elsewhere), plan(problem="Salainen ongelma"))
    client.force_login(boss, backend=BACKEND)
    for name in ("trial_edit", "trial_decide", "trial_offer"):
        answers = []
        for pk in (theirs.pk, theirs.pk + 1000):
            answer = client.post(reverse(name, args=[pk]), sent(unit=unit.pk))
            answers.append((answer.status_code, answer.content.decode().count("sillä välin"), answer.headers.get("Location")))  # fmt: skip
            assert "Salainen" not in answer.content.decode()
            for units in ({}, {"unit": elsewhere.pk}, {"unit": "9" * 30}):
                assert client.post(reverse(name, args=[pk]), sent(**units)).status_code == 404
        assert answers[0] == answers[1], name


def test_a_text_changed_in_between_is_shown_as_it_is_now(client: Any) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    first, second = (m.person for m in pair.members.all())
    made = insights.write(pair, first, "Viisi minuuttia")
    insights.edit(made, first, 1, "Kuusi minuuttia")
    client.force_login(second, backend=BACKEND)
    page = client.post(reverse("insight", args=[made.pk]), {"text": "Kymmenen minuuttia", "version": "1"})
    text = page.content.decode()
    assert "Katso, millainen se nyt on; kirjoittamasi on vielä lomakkeella." in text
    assert "Kuusi minuuttia" in text.split("Näin se nyt on")[1].split("<textarea")[0]
    assert published(pair, "Toinen").state == "published"
