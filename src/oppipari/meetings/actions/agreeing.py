"""The supervisor's yes: to one meeting or to all, beforehand by the frame, or by publishing times of the planner."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.actions.common import State, check_time, places_of
from oppipari.meetings.actions.telling import send_calendar, tell_partners
from oppipari.meetings.models import Meeting
from oppipari.meetings.staffing import frame
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.organisation.text import one_line
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round


def make_agreed(meeting: Meeting) -> None:
    """The meeting is agreed from now on, in the running transaction; calendars are told."""
    update = meeting.moved
    meeting.state, meeting.moved = State.AGREED, False
    meeting.version += 1
    meeting.save()
    send_calendar(meeting, "meeting_moved" if update else "meeting_agreed", "REQUEST")


def agree_by_frame(meeting: Meeting) -> bool:
    """Agree to a meeting for which the supervisor has given their yes beforehand; returns whether it was."""
    if not frame.fits(meeting):
        return False
    make_agreed(meeting)
    return True


@transaction.atomic
def agree(round_: Round, by: Person, ids: Sequence[int] | None = None, *, seen: Mapping[int, int] | None = None) -> int:
    """The supervisor agrees to proposed meetings (None: all that wait); returns how many were agreed.

    `seen` are the versions (by meeting id) that the supervisor's page showed: a meeting that was moved since, or that
    the page did not show at all, goes on waiting.
    """
    if not access.supervises(by, round_.unit_id):
        raise DomainError(_("Only the unit's supervisor can do this."))
    waiting = (
        Meeting.objects.select_for_update(of=("self",))
        .filter(pair__round=round_, pair__state=Pair.State.MEETING, state=State.PROPOSED, starts_at__gt=timezone.now())
        .exclude(pair__round__state=Round.State.CLOSED)
    )
    if ids is not None:
        waiting = waiting.filter(pk__in=list(ids))
    count = 0
    for meeting in waiting:
        if seen is not None and seen.get(meeting.pk) != meeting.version:
            continue
        make_agreed(meeting)
        count += 1
    return count


@transaction.atomic
def arrange(by: Person, planned: Sequence[tuple[Pair, datetime, int]], place: str = "") -> list[Meeting]:
    """Make agreed meetings of what the supervisor publishes, (pair, start, minutes) each; calendars are told.

    `place` is where those meet who do so face to face.

    All or none: raises DomainError that names the pair whose time has passed or falls on another of their meetings.
    """
    made = []
    for pair, starts_at, minutes in planned:
        if not access.supervises(by, pair.round.unit_id):
            raise DomainError(_("Only the unit's supervisor can do this."))
        places = places_of(pair)
        try:
            check_time(pair, starts_at, minutes)
        except DomainError as error:
            names = " + ".join(p.person.name for p in places)
            raise DomainError(f"{names}: {error.message}") from None
        way = Meeting.way_for({p.sign_up.way for p in places})
        meeting = Meeting.objects.create(
            pair=pair,
            starts_at=starts_at,
            minutes=minutes,
            way=way,
            place=one_line(place)[:80] if way == Meeting.Way.FACE_TO_FACE else "",
            proposed_by=by,
        )
        make_agreed(meeting)
        made.append(meeting)
    return made


@transaction.atomic
def turn_down(round_: Round, by: Person, pk: int, version: int) -> bool:
    """The supervisor's no to one meeting, proposed or agreed: it is off, and the pair is asked to propose another time.

    No reason is asked or kept. Calendars that hold the meeting are told. Returns whether it was taken off now; pressing
    twice takes it off once. Raises DomainError unless `by` supervises the round, StaleEdit when the meeting was changed
    since it was seen.
    """
    if not access.supervises(by, round_.unit_id):
        raise DomainError(_("Only the unit's supervisor can do this."))
    meeting = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("pair__round__unit")
        .filter(pk=pk, pair__round=round_, state__in=[State.PROPOSED, State.AGREED], starts_at__gt=timezone.now())
        .first()
    )
    if meeting is None:
        return False
    if meeting.version != version:
        raise StaleEdit(_("A meeting was changed in between. Look at its new time before you decide."))
    meeting.state, meeting.version = State.CANCELLED, meeting.version + 1
    meeting.save()
    if meeting.invited:
        send_calendar(meeting, "meeting_cancelled", "CANCEL")
    else:
        tell_partners(meeting.pair, None, "meeting_cancelled", str(meeting.uid))
    return True
