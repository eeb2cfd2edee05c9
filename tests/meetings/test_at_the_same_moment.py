"""What two people do in the same second, in two real processes on one database."""

import json

from tests.databases import Installation, database, installation  # noqa: F401

MAKE = """
import django; django.setup()
from datetime import date, timedelta
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from tests.factories import RoundFactory, pair_of, supervisor_of
from oppipari.meetings.models import MeetingPlan, MeetingRules, PlannedMeeting
from oppipari.rounds.models import Round
round_ = RoundFactory(state=Round.State.MEETING)
supervisor_of(round_.unit)
MeetingRules.objects.create(round=round_, by_themselves=True, frame_days=list(range(7)), frame_from="07:00", frame_until="15:00")
pairs = [pair_of(round_) for _ in range(4)]
plan = MeetingPlan.objects.create(round=round_, first_day=timezone.localdate(), weeks=9, state="ready")
for days, pair in enumerate(pairs[2:], start=30):
    at = timezone.now() + timedelta(days=days)
    PlannedMeeting.objects.create(plan=plan, pair=pair, number=1, starts_at=at, minutes=60)
"""
ACT = """
from datetime import date, time as clock, timedelta
from django.utils import timezone
from oppipari.meetings import actions
from oppipari.meetings.clock import local
from oppipari.meetings.models import MeetingPlan
from oppipari.meetings.planner import actions as planning
from oppipari.meetings.staffing import frame
from oppipari.meetings.work_times import rosters
from oppipari.meetings.work_times.rosters import Told
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Role
from oppipari.pairs import actions as pairing
from oppipari.pairs.models import Pair
from oppipari.pairs.mornings import next_morning
from oppipari.scheduling import Span

mine = "ab".index(name)
pairs = list(Pair.objects.order_by("pk"))
boss = Role.objects.get(kind="supervisor").person
first = [pair.members.order_by("pk").first().person for pair in pairs]

def in_the_morning():
    # the housekeeping of the next working morning
    morning = local(next_morning(timezone.now()), clock(8, 5))
    pairing.end_what_was_asked(morning)

def slowly(module, what, seconds=1.0):
    real = getattr(module, what)
    def slow(*args, **kwargs):
        found = real(*args, **kwargs)
        time.sleep(seconds)
        return found
    setattr(module, what, slow)

# Two pairs of one team book the same hour, their partners say at once that it suits, and each looks whether the other is away before the other is.
slowly(frame, "broken_rules")
day = timezone.localdate() + timedelta(days=14)
day += timedelta(days=-day.weekday() % 7)
together("book")
(meeting,) = actions.propose(pairs[mine], first[mine], [{"starts_at": local(day, clock(9)), "minutes": 60, "way": "face_to_face", "place": ""}])
together("suits")
actions.answer_time(meeting, pairs[mine].members.order_by("pk").last().person, meeting.version, suits=True)

# The same roster is kept twice: a double click, or the nightly fetch at that moment.
slowly(rosters, "_forget_days", 0.2)
told = {p.pk: Told([Span(local(day, clock(7)), local(day, clock(15)))], [day]) for p in first[:2]}
if mine:
    told = dict(reversed(told.items()))
together("roster")
rosters.keep_roster(pairs[0].round.unit, boss, told)

# The supervisor publishes times; meanwhile the housekeeping ends one pair that wished it, and one that is dissolved.
from oppipari.pairs.actions import ending
plan = MeetingPlan.objects.get()
together("publish")
if mine:
    slowly(planning, "held_plan")
    planning.publish_plan(plan.round, boss, plan.version)
else:
    pairing.dissolve(pairs[2], boss)
    time.sleep(0.3)
    slowly(ending, "held_pair")
    in_the_morning()
together("end")
if mine:
    rows = [(pairs[3], timezone.now() + timedelta(days=50), 60)]
    plan = MeetingPlan.objects.create(round=plan.round, first_day=timezone.localdate(), weeks=9, state="ready")
    plan.planned.create(pair=pairs[3], number=1, starts_at=rows[0][1], minutes=60)
together("again")
if mine:
    try:
        planning.publish_plan(plan.round, boss, plan.version)
    except DomainError as error:  # the pair has ended, so that nothing is left to publish
        print(error.message)
else:
    pairing.end_early(pairs[3], first[3])
    slowly(ending, "held_pair", 1.5)
    in_the_morning()
"""
LOOK = """
import django; django.setup()
import json
from oppipari.meetings.models import Meeting, WorkTime
from oppipari.pairs.models import Pair
pairs = list(Pair.objects.order_by("pk"))
print(json.dumps({
    "booked": sorted(Meeting.objects.filter(pair__in=pairs[:2]).values_list("state", flat=True)),
    "work": WorkTime.objects.count(),
    "states": [p.state for p in pairs],
    "left": Meeting.objects.filter(pair__state="replaced", state__in=["agreed", "proposed"]).count(),
}))
"""


def test_nobody_is_left_with_what_the_other_has_just_made_untrue(installation: Installation) -> None:  # noqa: F811
    installation.run(MAKE)
    installation.run_at_once(ACT)
    assert json.loads(installation.run(LOOK)) == {
        "booked": [
            "proposed",
            "proposed",
        ],  # one pair of the team at a time without a yes: each sees the other's proposal
        "work": 2,
        "states": ["meeting", "meeting", "replaced", "replaced"],
        "left": 0,
    }
