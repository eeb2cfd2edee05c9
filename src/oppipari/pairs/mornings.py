"""Working mornings: when results are told."""

from datetime import date, datetime, timedelta

from oppipari.messages.hours import ZONE, in_working_hours, is_working_day


def working_morning(now: datetime) -> date | None:
    """The local day, if `now` (aware) is a time at which results are told, else None.

    From 8 on a working day; a service that was off in the morning tells later on the day, but not in the evening.
    """
    return now.astimezone(ZONE).date() if in_working_hours(now) else None


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
