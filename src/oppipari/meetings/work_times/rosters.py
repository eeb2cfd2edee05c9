"""Keeping what a roster tells: working time and nothing else; and which agreed meetings it upsets."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari import scheduling
from oppipari.meetings import problem
from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting, RosterPeriod, ShiftCode, WorkTime
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person, Unit
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round, SignUp
from oppipari.scheduling import Group, HardConstraint, Placed, Rules, Span

DAY = timedelta(days=1)
MOST_CODES = 60
# Rosters are kept for so long after their days: rest after a shift, and a look back at a month.
KEPT = timedelta(days=60)


@dataclass(frozen=True)
class Told:
    """What a roster tells of one person: their shifts, and the days it speaks of."""

    shifts: Sequence[Span]
    days: Collection[date]


def roster_people(unit: Unit) -> list[Person]:
    """Those whose working time may be kept: who takes part in a round of the unit that is not closed, by name."""
    sign_ups = SignUp.objects.taking_part().filter(round__unit=unit).exclude(round__state=Round.State.CLOSED)
    return list(Person.objects.filter(pk__in=sign_ups.values("person")).order_by("name", "pk"))


@transaction.atomic
def keep_roster(unit: Unit, by: Person, told: Mapping[int, Told]) -> list[Meeting]:
    """Put what a roster tells in the place of what was known of the same people (by id) and days.

    People who do not take part in the unit's rounds are passed over: nothing is kept of them. Returns the agreed meetings
    ahead that no longer fit; their pairs are told that there is something to look at. Raises DomainError unless `by`
    supervises the unit.
    """
    access.must_supervise(by, unit)
    allowed = {p.pk for p in roster_people(unit)}
    told = {pk: what for pk, what in told.items() if pk in allowed and what.days}
    return _keep(told, lambda: unfit_meetings(unit, told)) if told else []


@transaction.atomic
def keep_own(person: Person, told: Told) -> list[Meeting]:
    """The same for what somebody's own roster tells: their own working time, whatever their units' rosters said before.

    Nothing is kept of somebody who takes part in no open round. Returns the agreed meetings ahead, in any unit, that no
    longer fit.
    """
    if not takes_part(person) or not told.days:
        return []
    return _keep({person.pk: told}, lambda: unfit_meetings(None, [person.pk]))


def takes_part(person: Person) -> bool:
    """Whether the person takes part in a round that is not closed."""
    mine = SignUp.objects.taking_part().filter(person=person)
    return mine.exclude(round__state=Round.State.CLOSED).exists()


def would_upset(unit: Unit, told: Mapping[int, Told]) -> list[Meeting]:
    """The meetings that `keep_roster` would give back for the same `told`; nothing is written and nobody is told."""
    allowed = {p.pk for p in roster_people(unit)}
    told = {pk: what for pk, what in told.items() if pk in allowed and what.days}
    return unfit(_ahead(unit, told), told) if told else []


def _keep(told: Mapping[int, Told], unfit_now: Callable[[], list[Meeting]]) -> list[Meeting]:
    _hold(told)
    upset_before = {m.pk for m in unfit_now()}
    for pk, what in told.items():
        _forget_days(pk, what.days)
        days = set(what.days)
        spans = [s for s in what.shifts if s.start.astimezone(ZONE).date() in days]
        WorkTime.objects.bulk_create(WorkTime(person_id=pk, starts_at=s.start, ends_at=s.end) for s in spans)
        _cover(pk, _covered(pk) | days)
    upset = unfit_now()
    _tell_unfit([m for m in upset if m.pk not in upset_before])
    return upset


def _hold(people: Collection[int]) -> None:
    """Hold people (by id) until the transaction ends: a roster is put in another's place by one after the other."""
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=list(people)).order_by("pk"))


def _forget_days(person: int, days: Collection[date]) -> None:
    """Delete the working time that begins on these days."""
    for first, last in _runs(days):
        start, end = (local(d, time.min) for d in (first, last + DAY))
        WorkTime.objects.filter(person=person, starts_at__gte=start, starts_at__lt=end).delete()


