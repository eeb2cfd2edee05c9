"""What one who reads of a proposed time is told of the days to answer, and of nobody that they have looked at it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from oppipari.meetings.actions.answering import last_day_to_answer
from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting, TimeAnswer
from oppipari.messages.hours import FROM
from oppipari.organisation.models import Person
from oppipari.organisation.reach import Way, way_to

Silent = Collection[tuple[TimeAnswer, Person]]


@dataclass(frozen=True, slots=True)
class AnswerDays:
    """The last day to answer; where none is told, whether the days are said to begin when all have seen the time.

    Else it is too near for days. `by_hand`: somebody else who has not said yet gets no message of it.
    """

    last: date | None = None
    begin: bool = False
    by_hand: bool = False


def days_told(meeting: Meeting, silent: Silent, reader: Person | None = None) -> AnswerDays:
    """What `reader`, in the pair or (None) the supervisor, is told of the days to answer; `silent` have not said yet.

    For whom no letter leaves the days begin when they open their page. The others read of it on the working morning
    after that, as results are told: at once it would tell when somebody looked, and did not answer.
    """
    others = [(a, p) for a, p in silent if reader is None or p.pk != reader.pk]
    by_page = [a for a, p in others if way_to(p) is Way.PAGE]
    last = meeting.answer_by
    # Of times that were asked about before the beginning of the days was kept, their last morning is certainly late enough.
    told_from = meeting.answer_from or last
    hidden = told_from is not None and any(a.seen for a in by_page) and timezone.now() < local(told_from, FROM)
    if last is not None and not hidden:
        return AnswerDays(last)
    # Nor does it tell who looked that the days could begin no more.
    near = last_day_to_answer(meeting.starts_at, timezone.localdate()) is None
    known = all(a.is_known_to(p) for a, p in silent)
    return AnswerDays(None, hidden or not (near or known), bool(by_page))
