"""A feed's bytes into working time: shifts and days from yesterday on, and nothing of what the events are called."""

import re
from datetime import date, timedelta

from oppipari.exchange.feeds.troubles import Trouble
from oppipari.exchange.rosters import UnreadableRoster
from oppipari.exchange.rosters.calendars import is_calendar, read_calendar
from oppipari.meetings.work_times.rosters import Told
from oppipari.scheduling import Span

# Yesterday's shift matters for today's rest.
BEFORE = timedelta(days=1)
AHEAD = timedelta(days=370)
# An event that tells when it is: without any, a calendar without shifts tells nothing of anybody.
DATED = re.compile(rb"^DTSTART[^:\r\n]*:\d{8}", re.MULTILINE | re.IGNORECASE)
WORDS = {"no_events": "no_shifts", "too_many_events": "too_many_events"}


def understood(data: bytes, today: date) -> Told:
    """The shifts that begin from yesterday until a year ahead, with all days between the first and the last.

    None at all where the calendar holds other events, such as absences: then somebody is not at work. Raises Trouble where
    `data` is no calendar, not a whole one, or one without any event, which tells nothing.
    """
    if not is_calendar(data):
        raise Trouble("not_calendar")
    text = data.rstrip().upper()
    if not text.endswith(b"END:VCALENDAR") or text.count(b"BEGIN:VEVENT") != text.count(b"END:VEVENT"):
        raise Trouble("bad_calendar")  # what is missing would be read as shifts taken back
    try:
        reading = read_calendar("", data, (today - BEFORE, today + AHEAD))
    except UnreadableRoster as error:
        if error.code == "no_events" and DATED.search(data):
            return Told([], [])
        raise Trouble(WORDS.get(error.code, "bad_calendar")) from None
    (person,) = reading.people
    return Told([Span(a, b) for a, b in person.shifts], person.dates)
