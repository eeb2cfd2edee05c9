"""How far a pair is in its agreed course: whether it has met as agreed, and whether to ask gently what would help."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.models import Meeting
from oppipari.meetings.reminders.steps import asks_what_would_help
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.actions import too_late_to_ask
from oppipari.pairs.models import Pair, Question
from oppipari.pairs.mornings import next_working_day
from oppipari.rounds.models import Round

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
    asked = Question.objects.filter(pair=pair).exists()
    if pair.meetings.filter(state=State.HELD).count() >= pair.meetings_agreed:
        if asked or not too_late_to_ask(pair.round, timezone.localdate()):
            return _("You have met as often as you agreed. When all of you want to go on, you can book more.")
        return _("You have met as often as you agreed. Thank you for the shared learning!")
    text = _("There is a time for every meeting that you agreed on. If one does not suit, move it.")
    if asked or not will_be_asked(pair, pair.meetings.all()):
        return text
    return text + " " + _("When you have met, each is asked whether to go on.")


def will_be_asked(pair: Pair, meetings: Iterable[Meeting]) -> bool:
    """Whether a pair is asked whether to go on when `meetings`, those that it has, are over."""
    days = (timezone.localdate(m.starts_at) for m in meetings if m.state in (State.PROPOSED, State.AGREED))
    return not too_late_to_ask(pair.round, max([timezone.localdate(), *days]))


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
    booked = any(m.state in (State.PROPOSED, State.AGREED) and m.starts_at > now for m in meetings)
    held = [timezone.localdate(m.starts_at) for m in meetings if m.state == State.HELD]
    hidden = place.fine_until is not None and today < place.fine_until
    closed = pair.round.state == Round.State.CLOSED
    # Nobody asks any more, and the pair has nothing left to book.
    over = question is None and len(held) >= pair.meetings_agreed and too_late_to_ask(pair.round, today)
    few = not closed and met_too_few(
        timezone.localdate(pair.published_at), held, pair.meetings_agreed, pair.round.weeks_between, today
    )
    return {
        # One's own answer, shown to nobody else; it is deleted when the result is told.
        "answered": place.goes_on is not None,
        "until": question.until if question else None,
        "told": next_working_day(question.until) if question else None,
        # Who has wished for the end has said what would help.
        "few": (few or asks_what_would_help(pair)) and not planned and not hidden and place.ends_on is None,
        # Only after the agreed meetings does the number grow.
        "more": pair.meetings_agreed - len(held) if pair.meetings_agreed > pair.round.meetings_wanted or closed else 0,
        "asked": question is not None or (not closed and len(held) >= pair.meetings_agreed),
        # Asked since the round was closed, and not since they have met as agreed.
        "early": len(held) < pair.meetings_agreed,
        "booked": booked,
        "over": over,
        "asks_last": question is not None or will_be_asked(pair, meetings),
        "pairs_meet_until": pair.round.pairs_meet_until if question is None else None,
    }
