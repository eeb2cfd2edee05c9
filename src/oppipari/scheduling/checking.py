"""Whether meetings violate a constraint, read off the rules one by one and without the planner."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from oppipari.scheduling.problem import Minutes, Person, Problem, minutes_around
from oppipari.scheduling.timetable import NO_PARAMS, Placed
from oppipari.scheduling.work import Group, Rules, Span, Worker


class HardConstraint(StrEnum):
    """The rules that no meeting may violate."""

    WINDOW = "window"
    CLOCK = "clock"
    LENGTH = "length"
    SHIFT = "shift"
    QUIET = "quiet"
    REST = "rest"
    BUSY = "busy"
    TWICE = "twice"
    AWAY = "away"
    ROOM = "room"
    SPACING = "spacing"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Violation:
    """A constraint that a meeting violates.

    Parameters
    ----------
    rule : HardConstraint
    group : str
    number : int
    span : Span
    person : str
        Whose shift, rest or other meeting it is; empty where it is nobody's.
    params : mapping
        Fill the sentence (`words.violation`).
    """

    rule: HardConstraint
    group: str
    number: int
    span: Span
    person: str = ""
    params: Mapping[str, object] = field(default=NO_PARAMS, hash=False)


@dataclass(frozen=True)
class _Meeting:
    """A meeting as an interval of minutes: one that is checked (`number` from 1) or a kept one (`number` 0)."""

    group: Group
    number: int
    interval: Minutes
    span: Span

    def at_once(self, other: Minutes) -> bool:
        return self.interval[0] < other[1] and other[0] < self.interval[1]


def check(
    workers: Sequence[Worker], groups: Sequence[Group], rules: Rules, meetings: Iterable[Placed]
) -> tuple[Violation, ...]:
    """Every hard constraint that any of `meetings` violates.

    `kept` of the groups and `busy` of the workers are taken as given; they are not faulted themselves. To learn which agreed
    meetings a new roster upsets, give them as `meetings`, in groups that do not keep them. Where two of `meetings` are too near
    or at once, both are named.

    Parameters
    ----------
    workers : sequence of Worker
    groups : sequence of Group
    rules : Rules
    meetings : iterable of Placed

    Returns
    -------
    tuple of Violation
        By group, number and rule; empty when there is none.

    Raises
    ------
    UnknownGroup
        For a meeting of no group.
    SchedulingError
        For a problem that is wrong in itself.
    """
    problem = Problem.of(workers, groups, rules)
    return _Check(problem, list(meetings)).broken()


class _Check:
    """One problem and the meetings that are checked."""

    def __init__(self, problem: Problem, placed: Sequence[Placed]) -> None:
        self.problem = problem
        by_key = {g.key: g for g in problem.groups}
        self.checked = [
            _Meeting(by_key.get(p.group) or problem.group(p.group), p.number, minutes_around(p.span), p.span)
            for p in placed
        ]
        kept = [_Meeting(g, 0, minutes_around(s), s) for g in problem.groups for s in g.kept]
        self.of_group: dict[str, list[_Meeting]] = defaultdict(list)
        self.of_person: dict[str, list[_Meeting]] = defaultdict(list)
        self.in_rooms: list[_Meeting] = []
        # Who is away from a team when: (person, interval).
        self.away: dict[str, list[tuple[str, Minutes]]] = defaultdict(list)
        for m in (*self.checked, *kept):
            self.of_group[m.group.key].append(m)
            if m.group.needs_room:
                self.in_rooms.append(m)
            for person in m.group.members:
                self.of_person[person].append(m)
                self.away[problem.people[person].team].append((person, m.interval))
        for key, worker in problem.people.items():
            self.away[worker.team].extend((key, interval) for interval in worker.busy)

    def broken(self) -> tuple[Violation, ...]:
        """The violations, sorted."""
        result = []
        order = {rule: k for k, rule in enumerate(HardConstraint)}
        for m in self.checked:
            result += [*self._own_time(m), *self._members(m), *self._teams(m), *self._room(m), *self._spacing(m)]
        return tuple(sorted(result, key=lambda b: (b.group, b.number, order[b.rule], b.person, minutes_around(b.span))))

    def _violation(self, m: _Meeting, rule: HardConstraint, person: str = "", **params: object) -> Violation:
        return Violation(rule, m.group.key, m.number, m.span, person, params)

    def _own_time(self, m: _Meeting) -> Iterable[Violation]:
        rules = self.problem.rules
        start, end = m.span.start.astimezone(UTC), m.span.end.astimezone(UTC)
        last = self.problem.midnight(rules.days)
        if m.interval[0] < self.problem.midnight(0) or m.interval[1] > last:
            yield self._violation(m, HardConstraint.WINDOW, first=rules.first_day, weeks=rules.weeks)
        local = start.astimezone(self.problem.zone)
        if local.minute % rules.step_minutes or local.second or local.microsecond:
            yield self._violation(m, HardConstraint.CLOCK, minutes=rules.step_minutes)
        if end - start != timedelta(minutes=rules.minutes):
            yield self._violation(m, HardConstraint.LENGTH, minutes=rules.minutes)
        if any(self._is_quiet(self.problem.local(minute)) for minute in range(*m.interval)):
            yield self._violation(m, HardConstraint.QUIET)

    def _is_quiet(self, local: datetime) -> bool:
        at, today = local.time().replace(second=0, microsecond=0), local.weekday()
        for q in self.problem.rules.quiet:
            on = [not q.weekdays or d in q.weekdays for d in range(7)]
            if q.start < q.end:
                if on[today] and q.start <= at < q.end:
                    return True
            elif (on[today] and at >= q.start) or (on[today - 1] and at < q.end):
                return True
        return False

    def _members(self, m: _Meeting) -> Iterable[Violation]:
        for key in m.group.members:
            person: Person = self.problem.people[key]
            if person.shift_around(m.interval) is None:
                yield self._violation(m, HardConstraint.SHIFT, key)
            if any(m.at_once(interval) for interval in person.rest):
                yield self._violation(m, HardConstraint.REST, key, hours=self.problem.rules.rest_hours)
            if any(m.at_once(interval) for interval in person.busy):
                yield self._violation(m, HardConstraint.BUSY, key)
            if any(m.at_once(other.interval) for other in self.of_person[key] if other is not m):
                yield self._violation(m, HardConstraint.TWICE, key)

    def _teams(self, m: _Meeting) -> Iterable[Violation]:
        most = self.problem.rules.away_per_team
        if most is None:
            return
        for team in sorted({self.problem.people[k].team for k in m.group.members} - {""}):
            there = [(who, interval) for who, interval in self.away[team] if m.at_once(interval)]
            moments = {max(m.interval[0], interval[0]) for _, interval in there}
            count = max(len({who for who, interval in there if interval[0] <= at < interval[1]}) for at in moments)
            if count > most:
                yield self._violation(m, HardConstraint.AWAY, team=team, count=count, most=most)

    def _room(self, m: _Meeting) -> Iterable[Violation]:
        rooms = self.problem.rules.rooms
        if rooms is None or not m.group.needs_room:
            return
        there = [other.interval for other in self.in_rooms if m.at_once(other.interval)]
        moments = {max(m.interval[0], interval[0]) for interval in there}
        count = max(sum(interval[0] <= at < interval[1] for interval in there) for at in moments)
        if count > rooms:
            yield self._violation(m, HardConstraint.ROOM, count=count, rooms=rooms)

    def _spacing(self, m: _Meeting) -> Iterable[Violation]:
        others = [other for other in self.of_group[m.group.key] if other is not m]
        day = self.problem.day(m.interval[0])
        nearest = min((abs(self.problem.day(other.interval[0]) - day) for other in others), default=None)
        if nearest is not None and nearest < self.problem.rules.least:
            yield self._violation(m, HardConstraint.SPACING, days=nearest, least=self.problem.rules.least)
        numbered = [other for other in others if other.number]
        wrong = [
            o for o in numbered if (o.number >= m.number) != (o.interval[0] > m.interval[0]) or o.number == m.number
        ]
        if wrong:
            yield self._violation(m, HardConstraint.ORDER)
