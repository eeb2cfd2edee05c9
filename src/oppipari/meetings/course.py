"""How far a pair is in its agreed course: whether it has met as agreed, and whether to ask gently what would help."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.models import Meeting
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair, Question
from oppipari.pairs.mornings import next_working_day

State = Meeting.State


def met_too_few(since: date, met: Sequence[date], agreed: int, weeks_between: int, today: date) -> bool:
    """Whether a pair has found fewer common times than it agreed on; with mercy, since shifts and holidays come between.

    `since` is the day it was published, `met` the days of meetings held, `agreed` how many were agreed on. True when
    the whole course should be over and one interval more (two weeks at least) has passed, or when the latest meeting
    (or the beginning) is two intervals and two weeks ago: a monthly pair that has not met for ten weeks.
    """
    if len(met) >= agreed:
        return False
    over = since + timedelta(weeks=agreed * weeks_between + max(2, weeks_between))
    long_ago = max([since, *met]) + timedelta(weeks=2 * weeks_between + 2)
    return today > min(over, long_ago)


def room(pair: Pair) -> int:
    """How many meetings the pair may still propose: what it agreed on, less those held, to be told of, and ahead."""
    ahead = Q(state=State.PROPOSED, starts_at__gt=timezone.now())
    return pair.meetings_agreed - pair.meetings.filter(ahead | Q(state__in=[State.AGREED, State.HELD])).count()


def no_room(pair: Pair) -> str:
    """Why no more can be proposed, kindly, and how to go on; empty where there is room."""
    if room(pair) > 0:
        return ""
    if pair.meetings.filter(state=State.HELD).count() >= pair.meetings_agreed:
        return _("You have met as often as you agreed. When all of you want to go on, you can book more.")
    return _(
        "There is a time for every meeting that you agreed on. If one does not suit, move it. When you have met, each is asked whether to go on."
    )


def check_room(pair: Pair) -> None:
    """Raises DomainError where the pair has as many meetings as it agreed on: the number is what it commits to."""
    if sentence := no_room(pair):
        raise DomainError(sentence)


def of_pair(pair: Pair, person: Person, meetings: Sequence[Meeting], open_: bool) -> dict[str, Any]:
    """What the pair's page says of its course to `person`: the question that is open, one's own answer, what would help.

    Nothing in it depends on what the others answered or pressed.
    """
    place = pair.members.filter(person=person, left_at=None).first()
    if not open_ or place is None:
        return {}
    question = Question.objects.filter(pair=pair).first()
    today, now = timezone.localdate(), timezone.now()
    # While a meeting lies ahead, or waits to be told of, there is nothing to ask.
    planned = any(m.state == State.AGREED or (m.state == State.PROPOSED and m.starts_at > now) for m in meetings)
    held = [timezone.localdate(m.starts_at) for m in meetings if m.state == State.HELD]
    hidden = place.fine_until is not None and today < place.fine_until
    few = met_too_few(
        timezone.localdate(pair.published_at), held, pair.meetings_agreed, pair.round.weeks_between, today
    )
    return {
        # One's own answer, shown to nobody else; it is deleted when the result is told.
        "answered": place.goes_on is not None,
        "until": question.until if question else None,
        "told": next_working_day(question.until) if question else None,
        # Who has wished for the end has said what would help.
        "few": few and not planned and not hidden and place.ends_on is None,
        # Only after the agreed meetings does the number grow.
        "more": pair.meetings_agreed - len(held) if pair.meetings_agreed > pair.round.meetings_wanted else 0,
    }
