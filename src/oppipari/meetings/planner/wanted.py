"""How many meetings still lack a time, and for how many weeks to look for them."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils import timezone

from oppipari.meetings.models import Meeting, PlannedMeeting
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

MOST_WEEKS = 52


def still_wanted(round_: Round) -> dict[int, int]:
    """How many meetings each pair of the round still has without a time, by the pair's id; without those that have all."""
    now = timezone.now()
    wanted = {}
    pairs = Pair.objects.filter(round=round_, state=Pair.State.MEETING).prefetch_related("meetings")
    for pair in pairs.order_by("pk"):
        standing = [
            m
            for m in pair.meetings.all()
            if m.state in (Meeting.State.HELD, Meeting.State.AGREED)
            or (m.state == Meeting.State.PROPOSED and m.starts_at > now)
        ]
        if (left := pair.meetings_agreed - len(standing)) > 0:
            wanted[pair.pk] = left
    return wanted


def more_than_wanted(planned: Sequence[PlannedMeeting], wanted: Mapping[int, int]) -> list[int]:
    """Which of `planned` (by their place in it, in order of time) a pair does not need any more; `wanted` by pair."""
    counts: Counter[int] = Counter()
    found = []
    for number, one in enumerate(planned):
        counts[one.pair_id] += 1
        if counts[one.pair_id] > wanted.get(one.pair_id, 0):
            found.append(number)
    return found


def weeks_for(round_: Round, wanted: Mapping[int, int]) -> int:
    """How many weeks the missing meetings take at the wished spacing, with some room."""
    most = max(wanted.values(), default=1)
    return max(2, min(MOST_WEEKS, most * round_.weeks_between + 2))
