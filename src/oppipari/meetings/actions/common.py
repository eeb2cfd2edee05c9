"""What the actions share: the pair or the meeting held for the transaction, and whether a time can be."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings import problem
from oppipari.meetings.clock import ZONE, check_ahead
from oppipari.meetings.models import Meeting
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair, PairMember
from oppipari.scheduling import Span

State = Meeting.State


def held_pair(pair: Pair, by: Person) -> Pair:
    """The pair held for this transaction; DomainError unless it is `by`'s and still meets."""
    pair = Pair.objects.select_for_update(of=("self",)).select_related("round__unit").get(pk=pair.pk)
    if not pair.members.filter(person=by, left_at=None).exists():
        raise DomainError(_("This is somebody else's pair."))
    if pair.state != Pair.State.MEETING:
        raise DomainError(_("The pair has finished, so meetings are no longer agreed."))
    return pair


def held_meeting(meeting: Meeting, by: Person) -> Meeting:
    """The meeting held for this transaction, after its pair; DomainError as `held_pair` raises it."""
    held_pair(meeting.pair, by)
    return Meeting.objects.select_for_update(of=("self",)).select_related("pair__round__unit").get(pk=meeting.pk)


def places_of(pair: Pair) -> list[PairMember]:
    """Who is in the pair now."""
    return list(pair.members.filter(left_at=None).select_related("person", "sign_up"))


def people_in(pair: Pair) -> list[Person]:
    """Who is in the pair, or was in it until it ended."""
    return [p.person for p in places_of(pair) or pair.members.select_related("person")]


def check_time(pair: Pair, starts_at: datetime, minutes: int, but: int | None = None) -> None:
    """DomainError unless the time is ahead, not in the far future, and not upon another meeting of the same people."""
    check_ahead(starts_at)
    last = pair.round.pairs_meet_until
    if last is not None and timezone.localdate(starts_at) > last:
        raise DomainError(
            _("The round has been closed, and pairs that go on meet for 24 weeks after that. Choose an earlier day."),
            field="day",
        )
    people = pair.members.filter(left_at=None).values_list("person_id", flat=True)
    ends_at = starts_at + timedelta(minutes=minutes)
    near = Meeting.objects.filter(
        pair__members__person__in=list(people),
        pair__members__left_at=None,
        state__in=[State.PROPOSED, State.AGREED],
        starts_at__lt=ends_at,
        starts_at__gt=starts_at - timedelta(hours=4),
    ).exclude(pk=but or 0)
    if any(m.starts_at + timedelta(minutes=m.minutes) > starts_at for m in near.distinct()):
        raise DomainError(_("There is already a meeting at this time. Choose another."), field="time")


def check_work(pair: Pair, starts_at: datetime, minutes: int) -> None:
    """DomainError unless by the roster all are at work then, and not in the hours of rest before it."""
    people = list(pair.members.filter(left_at=None).values_list("person_id", flat=True))
    start = timezone.localtime(starts_at, ZONE)
    span = Span(start, timezone.localtime(starts_at + timedelta(minutes=minutes), ZONE))
    if not problem.at_work_by_roster(people, span):
        raise DomainError(
            _("By the roster you are not all at work then, or not yet rested. Choose another time."), field="time"
        )


def suits_all(meeting: Meeting, today: date) -> bool:
    """Whether all in the pair are fine with the time: said so, or asked and silent beyond the day to answer."""
    answers = list(meeting.answers.select_related("person"))
    if any(a.suits is False for a in answers):
        return False
    over = meeting.answer_by is not None and today > meeting.answer_by
    return all(a.suits is not None or (over and a.is_known_to(a.person)) for a in answers)
