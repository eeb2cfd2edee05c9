"""Proposing, agreeing, moving, cancelling and holding meetings; calendars follow by e-mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from oppipari.meetings import problem
from oppipari.meetings.calendar import ics
from oppipari.meetings.clock import ZONE
from oppipari.meetings.course import check_room
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.meetings.own_calendar.copies import inform
from oppipari.meetings.own_calendar.queries import discreet_among
from oppipari.meetings.signals import calendars_told
from oppipari.meetings.staffing import frame
from oppipari.messages.actions import link, send
from oppipari.organisation import access
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.organisation.queries import supervisors_of
from oppipari.organisation.text import one_line
from oppipari.pairs.actions import ask_to_go_on
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round
from oppipari.scheduling import Span

State = Meeting.State
FARTHEST = timedelta(days=400)


class RowError(DomainError):
    """One of several proposed meetings is amiss: the one at index `row`."""

    def __init__(self, error: DomainError, row: int) -> None:
        super().__init__(error.message, error.field)
        self.row = row


def _held_pair(pair: Pair, by: Person) -> Pair:
    pair = Pair.objects.select_for_update(of=("self",)).select_related("round__unit").get(pk=pair.pk)
    if not pair.members.filter(person=by, left_at=None).exists():
        raise DomainError(_("This is somebody else's pair."))
    if pair.state != Pair.State.MEETING or pair.round.state == Round.State.CLOSED:
        raise DomainError(_("The pair has finished, so meetings are no longer agreed."))
    return pair


def _check_time(pair: Pair, starts_at: datetime, minutes: int, but: int | None = None) -> None:
    """The meeting is ahead, not in the far future, and not upon another of the same people."""
    now = timezone.now()
    if starts_at <= now:
        raise DomainError(_("This time has already passed. Choose a coming one."), field="day")
    if starts_at > now + FARTHEST:
        raise DomainError(_("This is more than a year away. Choose a nearer day."), field="day")
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


def _check_work(pair: Pair, starts_at: datetime, minutes: int) -> None:
    """By the roster, all are at work then, and not in the hours of rest before it."""
    people = list(pair.members.filter(left_at=None).values_list("person_id", flat=True))
    start = timezone.localtime(starts_at, ZONE)
    span = Span(start, timezone.localtime(starts_at + timedelta(minutes=minutes), ZONE))
    if not problem.at_work_by_roster(people, span):
        raise DomainError(
            _("By the roster you are not all at work then, or not yet rested. Choose another time."), field="time"
        )


@transaction.atomic
def propose(pair: Pair, by: Person, meetings: Sequence[dict[str, Any]]) -> list[Meeting]:
    """Propose one or several meetings (`starts_at` aware, `minutes`, `way`, `place`); they wait for the supervisor.

    No more than the pair agreed on. Where the supervisor has set a frame, those that fit in it are agreed at once. Proposing the same time twice makes
    one. All or none: raises RowError with the row and the field that are amiss, DomainError where the pair is not `by`'s
    or has finished.
    """
    pair = _held_pair(pair, by)
    found: list[Meeting] = []
    new: list[Meeting] = []
    for row, m in enumerate(meetings):
        same = Meeting.objects.filter(pair=pair, starts_at=m["starts_at"], state__in=[State.PROPOSED, State.AGREED])
        if known := same.first():
            found.append(known)
            continue
        try:
            check_room(pair)
            _check_time(pair, m["starts_at"], m["minutes"])
            _check_work(pair, m["starts_at"], m["minutes"])
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
    waiting = [meeting for meeting in new if not _agree_by_frame(meeting)]
    if waiting:
        # One message for all the dates that were booked together.
        _tell_partners(pair, by, "meeting_proposed", f"{waiting[0].uid}")
        _tell_supervisors(pair, f"{waiting[0].uid}", [m.pk for m in waiting])
    return found


def _agree_by_frame(meeting: Meeting) -> bool:
    """Agree to a meeting for which the supervisor has given their yes beforehand; returns whether it was."""
    if not frame.fits(meeting):
        return False
    _agreed(meeting)
    return True


def _agreed(meeting: Meeting) -> None:
    update = meeting.moved
    meeting.state, meeting.moved = State.AGREED, False
    meeting.version += 1
    meeting.save()
    _send_calendar(meeting, "meeting_moved" if update else "meeting_agreed", "REQUEST")


@transaction.atomic
def arrange(by: Person, planned: Sequence[tuple[Pair, datetime, int]]) -> list[Meeting]:
    """Make agreed meetings of what the supervisor publishes, (pair, start, minutes) each; calendars are told.

    All or none: raises DomainError that names the pair whose time has passed or falls on another of their meetings.
    """
    made = []
    for pair, starts_at, minutes in planned:
        if not access.supervises(by, pair.round.unit_id):
            raise DomainError(_("Only the unit's supervisor can do this."))
        places = _places(pair)
        try:
            _check_time(pair, starts_at, minutes)
        except DomainError as error:
            names = " + ".join(p.person.name for p in places)
            raise DomainError(f"{names}: {error.message}") from None
        ways = {p.sign_up.way for p in places}
        way = Meeting.Way.TEAMS if "teams" in ways and "face_to_face" not in ways else Meeting.Way.FACE_TO_FACE
        meeting = Meeting.objects.create(pair=pair, starts_at=starts_at, minutes=minutes, way=way, proposed_by=by)
        _agreed(meeting)
        made.append(meeting)
    return made


def _places(pair: Pair) -> list[PairMember]:
    return list(pair.members.filter(left_at=None).select_related("person", "sign_up"))


def _tell_partners(pair: Pair, by: Person, kind: str, key: str) -> None:
    for place in _places(pair):
        if place.person_id != by.pk:
            send(
                to=place.person.email or "",
                kind=kind,
                language=place.person.language,
                context={"url": link(reverse("pair", args=[pair.pk]))},
                key=f"{kind}:{key}:{place.person_id}",
            )


def _tell_supervisors(pair: Pair, key: str, meetings: Sequence[int]) -> None:
    """Tell that `meetings` wait; while others of the round wait already, at most once a day more."""
    others = Meeting.objects.filter(pair__round=pair.round_id, state=State.PROPOSED, starts_at__gt=timezone.now())
    if others.exclude(pk__in=meetings).exists():
        key = f"{pair.round_id}:{timezone.localdate()}"
    for boss in supervisors_of(pair.round.unit):
        send(
            to=boss.email or "",
            kind="meeting_waits",
            language=boss.language,
            context={"url": link(reverse("round_meetings", args=[pair.round_id]))},
            key=f"meeting_waits:{key}:{boss.pk}",
        )


def _send_calendar(
    meeting: Meeting, kind: str, method: str, people_now: Sequence[Person] | None = None, path: str = ""
) -> None:
    """A calendar message to each member; SEQUENCE rises with every one after the first, the UID stays.

    Its link leads to `path`, else to the pair's page.
    """
    if meeting.invited:
        meeting.sequence += 1
    meeting.invited = method == "REQUEST"
    meeting.save(update_fields=["sequence", "invited"])
    calendars_told.send(Meeting, meeting=meeting)
    online = OnlineMeeting.objects.filter(meeting=meeting).first()
    members = list(people_now) if people_now is not None else [p.person for p in _places(meeting.pair)]
    people = [(m.name, m.email) for m in members if m.email]
    discreet = discreet_among(members)
    for member in members:
        hidden = member.pk in discreet
        with translation.override(member.language):
            guests = [(member.name, member.email or "")] if hidden else people
            text = ics(meeting, guests, method, discreet=hidden, online=online)
        send(
            to=member.email or "",
            kind=kind,
            language=member.language,
            context={"url": link(path or reverse("pair", args=[meeting.pair_id]))},
            key=f"{kind}:{meeting.uid}:{meeting.sequence}:{member.pk}",
            calendar=text,
            calendar_method=method,
        )
    if kind != "meeting_link":  # the link is the pair's own
        inform(meeting, method, members, people)


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
        _agreed(meeting)
        count += 1
    return count


def _own(meeting: Meeting, by: Person) -> Meeting:
    _held_pair(meeting.pair, by)
    return Meeting.objects.select_for_update(of=("self",)).select_related("pair__round__unit").get(pk=meeting.pk)


@transaction.atomic
def move(
    meeting: Meeting, by: Person, version: int, *, starts_at: datetime, minutes: int, way: str, place: str
) -> Meeting:
    """Move a meeting; an agreed one waits for the supervisor's yes again, unless it fits in the frame.

    StaleEdit when somebody changed it in between; moving to where it is already changes nothing.
    """
    fresh = _own(meeting, by)
    if fresh.state not in (State.PROPOSED, State.AGREED):
        raise DomainError(_("This meeting has been held or cancelled. Propose a new one."))
    clean = one_line(place)[:80]
    if (fresh.starts_at, fresh.minutes, fresh.way, fresh.place) == (starts_at, minutes, way, clean):
        return fresh
    if fresh.version != version:
        raise StaleEdit(
            _("The meeting was changed in between. Its time is now shown above; move it again if you like.")
        )
    _check_time(fresh.pair, starts_at, minutes, but=fresh.pk)
    _check_work(fresh.pair, starts_at, minutes)
    fresh.starts_at, fresh.minutes, fresh.way, fresh.place = starts_at, minutes, way, clean
    fresh.proposed_by = by
    fresh.moved = fresh.moved or fresh.state == State.AGREED
    fresh.state, fresh.version = State.PROPOSED, fresh.version + 1
    fresh.waiting_since = timezone.localdate()
    fresh.save()
    if _agree_by_frame(fresh):
        return fresh
    _tell_partners(
        fresh.pair, by, "meeting_moved" if fresh.moved else "meeting_proposed", f"{fresh.uid}:{fresh.version}"
    )
    _tell_supervisors(fresh.pair, f"{fresh.uid}:{fresh.version}", [fresh.pk])
    return fresh


@transaction.atomic
def cancel(meeting: Meeting, by: Person) -> Meeting:
    """Cancel a meeting; calendars that hold it are told. Cancelling twice cancels once."""
    fresh = _own(meeting, by)
    if fresh.state == State.CANCELLED:
        return fresh
    if fresh.state == State.HELD:
        raise DomainError(_("This meeting has already been held."))
    agreed = fresh.state == State.AGREED
    fresh.state, fresh.version = State.CANCELLED, fresh.version + 1
    fresh.save()
    if fresh.invited:
        _send_calendar(fresh, "meeting_cancelled", "CANCEL")
    else:
        _tell_partners(fresh.pair, by, "meeting_cancelled", str(fresh.uid))
    if agreed:
        _tell_supervisors_of_change(fresh.pair)
    return fresh


def _tell_supervisors_of_change(pair: Pair) -> None:
    """Tell that an agreed meeting of the round is off: once a day at most, however many there are."""
    for boss in supervisors_of(pair.round.unit):
        send(
            to=boss.email or "",
            kind="meeting_off",
            language=boss.language,
            context={"url": link(reverse("round_month", args=[pair.round_id]))},
            key=f"meeting_off:{pair.round_id}:{timezone.localdate()}:{boss.pk}",
        )


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
            _send_calendar(meeting, "meeting_withdrawn", "CANCEL", members, path=reverse("home"))
    return len(ahead)


@transaction.atomic
def hold(meeting: Meeting, by: Person) -> Meeting:
    """ "We met": one press, by either; no answer is no fault."""
    fresh = _own(meeting, by)
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


@transaction.atomic
def online_link_arrived(meeting: Meeting, url: str) -> bool:
    """Keep the link of a meeting on Teams and send it to the calendars of both; returns whether they were told.

    A link that calendars have already, or a meeting that is no longer agreed, tells nobody: the next invitation of a
    moved meeting carries it. Raises OnlineMeeting.DoesNotExist where no link was asked for.
    """
    fresh = Meeting.objects.select_for_update(of=("self",)).select_related("pair").get(pk=meeting.pk)
    online = OnlineMeeting.objects.select_for_update().get(meeting=fresh)
    if online.join_url == url:
        return False
    online.join_url = url
    online.save(update_fields=["join_url"])
    if fresh.state != State.AGREED or fresh.way != Meeting.Way.TEAMS:
        return False
    _send_calendar(fresh, "meeting_link", "REQUEST")
    return True


@transaction.atomic
def online_link_missing(meeting: Meeting) -> None:
    """Tell both, once for each agreed time, that there is something to read about the link of their meeting."""
    for place in _places(meeting.pair):
        send(
            to=place.person.email or "",
            kind="meeting_link_missing",
            language=place.person.language,
            context={"url": link(reverse("pair", args=[meeting.pair_id]))},
            key=f"meeting_link_missing:{meeting.uid}:{meeting.version}:{place.person_id}",
        )
