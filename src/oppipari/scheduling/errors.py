"""What can be wrong with a scheduling problem, as errors a page can put into words (`words.error`)."""


class SchedulingError(ValueError):
    """Base of all. `code` chooses the sentence, `params` fill it; people and groups are named by their keys."""

    code = "scheduling_error"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params


class NaiveTime(SchedulingError):
    """A time without its zone (`at`): nobody can know when that is."""

    code = "naive_time"


class EmptySpan(SchedulingError):
    """A span that does not end after it starts (`start`, `end`)."""

    code = "empty_span"


class SamePersonTwice(SchedulingError):
    """Two workers carry the same key (`person`)."""

    code = "same_person_twice"


class SameGroupTwice(SchedulingError):
    """Two groups carry the same key (`group`)."""

    code = "same_group_twice"


class UnknownPerson(SchedulingError):
    """A group names somebody who is not among the workers (`person`, `group`)."""

    code = "unknown_person"


class UnknownGroup(SchedulingError):
    """A meeting, or a question, names a group that is not there (`group`)."""

    code = "unknown_group"


class MemberTwice(SchedulingError):
    """A group names the same person twice (`person`, `group`)."""

    code = "member_twice"


class TooFewMembers(SchedulingError):
    """A group of fewer than two (`group`)."""

    code = "too_few_members"


class MeetingsOutOfRange(SchedulingError):
    """A group wants fewer than 0 or more than `most` meetings (`group`, `meetings`, `most`)."""

    code = "meetings_out_of_range"


class KeptOverlap(SchedulingError):
    """Two agreed meetings of one group overlap (`group`, `at`: where the later begins)."""

    code = "kept_overlap"


class WeeksOutOfRange(SchedulingError):
    """Weeks are not a whole number from 1 to `most` (`weeks`, `most`)."""

    code = "weeks_out_of_range"


class LengthOutOfRange(SchedulingError):
    """A meeting's length is not from `shortest` to `longest` minutes (`minutes`, `shortest`, `longest`)."""

    code = "length_out_of_range"


class SpacingOutOfRange(SchedulingError):
    """The wished or the least distance is not from 1 to `most` days, or the least is above the wished (`days`, `most`)."""

    code = "spacing_out_of_range"


class StepOutOfRange(SchedulingError):
    """The step of the clock does not divide an hour (`minutes`)."""

    code = "step_out_of_range"


class CountOutOfRange(SchedulingError):
    """People away at once, rooms or hours of rest are below 0, or rest is above `most` (`what`, `count`, `most`)."""

    code = "count_out_of_range"


class BadQuiet(SchedulingError):
    """Quiet hours that end when they begin, are no whole minutes, carry a zone, or name a weekday outside 0..6 (`start`, `end`)."""

    code = "bad_quiet"


class UnknownZone(SchedulingError):
    """There is no such time zone (`zone`)."""

    code = "unknown_zone"


class UnknownMeeting(SchedulingError):
    """The meeting that is to move is none of the group's agreed ones (`group`, `at`)."""

    code = "unknown_meeting"
