"""Two real processes on one database come to remind at the same moment: everybody gets one reminder."""

from tests.databases import Installation, database, installation  # noqa: F401

MAKE = """
import django; django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import RoundFactory, pair_of
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round
round_ = RoundFactory(state=Round.State.MEETING)
for _ in range(15):
    pair_of(round_)
Pair.objects.update(published_at=datetime(2026, 12, 1, tzinfo=UTC))
"""
REMIND = """
import time_machine
from oppipari.meetings.reminders.actions import remind
from oppipari.meetings.clock import local
from datetime import date, time as clock
together("remind")
with time_machine.travel(local(date(2027, 1, 12), clock(10)), tick=False):
    print(remind())
"""
COUNT = """
import django; django.setup()
from django.db.models import Count
from oppipari.messages.models import Outgoing
print(Outgoing.objects.filter(kind="reminder_pair").count(), Outgoing.objects.values("to").distinct().count())
"""


def test_two_workers_at_once_remind_everybody_once(installation: Installation) -> None:  # noqa: F811
    installation.run(MAKE)
    assert sum(map(int, installation.run_at_once(REMIND))) == 30
    assert installation.run(COUNT).split() == ["30", "30"]
