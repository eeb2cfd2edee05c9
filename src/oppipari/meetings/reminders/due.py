"""Whom a reminder would help now."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from oppipari.meetings.models import Meeting
from oppipari.messages.hours import day_before_working_days
from oppipari.organisation.models import Person, Role
from oppipari.pairs.models import PAIR_SIZE, Pair, PairMember

State = Meeting.State
# No sooner after the pair was published, or met; and no sooner after the last reminder of any kind.
IN_PEACE = timedelta(days=7)
# Of the steps towards a pair without a time those before it are reminders alike, and this one asks what would help.
ASKED = 4
# A proposal may wait so many whole working days before the supervisor is reminded.
WAITING_DAYS = 2


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that would help: for whom, of which kind, and where its link leads (a path).

    `about` says what else the letter tells the person.
    Each of `notes` is called with the day in the transaction that queues it; where all say no, nothing is sent.
    """

    person_id: int
    kind: str
    path: str
    notes: tuple[Callable[[date], bool], ...] = ()
    about: Callable[[Person], dict[str, Any]] | None = None
    # The pair, or the round (its key), that it is about, where it is about one.
    pair: Pair | None = None
    round_id: int | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What waits for a unit's supervisors; `note` and `round_id` as in `Due`."""

    unit_id: int
    kind: str
    path: str
    note: Callable[[date], bool]
    round_id: int | None = None


def to_remind(now: datetime) -> QuerySet[Person]:
    """People who can be reminded now: they have an address, did not turn reminders off and got none this week."""
    today = timezone.localdate(now)
    return (
        Person.objects.filter(is_active=True, email__isnull=False)
        .exclude(own_calendar__reminders=False)
        .exclude(own_calendar__reminded_on__gt=today - IN_PEACE)
    )


def supervisors_due(now: datetime) -> Iterator[Due]:
    """Supervisors of units where proposed meetings have waited for more than two working days; one each."""
    waiting = Meeting.objects.of_supervisor().filter(
        waiting_since__lte=day_before_working_days(timezone.localdate(now), WAITING_DAYS)
    )
    rounds: dict[int, set[int]] = {}
    for unit, round_ in waiting.order_by().values_list("pair__round__unit_id", "pair__round_id").distinct():
        rounds.setdefault(unit, set()).add(round_)
    roles = Role.objects.filter(kind=Role.Kind.SUPERVISOR, unit__in=rounds, person__in=to_remind(now))
    theirs: dict[int, set[int]] = {}
    for person, unit in roles.order_by("person_id").values_list("person_id", "unit_id"):
        theirs.setdefault(person, set()).update(rounds[unit])
    for person, ids in theirs.items():
        path = reverse("round_meetings", args=[min(ids)]) if len(ids) == 1 else reverse("home")
        yield Due(person, "reminder_waits", path, round_id=min(ids) if len(ids) == 1 else None)


def with_matters(due: Iterable[Due], matters: Iterable[Matter], now: datetime) -> Iterator[Due]:
    """`due` to supervisors and what else waits for them, so that each gets one reminder that leads to all of it."""
    of_unit: dict[int, list[Matter]] = {}
    for matter in matters:
        of_unit.setdefault(matter.unit_id, []).append(matter)
    theirs: dict[int, list[Matter]] = {}
    roles = Role.objects.filter(kind=Role.Kind.SUPERVISOR, unit__in=of_unit, person__in=to_remind(now))
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
            yield Due(person, found[0].kind, found[0].path, notes, round_id=found[0].round_id)
        else:
            yield Due(person, "reminder_several", reverse("home"), notes)


def _always(_day: date) -> bool:
    return True


def members_due(now: datetime) -> Iterator[Due]:
    """Members of pairs that have no meeting ahead, one each: by the week (steps.py) a reminder, or the question what would help.

    Not who wants to be left in peace; that is theirs alone, and the others in the pair are reminded all the same.
    """
    places = (
        PairMember.objects.filter(left_at=None, person__in=to_remind(now), pair__no_time__step__range=(1, ASKED))
        .exclude(fine_until__gt=timezone.localdate(now))
        .annotate(people=Count("pair__members", filter=Q(pair__members__left_at=None)))
        .order_by("pk")
    )
    seen: set[int] = set()
    for place in places.select_related("pair__round__unit", "pair__no_time"):
        if place.person_id in seen:
            continue
        seen.add(place.person_id)
        about = partial(_speaks_of_three, place.people)
        if place.pair.no_time.step < ASKED:
            path = reverse("meeting_new", args=[place.pair_id])
            yield Due(place.person_id, "reminder_pair", path, about=about, pair=place.pair)
        else:
            path = reverse("pair", args=[place.pair_id])
            yield Due(place.person_id, "reminder_question", path, about=about, pair=place.pair)


def _speaks_of_three(people: int, _person: Person) -> dict[str, Any]:
    return {"trio": people > PAIR_SIZE}
