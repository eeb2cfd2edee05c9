"""A round's meetings one by one, for the supervisor."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oppipari.meetings import problem
from oppipari.meetings.models import Meeting
from oppipari.meetings.queries.answer_days import AnswerDays, days_told
from oppipari.meetings.staffing import frame
from oppipari.organisation.reach import Reach, reach_of
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round
from oppipari.scheduling import words

State = Meeting.State


@dataclass
class Line:
    """A meeting with the names of those who meet."""

    meeting: Meeting
    names: list[str]
    # Why it waits for a look of its own, in sentences.
    remarks: list[str] = field(default_factory=list)
    # To whom in the pair the time suits, who has not said yet, and whether somebody looks for another one.
    suits: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)
    unsuited: bool = False
    # What is told of the days to answer.
    days: AnswerDays = field(default_factory=AnswerDays)

    @property
    def reach(self) -> Reach:
        """To how many of those who meet a message leaves."""
        return reach_of(place.person for place in self.meeting.pair.members.all())

    @property
    def early(self) -> bool:
        """Whether the supervisor would say yes before all in the pair have answered: it does not wait for them yet."""
        return bool(self.unsaid)

    @property
    def live(self) -> bool:
        """Whether it is to be, or waits to be agreed."""
        return self.meeting.state in (State.PROPOSED, State.AGREED)

    @property
    def agreed(self) -> bool:
        """Whether the supervisor has said yes."""
        return self.meeting.state == State.AGREED


def of_round(round_: Round) -> list[Line]:
    """All meetings of the round's pairs by time, for the supervisor."""
    return _lines(Meeting.objects.filter(pair__round=round_).exclude(pair__state=Pair.State.REPLACED))


def lines_of(meetings: Sequence[Meeting]) -> list[Line]:
    """These meetings by time, with the names of those who meet."""
    return _lines(Meeting.objects.filter(pk__in=[m.pk for m in meetings])) if meetings else []


def reach_of_lines(lines: Sequence[Line]) -> Reach:
    """To how many of those who meet in `lines` a message leaves, and when, where one about them waits for the morning."""
    people = [place.person for line in lines for place in line.meeting.pair.members.all()]
    return reach_of(people, [f"meeting_unfit:{line.meeting.uid}:" for line in lines])


def _lines(meetings: QuerySet[Meeting]) -> list[Line]:
    members = PairMember.objects.filter(left_at=None).select_related("person")
    found = meetings.select_related("pair").prefetch_related(Prefetch("pair__members", queryset=members))
    return [_line(m) for m in found.prefetch_related("answers")]


def _line(meeting: Meeting) -> Line:
    members = {p.person_id: p.person for p in meeting.pair.members.all()}
    people = {pk: person.name for pk, person in members.items()}
    line = Line(meeting, list(people.values()))
    if meeting.state == State.PROPOSED and (answers := list(meeting.answers.all())):
        said = {a.person_id: a.suits for a in answers}
        over = meeting.answer_by is not None and meeting.answer_by < timezone.localdate()
        line.unsuited = False in said.values()
        line.unsaid = [name for pk, name in people.items() if said.get(pk, True) is None and not over]
        silent = [a for a in answers if a.suits is None and a.person_id in members]
        line.days = days_told(meeting, [(a, members[a.person_id]) for a in silent])
        line.suits = [name for pk, name in people.items() if said.get(pk, True)]
    return line


def waiting(round_: Round, lines: Sequence[Line], unfit: Collection[int]) -> list[Line]:
    """Of a round's meetings those that can have the supervisor's yes, each with what speaks against it; first those that
    wait for it, then those to which the pair has not answered yet.

    `unfit` are the meetings (by id) that no longer fit the rosters.
    """
    now = timezone.now()
    open_ = [x for x in lines if x.meeting.state == State.PROPOSED and x.meeting.starts_at > now]
    found = [x for x in open_ if not x.meeting.approved and not x.unsuited]
    rules = problem.rules_of(round_)
    against = frame.speaks_against(round_, [x.meeting for x in found])
    names = {str(m.person_id): str(m.person) for x in found for m in x.meeting.pair.members.all()}
    for line in found:
        if line.meeting.pk in unfit:
            line.remarks.append(_("By the rosters they are not all at work then, or not yet rested."))
        told = [b for b in against.get(line.meeting.pk, ()) if b.rule in frame.STAFFING]
        line.remarks += dict.fromkeys(words.violation(b, names, get_language() or "fi") for b in told)
        if not line.remarks and frame.outside(line.meeting, rules):
            line.remarks.append(_("Outside the days and hours for which you gave your yes beforehand."))
    return sorted(found, key=lambda line: line.early)


def with_the_pair(lines: Sequence[Line]) -> list[Line]:
    """Of a round's meetings those that have the supervisor's yes, or look for another time: the pair's turn."""
    now = timezone.now()
    open_ = [x for x in lines if x.meeting.state == State.PROPOSED and x.meeting.starts_at > now]
    return [x for x in open_ if x.meeting.approved or x.unsuited]


def still_waiting(round_: Round, ids: Sequence[int]) -> int:
    """How many of these meetings still have no yes of the supervisor."""
    return Meeting.objects.ahead().filter(pair__round=round_, pk__in=ids, state=State.PROPOSED, approved=False).count()


def with_a_yes(round_: Round, ids: Sequence[int]) -> int:
    """How many of these meetings have the supervisor's yes and wait for the pair."""
    return Meeting.objects.ahead().filter(pair__round=round_, pk__in=ids, state=State.PROPOSED, approved=True).count()
