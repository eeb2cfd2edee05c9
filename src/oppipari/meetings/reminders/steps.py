"""The gentle steps towards a pair that has no meeting ahead, one a week.

Three reminders alike; then a question what would help, with the choice to be left in peace; then the supervisors hear of it
once, and nothing more is sent. They begin anew when the pair has had a time again. They go by what meetings there are and by
days, never by what anybody answered, read or turned off: else whether a letter came would tell it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from oppipari.meetings.models import Meeting, NoTime
from oppipari.meetings.reminders.due import ASKED, IN_PEACE, Matter
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

State = Meeting.State
TOLD = ASKED + 1


def without_time(now: datetime) -> QuerySet[Pair]:
    """Pairs that have no meeting ahead, agreed or waiting for the supervisor.

    Not in the week after publishing or after a meeting, not when they have met as agreed: a meeting that was agreed
    counts as met also where nobody pressed "we met".
    """
    of_pair = Meeting.objects.filter(pair=OuterRef("pk"))
    ahead = of_pair.filter(state__in=[State.PROPOSED, State.AGREED], starts_at__gt=now)
    lately = of_pair.filter(state__in=[State.AGREED, State.HELD], starts_at__gt=now - IN_PEACE)
    met: Any = Count(
        "meetings", filter=Q(meetings__state=State.HELD) | Q(meetings__state=State.AGREED, meetings__starts_at__lte=now)
    )
    return (
        Pair.objects.filter(
            state=Pair.State.MEETING, round__state=Round.State.MEETING, published_at__lte=now - IN_PEACE
        )
        .exclude(Exists(ahead))
        .exclude(Exists(lately))
        .annotate(met=met)
        .filter(met__lt=F("meetings_agreed"))
    )


@transaction.atomic
def take_steps(now: datetime) -> int:
    """Bring the steps up to date; returns how many pairs took one. At most one a week each, however often it runs."""
    today = timezone.localdate(now)
    pairs = list(without_time(now).order_by("pk").values_list("pk", "no_time__step", "no_time__stepped_on"))
    NoTime.objects.filter(step__gt=0).exclude(pair__in=without_time(now).values("pk")).update(step=0, stepped_on=None)
    new = [pk for pk, step, _day in pairs if step is None]
    NoTime.objects.bulk_create([NoTime(pair_id=pk) for pk in new], ignore_conflicts=True)
    due = [pk for pk, step, day in pairs if (step or 0) < TOLD and (day is None or day <= today - IN_PEACE)]
    again = Q(stepped_on=None) | Q(stepped_on__lte=today - IN_PEACE)
    return NoTime.objects.filter(again, pair__in=due, step__lt=TOLD).update(step=F("step") + 1, stepped_on=today)


def asks_what_would_help(pair: Pair) -> bool:
    """Whether the pair has been asked gently, and has no time since."""
    return NoTime.objects.filter(pair=pair, step__gte=ASKED).exists()


def to_tell_of(today: date) -> QuerySet[NoTime]:
    """Of which pairs supervisors are to hear on `today`; one told of this morning is among them, for other supervisors."""
    return NoTime.objects.filter(Q(told_on=None) | Q(told_on=today), step=TOLD)


def matters(now: datetime) -> Iterator[Matter]:
    """What supervisors hear of it: one matter a round, however many pairs."""
    rounds = to_tell_of(timezone.localdate(now)).values_list("pair__round_id", "pair__round__unit_id").distinct()
    for round_id, unit in rounds.order_by("pair__round_id"):
        path = reverse("board", args=[round_id])
        yield Matter(unit, "reminder_not_met", path, partial(_note, round_id), round_id)


def _note(round_id: int, today: date) -> bool:
    """Keep that the supervisors hear of it today, in the transaction that queues the letter."""
    return bool(to_tell_of(today).filter(pair__round=round_id).update(told_on=today))
