"""An event whose meeting is deleted here, because somebody is erased or a round has had its time, goes at Microsoft too."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from oppipari.exchange.graph.door import Door
from oppipari.exchange.graph.events import Events
from oppipari.exchange.graph.reach import connection, pause_after
from oppipari.exchange.graph.troubles import Later, Trouble
from oppipari.meetings.models import OnlineMeeting
from oppipari.organisation.logs import log_without_words

log = logging.getLogger(__name__)
# With the pauses of `pause_after` a little over a day.
TRIES_TO_REMOVE = 14


def let_go(online: OnlineMeeting) -> None:
    """The row is about to be deleted, with its meeting: its event is deleted too, in the caller's transaction."""
    if connection() is not None and (online.event_id or online.transaction):
        queue_removal(online.event_id, online.transaction)


def queue_removal(event_id: str, transaction_: str, tries: int = 0, at: datetime | None = None) -> None:
    from oppipari.exchange.graph.tasks import remove_event

    (remove_event.using(run_after=at) if at else remove_event).enqueue(event_id, transaction_, tries)


def remove(event_id: str, transaction_: str, tries: int) -> None:
    """Delete the event of a meeting that no longer exists; tried again for a day, then left to the calendar's owner."""
    how = connection()
    if how is None:
        return
    try:
        with Door(how) as door:
            events = Events(how, door)
            if not event_id and (found := events.find(transaction_)):
                event_id = found.id
            if event_id:
                events.delete(event_id)
    except Later as trouble:
        log.warning("an event in the calendar has to wait: %s", trouble.word)
        _try_again(event_id, transaction_, tries, trouble.pause)
    except Trouble as trouble:
        log.warning("an event stays in the calendar: %s", trouble.word)
    except Exception as error:
        log_without_words(log, "an event in the calendar has to wait", error)
        _try_again(event_id, transaction_, tries)


def _try_again(event_id: str, transaction_: str, tries: int, pause: timedelta | None = None) -> None:
    if tries < TRIES_TO_REMOVE:
        queue_removal(event_id, transaction_, tries + 1, timezone.now() + (pause or pause_after(tries + 1)))
