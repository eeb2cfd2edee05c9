"""A problem in normal form: checked, sorted by key, times as minutes. Input in another order is the same problem."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from oppipari.scheduling.errors import (
    KeptOverlap,
    MeetingsOutOfRange,
    MemberTwice,
    SameGroupTwice,
    SamePersonTwice,
    TooFewMembers,
    UnknownGroup,
    UnknownPerson,
)
from oppipari.scheduling.work import Group, Rules, Span, Worker

MOST_MEETINGS = 60
# A break of at most this long within a divided shift is no rest.
DIVIDED_BY = 5 * 60

Minutes = tuple[int, int]


def minutes_within(span: Span) -> Minutes:
    """Whole minutes since 1970 that lie within `span`; empty (end <= start) for one under a minute."""
    a, b = (int(at.astimezone(UTC).timestamp() * 1_000_000) for at in (span.start, span.end))
    return -(-a // 60_000_000), b // 60_000_000


def minutes_around(span: Span) -> Minutes:
    """Whole minutes since 1970 that `span` touches."""
    a, b = (int(at.astimezone(UTC).timestamp() * 1_000_000) for at in (span.start, span.end))
    return a // 60_000_000, -(-b // 60_000_000)


def union(intervals: Iterable[Minutes]) -> tuple[Minutes, ...]:
    """The union of half-open intervals, in order; those that touch are one.

    >>> union([(5, 8), (0, 2), (2, 4)])
    ((0, 4), (5, 8))
    """
    result: list[Minutes] = []
    for a, b in sorted(intervals):
        if a >= b:
            continue
        if result and a <= result[-1][1]:
            result[-1] = (result[-1][0], max(b, result[-1][1]))
        else:
            result.append((a, b))
    return tuple(result)


def rest_in(shifts: Sequence[Minutes], real: Collection[Minutes], rest_hours: int) -> tuple[Minutes, ...]:
    """The intervals of `shifts` (in order, apart) that belong to somebody's rest after the shift before.

    Rest follows only where a shift ends as one of the `real` ones does: a usual shift has no exact end to count from.

    Parameters
    ----------
    shifts : sequence of (int, int)
        Minutes since 1970.
    real : collection of (int, int)
        Those of a roster.
    rest_hours : int

    Returns
    -------
    tuple of (int, int)
    """
    result = []
    ends = {end for _, end in real}
    for (_, before), (start, end) in pairwise(shifts):
        if before in ends and DIVIDED_BY < start - before < rest_hours * 60:
            result.append((start, min(end, before + rest_hours * 60)))
    return tuple(result)


@dataclass(frozen=True)
class Person:
    """A worker in minutes: `shifts` apart from one another, `rest` the intervals of them that are closed, `busy` elsewhere."""

    key: str
    team: str
    shifts: tuple[Minutes, ...]
    rest: tuple[Minutes, ...]
    busy: tuple[Minutes, ...]

    def shift_around(self, interval: Minutes) -> Minutes | None:
        """The shift that contains all of `interval`, or None."""
        return next((s for s in self.shifts if s[0] <= interval[0] and interval[1] <= s[1]), None)


@dataclass(frozen=True)
class Problem:
    """Workers and groups by key, with all that is derived of them once."""

    people: dict[str, Person]
    groups: tuple[Group, ...]
    rules: Rules
    zone: ZoneInfo

    @classmethod
    def of(cls, workers: Sequence[Worker], groups: Sequence[Group], rules: Rules) -> "Problem":
        """Check and sort. Raises a SchedulingError that names what is wrong."""
        people: dict[str, Person] = {}
        for w in sorted(workers, key=lambda w: w.key):
            if w.key in people:
                raise SamePersonTwice(person=w.key)
            real = union(map(minutes_within, w.shifts))
            shifts = union((*real, *map(minutes_within, w.usual)))
            busy = union(map(minutes_around, w.busy))
            people[w.key] = Person(w.key, w.team, shifts, rest_in(shifts, real, rules.rest_hours), busy)
        result: list[Group] = []
        for g in sorted(groups, key=lambda g: g.key):
            if result and result[-1].key == g.key:
                raise SameGroupTwice(group=g.key)
            _check_group(g, people)
            kept = sorted(g.kept, key=minutes_around)
            for one, other in pairwise(kept):
                if minutes_around(other)[0] < minutes_around(one)[1]:
                    raise KeptOverlap(group=g.key, at=other.start)
            result.append(replace(g, members=tuple(sorted(g.members)), kept=tuple(kept)))
        return cls(people, tuple(result), rules, ZoneInfo(rules.zone))

    def group(self, key: str) -> Group:
        """The group with `key`; raises UnknownGroup."""
        for g in self.groups:
            if g.key == key:
                return g
        raise UnknownGroup(group=key)

    def local(self, minute: int) -> datetime:
        """A minute since 1970 as local time."""
        return datetime.fromtimestamp(minute * 60, self.zone)

    def span(self, start: int) -> Span:
        """A meeting that begins at the minute `start`."""
        return Span(self.local(start), self.local(start + self.rules.minutes))

    def day(self, minute: int) -> int:
        """The local date of a minute, counted from the first day."""
        return (self.local(minute).date() - self.rules.first_day).days

    def midnight(self, day: int) -> int:
        """The minute at which the day with number `day`, counted from the first, begins."""
        on: date = self.rules.first_day + timedelta(days=day)
        return int(datetime(on.year, on.month, on.day, tzinfo=self.zone).timestamp()) // 60


def _check_group(g: Group, people: dict[str, Person]) -> None:
    if not 0 <= g.meetings <= MOST_MEETINGS:
        raise MeetingsOutOfRange(group=g.key, meetings=g.meetings, most=MOST_MEETINGS)
    if len(g.members) < 2:
        raise TooFewMembers(group=g.key)
    for k, person in enumerate(g.members):
        if person not in people:
            raise UnknownPerson(person=person, group=g.key)
        if person in g.members[:k]:
            raise MemberTwice(person=person, group=g.key)
