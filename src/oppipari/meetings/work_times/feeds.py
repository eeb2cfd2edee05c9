"""A person's own roster feed: kept, asked for, what came of it, and its end. Fetching it is the shell's part."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting, RosterFeed, WorkTime
from oppipari.meetings.work_times.rosters import Told, forget_own_days, keep_own, takes_part
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round, SignUp

DAY = timedelta(days=1)
# From two o'clock on, so that the day begins with the shifts as they are.
FETCHED_FROM = time(2)
ASKED_AGAIN_AFTER = timedelta(minutes=10)
# Who has had no answer for so long is not asked any more; the page says so in words.
GIVEN_UP_AFTER = timedelta(days=14)


def feed_of(person: Person) -> RosterFeed | None:
    """The person's feed: fetched each night, or ended by itself (without an address); None where there is none."""
    return RosterFeed.objects.filter(person=person).first()


def shifts_ahead(person: Person) -> int:
    """How many spans of the person's working time are known from now on."""
    return WorkTime.objects.filter(person=person, ends_at__gt=timezone.now()).count()


@transaction.atomic
def keep_feed(person: Person, address: str, told: Told) -> list[Meeting]:
    """Keep the address of the person's own roster and what it tells now, in the place of another one.

    Returns the agreed meetings that no longer fit. Raises DomainError unless the person takes part in an open round.
    """
    if not takes_part(person):
        raise DomainError(_("Your roster is fetched only while you take part in a round."))
    RosterFeed.objects.select_for_update().get_or_create(person=person)
    _forget(person)
    now = timezone.now()
    feed = RosterFeed.objects.create(person=person, address=address, asked_at=now)
    return _write_told(feed, told, now)


@transaction.atomic
def ask_again(person: Person) -> RosterFeed:
    """Note that the person wants their roster fetched now. Raises DomainError where there is none, or too soon."""
    feed = RosterFeed.objects.select_for_update().filter(person=person).exclude(address="").first()
    if feed is None:
        raise DomainError(_("No roster of yours is fetched."))
    now = timezone.now()
    if feed.asked_at is not None and now - feed.asked_at < ASKED_AGAIN_AFTER:
        raise DomainError(_("It was fetched a moment ago. Try again in ten minutes."))
    _note_asked([feed], now)
    return feed


@transaction.atomic
def take_due() -> list[int]:
    """Ids of the feeds that are to be fetched for today, which are not due again before tomorrow."""
    now = timezone.now()
    since = local(timezone.localdate(now), FETCHED_FROM)
    if now < since:
        return []
    waiting = Q(asked_at=None) | Q(asked_at__lt=since)
    due = list(RosterFeed.objects.select_for_update().filter(waiting).exclude(address="").order_by("pk"))
    _note_asked(due, now)
    return [feed.pk for feed in due]


def _note_asked(feeds: Sequence[RosterFeed], now: datetime) -> None:
    for feed in feeds:
        feed.asked_at = now
        feed.save(update_fields=["asked_at"])


@transaction.atomic
def note_told(feed_id: int, address: str, told: Told) -> list[Meeting]:
    """Keep what was fetched from `address`; nothing where the feed was stopped or changed meanwhile.

    Returns the agreed meetings that no longer fit; their pairs are told.
    """
    feed = _still(feed_id, address)
    return _write_told(feed, told, timezone.now()) if feed else []


def _write_told(feed: RosterFeed, told: Told, now: datetime) -> list[Meeting]:
    """Days that it told of before count, too: a shift that is there no more has been taken back."""
    days = [*told.days, *(d for d in (feed.first_day, feed.last_day) if d)]
    feed.answered_at = feed.fetched_at = now
    feed.failing_since, feed.problem = None, ""
    upset: list[Meeting] = []
    if days:
        feed.first_day, feed.last_day = min(days), max(days)
        # What is past stays as it was; yesterday's shift matters for today's rest.
        first = max(feed.first_day, timezone.localdate(now) - DAY)
        every = [first + n * DAY for n in range((feed.last_day - first).days + 1)]
        upset = keep_own(feed.person, Told(told.shifts, every))
    feed.save()
    return upset


@transaction.atomic
def note_trouble(feed_id: int, address: str, word: str) -> None:
    """Note why `address` could not be fetched. After two weeks of it the feed ends by itself: the address is deleted."""
    feed = _still(feed_id, address)
    if feed is None:
        return
    today = timezone.localdate()
    feed.answered_at, feed.problem = timezone.now(), word
    feed.failing_since = feed.failing_since or today
    if today - feed.failing_since >= GIVEN_UP_AFTER:
        feed.address = ""
    feed.save()


def _still(feed_id: int, address: str) -> RosterFeed | None:
    return RosterFeed.objects.select_for_update().filter(pk=feed_id, address=address).first() if address else None


@transaction.atomic
def stop_feed(person: Person) -> None:
    """Delete the address and what it told. On its days the sign-up's times count again, until a roster is kept anew:
    what the unit's roster had told of them went when the person's own took its place."""
    _forget(person)


def _forget(person: Person) -> None:
    feed = RosterFeed.objects.select_for_update().filter(person=person).first()
    if feed is None:
        return
    if feed.first_day and feed.last_day:
        forget_own_days(person, feed.first_day, feed.last_day)
    feed.delete()


def retention(today: date) -> None:
    """Delete the feeds of people who take part in no open round; all of them where the operator allows none."""
    if not settings.ROSTER_FEEDS:
        RosterFeed.objects.all().delete()
        return
    active = SignUp.objects.taking_part().exclude(round__state=Round.State.CLOSED).values("person")
    RosterFeed.objects.exclude(person__in=active).delete()
