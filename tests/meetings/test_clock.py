"""Times on the wall are right in the nights when clocks change."""

from datetime import UTC, date, datetime, time

import pytest

from oppipari.meetings.clock import ZONE, local


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        (date(2027, 3, 28), time(2, 59), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        (date(2027, 3, 28), time(3, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # skipped: becomes 4.30
        (date(2027, 3, 28), time(4, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (date(2026, 10, 25), time(3, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice there: the first one
    ],
)
def test_the_night_when_clocks_change_has_no_impossible_hour(day: date, at: time, utc: datetime) -> None:
    assert local(day, at).astimezone(UTC) == utc
    # What is shown is an hour that the clock on the wall does show.
    assert local(day, at).time() == utc.astimezone(ZONE).time()
