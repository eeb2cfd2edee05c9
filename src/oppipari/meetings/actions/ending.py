"""How a meeting ends: cancelled, called off with its pair, or held."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.actions.common import State, held_meeting
from oppipari.meetings.actions.overtaking import overtake, overtake_all
from oppipari.meetings.actions.telling import send_calendars, take_back, tell_cancelled, tell_supervisors_of_change
from oppipari.meetings.models import Meeting
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.actions import ask_to_go_on
from oppipari.pairs.models import Pair
from oppipari.rounds.models import RUNNING


@transaction.atomic
def cancel(meeting: Meeting, by: Person) -> Meeting:
    """Cancel a meeting; calendars that hold it are told. Cancelling twice cancels once."""
    fresh = held_meeting(meeting, by)
    if fresh.state == State.CANCELLED:
        return fresh
    if fresh.state == State.HELD:
        raise DomainError(_("This meeting has already been held."))
    # One that was moved and waits for its new time had been agreed: the supervisor reckons with it.
    agreed = fresh.state == State.AGREED or fresh.moved
    fresh.state, fresh.version = State.CANCELLED, fresh.version + 1
    fresh.save()
    fresh.answers.all().delete()
    tell_cancelled(fresh, overtake([fresh]), by, agreed=agreed)
    if agreed:
        tell_supervisors_of_change(fresh.pair, [fresh.starts_at])
    return fresh


@transaction.atomic
def call_off(pair: Pair) -> int:
    """Call off what lies ahead of a pair that has ended (inside the caller's transaction); calendars that have it are told."""
    overtaken = overtake_all(pair)
    ahead = Meeting.objects.select_for_update().filter(
        pair=pair, state__in=[State.PROPOSED, State.AGREED], starts_at__gt=timezone.now()
    )
    in_calendars, taken_back, agreed = [], [], []
    for meeting in ahead:
        if meeting.invited:
            in_calendars.append(meeting)
        if meeting.state == State.AGREED or meeting.moved:
            agreed.append(meeting)
            if not meeting.invited:
                taken_back.append(meeting)
        meeting.state, meeting.version = State.CANCELLED, meeting.version + 1
        meeting.save()
        meeting.answers.all().delete()
    take_back(taken_back, overtaken)
    members = [m.person for m in pair.members.select_related("person")]
    for meeting in in_calendars:  # a letter each: of several calendars take out the first alone
        # Not "propose a new time": and their page may be gone.
        send_calendars([meeting], "meeting_withdrawn", "CANCEL", members, reverse("home"), overtaken=overtaken)
    # Of a pair that ends early in a running round they are told otherwise.
    if agreed and (pair.state == Pair.State.FINISHED or pair.round.state not in RUNNING):
        tell_supervisors_of_change(pair, [meeting.starts_at for meeting in agreed])
    return len(ahead)


@transaction.atomic
def hold(meeting: Meeting, by: Person) -> Meeting:
    """ "We met": one press, by either; no answer is no fault."""
    fresh = held_meeting(meeting, by)
    if fresh.state == State.HELD:
        return fresh
    if fresh.state == State.CANCELLED:
        raise DomainError(_("This meeting was cancelled. Propose a new one."))
    if fresh.starts_at > timezone.now():
        raise DomainError(_("This meeting is still ahead."))
    fresh.state, fresh.version = State.HELD, fresh.version + 1
    fresh.held_on = timezone.localdate()
    fresh.save()
    # The one who pressed and the others are asked at the same moment.
    ask_to_go_on(fresh.pair)
    return fresh
