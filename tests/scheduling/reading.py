"""The rules and objectives read a second time, minute by minute and by trying everything: the planner is compared with it.

Nothing here comes from the package but its data types.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import combinations, pairwise
from math import comb, prod
from zoneinfo import ZoneInfo

from oppipari.scheduling import Group, Placed, Rules, Span, Worker

Vector = tuple[int, int, int, int, int, int]


def minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


def minutes(span: Span) -> range:
    return range(minute(span.start), minute(span.end))


class Reading:
    """One problem as sets of minutes since 1970."""

    def __init__(self, workers: Sequence[Worker], groups: Sequence[Group], rules: Rules) -> None:
        self.workers = {w.key: w for w in workers}
        self.groups = {g.key: g for g in groups}
        self.rules = rules
        self.zone = ZoneInfo(rules.zone)
        self.locals: dict[int, datetime] = {}
        self.shifts = {w.key: self._shifts(w) for w in workers}
        self.closed = {w.key: self._closed(w) for w in workers}
        self.busy = {w.key: {m for s in w.busy for m in minutes(s)} for w in workers}

    def local(self, m: int) -> datetime:
        if m not in self.locals:
            self.locals[m] = datetime.fromtimestamp(m * 60, self.zone)
        return self.locals[m]

    def day(self, m: int) -> int:
        return (self.local(m).date() - self.rules.first_day).days

    @staticmethod
    def _shifts(worker: Worker) -> list[range]:
        at_work = sorted({m for s in (*worker.shifts, *worker.usual) for m in minutes(s)})
        if not at_work:
            return []
        cuts = [k for k in range(1, len(at_work)) if at_work[k] != at_work[k - 1] + 1]
        return [range(at_work[a], at_work[b - 1] + 1) for a, b in pairwise([0, *cuts, len(at_work)])]

    def _closed(self, worker: Worker) -> set[int]:
        found: set[int] = set()
        real = {m for s in worker.shifts for m in minutes(s)}
        for one, other in pairwise(self.shifts[worker.key]):
            if one.stop - 1 in real and 5 * 60 < other.start - one.stop < self.rules.rest_hours * 60:
                found |= set(range(one.stop, one.stop + self.rules.rest_hours * 60)) & set(other)
        return found

    def quiet(self, m: int) -> bool:
        at = self.local(m)
        clock, today, yesterday = at.time().replace(second=0), at.weekday(), (at - timedelta(days=1)).weekday()
        for q in self.rules.quiet:
            days = q.weekdays or frozenset(range(7))
            if q.start < q.end and today in days and q.start <= clock < q.end:
                return True
            if q.start > q.end and ((today in days and clock >= q.start) or (yesterday in days and clock < q.end)):
                return True
        return False

    def fits_members(self, group: Group, start: int) -> bool:
        """Window, clock, shifts, quiet, rest and busy: what concerns one meeting alone."""
        rules, part = self.rules, range(start, start + self.rules.minutes)
        if not (self.day(start) >= 0 and self.day(part[-1]) < 7 * rules.weeks):
            return False
        if self.local(start).minute % rules.step_minutes:
            return False
        if any(self.quiet(m) for m in part):
            return False
        for k in group.members:
            if not any(part[0] in s and part[-1] in s for s in self.shifts[k]):
                return False
            if any(m in self.closed[k] or m in self.busy[k] for m in part):
                return False
        return True

    def faults(self, meetings: Sequence[tuple[str, int]]) -> list[str]:
        """What is wrong with new meetings (group, first minute), beside the kept ones."""
        rules, found = self.rules, []
        new = [(k, range(start, start + rules.minutes)) for k, start in meetings]
        everything = new + [(g.key, minutes(s)) for g in self.groups.values() for s in g.kept]
        away: dict[int, set[str]] = {}
        rooms: Counter[int] = Counter()
        at_once: Counter[tuple[str, int]] = Counter()
        for k, part in everything:
            for m in part:
                away.setdefault(m, set()).update(self.groups[k].members)
                rooms[m] += self.groups[k].needs_room
                at_once.update((p, m) for p in self.groups[k].members)
        for p, busy in self.busy.items():
            for m in busy:
                away.setdefault(m, set()).add(p)
        for k, part in new:
            group = self.groups[k]
            if not self.fits_members(group, part[0]):
                found.append(f"{k} {part[0]} alone")
            teams = {self.workers[p].team for p in group.members} - {""}
            for m in part:
                if rules.away_per_team is not None:
                    gone = Counter(self.workers[p].team for p in away[m])
                    if any(gone[t] > rules.away_per_team for t in teams):
                        found.append(f"{k} {m} away")
                if rules.rooms is not None and group.needs_room and rooms[m] > rules.rooms:
                    found.append(f"{k} {m} rooms")
                if any(at_once[p, m] > 1 for p in group.members):
                    found.append(f"{k} {m} twice")
            days = [self.day(part[0]) - self.day(other[0]) for o, other in everything if o == k and other is not part]
            if any(abs(d) < rules.least for d in days):
                found.append(f"{k} {part[0]} spacing")
        return found

    def of(self, placed: Sequence[Placed]) -> list[tuple[str, int]]:
        return [(p.group, minute(p.span.start)) for p in placed]

    def bad(self, person: str, part: range) -> bool:
        for shift in self.shifts[person]:
            inside = part[0] in shift and part[-1] in shift
            if inside and (part[0] < shift.start + 30 or part[-1] >= shift.stop - 30):
                return True
        return any(self.local(m).time() >= time(22) or self.local(m).time() < time(6) for m in part)

    def vector(self, meetings: Sequence[tuple[str, int]]) -> Vector:
        """How well each aim is reached; smaller is better, in order."""
        rules = self.rules
        strays = bad_hours = changes = 0
        met: dict[str, list[bool]] = {}
        new_days: set[tuple[str, int]] = set()
        old_days: set[tuple[str, int]] = set()
        with_wishes = [g for g in self.groups.values() if g.meetings]
        for g in self.groups.values():
            new = [range(s, s + rules.minutes) for k, s in meetings if k == g.key]
            kept = [minutes(s) for s in g.kept]
            row = sorted([(self.day(p[0]), True) for p in new] + [(self.day(p[0]), False) for p in kept])
            for (a, one), (b, other) in pairwise(row):
                if one or other:
                    strays += abs(b - a - rules.spacing_days)
            if new and not kept:
                strays += max(0, row[0][0] - 6)
            for person in g.members:
                team = self.workers[person].team
                new_days |= {(team, self.day(p[0])) for p in new if team}
                old_days |= {(team, self.day(p[0])) for p in kept if team}
                bad_hours += sum(self.bad(person, p) for p in new)
                met.setdefault(person, []).extend(self.bad(person, p) for p in new + kept)
            seen = {minute(s.start) for s in g.shown if s is not None} - {p[0] for p in kept}
            if g in with_wishes:
                changes += len(seen - {p[0] for p in new})
        wishing = {m for g in with_wishes for m in g.members}
        all_bad = sum(1 for person, some in met.items() if person in wishing and some and all(some))
        return -len(meetings), strays, all_bad, bad_hours, len(new_days - old_days), changes

    def starts(self, group: Group) -> list[int]:
        """Every minute at which a meeting could begin, as far as it concerns this meeting alone."""
        times = {m for s in self.shifts[group.members[0]] for m in s if m % 5 == 0}  # steps are of 5 minutes
        return [m for m in sorted(times) if self.fits_members(group, m)]

    def best(self, most: int = 3000) -> Vector | None:
        """The best that is possible, by trying everything; None where that is more than `most` timetables."""
        ways: list[list[list[tuple[str, int]]]] = []
        for g in self.groups.values():
            starts = self.starts(g)
            mine: list[list[tuple[str, int]]] = []
            if comb(len(starts), g.meetings) > most:
                return None
            for count in range(g.meetings + 1):
                for some in combinations(starts, count):
                    meetings = [(g.key, s) for s in some]
                    if not self.faults(meetings):
                        mine.append(meetings)
            ways.append(mine)
        if prod(len(mine) for mine in ways) > most:
            return None
        return min(self.vector(m) for m in self._together(ways, []))

    def _together(
        self, ways: Sequence[Sequence[list[tuple[str, int]]]], so_far: list[tuple[str, int]]
    ) -> Iterator[list[tuple[str, int]]]:
        if not ways:
            yield so_far
            return
        for mine in ways[0]:
            if not mine or not so_far or not self.faults([*so_far, *mine]):
                yield from self._together(ways[1:], [*so_far, *mine])
