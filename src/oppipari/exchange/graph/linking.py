"""A meeting's link, from wanted to there, moved along, or gone.

`follow` notes inside the transaction of a yes or a cancelling what is wanted, and queues the work; the worker runs
`settle`: take (short transaction), ask Graph (none), write down what came of it (short transaction). Whatever happens
to the meeting meanwhile is noted by `follow` and found by the last of these, which then goes on.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from oppipari.exchange.graph.door import Door
from oppipari.exchange.graph.events import Event, Events, Wanted
from oppipari.exchange.graph.reach import connection, pause_after
from oppipari.exchange.graph.removing import queue_removal
from oppipari.exchange.graph.troubles import Later, SignIn, Trouble, Vanished
from oppipari.meetings import actions
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.organisation.logs import log_without_words

log = logging.getLogger(__name__)
State = OnlineMeeting.State
# Longer than all requests of one go together: who holds it for longer has died.
LONGEST_GO = timedelta(minutes=5)
# After a day, or when the meeting begins, it is given up.
GIVEN_UP_AFTER = timedelta(days=1)


def wants_link(meeting: Meeting) -> bool:
    return meeting.state == Meeting.State.AGREED and meeting.way == Meeting.Way.TEAMS


def follow(meeting: Meeting) -> None:
    """Note what a meeting that was just agreed or cancelled needs, and queue the work, in the caller's transaction."""
    if connection() is None:
        return
    online = OnlineMeeting.objects.select_for_update().filter(meeting=meeting).first()
    if wants_link(meeting):
        if online is None:
            online = OnlineMeeting(meeting=meeting)
        elif online.state == State.THERE and online.made_for == meeting.version:
            return
        online.told_at = None
        _ask(online, State.WANTED)
    elif online is not None and online.state != State.GONE:
        _ask(online, State.UNWANTED)


def _ask(online: OnlineMeeting, state: str) -> None:
    online.state, online.tries, online.problem, online.asked_at = state, 0, "", timezone.now()
    online.save()
    _queue(online.pk)


def _queue(online_id: int, at: datetime | None = None) -> None:
    from oppipari.exchange.graph.tasks import make_link

    # In the same transaction as the row: neither exists without the other, also after a crash.
    (make_link.using(run_after=at) if at else make_link).enqueue(online_id)


@dataclass(frozen=True)
class Go:
    """One go at a link: what is to be done, as it was when the worker took it. `until` tells it from others' goes."""

    online_id: int
    meeting_id: int
    until: datetime
    make: bool
    version: int
    wanted: Wanted
    event_id: str
    asked_before: bool


def settle(online_id: int) -> None:
    """Do what a link needs now; what comes of it stands in its row, and nothing is raised."""
    how = connection()
    go = _take(online_id) if how is not None else None
    if how is None or go is None:
        return
    try:
        with Door(how) as door:
            event = _do(go, Events(how, door))
    except Trouble as trouble:
        # Only our own word: what the other side wrote could hold addresses.
        log.warning("a Teams link has to wait or cannot be made: %s", trouble.word)
        _write_trouble(go, trouble)
    except Exception as error:
        log_without_words(log, "could not make a Teams link", error)
        _write_trouble(go, Later("unexpected"))
    else:
        _write(go, event)


@transaction.atomic
def _take(online_id: int) -> Go | None:
    """Take a link up; None where there is nothing to do, or another worker is at it."""
    held = _held(online_id)
    if held is None:
        return None
    meeting, online = held
    now = timezone.now()
    if online.held_until is not None and online.held_until > now:
        return None
    make = online.state == State.WANTED
    if not (wants_link(meeting) if make else online.state == State.UNWANTED):
        return None
    if not make and not online.event_id and not online.transaction:
        _forget_event(online)
        online.state = State.GONE
        online.save()
        return None
    asked_before = bool(online.transaction)
    if not asked_before:
        online.transaction = f"{meeting.uid}:{meeting.version}.{online.tries}"
    online.held_until = now + LONGEST_GO
    online.save()
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("Reserved")
    wanted = Wanted(online.transaction, subject, meeting.starts_at, meeting.minutes)
    return Go(
        online.pk, meeting.pk, online.held_until, make, meeting.version, wanted, online.event_id, asked_before
    )  # fmt: skip


def _held(online_id: int) -> tuple[Meeting, OnlineMeeting] | None:
    """The link with its meeting, held in the order in which all actions hold them; None when it was deleted."""
    meeting = Meeting.objects.select_for_update(of=("self",)).filter(online=online_id).first()
    online = OnlineMeeting.objects.select_for_update().filter(pk=online_id).first()
    return None if meeting is None or online is None else (meeting, online)


