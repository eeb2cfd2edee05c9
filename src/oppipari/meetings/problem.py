"""A unit's people, pairs and rules as the engine takes them: the bridge to `scheduling`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Max, Prefetch, Q
from django.utils import timezone

from oppipari import scheduling
from oppipari.meetings.clock import ZONE
from oppipari.meetings.models import Meeting, MeetingRules, PlannedMeeting, RosterPeriod, WorkTime
from oppipari.messages.hours import is_holiday
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round
from oppipari.scheduling import Group, Quiet, Rules, Span, Worker

DAY = timedelta(days=1)
# What "mornings", "evenings" and "nights" of the sign-up mean on the clock; the last ends on the day after.
PARTS = {0: (time(7), time(15)), 1: (time(14), time(22)), 2: (time(21, 30), time(7, 30))}
# Who told no times is taken to work office hours.
UNTOLD, UNTOLD_DAYS = (time(8), time(16)), range(5)
# Shifts before the window matter for the rest after them.
BEFORE = timedelta(days=3)


@dataclass(frozen=True)
class Scene:
    """What the engine is asked about: people and pairs by their ids as text."""

    workers: tuple[Worker, ...]
    groups: tuple[Group, ...]
    rules: Rules

    def has(self, pair: int) -> bool:
        """Whether the pair meets: a finished one, or one of a closed round, has no times any more."""
        return any(g.key == str(pair) for g in self.groups)

    def with_kept(self, pair: int, more: Iterable[Span]) -> "Scene":
        """As if these meetings of a pair were agreed already."""
        key = str(pair)
        groups = (replace(g, kept=tuple(_apart((*g.kept, *more)))) if g.key == key else g for g in self.groups)
        return replace(self, groups=tuple(groups))


def rules_of(round_: Round) -> MeetingRules:
    """The round's rules, or the defaults (unsaved, of version 0) where nothing was set."""
    found: MeetingRules | None = MeetingRules.objects.filter(round=round_).first()
    if found is not None:
        return found
    # One group of one team at a time: a trio of one team could otherwise never meet.
    sizes = Pair.objects.filter(round=round_).annotate(size=Count("members", filter=Q(members__left_at=None)))
    largest = sizes.aggregate(largest=Max("size"))["largest"]
    return MeetingRules(round=round_, away_per_team=max(2, largest or 0), version=0)


def span_of(meeting: Meeting) -> Span:
    """When a meeting is, in the zone of the clock on the wall."""
    start = timezone.localtime(meeting.starts_at, ZONE)
    return Span(start, timezone.localtime(meeting.starts_at + timedelta(minutes=meeting.minutes), ZONE))


def scene(
    round_: Round,
    first_day: date,
    weeks: int,
    *,
    wanted: Mapping[int, int] | None = None,
    shown: Mapping[int, Sequence[datetime]] | None = None,
    without: Collection[int] = (),
    minutes: int | None = None,
) -> Scene:
    """The unit of `round_` in a window of `weeks` weeks; a fixed number of queries.

    `wanted`: how many meetings of a pair (by id) are to be placed; `shown`: times that were shown for them. What is
    proposed or agreed, in any round of the unit, stands; `without` are meetings that do not. `minutes` is the length
    asked about, the round's own where it is None.
    """
    pairs = _pairs(round_)
    people = {m.person_id: m for pair in pairs for m in pair.now}  # type: ignore[attr-defined]
    last = first_day + timedelta(weeks=weeks)
    shifts = working_time({pk: m.sign_up.slots for pk, m in people.items()}, first_day - BEFORE, last + DAY)
    ours = {pair.pk for pair in pairs}
    busy = _elsewhere(people, ours, first_day)
    workers = [
        shifts[pk].worker(
            pk, team=str(m.sign_up.team.name if m.sign_up.team else round_.unit.name), busy=tuple(busy[pk])
        )
        for pk, m in people.items()
    ]
    length = minutes or round_.meeting_minutes
    groups = [_group(pair, (wanted or {}).get(pair.pk, 0), (shown or {}).get(pair.pk, ()), without) for pair in pairs]
    return Scene(tuple(workers), tuple(groups), engine_rules(round_, first_day, weeks, length))


def engine_rules(round_: Round, first_day: date, weeks: int, minutes: int) -> Rules:
    """The round's rules as the engine takes them."""
    rules = rules_of(round_)
    return Rules(
        first_day=first_day,
        weeks=weeks,
        minutes=minutes,
        spacing_days=7 * round_.weeks_between,
        away_per_team=rules.away_per_team,
        quiet=tuple(quiet_hours(rules)),
        rooms=rules.rooms,
        last_day=round_.pairs_meet_until,
    )


def quiet_hours(rules: MeetingRules) -> list[Quiet]:
    """The hours when nobody leaves."""
    return [
        Quiet(frozenset(q["days"]), time.fromisoformat(q["from"]), time.fromisoformat(q["until"])) for q in rules.quiet
    ]


def _pairs(round_: Round) -> list[Pair]:
    """All pairs of the unit that meet, with who is in them now and their meetings; some go on after their round."""
    members = PairMember.objects.filter(left_at=None).select_related("sign_up__team")
    return list(
        Pair.objects.active()
        .filter(round__unit=round_.unit_id)
        .prefetch_related(
            Prefetch("members", queryset=members, to_attr="now"),
            Prefetch("meetings", queryset=Meeting.objects.exclude(state=Meeting.State.CANCELLED), to_attr="standing"),
        )
        .order_by("pk")
    )


