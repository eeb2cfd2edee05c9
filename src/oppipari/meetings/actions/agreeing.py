"""The supervisor's yes: to one meeting or to all, beforehand by the frame, or by publishing times of the planner."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.actions.common import State, check_time, places_of, suits_all
from oppipari.meetings.actions.overtaking import overtake
from oppipari.meetings.actions.telling import send_calendar, send_calendars, tell_cancelled
from oppipari.meetings.models import Meeting
from oppipari.meetings.staffing import frame
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.organisation.text import one_line
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round


def make_agreed(
    meetings: Sequence[Meeting],
    by: Person | None = None,
    *,
    if_in_frame: Sequence[Meeting] = (),
    before: Collection[datetime] = (),
) -> list[Meeting]:
    """`meetings` are agreed from now on, in the running transaction, and those of `if_in_frame` for which the supervisor has
    given their yes beforehand; returns the others of these.

    Calendars are told: one letter a pair for those that are new, and one for each that has a new time. `by` of the pair
    is who pressed, where it was one of them; `before` as in `send_calendars`.
    """
    new: dict[int, list[Meeting]] = {}
    moved, waiting = [], []
    asked = {meeting.pk for meeting in if_in_frame}
    for meeting in (*meetings, *if_in_frame):
        if meeting.pk in asked and not frame.fits(meeting):  # with those before it agreed
            waiting.append(meeting)
            continue
        if meeting.moved:
            moved.append(meeting)
        else:
            new.setdefault(meeting.pair_id, []).append(meeting)
        set_agreed(meeting)
    for of_pair in new.values():
        of_pair.sort(key=lambda m: m.starts_at)
        overtaken = overtake(of_pair)
        send_calendars(of_pair, "meeting_agreed", "REQUEST", by=by, before=before, overtaken=overtaken)
    for meeting in moved:
        overtaken = overtake([meeting])
        send_calendar(meeting, "meeting_moved", "REQUEST", by=by, before=before, overtaken=overtaken)
    return waiting


def set_agreed(meeting: Meeting) -> None:
    """One meeting is agreed from now on; nobody is told of it here."""
    meeting.answers.all().delete()
    meeting.state, meeting.moved, meeting.approved = State.AGREED, False, False
    meeting.answer_by = meeting.answer_from = None
    meeting.version += 1
    meeting.save()


@transaction.atomic
def agree(round_: Round, by: Person, ids: Sequence[int] | None = None, *, seen: Mapping[int, int] | None = None) -> int:
    """The supervisor says yes to proposed meetings (None: all that wait); returns to how many.

    Those that suit the pair are agreed now, the others as soon as they do.

    `seen` are the versions (by meeting id) that the supervisor's page showed: a meeting that was moved since, or that
    the page did not show at all, goes on waiting.
    """
    access.must_supervise(by, round_.unit_id)
    waiting = Meeting.objects.select_for_update(of=("self",)).filter(
        pair__round=round_, pair__state=Pair.State.MEETING, state=State.PROPOSED, starts_at__gt=timezone.now()
    )
    if ids is not None:
        waiting = waiting.filter(pk__in=list(ids))
    shown = [
        m
        for m in waiting
        if (seen is None or seen.get(m.pk) == m.version)
        and not m.answers.filter(suits=False).exists()  # they look for another time
    ]
    for meeting in shown:
        meeting.approved = True
        meeting.save(update_fields=["approved"])
    make_agreed([m for m in shown if suits_all(m, timezone.localdate())])
    return len(shown)


@transaction.atomic
def arrange(by: Person, planned: Sequence[tuple[Pair, datetime, int]], place: str = "") -> list[Meeting]:
    """Make agreed meetings of what the supervisor publishes, (pair, start, minutes) each; calendars are told.

    `place` is where those meet who do so face to face.

    All or none: raises DomainError that names the pair whose time has passed or falls on another of their meetings.
    """
    made = []
    for pair, starts_at, minutes in planned:
        access.must_supervise(by, pair.round.unit_id)
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
        made.append(meeting)
    make_agreed(made)
    return made


@transaction.atomic
def turn_down(round_: Round, by: Person, pk: int, version: int) -> bool:
    """The supervisor's no to one meeting, proposed or agreed: it is off, and the pair is asked to propose another time.

    No reason is asked or kept. Calendars that hold the meeting are told. Returns whether it was taken off now; pressing
    twice takes it off once. Raises DomainError unless `by` supervises the round, StaleEdit when the meeting was changed
    since it was seen.
    """
    access.must_supervise(by, round_.unit_id)
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
    agreed = meeting.state == State.AGREED or meeting.moved
    meeting.state, meeting.version = State.CANCELLED, meeting.version + 1
    meeting.save()
    meeting.answers.all().delete()
    tell_cancelled(meeting, overtake([meeting]), agreed=agreed)
    return True