def _do(go: Go, events: Events) -> Event | None:
    """Ask Graph. A go that may have asked before looks first for what it then made."""
    event_id = go.event_id
    if not event_id and go.asked_before and (found := events.find(go.wanted.transaction)):
        event_id = found.id
    if not go.make:
        if event_id:
            events.delete(event_id)
        return None
    event = events.update(event_id, go.wanted) if event_id else events.create(go.wanted)
    if not event.join_url:
        raise Later("no_link", event_id=event.id)
    return event


def _mine(go: Go) -> tuple[Meeting, OnlineMeeting] | None:
    """The link, let go of again; None when it was deleted or the go took so long that another took it over."""
    held = _held(go.online_id)
    if held is None or held[1].held_until != go.until:
        return None
    held[1].held_until = None
    return held


@transaction.atomic
def _write(go: Go, event: Event | None) -> None:
    """Write down that it went well; go on where the meeting was moved or cancelled meanwhile."""
    held = _mine(go)
    if held is None:
        if event is not None and not OnlineMeeting.objects.filter(pk=go.online_id).exists():
            queue_removal(event.id, go.wanted.transaction)
        return
    meeting, online = held
    online.tries, online.problem = 0, ""
    if event is None:
        _forget_event(online)
        if online.state == State.UNWANTED:
            online.state = State.GONE
    else:
        online.event_id, online.made_for = event.id, go.version
        if online.state == State.WANTED and (not wants_link(meeting) or meeting.version == go.version):
            online.state = State.THERE
    online.save()
    if event is not None:
        actions.online_link_arrived(meeting, event.join_url)
    if online.state in (State.WANTED, State.UNWANTED):
        _queue(online.pk)


def _forget_event(online: OnlineMeeting) -> None:
    online.event_id = online.transaction = online.join_url = ""
    online.made_for = 0


@transaction.atomic
def _write_trouble(go: Go, trouble: Trouble) -> None:
    """Write down what is amiss: try later, or give up and tell those whose meeting it is."""
    held = _mine(go)
    if held is None:
        return
    meeting, online = held
    now = timezone.now()
    online.tries += 1
    online.problem = trouble.word
    if isinstance(trouble, Vanished):
        # Somebody deleted it in the calendar: the next go makes another.
        _forget_event(online)
    elif isinstance(trouble, Later) and trouble.event_id:
        online.event_id = trouble.event_id
    at = now + (pause_after(online.tries) if not isinstance(trouble, Later) or trouble.pause is None else trouble.pause)
    overtaken = (online.state == State.WANTED) != go.make or meeting.version != go.version
    if isinstance(trouble, Later | Vanished) and (overtaken or at <= _deadline(meeting, online)):
        online.save()
        _queue(online.pk, at)
        return
    if overtaken and not isinstance(trouble, SignIn):
        # What was refused is no longer what is wanted.
        online.save()
        _queue(online.pk, at)
        return
    if online.state == State.WANTED:
        online.state = State.RECONNECT if isinstance(trouble, SignIn) else State.FAILED
        # A link that is there goes on working, also where its event could not be moved.
        if wants_link(meeting) and meeting.starts_at > now and not online.join_url:
            online.told_at = now
            actions.online_link_missing(meeting)
    elif online.state == State.UNWANTED:
        online.state = State.LEFT
    online.save()


@transaction.atomic
def take_up_again() -> int:
    """Ask anew for all that waits for a sign-in or failed, and for meetings agreed before Teams was connected.

    Returns how many; for the one at the command line who has just put things right.
    """
    ahead = Meeting.objects.select_for_update(of=("self",)).filter(
        state=Meeting.State.AGREED, way=Meeting.Way.TEAMS, starts_at__gt=timezone.now()
    )
    count = 0
    for meeting in ahead.filter(Q(online=None) | Q(online__state__in=[State.RECONNECT, State.FAILED])):
        follow(meeting)
        count += 1
    for online in OnlineMeeting.objects.select_for_update().filter(state=State.LEFT):
        _ask(online, State.UNWANTED)
        count += 1
    return count


def take_up_left_behind() -> int:
    """Queue what has no living task, after a crash; returns how many. Called every now and then."""
    from oppipari.exchange.graph.tasks import without_task

    if connection() is None:
        return 0
    waiting = Q(state=State.UNWANTED) | Q(
        state=State.WANTED, meeting__state=Meeting.State.AGREED, meeting__way=Meeting.Way.TEAMS
    )
    left = without_task(set(OnlineMeeting.objects.filter(waiting).values_list("pk", flat=True)))
    for online_id in sorted(left):
        _queue(online_id)
    return len(left)


def _deadline(meeting: Meeting, online: OnlineMeeting) -> datetime:
    """Until when it makes sense to try: a link that comes after the meeting began helps nobody."""
    day = online.asked_at + GIVEN_UP_AFTER
    return min(day, meeting.starts_at) if online.state == State.WANTED else day
