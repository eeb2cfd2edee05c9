"""What the supervisor looks at first in a proposal: pairs without a common hour, and where the wished spacing gave way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from oppipari import scheduling
from oppipari.meetings.models import RosterPeriod
from oppipari.meetings.planner.month import names_of
from oppipari.meetings.problem import Scene
from oppipari.pairs.models import PairMember
from oppipari.scheduling import Placed, words


@dataclass(frozen=True)
class Alone:
    """A pair without a common hour until `first` (None: in all the weeks that were asked about), and why.

    `habit` is whether that first day rests on the hours that somebody told, since no roster reaches it.
    """

    pair: int
    names: str
    why: str
    first: date | None
    habit: bool


@dataclass(frozen=True)
class Gap:
    """Two meetings of a pair (or its first, where `before` is None) that are not as far apart as was wished."""

    names: str
    before: date | None
    after: date
    days: int
    wish: int


@dataclass(frozen=True)
class Remarks:
    """Both; nothing where all is as it should be."""

    alone: Sequence[Alone] = ()
    gaps: Sequence[Gap] = ()


def remarks(scene: Scene, placed: Sequence[Placed], people: Mapping[int, Sequence[PairMember]], lang: str) -> Remarks:
    """What there is to say of the proposal; `people` by pair. One query. Raises the errors of the engine."""
    names = {str(m.person_id): str(m.person) for members in people.values() for m in members}
    groups = [g for g in scene.groups if int(g.key) in people]
    found = scheduling.groups_without_common_time(scene.workers, groups, scene.rules)
    return Remarks(
        [
            Alone(
                int(one.group),
                names_of(people[int(one.group)]),
                words.no_common_time(one, names, lang),
                one.first,
                one.first is not None and not _told(people[int(one.group)], one.first, periods),
            )
            for periods in [_periods(people, found)]
            for one in found
        ],
        [
            Gap(names_of(people[int(gap.group)]), gap.before, gap.after, gap.days, gap.wish)
            for gap in scheduling.gaps(groups, scene.rules, placed)
        ],
    )


def _periods(
    people: Mapping[int, Sequence[PairMember]], found: Sequence[scheduling.NoCommonTime]
) -> dict[int, list[tuple[date, date]]]:
    """Of which days rosters tell, by person, for those that are named."""
    ids = [m.person_id for one in found for m in people[int(one.group)]]
    told: dict[int, list[tuple[date, date]]] = {}
    for person, first, last in RosterPeriod.objects.filter(person__in=ids).values_list(
        "person_id", "first_day", "last_day"
    ):
        told.setdefault(person, []).append((first, last))
    return told


def _told(members: Sequence[PairMember], day: date, periods: Mapping[int, Sequence[tuple[date, date]]]) -> bool:
    """Whether rosters tell of everybody's `day`."""
    return all(any(a <= day <= b for a, b in periods.get(m.person_id, ())) for m in members)
