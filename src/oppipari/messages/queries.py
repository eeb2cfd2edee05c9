"""What pages read of letters that are on their way."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from oppipari.messages.hours import in_working_hours, next_working_moment
from oppipari.messages.models import MOST_TRIES, Outgoing


def leave_later(pieces: Iterable[str]) -> datetime | None:
    """When letters leave whose keys hold one of `pieces`, where one of them waits for working hours; else None.

    None where all have left, leave within the minute, or there are none; one query, and none in working hours.
    """
    now = timezone.now()
    if in_working_hours(now):
        return None
    wanted = list(pieces)
    keys = Outgoing.objects.filter(sent_at=None, at_once=False, tries__lt=MOST_TRIES).values_list("key", flat=True)
    return next_working_moment(now) if any(piece in key for key in keys for piece in wanted) else None
