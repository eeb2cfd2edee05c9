"""Meetings in weeks, teams as rows: what the page of a month and the planner show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from oppipari.meetings.clock import ZONE, local
from oppipari.meetings.models import Meeting
from oppipari.meetings.work_times import rosters
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round


@dataclass(frozen=True)
class Entry:
    """A meeting in a cell; `tone` is planned, proposed, agreed or held."""

    at: datetime
    minutes: int
    names: str
    tone: str
    unfit: bool = False


@dataclass(frozen=True)
class Row:
    """A team in one week: its name and a cell for each of the seven days."""

    team: str
    cells: list[list[Entry]]


@dataclass(frozen=True)
class Week:
    """One week of the month: its days, and the teams that have a meeting in it."""

    days: list[date]
    rows: list[Row]

    @property
    def empty(self) -> bool:
        """Whether nobody meets in it."""
        return not any(cell for row in self.rows for cell in row.cells)


@dataclass(frozen=True)
class Month:
    """A month in whole weeks."""

    first: date
    before: date
    after: date
    weeks: list[Week]


def people_of(pairs: Iterable[int]) -> dict[int, list[PairMember]]:
    """Who is in each pair now (by the pair's id), with their teams."""
    found: dict[int, list[PairMember]] = defaultdict(list)
    members = PairMember.objects.filter(pair__in=list(pairs), left_at=None).select_related("person", "sign_up__team")
    for member in members.order_by("pk"):
        found[member.pair_id].append(member)
    return found


def names_of(members: Sequence[PairMember]) -> str:
    """Who meets, as one line."""
    return " + ".join(str(m.person) for m in members)


def weeks(
    round_: Round, first: date, last: date, entries: Sequence[tuple[int, Entry]], people: Mapping[int, list[PairMember]]
) -> list[Week]:
    """Weeks from `first` (a Monday) to `last`; `entries` with their pair's id. A pair of two teams is in both rows."""
    cells: dict[tuple[str, date], list[Entry]] = defaultdict(list)
    teams = sorted(
        {str(m.sign_up.team.name if m.sign_up.team else round_.unit.name) for ms in people.values() for m in ms}
    )
    for pair, entry in sorted(entries, key=lambda e: (e[1].at, e[1].names)):
        for team in {str(m.sign_up.team.name if m.sign_up.team else round_.unit.name) for m in people[pair]}:
            cells[team, timezone.localdate(entry.at, ZONE)].append(entry)
    found = []
    monday = first
    while monday <= last:
        days = [monday + timedelta(days=n) for n in range(7)]
        rows = [Row(team, [cells[team, d] for d in days]) for team in teams]
        found.append(Week(days, rows))
        monday += timedelta(days=7)
    return found


def _shown(round_: Round) -> QuerySet[Meeting]:
    """The meetings that a month of the round shows: proposed ones that are still ahead, agreed and held ones."""
    gone = Q(state=Meeting.State.PROPOSED, starts_at__lte=timezone.now())
    return (
        Meeting.objects.filter(pair__round=round_)
        .exclude(Q(state=Meeting.State.CANCELLED) | gone)
        .exclude(pair__state=Pair.State.REPLACED)
    )


def day_to_open_at(round_: Round) -> date:
    """A day of the month that is of use first: the next meeting's, else the last one's; today where nobody meets."""
    times = _shown(round_).values_list("starts_at", flat=True)
    found = times.filter(starts_at__gt=timezone.now()).order_by("starts_at").first()
    found = found or times.order_by("-starts_at").first()
    return timezone.localdate(found, ZONE)


def month(round_: Round, of: date) -> Month:
    """The month that `of` is in: proposed, agreed and held meetings of the round's pairs, teams as rows."""
    first = of.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    monday = first - timedelta(days=first.weekday())
    meetings = _shown(round_).filter(
        starts_at__gte=local(monday, time.min), starts_at__lt=local(after + timedelta(days=7), time.min)
    )
    now, shown = timezone.now(), list(meetings.select_related("pair"))
    people = people_of({m.pair_id for m in shown})
    bad = {m.pk for m in rosters.unfit([m for m in shown if m.starts_at > now])}
    entries = [
        (m.pair_id, Entry(m.starts_at, m.minutes, names_of(people[m.pair_id]), str(m.state), m.pk in bad))
        for m in shown
    ]
    return Month(
        first=first,
        before=(first - timedelta(days=1)).replace(day=1),
        after=after,
        weeks=weeks(round_, monday, after - timedelta(days=1), entries, people),
    )
