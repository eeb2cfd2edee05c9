"""The frame within which pairs agree on meetings by themselves: the supervisor's yes, given once."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

from oppipari import scheduling
from oppipari.meetings import problem
from oppipari.meetings.models import Meeting, MeetingRules
from oppipari.organisation.models import Unit
from oppipari.rounds.models import Round
from oppipari.scheduling import HardConstraint, Placed, Violation
from oppipari.scheduling.work import MOST_WEEKS

# What the frame promises the supervisor besides days and hours: the unit stays staffed.
STAFFING = frozenset({HardConstraint.AWAY, HardConstraint.ROOM, HardConstraint.QUIET})


def fits(meeting: Meeting) -> bool:
    """Whether a proposed meeting needs no yes of its own: within the frame, and the unit stays staffed.

    The unit is held until the transaction ends: of two pairs that book at the same moment the second one sees the first.
    """
    rules = problem.rules_of(meeting.pair.round)
    if not rules.by_themselves or not _within(meeting, rules):
        return False
    Unit.objects.select_for_update(no_key=True).get(pk=meeting.pair.round.unit_id)
    return not STAFFING & set(broken_rules(meeting))


def _within(meeting: Meeting, rules: MeetingRules) -> bool:
    span = problem.span_of(meeting)
    return (
        span.start.weekday() in rules.frame_days
        and span.start.date() == span.end.date()
        and rules.frame_from <= span.start.time()
        and span.end.time() <= rules.frame_until
    )


def broken_rules(meeting: Meeting) -> list[HardConstraint]:
    """Which rules a meeting breaks beside all others of the unit."""
    return [b.rule for b in speaks_against(meeting.pair.round, [meeting]).get(meeting.pk, ())]


def speaks_against(round_: Round, meetings: Sequence[Meeting]) -> dict[int, list[Violation]]:
    """Which rules each of a round's `meetings` (by id) breaks beside the others and all that stands in the unit.

    A fixed number of queries. Nothing is said of a meeting's length, nor of meetings beyond the longest window.
    """
    spans = {m.pk: problem.span_of(m) for m in meetings}
    if not spans:
        return {}
    first = min(s.start.date() for s in spans.values()) - timedelta(days=1)
    last = max(s.end.date() for s in spans.values())
    weeks = min(MOST_WEEKS, (last - first).days // 7 + 1)
    by_time = sorted(meetings, key=lambda m: (m.starts_at, m.pk))
    wanted = Counter(m.pair_id for m in meetings)
    minutes = meetings[0].minutes if len(meetings) == 1 else None
    scene = problem.scene(round_, first, weeks, wanted=wanted, without=set(spans), minutes=minutes)
    numbers: Counter[int] = Counter()
    placed, which = [], {}
    for meeting in by_time:
        if scene.has(meeting.pair_id):
            numbers[meeting.pair_id] += 1
            placed.append(Placed(str(meeting.pair_id), numbers[meeting.pair_id], spans[meeting.pk]))
            which[str(meeting.pair_id), numbers[meeting.pair_id]] = meeting.pk
    found: dict[int, list[Violation]] = defaultdict(list)
    for broken in scheduling.check(scene.workers, scene.groups, scene.rules, placed):
        found[which[broken.group, broken.number]].append(broken)
    return found


def outside(meeting: Meeting, rules: MeetingRules) -> bool:
    """Whether pairs agree by themselves, but not on this day or at this hour."""
    return rules.by_themselves and not _within(meeting, rules)
