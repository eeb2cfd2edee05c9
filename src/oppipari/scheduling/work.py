"""Who works when, who meets with whom, and by which rules."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from oppipari.scheduling.errors import (
    BadQuiet,
    CountOutOfRange,
    EmptySpan,
    LengthOutOfRange,
    NaiveTime,
    SpacingOutOfRange,
    StepOutOfRange,
    UnknownZone,
    WeeksOutOfRange,
)

MOST_WEEKS = 60
SHORTEST, LONGEST = 10, 240
MOST_SPACING = 366
MOST_REST = 24


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`; both aware, so that clock changes cannot be misread.

    Raises NaiveTime for a time without its zone, EmptySpan when it does not end after it starts.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for at in (self.start, self.end):
            if at.utcoffset() is None:
                raise NaiveTime(at=at)
        # Two times of one zone object compare by the clock on the wall, which lies when clocks change.
        if self.end.astimezone(UTC) <= self.start.astimezone(UTC):
            raise EmptySpan(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class Worker:
    """One person as the planner sees them.

    `shifts` is working time, absolute, across midnight where a shift is; parts that touch or overlap are one shift.
    `usual` is working time that is known only by habit ("early shifts as a rule"): they are at work then, too, but no rest is
    counted from its end. `busy` are meetings that they have elsewhere, with others: they cannot come, and they are away from their team then.
    An empty `team` is no team. What is no working time has no reason here.
    """

    key: str
    team: str
    shifts: tuple[Span, ...]
    busy: tuple[Span, ...] = ()
    usual: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A pair or a trio.

    `meetings` is how many are still to be placed. `kept` are its agreed meetings, also past ones: they stay, their people
    are away then, and spacing counts from them. `shown` are times that people have already seen for what is to be
    placed, in any order; None for none.
    """

    key: str
    members: tuple[str, ...]
    meetings: int
    kept: tuple[Span, ...] = ()
    shown: tuple[Span | None, ...] = ()
    needs_room: bool = True


@dataclass(frozen=True, slots=True)
class Quiet:
    """Local hours when nobody leaves: from `start` up to `end`, past midnight when `end` is the earlier.

    `weekdays` are those on which the hours begin (Monday 0); empty means every day. The clock on the wall
    counts: an hour that comes twice is quiet twice. Raises BadQuiet.
    """

    weekdays: frozenset[int]
    start: time
    end: time

    def __post_init__(self) -> None:
        zoned = self.start.tzinfo is not None or self.end.tzinfo is not None
        whole = all(t.second == t.microsecond == 0 for t in (self.start, self.end))
        if zoned or not whole or self.start == self.end or not all(0 <= d <= 6 for d in self.weekdays):
            raise BadQuiet(start=self.start, end=self.end)


@dataclass(frozen=True, slots=True)
class Rules:
    """By which rules meetings are placed. Days are dates of `zone`; the window is `weeks` weeks from `first_day` on.

    `minutes` is a meeting's length, `step_minutes` the step of the local clock on which meetings begin (a divisor of 60).
    `spacing_days` is the wished distance of a group's meetings, `least_days` the least allowed one (None: 1,
    two meetings of a pair are never on one day; see `least`). `away_per_team` people of a team may be in meetings at once, `rooms` meetings that need a
    room may be at once (None: no limit). `rest_hours` is the daily rest that no meeting may touch (0: no such rule).
    A window with a `last_day` ends with it; one whose last day is over has no times.
    Raises the error that names what is out of range.
    """

    first_day: date
    weeks: int
    minutes: int = 60
    spacing_days: int = 28
    least_days: int | None = None
    away_per_team: int | None = 1
    quiet: tuple[Quiet, ...] = ()
    rooms: int | None = None
    rest_hours: int = 11
    step_minutes: int = 15
    zone: str = "Europe/Helsinki"
    last_day: date | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.weeks <= MOST_WEEKS:
            raise WeeksOutOfRange(weeks=self.weeks, most=MOST_WEEKS)
        if not SHORTEST <= self.minutes <= LONGEST:
            raise LengthOutOfRange(minutes=self.minutes, shortest=SHORTEST, longest=LONGEST)
        if not 1 <= self.spacing_days <= MOST_SPACING:
            raise SpacingOutOfRange(days=self.spacing_days, most=MOST_SPACING)
        if not 1 <= self.least <= self.spacing_days:
            raise SpacingOutOfRange(days=self.least, most=self.spacing_days)
        if not 1 <= self.step_minutes <= 60 or 60 % self.step_minutes:
            raise StepOutOfRange(minutes=self.step_minutes)
        for what, count, most in (
            ("away_per_team", self.away_per_team, None),
            ("rooms", self.rooms, None),
            ("rest_hours", self.rest_hours, MOST_REST),
        ):
            if count is not None and (count < 0 or (most is not None and count > most)):
                raise CountOutOfRange(what=what, count=count, most=most)
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError):
            raise UnknownZone(zone=self.zone) from None

    @property
    def days(self) -> int:
        """How many days the window has; 0 where the last day is before the first."""
        days = self.weeks * 7
        return days if self.last_day is None else min(days, max(0, (self.last_day - self.first_day).days + 1))

    @property
    def least(self) -> int:
        """The least allowed distance between a group's meetings, in days."""
        return 1 if self.least_days is None else self.least_days
