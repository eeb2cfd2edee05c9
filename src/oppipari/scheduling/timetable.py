"""What comes out: times, what could not be placed and why, and what is proven of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from oppipari.scheduling.work import Span

NO_PARAMS: Mapping[str, object] = MappingProxyType({})


class Reason(StrEnum):
    """Which rule leaves a meeting without a time."""

    NO_COMMON_TIME = "no_common_time"
    QUIET = "quiet"
    REST = "rest"
    BUSY = "busy"
    SPACING = "spacing"
    AWAY = "away"
    ROOM = "room"
    NOT_PROVEN = "not_proven"


class Objective(StrEnum):
    """What is optimized, in lexicographic order (`Stage.name`)."""

    MEETINGS = "meetings"
    SPACING = "spacing"
    ALL_BAD = "all_bad"
    BAD_HOURS = "bad_hours"
    INTERRUPTIONS = "interruptions"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Placed:
    """A meeting with its time. `number` counts from 1, in the order of time, those that were to be placed."""

    group: str
    number: int
    span: Span


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A meeting without a time: numbers above those of the group that are placed. `params` fill the sentence."""

    group: str
    number: int
    reason: Reason
    params: Mapping[str, object] = field(default=NO_PARAMS, hash=False)


@dataclass(frozen=True, slots=True)
class Stage:
    """What was reached of one objective.

    Parameters
    ----------
    name : Objective
    value : int
    bound : int
        What no timetable that keeps the stages before it can exceed (or fall below, for what is minimized).
    proven : bool
        Whether value and bound are equal.
    """

    name: Objective
    value: int
    bound: int
    proven: bool


@dataclass(frozen=True, slots=True)
class Timetable:
    """Times for all groups, by group and number; no timetable places more than `bound` meetings.

    `proven` when as many are placed as possible (`bound` = placed); every stage has the same.
    """

    meetings: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    bound: int
    proven: bool
    stages: tuple[Stage, ...]
    seconds: float = field(default=0.0, compare=False)

    def of(self, group: str) -> tuple[Placed, ...]:
        """The placed meetings of one group, in order."""
        return tuple(m for m in self.meetings if m.group == group)
