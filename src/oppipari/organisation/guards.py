"""Doing the same for many, so that one that fails stops no other."""

import logging
from collections.abc import Callable, Iterable

log = logging.getLogger(__name__)


def for_each[T](things: Iterable[T], do: Callable[[T], object], what: str) -> int:
    """Call `do` with each of `things`; returns for how many it gave something true.

    `do` is a transaction of its own. What fails is logged under `what`, never with the thing itself, and left for the
    next time.
    """
    count = 0
    for thing in things:
        try:
            count += bool(do(thing))
        except Exception:  # whatever it is: the others wait for their turn
            log.exception("%s: one of them failed; it is tried again", what)
    return count
