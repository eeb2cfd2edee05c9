"""Working hours in Finland: when a message that nobody asked for may come."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Helsinki")
FROM, UNTIL = time(8), time(16)
SATURDAY = 5
# New Year, Epiphany, May Day, Independence Day, Christmas with its eve (a holiday by custom and collective agreements).
FIXED = {(1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26)}
# Good Friday, Easter Sunday and Monday, Ascension, Whit Sunday: days from Easter Sunday.
FROM_EASTER = (-2, 0, 1, 39, 49)
FRIDAY = 4
# A meeting that begins so soon after the next working day has begun is not told of only then.
SOON = timedelta(hours=4)


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year, by the anonymous algorithm in J. Meeus, Astronomical Algorithms, chapter 8."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7  # noqa: E741  # the letters of the source
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return date(year, month, day + 1)


def is_holiday(day: date) -> bool:
    """Whether `day` is a public holiday in Finland, or Midsummer's or Christmas Eve, when offices are closed."""
    if (day.month, day.day) in FIXED or (day - easter(day.year)).days in FROM_EASTER:
        return True
    # Midsummer's Day is the Saturday of 20-26 June, the eve the day before; All Saints' that of 31 October-6 November.
    eve = day.weekday() == FRIDAY and date(day.year, 6, 19) <= day <= date(day.year, 6, 25)
    saturday = day.weekday() == SATURDAY
    midsummer = saturday and date(day.year, 6, 20) <= day <= date(day.year, 6, 26)
    saints = saturday and date(day.year, 10, 31) <= day <= date(day.year, 11, 6)
    return eve or midsummer or saints


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`: Monday to Friday, not on a holiday."""
    return day.weekday() < SATURDAY and not is_holiday(day)


def working_day_from(day: date) -> date:
    """`day` if offices work on it, else the first day after it on which they do."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def beginning_of(moment: datetime) -> datetime:
    """The moment at which working hours begin on the day of the aware `moment`."""
    return datetime.combine(moment.astimezone(ZONE).date(), FROM, ZONE)


def in_working_hours(moment: datetime) -> bool:
    """Whether the aware `moment` is on a working day from 8 to 16 in Helsinki."""
    local = moment.astimezone(ZONE)
    return is_working_day(local.date()) and FROM <= local.time() < UNTIL


def day_before_working_days(today: date, count: int) -> date:
    """The last day after which `count` whole working days have passed before `today`."""
    day = today - timedelta(days=1)
    while count:
        count -= is_working_day(day)
        day -= timedelta(days=1)
    return day


def next_working_moment(moment: datetime) -> datetime:
    """The aware `moment` itself in working hours, else the beginning of the next working day."""
    if in_working_hours(moment):
        return moment
    local = moment.astimezone(ZONE)
    early = is_working_day(local.date()) and local.time() < FROM
    day = local.date() if early else working_day_from(local.date() + timedelta(days=1))
    return datetime.combine(day, FROM, ZONE)


def cannot_wait(now: datetime, *moments: datetime) -> bool:
    """Whether what happens at one of `moments` (aware) would be told too late if it were told in working hours only.

    Who stands waiting in the morning for a meeting that was called off in the evening had better been disturbed.
    """
    return any(now < moment <= next_working_moment(now) + SOON for moment in moments)
