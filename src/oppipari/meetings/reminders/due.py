"""Whom a reminder would help now."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from oppipari.meetings.models import Meeting
from oppipari.messages.hours import day_before_working_days
from oppipari.organisation.models import Person, Role
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round

State = Meeting.State
# No sooner after the pair was published, or met; and no sooner after the last reminder of any kind.
IN_PEACE = timedelta(days=7)
# A proposal may wait so many whole working days before the supervisor is reminded.
WAITING_DAYS = 2


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that would help: for whom, of which kind, and where its link leads (a path).

    Each of `notes` is called with the day in the transaction that queues it; where all say no, nothing is sent.
    """

    person_id: int
    kind: str
    path: str
    notes: tuple[Callable[[date], bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Matter:
    """What another app says waits for a unit's supervisors; `note` as in `Due`."""

    unit_id: int
    kind: str
    path: str
    note: Callable[[date], bool]


def _to_remind(now: datetime) -> QuerySet[Person]:
    """People who can be reminded now: they have an address, did not turn reminders off and got none this week."""
    today = timezone.localdate(now)
    return (
        Person.objects.filter(is_active=True, email__isnull=False)
        .exclude(own_calendar__reminders=False)
        .exclude(own_calendar__reminded_on__gt=today - IN_PEACE)
    )


def supervisors_due(now: datetime) -> Iterator[Due]:
    """Supervisors of units where proposed meetings have waited for more than two working days; one each."""
    waiting = Meeting.objects.filter(
        state=State.PROPOSED,
        starts_at__gt=now,
        waiting_since__lte=day_before_working_days(timezone.localdate(now), WAITING_DAYS),
        pair__state=Pair.State.MEETING,
    ).exclude(pair__round__state=Round.State.CLOSED)
    rounds: dict[int, set[int]] = {}
    for unit, round_ in waiting.order_by().values_list("pair__round__unit_id", "pair__round_id").distinct():
        rounds.setdefault(unit, set()).add(round_)
    roles = Role.objects.filter(kind=Role.Kind.SUPERVISOR, unit__in=rounds, person__in=_to_remind(now))
    theirs: dict[int, set[int]] = {}
    for person, unit in roles.order_by("person_id").values_list("person_id", "unit_id"):
        theirs.setdefault(person, set()).update(rounds[unit])
    for person, ids in theirs.items():
        path = reverse("round_meetings", args=[min(ids)]) if len(ids) == 1 else reverse("home")
        yield Due(person, "reminder_waits", path)


def with_matters(due: Iterable[Due], matters: Iterable[Matter], now: datetime) -> Iterator[Due]:
    """`due` to supervisors and what else waits for them, so that each gets one reminder that leads to all of it."""
    of_unit: dict[int, list[Matter]] = {}
    for matter in matters:
        of_unit.setdefault(matter.unit_id, []).append(matter)
    theirs: dict[int, list[Matter]] = {}
    roles = Role.objects.filter(kind=Role.Kind.SUPERVISOR, unit__in=of_unit, person__in=_to_remind(now))
    for person, unit in roles.order_by("person_id").values_list("person_id", "unit_id") if of_unit else ():
        theirs.setdefault(person, []).extend(of_unit[unit])
    for one in due:
        more = theirs.pop(one.person_id, [])
        notes = tuple(matter.note for matter in more)
        # Meeting times wait whatever becomes of the rest.
        yield Due(one.person_id, "reminder_several", reverse("home"), (_always, *notes)) if more else one
    for person, found in theirs.items():
        notes = tuple(matter.note for matter in found)
        if len(found) == 1:
            yield Due(person, found[0].kind, found[0].path, notes)
        else:
            yield Due(person, "reminder_several", reverse("home"), notes)


def _always(_day: date) -> bool:
    return True


def members_due(now: datetime) -> Iterator[Due]:
    """Members of pairs that have no meeting ahead, agreed or waiting for the supervisor; one each.

    Not in the week after publishing or after a meeting, not when they have met as agreed: a meeting that was agreed
    counts as met also where nobody pressed "we met".
    """
    of_pair = Meeting.objects.filter(pair=OuterRef("pair"))
    ahead = of_pair.filter(state__in=[State.PROPOSED, State.AGREED], starts_at__gt=now)
    lately = of_pair.filter(state__in=[State.AGREED, State.HELD], starts_at__gt=now - IN_PEACE)
    met: Any = Count(
        "pair__meetings",
        filter=Q(pair__meetings__state=State.HELD) | Q(pair__meetings__state=State.AGREED, pair__meetings__starts_at__lte=now),
    )  # fmt: skip
    places = (
        PairMember.objects.filter(
            left_at=None,
            person__in=_to_remind(now),
            pair__state=Pair.State.MEETING,
            pair__round__state=Round.State.MEETING,
            pair__published_at__lte=now - IN_PEACE,
        )
        .exclude(Exists(ahead))
        .exclude(Exists(lately))
        .annotate(met=met)
        .filter(met__lt=F("pair__meetings_agreed"))
        .order_by("pk")
    )
    seen: set[int] = set()
    for person, pair in places.values_list("person_id", "pair_id"):
        if person not in seen:
            seen.add(person)
            yield Due(person, "reminder_pair", reverse("meeting_new", args=[pair]))
