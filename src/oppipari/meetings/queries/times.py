"""Times that suit a pair: for meetings to come, and to move one to."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from oppipari import scheduling
from oppipari.meetings import problem
from oppipari.meetings.models import Meeting
from oppipari.meetings.planner.wanted import MOST_WEEKS
from oppipari.pairs.models import Pair

State = Meeting.State
# The first suggested day is so far away that both can arrange it.
SOON = timedelta(days=5)
MOST_SUGGESTED, MOST_MOVES = 12, 6
# Who works by day and by night is offered the day first.
DAY_FROM, DAY_UNTIL = 7, 21


def common_slots(pair: Pair) -> list[int]:
    """When all of the pair usually work, as they told it; those who told nothing do not narrow it. Sorted."""
    slots = [
        set(p.sign_up.slots) for p in pair.members.filter(left_at=None).select_related("sign_up") if p.sign_up.slots
    ]
    return sorted(set.intersection(*slots)) if slots else []


def _next_window(pair: Pair, count: int) -> problem.Scene:
    """Where the pair's next `count` meetings may be: from some days ahead, and not right after the one before."""
    round_ = pair.round
    now = timezone.now()
    standing = pair.meetings.exclude(state=State.CANCELLED).exclude(state=State.PROPOSED, starts_at__lte=now)
    last = standing.order_by("-starts_at").first()
    first = timezone.localdate() + SOON
    if last is not None:
        first = max(first, timezone.localdate(last.starts_at) + timedelta(weeks=round_.weeks_between) / 2)
    weeks = min(MOST_WEEKS, count * round_.weeks_between + 3)
    return problem.scene(round_, first, weeks, wanted={pair.pk: 1})


def suggested_times(pair: Pair) -> list[datetime]:
    """Times for the meetings that are still to be proposed, in common working time and with the unit staffed.

    Each is near the wished spacing from the one before; none where no common working time is known.
    """
    now = timezone.now()
    there = pair.meetings.exclude(state=State.CANCELLED).exclude(state=State.PROPOSED, starts_at__lte=now).count()
    count = max(1, min(MOST_SUGGESTED, pair.meetings_agreed - there))
    scene = _next_window(pair, count)
    found: list[datetime] = []
    for _number in range(count if scene.has(pair.pk) else 0):
        best = scheduling.suggestions(scene.workers, scene.groups, scene.rules, str(pair.pk), count=1)
        if not best:
            break
        found.append(best[0].start)
        scene = scene.with_kept(pair.pk, best)
    return sorted(found)


def options(pair: Pair) -> list[datetime]:
    """A few times for one meeting to choose from, the earliest first, each on a day of its own."""
    scene = _next_window(pair, 1)
    if not scene.has(pair.pk):
        return []
    found = scheduling.suggestions(scene.workers, scene.groups, scene.rules, str(pair.pk), count=MOST_MOVES)
    return sorted(span.start for span in found)


def times_to_move_to(meeting: Meeting) -> list[datetime]:
    """Free common times around the meeting's day, the earliest first, so that moving it takes two presses.

    Where there is none within three weeks, the next ones after that.
    """
    around = timezone.localdate(meeting.starts_at)
    first = max(timezone.localdate() + timedelta(days=1), around - timedelta(days=3))
    days = _open_days(meeting, first, 3) or _open_days(meeting, first + timedelta(weeks=3), 9)
    near = sorted(days.values(), key=lambda at: (_at_night(at), abs((at.date() - around).days), at))[:MOST_MOVES]
    return sorted(near)


def _open_days(meeting: Meeting, first: date, weeks: int) -> dict[date, datetime]:
    """The best free common time of each day: by day rather than at night, at a full hour rather than a quarter past."""
    pair = meeting.pair
    scene = problem.scene(pair.round, first, weeks, wanted={pair.pk: 1}, without={meeting.pk}, minutes=meeting.minutes)
    if not scene.has(pair.pk):
        return {}
    days: dict[date, datetime] = {}
    for span in scheduling.openings(scene.workers, scene.groups, scene.rules, str(pair.pk)):
        at = span.start
        if at == meeting.starts_at:
            continue
        known = days.get(at.date())
        if known is None or (_at_night(at), at.minute != 0) < (_at_night(known), known.minute != 0):
            days[at.date()] = at
    return days


def _at_night(at: datetime) -> bool:
    return at.hour < DAY_FROM or at.hour >= DAY_UNTIL
