"""Working hours: which days offices are closed in Finland, and when the day begins and ends."""

from datetime import UTC, date, datetime, time

import pytest
from dateutil.easter import easter as another_easter

from oppipari.meetings.clock import ZONE
from oppipari.messages.hours import day_before_working_days, easter, in_working_hours, is_holiday, is_working_day

# From the almanac, those of them that fall on a Monday to Friday, with the eves of Midsummer and Christmas.
CLOSED = {
    2026: ["1-1", "1-6", "4-3", "4-6", "5-1", "5-14", "6-19", "12-24", "12-25"],
    2027: ["1-1", "1-6", "3-26", "3-29", "5-6", "6-25", "12-6", "12-24"],
    2028: ["1-6", "4-14", "4-17", "5-1", "5-25", "6-23", "12-6", "12-25", "12-26"],
}


@pytest.mark.parametrize("year", CLOSED)
def test_offices_are_closed_on_these_weekdays_of_a_year_and_on_no_others(year: int) -> None:
    days = (date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()))
    found = [f"{d.month}-{d.day}" for d in days if d.weekday() < 5 and not is_working_day(d)]
    assert found == CLOSED[year]


def test_weekend_holidays_are_known_too() -> None:
    assert all(map(is_holiday, [date(2026, 4, 5), date(2026, 5, 24), date(2026, 6, 20), date(2026, 10, 31)]))
    assert not any(map(is_holiday, [date(2026, 6, 13), date(2026, 6, 27), date(2026, 11, 7), date(2026, 10, 24)]))


def test_easter_is_that_of_another_source_for_three_centuries() -> None:
    assert all(easter(year) == another_easter(year) for year in range(1900, 2200))


@pytest.mark.parametrize(
    ("moment", "working"),
    [
        (datetime(2027, 1, 12, 8, 0), True),
        (datetime(2027, 1, 12, 7, 59), False),
        (datetime(2027, 1, 12, 15, 59), True),
        (datetime(2027, 1, 12, 16, 0), False),
        (datetime(2027, 1, 16, 10, 0), False),  # a Saturday
        (datetime(2027, 3, 29, 10, 0), False),  # Easter Monday
        (datetime(2027, 3, 30, 8, 0), True),  # the first working day of summer time
    ],
)
def test_the_day_is_from_eight_to_four_in_helsinki(moment: datetime, working: bool) -> None:
    local = datetime.combine(moment.date(), moment.time(), ZONE)
    assert in_working_hours(local) == working
    assert in_working_hours(local.astimezone(UTC)) == working


def test_the_hour_is_the_local_one_in_summer_and_in_winter() -> None:
    assert in_working_hours(datetime.combine(date(2027, 7, 1), time(5), UTC))  # 8 in summer
    assert not in_working_hours(datetime.combine(date(2027, 1, 12), time(5), UTC))  # 7 in winter


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2027, 1, 14), date(2027, 1, 11)),  # Thursday: proposed on Monday, Tuesday and Wednesday have passed
        (date(2027, 1, 13), date(2027, 1, 10)),  # Wednesday: Monday and Tuesday; Sunday and before
        (date(2027, 1, 18), date(2027, 1, 13)),  # Monday: Thursday and Friday
        (date(2027, 3, 31), date(2027, 3, 24)),  # after Easter: Tuesday, and Thursday before Good Friday
    ],
)
def test_waiting_is_counted_in_whole_working_days(today: date, last: date) -> None:
    assert day_before_working_days(today, 2) == last
