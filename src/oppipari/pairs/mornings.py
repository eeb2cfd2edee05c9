"""Working mornings: when results are told."""

from datetime import date, datetime, timedelta

from oppipari.messages.hours import FROM, ZONE, in_working_hours, is_working_day, working_day_from


def working_morning(now: datetime) -> date | None:
    """The local day, if `now` (aware) is a time at which results are told, else None.

    From 8 on a working day; a service that was off in the morning tells later on the day, but not in the evening.
    """
    return now.astimezone(ZONE).date() if in_working_hours(now) else None


def next_morning(now: datetime) -> date:
    """The first working day whose morning comes after `now` (aware).

    What is asked for at an hour of the night comes with that morning; by day it waits for the next one, since told
    within the same day it would tell the hour.
    """
    local = now.astimezone(ZONE)
    return local.date() if is_working_day(local.date()) and local.time() < FROM else next_working_day(local.date())


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    return working_day_from(day + timedelta(days=1))
