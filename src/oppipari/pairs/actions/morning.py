"""What a working morning brings, in its order."""

from collections.abc import Callable
from datetime import datetime

from oppipari.pairs.actions.ending import end_what_was_asked, settle_endings
from oppipari.pairs.actions.going_on import settle_wills

# A new pair that is needed is told before a pair that ended: supervisors get one of the letters a day. A pair that ends
# this morning is not told that it continues.
MORNING: dict[str, Callable[[datetime], int]] = {
    "let it be seen who looks for a partner": settle_endings,
    "end pairs": end_what_was_asked,
    "tell who goes on": settle_wills,
}


def every_morning(now: datetime) -> None:
    """Let it be seen who looks, end the pairs that were asked to end, and tell of the others whether they go on."""
    for do in MORNING.values():
        do(now)
