"""When: common working time, staffing kept, times for the meetings of all pairs. Shifts in, a timetable out; no web, no
database.

Start with `plan`, then `check`; `common`, `openings` and `suggestions` answer for one group at once. See
docs/scheduling.md.
"""

from oppipari.scheduling.checking import Broken, Hard, check
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
from oppipari.scheduling.timetable import Aim, Placed, Reason, Stage, Timetable, Unplaced
from oppipari.scheduling.work import Group, Quiet, Rules, Span, Worker

__all__ = [
    "Aim",
    "BadQuiet",
    "Broken",
    "CountOutOfRange",
    "EmptySpan",
    "Group",
    "Hard",
    "KeptOverlap",
    "LengthOutOfRange",
    "MeetingsOutOfRange",
    "MemberTwice",
    "NaiveTime",
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
    "WeeksOutOfRange",
    "Worker",
    "check",
    "common",
    "openings",
    "plan",
    "suggestions",
]