def _covered(person: int) -> set[date]:
    return {day for p in RosterPeriod.objects.filter(person=person) for day in _days(p.first_day, p.last_day)}


def _cover(person: int, days: Collection[date]) -> None:
    RosterPeriod.objects.filter(person=person).delete()
    RosterPeriod.objects.bulk_create(RosterPeriod(person_id=person, first_day=a, last_day=b) for a, b in _runs(days))


@transaction.atomic
def forget_own_days(person: Person, first: date, last: date) -> None:
    """Delete what is known of the person's work on these days; the sign-up's times count for them again."""
    _hold([person.pk])
    days = set(_days(first, last))
    _forget_days(person.pk, days)
    _cover(person.pk, _covered(person.pk) - days)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + n * DAY for n in range((last - first).days + 1))


def _runs(days: Collection[date]) -> list[tuple[date, date]]:
    """Days as runs without gaps, (first, last) each."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _tell_unfit(meetings: Iterable[Meeting]) -> None:
    """Ask each pair to look at its meetings that no longer fit, in one letter."""
    from oppipari.meetings.actions.telling import tell_partners

    of_pair: dict[int, list[Meeting]] = {}
    for meeting in meetings:
        of_pair.setdefault(meeting.pair_id, []).append(meeting)
    for theirs in of_pair.values():
        # With the moment: a meeting that fitted again in between may be upset anew.
        key = f"{theirs[0].uid}:{theirs[0].version}:{timezone.now().isoformat()}"
        tell_partners(theirs[0].pair, None, "meeting_unfit", key, theirs)


def unfit_meetings(unit: Unit | None, people: Collection[int] | None = None) -> list[Meeting]:
    """Agreed and proposed meetings ahead at which, by the rosters, somebody is not at work or not yet rested.

    Of all pairs of the unit (None: of every unit), or only of those with one of `people`; by time. A fixed number of
    queries.
    """
    return unfit(_ahead(unit, people))


def _ahead(unit: Unit | None, people: Collection[int] | None) -> list[Meeting]:
    meetings = Meeting.objects.filter(
        pair__state=Pair.State.MEETING,
        state__in=[Meeting.State.AGREED, Meeting.State.PROPOSED],
        starts_at__gt=timezone.now(),
    ).exclude(pair__round__state=Round.State.CLOSED)
    if unit is not None:
        meetings = meetings.filter(pair__round__unit=unit)
    if people is not None:
        meetings = meetings.filter(pair__members__person__in=list(people), pair__members__left_at=None).distinct()
    return list(meetings.select_related("pair").order_by("starts_at", "pk"))


def unfit(meetings: Sequence[Meeting], told: Mapping[int, Told] | None = None) -> list[Meeting]:
    """Of these meetings those at which, by the rosters, somebody is not at work or not yet rested.

    `told` is what a roster that is not kept yet tells of people (by id); it goes before what is known of their days.
    """
    if not meetings:
        return []
    members: dict[int, list[int]] = defaultdict(list)
    rows = PairMember.objects.filter(pair__in={m.pair_id for m in meetings}, left_at=None)
    for pair, person in rows.values_list("pair_id", "person_id"):
        members[pair].append(person)
    spans = {m.pk: problem.span_of(m) for m in meetings}
    first = min(s.start.date() for s in spans.values())
    last = max(s.end.date() for s in spans.values())
    everybody = {p for people in members.values() for p in people}
    new = {p: what for p, what in (told or {}).items() if p in everybody}
    covered: dict[int, set[date]] = defaultdict(set, {p: set(what.days) for p, what in new.items()})
    for period in RosterPeriod.objects.filter(person__in=everybody, first_day__lte=last, last_day__gte=first):
        covered[period.person_id].update(_days(max(first, period.first_day), min(last, period.last_day)))
    shifts = problem.working_time(dict.fromkeys(covered, ()), first - problem.BEFORE, last + DAY)
    for person, what in new.items():
        shifts[person] = _with_told(shifts[person], what)
    found = []
    for meeting in meetings:
        span = spans[meeting.pk]
        known = [p for p in members[meeting.pair_id] if span.start.date() in covered[p]]
        if known and _broken(meeting, span, {p: shifts[p] for p in known}):
            found.append(meeting)
    return found


def _with_told(known: problem.WorkingTime, told: Told) -> problem.WorkingTime:
    """Somebody's working time as it is when `told` is kept."""
    days = set(told.days)

    def of_these_days(span: Span) -> bool:
        return span.start.astimezone(ZONE).date() in days

    others = [s for s in known.shifts if not of_these_days(s)]
    usual = [s for s in known.usual if not of_these_days(s)]
    return problem.WorkingTime((*others, *(s for s in told.shifts if of_these_days(s))), tuple(usual))


