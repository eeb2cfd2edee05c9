"""The frame within which pairs agree on meetings by themselves: the supervisor's yes, given once."""

from datetime import timedelta

from oppipari import scheduling
from oppipari.meetings import problem
from oppipari.meetings.models import Meeting, MeetingRules
from oppipari.scheduling import Hard, Placed

# What the frame promises the supervisor besides days and hours: the unit stays staffed.
STAFFING = frozenset({Hard.AWAY, Hard.ROOM, Hard.QUIET})


def fits(meeting: Meeting) -> bool:
    """Whether a proposed meeting needs no yes of its own: within the frame, and the unit stays staffed."""
    rules = problem.rules_of(meeting.pair.round)
    return rules.by_themselves and _within(meeting, rules) and not STAFFING & set(broken_rules(meeting))


def _within(meeting: Meeting, rules: MeetingRules) -> bool:
    span = problem.span_of(meeting)
    return (
        span.start.weekday() in rules.frame_days
        and span.start.date() == span.end.date()
        and rules.frame_from <= span.start.time()
        and span.end.time() <= rules.frame_until
    )


def broken_rules(meeting: Meeting) -> list[Hard]:
    """Which rules a meeting breaks beside all others of the unit."""
    span = problem.span_of(meeting)
    first = span.start.date() - timedelta(days=1)
    scene = problem.scene(
        meeting.pair.round, first, 1, wanted={meeting.pair_id: 1}, without=meeting.pk, minutes=meeting.minutes
    )
    if not scene.has(meeting.pair_id):
        return []
    placed = Placed(str(meeting.pair_id), 1, span)
    return [b.rule for b in scheduling.check(scene.workers, scene.groups, scene.rules, [placed])]
