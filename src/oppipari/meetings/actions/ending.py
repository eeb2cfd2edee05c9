"""How a meeting ends: cancelled, called off with its pair, or held."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.actions.common import State, held_meeting
from oppipari.meetings.actions.telling import send_calendar, tell_partners, tell_supervisors_of_change
from oppipari.meetings.models import Meeting
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.actions import ask_to_go_on
from oppipari.pairs.models import Pair


@transaction.atomic
def cancel(meeting: Meeting, by: Person) -> Meeting:
    """Cancel a meeting; calendars that hold it are told. Cancelling twice cancels once."""
    fresh = held_meeting(meeting, by)
    if fresh.state == State.CANCELLED:
        return fresh
    if fresh.state == State.HELD:
        raise DomainError(_("This meeting has already been held."))
    agreed = fresh.state == State.AGREED
    fresh.state, fresh.version = State.CANCELLED, fresh.version + 1
    fresh.save()
    if fresh.invited:
        send_calendar(fresh, "meeting_cancelled", "CANCEL")
    else:
        tell_partners(fresh.pair, by, "meeting_cancelled", str(fresh.uid))
    if agreed:
        tell_supervisors_of_change(fresh.pair)
    return fresh


@transaction.atomic
def call_off(pair: Pair) -> int:
    """Call off what lies ahead of a pair that has ended (inside the caller's transaction); calendars are told."""
    ahead = Meeting.objects.select_for_update().filter(
        pair=pair, state__in=[State.PROPOSED, State.AGREED], starts_at__gt=timezone.now()
    )
    for meeting in ahead:
        meeting.state, meeting.version = State.CANCELLED, meeting.version + 1
        meeting.save()
        if meeting.invited:
            # Not "propose a new time": and their page may be gone.
            members = [m.person for m in pair.members.select_related("person")]
            send_calendar(meeting, "meeting_withdrawn", "CANCEL", members, path=reverse("home"))
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
