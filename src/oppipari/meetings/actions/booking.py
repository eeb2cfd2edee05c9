"""What a pair does with its meetings: propose, move."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.actions.answering import ask_others, settle
from oppipari.meetings.actions.common import State, check_time, check_work, held_meeting, held_pair, suits_all
from oppipari.meetings.actions.overtaking import overtake
from oppipari.meetings.actions.telling import send_calendars, tell_partners, tell_supervisors
from oppipari.meetings.course import check_room
from oppipari.meetings.models import Meeting
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.organisation.text import one_line
from oppipari.pairs.actions import follow_booked
from oppipari.pairs.models import Pair


class RowError(DomainError):
    """One of several proposed meetings is amiss: the one at index `row`."""

    def __init__(self, error: DomainError, row: int) -> None:
        super().__init__(error.message, error.field)
        self.row = row


@transaction.atomic
def propose(pair: Pair, by: Person, meetings: Sequence[dict[str, Any]]) -> list[Meeting]:
    """Propose one or several meetings (`starts_at` aware, `minutes`, `way`, `place`); the others say whether they suit.

    Then they wait for the supervisor; where the supervisor has set a frame, those that fit in it are agreed without. No
    more than the pair agreed on. Proposing the same time twice makes
    one. All or none: raises RowError with the row and the field that are amiss, DomainError where the pair is not `by`'s
    or has finished.
    """
    pair = held_pair(pair, by)
    found: list[Meeting] = []
    new: list[Meeting] = []
    for row, m in enumerate(meetings):
        same = Meeting.objects.filter(pair=pair, starts_at=m["starts_at"], state__in=[State.PROPOSED, State.AGREED])
        if known := same.first():
            found.append(known)
            continue
        try:
            check_room(pair)
            check_time(pair, m["starts_at"], m["minutes"])
            check_work(pair, m["starts_at"], m["minutes"])
        except DomainError as error:
            raise RowError(error, row) from None
        meeting = Meeting.objects.create(
            pair=pair,
            proposed_by=by,
            starts_at=m["starts_at"],
            minutes=m["minutes"],
            way=m["way"],
            place=one_line(m.get("place") or "")[:80],
        )
        new.append(meeting)
        found.append(meeting)
    for meeting in new:
        ask_others(meeting, by)
    follow_booked(pair)
    waiting = settle(new, by)
    if waiting:
        # One message for all the dates that were booked together.
        tell_partners(pair, by, "meeting_proposed", f"{waiting[0].uid}", waiting)
    if theirs := [m for m in waiting if suits_all(m, timezone.localdate())]:
        tell_supervisors(pair, f"{theirs[0].uid}", [m.pk for m in theirs], by)
    return found


@transaction.atomic
def move(
    meeting: Meeting, by: Person, version: int, *, starts_at: datetime, minutes: int, way: str, place: str
) -> Meeting:
    """Move a meeting; the others say whether it suits them, and the supervisor agrees again, unless it fits in the frame.

    StaleEdit when somebody changed it in between; moving to where it is already changes nothing.
    """
    fresh = held_meeting(meeting, by)
    if fresh.state not in (State.PROPOSED, State.AGREED):
        raise DomainError(_("This meeting has been held or cancelled. Propose a new one."))
    clean = one_line(place)[:80]
    if (fresh.starts_at, fresh.minutes, fresh.way, fresh.place) == (starts_at, minutes, way, clean):
        return fresh
    if fresh.version != version:
        raise StaleEdit(
            _("The meeting was changed in between. Its time is now shown above; move it again if you like.")
        )
    check_time(fresh.pair, starts_at, minutes, but=fresh.pk)
    check_work(fresh.pair, starts_at, minutes)
    old = fresh.starts_at
    fresh.starts_at, fresh.minutes, fresh.way, fresh.place = starts_at, minutes, way, clean
    fresh.proposed_by = by
    fresh.moved = fresh.moved or fresh.state == State.AGREED
    fresh.state, fresh.version = State.PROPOSED, fresh.version + 1
    fresh.waiting_since = timezone.localdate()
    fresh.save()
    ask_others(fresh, by)
    overtaken = overtake([fresh])
    follow_booked(fresh.pair)
    if not settle([fresh], by, [old]):
        return fresh
    if fresh.invited:
        # Nobody is to go at the old time: the others' calendars show the new one as proposed. Who moved it knows; their own
        # follows when it is agreed.
        send_calendars(
            [fresh], "meeting_move_proposed", "REQUEST", by=by, before=[old], to_others=True, overtaken=overtaken
        )
    else:
        key = f"{fresh.uid}:{fresh.version}"
        tell_partners(fresh.pair, by, "meeting_proposed", key, [fresh], [old], overtaken=overtaken)
    if suits_all(fresh, timezone.localdate()):
        tell_supervisors(fresh.pair, f"{fresh.uid}:{fresh.version}", [fresh.pk], by)
    return fresh
