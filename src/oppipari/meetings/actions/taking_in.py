"""Meetings that are agreed already reach somebody who comes later, or who has another address now."""

from django.db.models import QuerySet
from django.utils import timezone

from oppipari.meetings.actions.answering import ask_too
from oppipari.meetings.actions.common import State
from oppipari.meetings.actions.telling import send_calendars
from oppipari.meetings.models import Meeting
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair


def take_in(pair: Pair, person: Person) -> int:
    """Invite `person`, who has joined `pair`, to its meetings ahead, and update the others' calendars.

    Inside the caller's transaction. Of what is only proposed they are asked on the pair's page whether it suits them, like
    the others; a meeting that waits to be agreed anew stands in calendars, so it is in theirs, too. Returns how many
    meetings calendars were told of.
    """
    for meeting in Meeting.objects.ahead().filter(pair=pair, state=State.PROPOSED).exclude(proposed_by=person):
        ask_too(meeting, person)
    return _tell_anew(Meeting.objects.filter(pair=pair), person, comes=True)


def hold_meetings_of(person: Person) -> None:
    """Lock the pairs and meetings of `person` for the transaction, before its letters, as whoever changes a meeting does."""
    pairs = Pair.objects.filter(members__person=person, members__left_at=None, state=Pair.State.MEETING).values("pk")
    held = list(Pair.objects.select_for_update(of=("self",)).filter(pk__in=pairs).order_by("pk"))
    list(Meeting.objects.select_for_update(of=("self",)).filter(pair__in=held).order_by("pk"))


def follow_address(person: Person) -> int:
    """Send `person` their meetings ahead at their new address, and the others an update with it; returns how many."""
    theirs = Meeting.objects.filter(
        pair__members__person=person, pair__members__left_at=None, pair__state=Pair.State.MEETING
    )
    # At the old address they may have them in the calendar of the new one.
    return _tell_anew(theirs, person, comes=False)


def _tell_anew(meetings: QuerySet[Meeting], person: Person, *, comes: bool) -> int:
    ahead = meetings.filter(invited=True, state__in=[State.AGREED, State.PROPOSED], starts_at__gt=timezone.now())
    of_pair: dict[tuple[int, str], list[Meeting]] = {}
    for meeting in ahead.select_related("pair__round__unit").order_by("starts_at", "pk"):
        of_pair.setdefault((meeting.pair_id, meeting.state), []).append(meeting)
    for (_pair, state), theirs in of_pair.items():
        # One that was moved and waits to be agreed anew is not agreed for whoever comes, either.
        own = "meeting_agreed" if comes and state == State.AGREED else "meeting_update"
        newcomer = person.pk if comes else None
        send_calendars(theirs, "meeting_update", "REQUEST", other_kinds={person.pk: own}, newcomer=newcomer)
    return sum(map(len, of_pair.values()))
