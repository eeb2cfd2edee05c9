"""The planner: times for all pairs of a round at once, proposed to the supervisor, changed by hand, published at once."""

import logging
import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari import scheduling
from oppipari.meetings import problem
from oppipari.meetings.clock import FARTHEST, check_ahead
from oppipari.meetings.models import MeetingPlan, PlannedMeeting
from oppipari.meetings.planner.wanted import MOST_WEEKS, more_than_wanted, still_wanted
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.logs import log_without_words
from oppipari.organisation.models import Person
from oppipari.organisation.runs import Stopped, Teller
from oppipari.pairs.models import Pair
from oppipari.rounds.access import lock_round
from oppipari.rounds.models import RUNNING, Round
from oppipari.scheduling import Timetable

log = logging.getLogger(__name__)
# The planner may search for longer than a page could wait.
TIME_LIMIT = 120.0
# A new plan's version begins anywhere below this.
MOST_VERSION = 10**9
State = MeetingPlan.State


def _lock_running_round(round_: Round, by: Person) -> Round:
    """As `lock_round`; DomainError also where its pairs are not meeting."""
    fresh = lock_round(round_, by)
    if fresh.state not in RUNNING:
        raise DomainError(_("Meetings are planned while the pairs are meeting."))
    return fresh


@transaction.atomic
def ask_for_plan(round_: Round, by: Person, *, first_day: date, weeks: int) -> MeetingPlan:
    """Ask the worker to propose times for all meetings that have none.

    What was set by hand stays, and other times stay near where they were shown. Asking again while it works changes
    nothing; after a failure, or when nothing was heard for some minutes, it is started anew. Raises DomainError when
    nothing is missing or the window is amiss.
    """
    fresh = _lock_running_round(round_, by)
    if first_day <= timezone.localdate():
        raise DomainError(_("Choose a first day from tomorrow on."), field="first_day")
    if first_day > timezone.localdate() + FARTHEST:
        raise DomainError(_("This is more than a year away. Choose a nearer day."), field="first_day")
    if not 1 <= weeks <= MOST_WEEKS:
        raise DomainError(_("Choose from 1 to %(most)d weeks.") % {"most": MOST_WEEKS}, field="weeks")
    if not still_wanted(fresh):
        raise DomainError(_("Every pair has times for all its meetings. There is nothing to plan."))
    plan = MeetingPlan.objects.select_for_update(of=("self",)).filter(round=fresh).first()
    now = timezone.now()
    if plan is not None and plan.unfinished and not plan.is_silent(now):
        return plan
    if plan is None:
        # No number that a plan of this round had before: a page that shows one thrown away must not publish this one.
        plan = MeetingPlan(round=fresh, first_day=first_day, weeks=weeks, version=secrets.randbelow(MOST_VERSION))
    plan.first_day, plan.weeks, plan.asked_by = first_day, weeks, by
    plan.state, plan.percent, plan.failure = State.WAITING, 0, {}
    plan.asked_at = plan.told_at = now
    plan.version += 1
    plan.save()
    from oppipari.meetings.tasks import work_out_plan

    # In the same transaction as the row: neither exists without the other, also after a crash.
    work_out_plan.enqueue(plan.pk, plan.version)
    return plan


def work_out(plan_id: int, version: int) -> None:
    """Work a plan out from start to end; what happens is told in its row, and nothing is raised."""
    mine = MeetingPlan.objects.filter(pk=plan_id, version=version)
    try:
        taken = mine.filter(state=State.WAITING).update(state=State.WORKING, told_at=timezone.now())
        if taken:
            plan = mine.select_related("round__unit").get()
            scene = _scene(plan)
            tell = Teller(mine.filter(state=State.WORKING))
            table = scheduling.plan(scene.workers, scene.groups, scene.rules, time_limit=TIME_LIMIT, progress=tell)
            _lay_down(plan_id, version, scene, table)
    except (Stopped, MeetingPlan.DoesNotExist):
        pass
    except scheduling.SchedulingError as error:
        params = {k: str(v) for k, v in error.params.items()}
        mine.update(state=State.FAILED, failure={"code": error.code, "params": params})
    except Exception as error:
        log_without_words(log, "could not plan meetings", error)
        mine.update(state=State.FAILED, failure={"code": "", "params": {}})


def _scene(plan: MeetingPlan) -> problem.Scene:
    """What is asked: times set by hand stand as if agreed, other shown times are where they had best stay."""
    wanted = still_wanted(plan.round)
    by_hand: dict[int, list[PlannedMeeting]] = {}
    shown: dict[int, list[datetime]] = {}
    for planned in plan.planned.all():
        if planned.by_hand:
            by_hand.setdefault(planned.pair_id, []).append(planned)
        else:
            shown.setdefault(planned.pair_id, []).append(planned.starts_at)
    for pair, kept in by_hand.items():
        wanted[pair] = max(0, wanted.get(pair, 0) - len(kept))
    scene = problem.scene(plan.round, plan.first_day, plan.weeks, wanted=wanted, shown=shown)
    for pair, kept in by_hand.items():
        scene = scene.with_kept(pair, [problem.planned_span(p) for p in kept])
    return scene


