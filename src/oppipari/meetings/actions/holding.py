"""What becomes of proposed times by themselves: silence lets them hold, those told that one does not suit hear of it in the
morning, and a time that passed before it was agreed is told of.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import TruncDate
from django.utils import timezone

from oppipari.meetings.actions.agreeing import set_agreed
from oppipari.meetings.actions.answering import give_days_to_answer, settle, supervisors_turn
from oppipari.meetings.actions.common import State, suits_all
from oppipari.meetings.actions.telling import tell_partners
from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting, TimeAnswer
from oppipari.meetings.staffing import frame
from oppipari.messages.hours import FROM, SOON
from oppipari.organisation.guards import for_each
from oppipari.pairs.models import Pair
from oppipari.pairs.mornings import working_morning

# Of a time that was to hold earlier than this nobody asks any more whether they met.
LONG_PAST = timedelta(weeks=8)
# A time that passed unagreed longer ago than over any holiday is told of no more.
LATE = timedelta(days=7)


def let_times_hold(now: datetime) -> int:
    """On a working morning: what nobody objected to in time holds, and where a time does not suit, the others are told.

    Returns in how many pairs that was. A time that somebody has moved since is another time. A time that held while the
    service was off, and is over, is agreed at any hour: nobody is told of it. Of one that passed without having been
    agreed the pair is told in working hours.
    """
    _let_past_hold(now)
    today = working_morning(now)
    if today is None:
        return 0
    _tell_of_passed(now)
    ahead = Meeting.objects.ahead().filter(state=State.PROPOSED)
    silent = ahead.filter(answers__suits=None, answer_by__lt=today, answers__isnull=False)
    unsuited = ahead.filter(answers__suits=False, answers__told=False)
    pks = sorted({m.pair_id for m in silent} | {m.pair_id for m in unsuited if _is_told(m, today)})
    return for_each(pks, lambda pk: _let_hold(pk, today), "let meeting times hold")


def _is_told(meeting: Meeting, today: date) -> bool:
    """Whether the others in the pair are told now that the time does not suit: on its morning, or where that is too late."""
    return meeting.waiting_since <= today or meeting.starts_at <= local(meeting.waiting_since, FROM) + SOON


def _let_past_hold(now: datetime) -> int:
    """What was to hold in the morning after its day to answer, and had its time before anybody looked, was agreed."""
    past = Meeting.objects.filter(
        pair__state=Pair.State.MEETING,
        state=State.PROPOSED,
        starts_at__lte=now,
        starts_at__gt=now - LONG_PAST,
        answer_by__lt=TruncDate("starts_at"),
        answers__suits=None,
        answers__isnull=False,
    )
    pks = sorted(set(past.values_list("pk", flat=True)))
    return for_each(pks, _let_one_past_hold, "let meeting times of the past hold")


@transaction.atomic
def _let_one_past_hold(pk: int) -> bool:
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("pair__round__unit").get(pk=pk)
    if meeting.state != State.PROPOSED or not suits_all(meeting, timezone.localdate(meeting.starts_at)):
        return False
    if not (meeting.approved or frame.fits(meeting)):
        return False
    set_agreed(meeting)
    return True


def _tell_of_passed(now: datetime) -> int:
    """Times that passed before they were agreed; not where somebody said that one does not suit, which was told."""
    said_no = TimeAnswer.objects.filter(meeting=OuterRef("pk"), suits=False)
    passed = Meeting.objects.filter(
        pair__state=Pair.State.MEETING, state=State.PROPOSED, starts_at__lte=now, starts_at__gt=now - LATE
    ).exclude(Exists(said_no))
    pks = list(passed.order_by("starts_at", "pk").values_list("pk", flat=True))
    return for_each(pks, _tell_passed, "tell of meeting times that passed")


@transaction.atomic
def _tell_passed(pk: int) -> bool:
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("pair__round__unit").get(pk=pk)
    if meeting.state != State.PROPOSED or meeting.starts_at > timezone.now():
        return False
    # The letter's key lets it leave once, however often this is asked.
    tell_partners(meeting.pair, None, "meeting_passed", f"{meeting.uid}:{meeting.version}", [meeting])
    return True


@transaction.atomic
def _let_hold(pk: int, today: date) -> bool:
    pair = Pair.objects.select_for_update(of=("self",)).get(pk=pk)
    if pair.state != Pair.State.MEETING:
        return False
    proposed = list(
        Meeting.objects.ahead()
        .select_for_update(of=("self",))
        .filter(pair=pair, state=State.PROPOSED)
        .select_related("pair__round__unit")
        .order_by("starts_at", "pk")
    )
    for meeting in proposed:
        silent = meeting.answers.filter(suits=None).select_related("person")
        if meeting.answer_by is not None and not all(a.is_known_to(a.person) for a in silent):
            give_days_to_answer(meeting)  # the letter has come back since
    hold = [m for m in proposed if m.answers.filter(suits=None).exists() and suits_all(m, today)]
    for meeting in hold:
        # Silence has said yes; it is asked once.
        meeting.answers.filter(suits=None).update(suits=True, seen=False)
    supervisors_turn([m for m in settle(hold) if not m.approved])
    against: dict[tuple[int, ...], list[Meeting]] = {}
    for meeting in [m for m in proposed if _is_told(m, today)]:
        untold = meeting.answers.filter(suits=False, told=False).order_by("person_id")
        if said := tuple(untold.values_list("person_id", flat=True)):
            untold.update(told=True)
            against.setdefault(said, []).append(meeting)
    for said, theirs in against.items():
        # With the morning: the first of these may have been told of before, when it did not suit somebody else.
        key = f"{theirs[0].uid}:{theirs[0].version}:{today}"
        tell_partners(pair, None, "meeting_unsuited", key, theirs, but=said)
    return bool(hold or against)