def _broken(meeting: Meeting, span: Span, times: Mapping[int, problem.WorkingTime]) -> bool:
    rules = Rules(
        first_day=span.start.date() - DAY, weeks=1, minutes=meeting.minutes, away_per_team=None, step_minutes=1
    )
    workers = [known.worker(p) for p, known in times.items()]
    # Somebody without a roster is not asked, so that one alone may stand for the pair.
    if len(workers) == 1:
        workers.append(next(iter(times.values())).worker("-"))
    group = Group("pair", tuple(w.key for w in workers), 1)
    broken = scheduling.check(workers, [group], rules, [Placed("pair", 1, span)])
    return bool({HardConstraint.SHIFT, HardConstraint.REST} & {b.rule for b in broken})


@transaction.atomic
def set_legend(unit: Unit, by: Person, codes: Mapping[str, Sequence[tuple[int, int]]]) -> None:
    """Set what the unit's shift codes mean: code to [(start, end)..] in minutes; codes that are no work are not kept."""
    access.must_supervise(by, unit)
    work = {code.strip()[:12]: list(hours) for code, hours in codes.items() if code.strip() and hours}
    if len(work) > MOST_CODES:
        raise DomainError(_("At most %(most)d codes.") % {"most": MOST_CODES})
    ShiftCode.objects.filter(unit=unit).delete()
    ShiftCode.objects.bulk_create(
        ShiftCode(unit=unit, code=code, hours=[list(h) for h in hours]) for code, hours in sorted(work.items())
    )


def legend_of(unit: Unit) -> dict[str, list[tuple[int, int]]]:
    """The unit's codes, as `set_legend` takes them."""
    return {c.code: [(int(a), int(b)) for a, b in c.hours] for c in ShiftCode.objects.filter(unit=unit)}


def forget_rosters(unit: Unit, by: Person) -> None:
    """Delete all working time that rosters told of the unit's people; the sign-up's times count again."""
    access.must_supervise(by, unit)
    people = [p.pk for p in roster_people(unit)]
    with transaction.atomic():
        WorkTime.objects.filter(person__in=people).delete()
        RosterPeriod.objects.filter(person__in=people).delete()


def retention(today: date) -> None:
    """Delete working time whose days are long past, and of people who no longer take part anywhere."""
    limit = local(today - KEPT, time.min)
    WorkTime.objects.filter(ends_at__lt=limit).delete()
    RosterPeriod.objects.filter(last_day__lt=today - KEPT).delete()
    active = SignUp.objects.taking_part().exclude(round__state=Round.State.CLOSED).values("person")
    WorkTime.objects.exclude(person__in=active).delete()
    RosterPeriod.objects.exclude(person__in=active).delete()


def covered_until(people: Collection[int]) -> datetime | None:
    """The last day that rosters tell of any of these people, as its midnight; None where there is none."""
    last = RosterPeriod.objects.filter(person__in=list(people)).order_by("-last_day").first()
    return local(last.last_day, time.min) if last else None