@transaction.atomic
def _lay_down(plan_id: int, version: int, scene: problem.Scene, table: Timetable) -> None:
    """Keep the proposed times; unless the plan was thrown away, or started anew, meanwhile."""
    plan = (
        MeetingPlan.objects.select_for_update(of=("self",))
        .filter(pk=plan_id, version=version, state=State.WORKING)
        .first()
    )
    if plan is None:
        return
    plan.planned.filter(by_hand=False).delete()
    taken: dict[int, set[int]] = {}
    for pair, number in plan.planned.values_list("pair_id", "number"):
        taken.setdefault(pair, set()).add(number)
    still = set(Pair.objects.filter(round=plan.round_id, state=Pair.State.MEETING).values_list("pk", flat=True))
    rows = []
    for placed in table.meetings:
        pair = int(placed.group)
        if pair not in still:  # the pair ended while the worker was at it
            continue
        used = taken.setdefault(pair, set())
        number = next(n for n in range(1, 1000) if n not in used)
        used.add(number)
        rows.append(
            PlannedMeeting(
                plan=plan, pair_id=pair, number=number, starts_at=placed.span.start, minutes=scene.rules.minutes
            )
        )
    PlannedMeeting.objects.bulk_create(rows)
    plan.unplaced = [
        {
            "pair": int(u.group),
            "number": u.number,
            "reason": str(u.reason),
            "params": {k: list(v) if isinstance(v, tuple) else v for k, v in u.params.items()},
        }
        for u in table.unplaced
        if int(u.group) in still
    ]
    plan.found = {
        "bound": table.bound,
        "proven": table.proven,
        "stages": [{"name": str(s.name), "value": s.value, "bound": s.bound, "proven": s.proven} for s in table.stages],
    }
    plan.state, plan.percent = State.READY, 100
    plan.save()


def held_plan(round_: Round, by: Person, version: int) -> MeetingPlan:
    """The round's finished plan held for this transaction.

    Raises DomainError when there is none or it is being worked out, StaleEdit when it is not the one that was seen.
    """
    fresh = _lock_running_round(round_, by)
    plan = MeetingPlan.objects.select_for_update(of=("self",)).select_related("round").filter(round=fresh).first()
    if plan is None or plan.unfinished:
        raise DomainError(_("There is no proposal of times now."))
    if plan.version != version:
        raise StaleEdit(_("The proposal was changed in another window in between. You see it as it is now."))
    return plan


def _one_more(plan: MeetingPlan) -> None:
    plan.version += 1
    plan.save(update_fields=["version"])


@transaction.atomic
def set_planned(round_: Round, by: Person, version: int, pk: int, starts_at: datetime) -> None:
    """Move one of the proposed times by hand; a rule it breaks is told on the page, since the supervisor decides."""
    plan = held_plan(round_, by, version)
    planned = plan.planned.filter(pk=pk).first()
    if planned is None:
        raise DomainError(_("This time is no longer in the proposal."))
    check_ahead(starts_at)
    planned.starts_at, planned.by_hand = starts_at, True
    planned.save(update_fields=["starts_at", "by_hand"])
    _one_more(plan)


@transaction.atomic
def add_planned(round_: Round, by: Person, version: int, pair: int, starts_at: datetime) -> None:
    """Give a time by hand to a meeting for which the planner found none."""
    plan = held_plan(round_, by, version)
    wanted = still_wanted(plan.round).get(pair, 0)
    used = set(plan.planned.filter(pair=pair).values_list("number", flat=True))
    if len(used) >= wanted:
        raise DomainError(_("This pair has times for all its meetings."))
    check_ahead(starts_at)
    number = next(n for n in range(1, 1000) if n not in used)
    PlannedMeeting.objects.create(
        plan=plan,
        pair_id=pair,
        number=number,
        starts_at=starts_at,
        minutes=plan.round.meeting_minutes,
        by_hand=True,
    )
    gone = next((u for u in plan.unplaced if u["pair"] == pair), None)
    plan.unplaced = [u for u in plan.unplaced if u is not gone]
    plan.save(update_fields=["unplaced"])
    _one_more(plan)


@transaction.atomic
def drop_planned(round_: Round, by: Person, version: int, pk: int) -> None:
    """Leave one of the proposed times out; the pair then books it by itself."""
    plan = held_plan(round_, by, version)
    plan.planned.filter(pk=pk).delete()
    _one_more(plan)


@transaction.atomic
def throw_away(round_: Round, by: Person) -> None:
    """Forget the proposal; nobody but the supervisor has seen it. Doing it twice is harmless."""
    fresh = _lock_running_round(round_, by)
    MeetingPlan.objects.filter(round=fresh).delete()


@transaction.atomic
def publish_plan(round_: Round, by: Person, version: int, *, place: str = "") -> int:
    """Make meetings of all the proposed times at once; calendars get their invitations. Returns how many.

    `place` is where those who meet face to face do so, as long as they do not choose another themselves.
    A time that has passed, that falls on another meeting of the same people by now, or that a pair does not need any more
    since it has booked its meetings itself, is refused by name before anything is written. Publishing twice publishes
    once.
    """
    if not MeetingPlan.objects.filter(round=round_).exists():
        _lock_running_round(round_, by)
        return 0
    plan = held_plan(round_, by, version)
    from oppipari.meetings.actions import arrange

    # Held, so that no pair ends while it is given meetings; one that has ended gets none.
    pairs = Pair.objects.select_for_update().filter(pk__in=plan.planned.values("pair"), state=Pair.State.MEETING)
    still = {pair.pk for pair in pairs.order_by("pk")}
    planned = list(plan.planned.filter(pair__in=still).select_related("pair__round__unit").order_by("starts_at"))
    if not planned:
        raise DomainError(_("There are no times in the proposal."))
    for number in more_than_wanted(planned, still_wanted(plan.round)):
        names = " + ".join(str(m.person) for m in planned[number].pair.members.filter(left_at=None))
        raise DomainError(f"{names}: " + _("This pair has times for all its meetings."))
    arrange(by, [(p.pair, p.starts_at, p.minutes) for p in planned], place)
    plan.delete()
    return len(planned)
