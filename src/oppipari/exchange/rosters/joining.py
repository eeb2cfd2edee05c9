"""Shifts of one person put in order."""

from collections.abc import Iterable
from datetime import UTC, datetime

from oppipari.scheduling.hours import HELSINKI, Shift


def joined(shifts: Iterable[Shift]) -> tuple[tuple[Shift, ...], tuple[datetime, ...]]:
    """Shifts in order of time, those that touch or overlap put together; and where two different ones did overlap."""
    ordered = sorted({(s.astimezone(UTC), e.astimezone(UTC)) for s, e in shifts})
    found: list[tuple[datetime, datetime]] = []
    overlaps = []
    for start, end in ordered:
        if found and start <= found[-1][1]:
            if start < found[-1][1]:
                overlaps.append(start.astimezone(HELSINKI))
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple((s.astimezone(HELSINKI), e.astimezone(HELSINKI)) for s, e in found), tuple(overlaps)
