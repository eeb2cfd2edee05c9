"""A clock that tests set: `clock.at("2027-02-01 10:00")`, in Helsinki's time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

ZONE = ZoneInfo("Europe/Helsinki")


class Clock:
    """What `timezone.now()` says, and with it every stored time."""

    def __init__(self, start: str) -> None:
        self.now = datetime.fromisoformat(start).replace(tzinfo=ZONE)

    def at(self, moment: str) -> datetime:
        self.now = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
        return self.now

    def tick(self) -> datetime:
        """Now, a microsecond after the last time it was asked."""
        return self.passes(microseconds=1)

    def passes(self, **time: int) -> datetime:
        self.now += timedelta(**time)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Starts on Monday 1 February 2027, at 10 in the morning."""
    made = Clock("2027-02-01 10:00")
    monkeypatch.setattr(timezone, "now", made.tick)
    return made
