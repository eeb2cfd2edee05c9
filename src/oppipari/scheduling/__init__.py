"""When: common working time, staffing kept, times for the meetings of all pairs. Shifts in, a timetable out; no web, no
database.

Start with `plan`, then `check`; `groups_without_common_time` and `gaps` tell what needs attention first; `common`,
`openings` and `suggestions` answer for one group at once. See docs/scheduling.md, and docs/glossary.md for the terms.

Examples
--------
>>> from datetime import UTC, date, datetime
>>> from oppipari import scheduling
>>> shift = scheduling.Span(datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 16, tzinfo=UTC))
>>> workers = [scheduling.Worker(key, team, (shift,)) for key, team in (("aino", "Kuusi"), ("bo", "Koivu"))]
>>> groups = [scheduling.Group("pair", ("aino", "bo"), meetings=1)]
>>> rules = scheduling.Rules(date(2026, 3, 2), weeks=1, zone="UTC")
>>> table = scheduling.plan(workers, groups, rules)
>>> str(table.meetings[0].span.start), table.proven
('2026-03-02 09:00:00+00:00', True)
>>> scheduling.check(workers, groups, rules, table.meetings)
()
"""

from oppipari.scheduling.checking import HardConstraint, Violation, check
from oppipari.scheduling.diagnostics import Gap, NoCommonTime, NoCommonTimeCause, gaps, groups_without_common_time
from oppipari.scheduling.errors import (
    BadQuiet,
    CountOutOfRange,
    EmptySpan,
    KeptOverlap,
    LengthOutOfRange,
    MeetingsOutOfRange,
    MemberTwice,
    NaiveTime,
    SameGroupTwice,
    SamePersonTwice,
    SchedulingError,
    SpacingOutOfRange,
    StepOutOfRange,
    TooFewMembers,
    UnknownGroup,
    UnknownMeeting,
    UnknownPerson,
    UnknownZone,
    WeeksOutOfRange,
)
from oppipari.scheduling.planner import plan
from oppipari.scheduling.times import common, openings, suggestions
from oppipari.scheduling.timetable import Objective, Placed, Reason, Stage, Timetable, Unplaced
from oppipari.scheduling.work import Group, Quiet, Rules, Span, Worker

__all__ = [
    "BadQuiet",
    "CountOutOfRange",
    "EmptySpan",
    "Gap",
    "Group",
    "HardConstraint",
    "KeptOverlap",
    "LengthOutOfRange",
    "MeetingsOutOfRange",
    "MemberTwice",
    "NaiveTime",
    "NoCommonTime",
    "NoCommonTimeCause",
    "Objective",
    "Placed",
    "Quiet",
    "Reason",
    "Rules",
    "SameGroupTwice",
    "SamePersonTwice",
    "SchedulingError",
    "SpacingOutOfRange",
    "Span",
    "Stage",
    "StepOutOfRange",
    "Timetable",
    "TooFewMembers",
    "UnknownGroup",
    "UnknownMeeting",
    "UnknownPerson",
    "UnknownZone",
    "Unplaced",
    "Violation",
    "WeeksOutOfRange",
    "Worker",
    "check",
    "common",
    "gaps",
    "groups_without_common_time",
    "openings",
    "plan",
    "suggestions",
]
