"""Somebody's address changes in the moment in which their meeting is called off: calendars lose it, and nobody waits for anybody.

Two real processes, as two machines are.
"""

import json
from typing import Any

import pytest
from tests.databases import Installation, database, installation  # noqa: F401

pytestmark = pytest.mark.slow

MAKE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import timedelta
from django.utils import timezone
from tests.factories import RoundFactory, pair_of, supervisor_of
from oppipari.rounds.models import Round
from oppipari.meetings import actions
from oppipari.messages.models import Outgoing
round_ = RoundFactory(state=Round.State.MEETING)
pair = pair_of(round_)
actions.arrange(supervisor_of(round_.unit), [(pair, timezone.now() + timedelta(days=30), 60)])
if sent:
    Outgoing.objects.update(sent_at=timezone.now(), begun=True, to="", context={}, calendar="")
"""
ACT = """
from django.db import transaction
from django.utils import timezone
from oppipari.meetings import actions
from oppipari.meetings.models import Meeting
from oppipari.meetings.actions import taking_in
from oppipari.organisation.own_details.actions import _take
meeting = Meeting.objects.get()
first, second = [p.person for p in meeting.pair.members.order_by("pk")]
as_it_is = taking_in.send_calendars
def slowly(*what, **how):
    time.sleep(1.5)
    return as_it_is(*what, **how)
taking_in.send_calendars = slowly
together("go")
if name == "a":
    with transaction.atomic():
        _take(second, "uusi@example.org", proved=True, confirmed_at=timezone.now())
else:
    time.sleep(0.4)
    actions.cancel(meeting, first)
"""
LOOK = """
import django; django.setup()
import json, re
from oppipari.meetings.models import Meeting
from oppipari.messages.models import MOST_TRIES, Outgoing
from oppipari.organisation.models import Person
waiting = Outgoing.objects.filter(sent_at=None, tries__lt=MOST_TRIES).exclude(calendar="").order_by("created_at")
letters = [(o.to, o.calendar_method, int(re.search(r"SEQUENCE:(\\d+)", o.calendar)[1])) for o in waiting]
print(json.dumps({
    "state": Meeting.objects.get().state,
    "address": Person.objects.filter(email="uusi@example.org").exists(),
    "letters": letters,
}))
"""


@pytest.mark.parametrize("sent", [True, False])
def test_the_meeting_is_off_in_the_calendar_at_the_new_address(installation: Installation, sent: bool) -> None:  # noqa: F811
    installation.run(f"sent = {sent}\n{MAKE}")
    installation.run_at_once(ACT)
    found: dict[str, Any] = json.loads(installation.run(LOOK))
    assert (found["state"], found["address"]) == ("cancelled", True)
    for address in {to for to, _method, _sequence in found["letters"]}:
        newest = max((sequence, method) for to, method, sequence in found["letters"] if to == address)
        assert newest[1] == "CANCEL"
    if sent:
        assert "uusi@example.org" in {to for to, _method, _sequence in found["letters"]}
