"""Looking at a feed, and fetching it again: at night, or when its owner asks."""

import logging
import threading
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from oppipari.exchange.feeds.addresses import address_of
from oppipari.exchange.feeds.door import fetch
from oppipari.exchange.feeds.reading import understood
from oppipari.exchange.feeds.troubles import Trouble
from oppipari.meetings.models import RosterFeed
from oppipari.meetings.work_times import feeds
from oppipari.meetings.work_times.rosters import Told, takes_part
from oppipari.organisation.logs import log_without_words
from oppipari.organisation.models import Person

log = logging.getLogger(__name__)
# A page that waits for somebody else's server keeps one of the few threads that answer: one at a time.
_looking = threading.BoundedSemaphore(1)


@sensitive_variables("text", "address")
def fetched(text: str) -> Told:
    """Working time from the address `text`, as it is at this moment. Raises Trouble."""
    address = address_of(text, urlsplit(settings.SITE_URL).hostname or "")
    return understood(fetch(address), timezone.localdate())


@sensitive_variables("text")
def look(text: str) -> Told:
    """The same for somebody who waits at a page. Raises Trouble, also "busy" where somebody else is looking."""
    address_of(text, urlsplit(settings.SITE_URL).hostname or "")  # what is wrong with it is said at once
    if not _looking.acquire(blocking=False):
        raise Trouble("busy")
    try:
        told = fetched(text)
    finally:
        _looking.release()
    if not told.shifts:
        raise Trouble("no_shifts")
    return told


@sensitive_variables()
def refresh(feed_id: int) -> None:
    """Fetch a feed and keep what it tells; what comes of it stands in its row, and nothing is raised."""
    feed = RosterFeed.objects.select_related("person").filter(pk=feed_id).exclude(address="").first()
    if feed is None or not settings.ROSTER_FEEDS or not takes_part(feed.person):
        return
    try:
        feeds.note_told(feed_id, feed.address, fetched(feed.address))
    except Trouble as trouble:
        log.info("a roster could not be fetched: %s", trouble.word)
        feeds.note_trouble(feed_id, feed.address, trouble.word)
    except Exception as error:
        log_without_words(log, "a roster could not be fetched", error)
        feeds.note_trouble(feed_id, feed.address, "unexpected")


@transaction.atomic
def ask_now(person: Person) -> None:
    """Queue the fetching of the person's own feed. Raises DomainError where there is none, or too soon."""
    _queue(feeds.ask_again(person).pk)


@transaction.atomic
def queue_due() -> int:
    """Queue what is to be fetched for today, once, from the small hours on; returns how many. Called now and then."""
    if not settings.ROSTER_FEEDS:
        return 0
    due = feeds.take_due()
    for feed_id in due:
        _queue(feed_id)
    return len(due)


def _queue(feed_id: int) -> None:
    from oppipari.exchange.feeds.tasks import refresh_feed

    refresh_feed.enqueue(feed_id)
