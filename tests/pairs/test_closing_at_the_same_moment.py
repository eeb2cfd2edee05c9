"""A round is closed in the second in which a pair says that it met, in two real processes on one database."""

import json

import pytest
from tests.databases import Installation, database, installation  # noqa: F401

MAKE = """
import django; django.setup()
from datetime import timedelta
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from tests.factories import RoundFactory, met, pair_of, supervisor_of
from oppipari.evaluation import actions as evaluation
from oppipari.rounds.models import Round
for _ in range(2):
    round_ = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(round_.unit)
    for pair in (pair_of(round_), pair_of(round_)):
        met(pair, 2)
        pair.meetings.create(starts_at=timezone.now() - timedelta(hours=2), minutes=60, state="agreed")
    evaluation.go_without(round_, boss)
"""
ACT = """
from oppipari.evaluation import actions as evaluation
from oppipari.meetings import actions
from oppipari.organisation.models import Role
from oppipari.pairs.actions import closing, going_on
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

def slowly(module, what):
    real = getattr(module, what)
    def slow(*args, **kwargs):
        found = real(*args, **kwargs)
        time.sleep(1)
        return found
    setattr(module, what, slow)

slowly(closing, "to_be_asked")
slowly(going_on, "too_late_to_ask")
# First the closing is a little ahead of the presses, then behind them.
for step, round_ in enumerate(Round.objects.order_by("pk")):
    pairs = list(Pair.objects.filter(round=round_).order_by("-pk"))
    together(f"go{step}")
    if name == "a":
        time.sleep(0.5 * step)
        evaluation.close_round(round_, Role.objects.get(kind="supervisor", unit=round_.unit_id).person)
    else:
        time.sleep(0.5 * (1 - step))
        for pair in pairs:
            actions.hold(pair.meetings.get(state="agreed"), pair.members.first().person)
"""
LOOK = """
import django; django.setup()
import json
from oppipari.meetings.models import Meeting
from oppipari.pairs.models import Question
from oppipari.rounds.models import Round
print(json.dumps({
    "rounds": list(Round.objects.values_list("state", flat=True)),
    "meetings": Meeting.objects.filter(state="held").count(),
    "questions": Question.objects.count(),
}))
"""


@pytest.mark.slow
def test_both_come_about_and_each_pair_is_asked_once(installation: Installation) -> None:  # noqa: F811
    installation.run(MAKE)
    installation.run_at_once(ACT)
    assert json.loads(installation.run(LOOK)) == {"rounds": ["closed"] * 2, "meetings": 12, "questions": 4}