def _group(pair: Pair, wanted: int, shown: Sequence[datetime], without: Collection[int]) -> Group:
    now = timezone.now()
    members: list[PairMember] = pair.now  # type: ignore[attr-defined]
    # A proposal whose time passed without a yes is no meeting.
    standing = [
        m
        for m in pair.standing  # type: ignore[attr-defined]
        if m.pk not in without and not (m.state == Meeting.State.PROPOSED and m.starts_at <= now)
    ]
    # Where it begins is what counts of a time that was shown.
    minutes = timedelta(minutes=60)
    return Group(
        str(pair.pk),
        tuple(str(m.person_id) for m in members),
        wanted,
        kept=tuple(_apart(span_of(m) for m in standing)),
        shown=tuple(Span(timezone.localtime(at, ZONE), timezone.localtime(at + minutes, ZONE)) for at in shown),
        needs_room=not all(m.sign_up.way == "teams" for m in members),
    )


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Without what overlaps an earlier one: two meetings of a pair at once are one for the engine."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda s: s.start.timestamp()):
        if not found or span.start.timestamp() >= found[-1].end.timestamp():
            found.append(span)
    return found


def _elsewhere(people: Collection[int], ours: Collection[int], first_day: date) -> dict[int, list[Span]]:
    """Meetings that these people have in pairs of other units."""
    busy: dict[int, list[Span]] = defaultdict(list)
    places = (
        PairMember.objects.filter(person__in=list(people), left_at=None)
        .exclude(pair__in=list(ours))
        .filter(
            pair__meetings__state__in=[Meeting.State.PROPOSED, Meeting.State.AGREED],
            pair__meetings__starts_at__gte=timezone.make_aware(datetime.combine(first_day - DAY, time.min)),
        )
        .values_list("person_id", "pair__meetings__starts_at", "pair__meetings__minutes")
    )
    for person, starts_at, minutes in places:
        end = starts_at + timedelta(minutes=minutes)
        busy[person].append(Span(timezone.localtime(starts_at, ZONE), timezone.localtime(end, ZONE)))
    return busy


# -- working time ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkingTime:
    """When one person is at work: `shifts` as a roster tells them, and what is `usual` on days that no roster covers.

    "Mornings and evenings" of a sign-up are no shifts: nobody's rest is reckoned from them.
    """

    shifts: tuple[Span, ...] = ()
    usual: tuple[Span, ...] = ()

    def worker(self, key: object, *, team: str = "", busy: tuple[Span, ...] = ()) -> Worker:
        """The person as the engine sees them."""
        return Worker(str(key), team, self.shifts, busy, self.usual)


def working_time(slots: Mapping[int, Sequence[int]], first: date, last: date) -> dict[int, WorkingTime]:
    """When people (by id) are at work from `first` to `last`: by their roster where there is one, else as they told.

    `slots` are each one's working times of the sign-up, weekday * 3 + part. Two queries.
    """
    covered: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for period in RosterPeriod.objects.filter(person__in=list(slots), first_day__lte=last, last_day__gte=first):
        covered[period.person_id].append((period.first_day, period.last_day))
    spans: dict[int, list[Span]] = defaultdict(list)
    from_, until = (timezone.make_aware(datetime.combine(d, time.min)) for d in (first - DAY, last + 2 * DAY))
    for work in WorkTime.objects.filter(person__in=list(slots), starts_at__gte=from_, starts_at__lt=until):
        spans[work.person_id].append(
            Span(timezone.localtime(work.starts_at, ZONE), timezone.localtime(work.ends_at, ZONE))
        )
    return {
        person: WorkingTime(tuple(spans[person]), tuple(_as_told(told, first, last, covered[person])))
        for person, told in slots.items()
    }


def _as_told(slots: Sequence[int], first: date, last: date, covered: Sequence[tuple[date, date]]) -> list[Span]:
    """Working time by the sign-up's weekdays and parts of the day, on days that no roster covers.

    Nobody is taken to work on a public holiday: who does in shift work is known by the roster alone.
    """
    found = []
    day = first
    while day <= last:
        if not is_holiday(day) and not any(a <= day <= b for a, b in covered):
            hours = [PARTS[s % 3] for s in slots if s // 3 == day.weekday()]
            if not slots and day.weekday() in UNTOLD_DAYS:
                hours = [UNTOLD]
            for start, end in hours:
                ends_on = day if start < end else day + DAY
                found.append(Span(datetime.combine(day, start, ZONE), datetime.combine(ends_on, end, ZONE)))
        day += DAY
    return found


def at_work_by_roster(people: Collection[int], span: Span) -> bool:
    """Whether nobody's roster speaks against a meeting: who has none on that day is not asked."""
    day = span.start.date()
    told = set(
        RosterPeriod.objects.filter(person__in=list(people), first_day__lte=day, last_day__gte=day).values_list(
            "person_id", flat=True
        )
    )
    if not told:
        return True
    shifts = working_time(dict.fromkeys(told, ()), day - BEFORE, day + DAY)
    rules = Rules(
        first_day=day, weeks=1, minutes=round((span.end - span.start).total_seconds() / 60), away_per_team=None
    )
    workers = [shifts[pk].worker(pk) for pk in told]
    free = scheduling.common(workers, rules)
    return any(
        s.start.timestamp() <= span.start.timestamp() and span.end.timestamp() <= s.end.timestamp() for s in free
    )


def planned_span(planned: PlannedMeeting) -> Span:
    """When a planned meeting is."""
    end = planned.starts_at + timedelta(minutes=planned.minutes)
    return Span(timezone.localtime(planned.starts_at, ZONE), timezone.localtime(end, ZONE))
