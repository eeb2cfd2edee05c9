"""Whether Microsoft is to be reached at all, and when again."""

from datetime import timedelta

from django.conf import settings

from oppipari.exchange.graph.connection import Connection

LONGEST_PAUSE = timedelta(hours=4)


def connection() -> Connection | None:
    """How Graph is reached; None where Teams is not connected."""
    found: Connection | None = settings.TEAMS
    return found


def pause_after(tries: int) -> timedelta:
    """The pause after so many tries: it doubles from a minute to four hours."""
    return min(timedelta(minutes=2 ** min(tries - 1, 10)), LONGEST_PAUSE)
