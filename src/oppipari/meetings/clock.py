"""The clock on the wall: times in Helsinki, right also in the nights when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError

ZONE = ZoneInfo("Europe/Helsinki")


# Nobody plans their meetings farther ahead.
FARTHEST = timedelta(days=400)


def local(day: date, at: time) -> datetime:
    """A local time in Helsinki as an aware datetime; an hour that summer time skips moves to the next one."""
    found = datetime.combine(day, at, ZONE)
    return found if found.astimezone(UTC).astimezone(ZONE).time() == at else found + timedelta(hours=1)


def is_skipped(day: date, at: time) -> bool:
    """Whether this hour does not exist that day: clocks are put forward in it."""
    return local(day, at).time() != at


def check_ahead(starts_at: datetime) -> None:
    """DomainError unless the time is ahead, and not in the far future."""
    now = timezone.now()
    if starts_at <= now:
        raise DomainError(_("This time has already passed. Choose a coming one."), field="day")
    if starts_at > now + FARTHEST:
        raise DomainError(_("This is more than a year away. Choose a nearer day."), field="day")
