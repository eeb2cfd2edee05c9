"""From a conclusion to a trial, and from a trial back to what the round brought."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.evaluation import scene
from tests.factories import RoundFactory, UnitFactory

from oppipari.evaluation.benefits.queries import benefits_of
from oppipari.evaluation.models import Conclusion
from oppipari.evaluation.together import queries
from oppipari.insights.models import Trial
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def trial(unit: Any, problem: str, days: int = 0, **more: Any) -> Trial:
    today = timezone.localdate()
    made: Trial = Trial.objects.create(
        unit=unit, problem=problem, what="x", sign="y", started_on=today + timedelta(days=days),
        until=today + timedelta(days=days + 28), **more,
    )  # fmt: skip
    return made


def test_a_conclusion_becomes_a_trial_in_one_press(client: Client) -> None:
    unit, boss = scene.a_unit()
    round_ = scene.evaluated(unit, boss, "Kevät")
    client.force_login(boss, backend=BACKEND)
    html = client.get(reverse("together_conclusions", args=[round_.pk])).content.decode()
    assert html.count("Aloita tästä kokeilu") == 3  # what is spread and what is changed; what worked is no trial
    for kind in ("spread", "change"):
        line = Conclusion.objects.filter(round=round_, kind=kind).first()
        assert line is not None
        page = client.get(queries.trial_address(line, unit.pk)).content.decode()
        assert f"{line.text}</textarea>" in page


def test_what_was_tried_is_told_with_what_it_led_to(client: Client) -> None:
    unit, boss = scene.a_unit()
    round_ = scene.closed(unit, boss, "Kevät")
    trial(unit, "Ennen kierrosta", days=-60)
    trial(unit, "Lääkejako keskeytyy", state="adopted", decided_on=timezone.localdate(), learnt="Rauhoittui")
    trial(UnitFactory(), "Muiden kokeilu")
    told = benefits_of(round_).trials
    assert [(t.text, t.note) for t in told] == [("Lääkejako keskeytyy", "otettiin käyttöön. Rauhoittui")]
    client.force_login(boss, backend=BACKEND)
    html = client.get(reverse("round_closing", args=[round_.pk])).content.decode()
    assert "Lääkejako keskeytyy" in html
    assert reverse("trial", args=[Trial.objects.get(problem="Lääkejako keskeytyy").pk]) in html
    # What begins after the next round's pairs were published belongs to that one.
    RoundFactory(unit=unit, state=Round.State.MEETING, published_at=timezone.now() + timedelta(days=90))
    trial(unit, "Seuraavan kierroksen", days=100)
    assert len(benefits_of(round_).trials) == 1
