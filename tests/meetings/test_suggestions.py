"""Suggested times lie in common working time, are free, and keep their local hour."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oppipari.meetings.suggestions import HOURS, ZONE, local, nearest, suggest

TODAY = date(2026, 11, 24)  # a Tuesday
SLOTS = st.sets(st.integers(0, 20), max_size=8).map(sorted)


def slot_of(at: datetime) -> int:
    part = next(p for p, hour in HOURS.items() if hour == at.astimezone(ZONE).time())
    return at.astimezone(ZONE).weekday() * 3 + part


@settings(max_examples=60, deadline=None)
@given(SLOTS, st.integers(1, 12), st.integers(1, 8))
def test_dates_are_ahead_spaced_and_in_common_time(slots: list[int], count: int, weeks: int) -> None:
    times = suggest(slots, TODAY, count=count, weeks_between=weeks)
    assert len(times) == count
    assert all(t.date() > TODAY for t in times)
    assert all((b.date() - a.date()).days == 7 * weeks for a, b in pairwise(times))
    assert not slots or {slot_of(t) for t in times} <= set(slots)


@settings(max_examples=60, deadline=None)
@given(SLOTS, st.integers(-30, 60))
def test_times_to_move_to_are_coming_common_and_in_order(slots: list[int], away: int) -> None:
    times = nearest(slots, TODAY + timedelta(days=away), TODAY)
    assert times == sorted(times)
    assert times
    assert all(t.date() > TODAY for t in times)
    assert not slots or {slot_of(t) for t in times} <= set(slots)


def test_a_taken_time_gives_way_to_another_common_one_of_the_same_week() -> None:
    monday, *_rest = suggest([1, 7], TODAY, count=1, weeks_between=4)
    assert monday == datetime(2026, 12, 7, 15, tzinfo=ZONE)
    taken = [(monday + timedelta(minutes=30), monday + timedelta(minutes=90))]
    assert suggest([1, 7], TODAY, count=1, weeks_between=4, taken=taken) == [datetime(2026, 12, 9, 15, tzinfo=ZONE)]
    after = [(monday + timedelta(minutes=60), monday + timedelta(minutes=90))]
    assert suggest([1, 7], TODAY, count=1, weeks_between=4, taken=after) == [monday]
    assert monday not in nearest([1, 7], monday.date(), TODAY, taken=taken)


def test_nights_are_suggested_only_to_those_who_share_nothing_else() -> None:
    assert {t.hour for t in nearest([2, 4], TODAY, TODAY)} == {15}
    assert {t.hour for t in nearest([2, 5], TODAY, TODAY)} == {21}


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
