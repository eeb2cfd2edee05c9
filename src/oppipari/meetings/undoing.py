"""Taking back a wrong press."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.models import Meeting
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.pairs.actions import unask_to_go_on
from oppipari.pairs.models import Pair


@transaction.atomic
def not_held(meeting: Meeting, by: Person) -> Meeting:
    """They did not meet after all: "we met" was a wrong press, of either. On the same day only, when nobody was told yet.

    The question whether to go on is taken back with it, and with whatever was answered by then: whether anything was,
    the one who presses does not learn. Twice is harmless. Raises DomainError where it is not theirs or too late.
    """
    pair = Pair.objects.select_for_update(of=("self",)).select_related("round").get(pk=meeting.pair_id)
    fresh = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not pair.members.filter(person=by, left_at=None).exists():
        raise DomainError(_("This is somebody else's pair."))
    if fresh.state == Meeting.State.AGREED:
        return fresh
    if pair.state != Pair.State.MEETING or fresh.state != Meeting.State.HELD or fresh.held_on != timezone.localdate():
        raise DomainError(_("This can be taken back on the same day only."))
    fresh.state, fresh.held_on, fresh.version = Meeting.State.AGREED, None, fresh.version + 1
    fresh.save()
    unask_to_go_on(pair)
    return fresh
