"""A person's calendar (.ics) as working time: timed events that mark them busy; what the events are called is not kept."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import PurePath
from typing import Any

from dateutil.rrule import rrulestr
from icalendar import Calendar

from oppipari.exchange.columns import ADDRESS, holds_personal_code
from oppipari.exchange.rosters.absences import speaks_of_absence
from oppipari.exchange.rosters.joining import joined
from oppipari.exchange.rosters.repeating import is_followed
from oppipari.exchange.rosters.roster import RosterPerson, RosterReading, RosterRemark, UnreadableRoster
from oppipari.organisation.text import fold, one_line
from oppipari.scheduling.hours import HELSINKI, Shift

MAX_EVENTS = 5_000
MAX_TIMES = 1_000  # of one repeating event
HORIZON = timedelta(days=370)  # how far an endless repetition is followed from its calendar's first event
LONGEST = timedelta(hours=24)
MAX_ALL_TIMES = 20_000
MAX_DAYS_FOLLOWED = 300_000  # of all repetitions together, where days are asked for
LONG_AGO = timedelta(days=5 * 366)  # from so long ago on a repetition is followed to days asked for
UNTIL = re.compile(r";?UNTIL=(\d{8})(T\d{6})?(Z)?", re.IGNORECASE)
COUNT = re.compile(r";?COUNT=(\d{1,9})", re.IGNORECASE)


def is_calendar(data: bytes) -> bool:
    """Whether bytes begin as a calendar does."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].upper() == b"BEGIN:VCALENDAR"


def read_calendar(name: str, data: bytes, within: tuple[date, date] | None = None) -> RosterReading:
    """One person's working time from a calendar called `name`, of all days or of those `within` (first, last).

    Raises UnreadableRoster.
    """
    if data.upper().count(b"BEGIN:VEVENT") > MAX_EVENTS:
        raise UnreadableRoster("too_many_events", file=name, limit=MAX_EVENTS)
    try:
        calendars = Calendar.from_ical(data, multiple=True)
        found = _Events(name, within).read([e for c in calendars for e in c.walk("VEVENT")])
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError, RecursionError):
        raise UnreadableRoster("bad_calendar", file=name) from None
    shifts, _overlaps = joined(found.shifts)
    if within:
        shifts = tuple(s for s in shifts if within[0] <= s[0].date() <= within[1])
    if not shifts:
        raise UnreadableRoster("no_events", file=name)
    email, person = _whose(calendars, found, name)
    first, last = shifts[0][0].date(), shifts[-1][0].date()
    days = tuple(first + timedelta(n) for n in range((last - first).days + 1))
    people = (RosterPerson(email, person or email, "", shifts, days, name),)
    return RosterReading(name, people, first, last, away=found.away, remarks=tuple(found.remarks))


@dataclass
class _Found:
    shifts: list[Shift]
    away: int
    remarks: list[RosterRemark]
    guests: set[tuple[str, str]]
    hosts: set[tuple[str, str]]


class _Events:
    def __init__(self, file: str, within: tuple[date, date] | None = None) -> None:
        self.file, self.within = file, within
        self.days_followed = 0
        self.not_understood = self.too_long = 0
        self.found = _Found([], 0, [], set(), set())
        self.away: list[Shift] = []

    def read(self, events: Sequence[Any]) -> _Found:
        told = [e for e in events if "DTSTART" in e and str(e.get("STATUS", "")).upper() != "CANCELLED"]
        firsts = [_moment(_at_midnight(e["DTSTART"].dt)) for e in told]
        horizon = min(firsts, default=datetime.now(UTC)) + HORIZON
        if self.within:
            horizon = _moment(_at_midnight(self.within[1])) + LONGEST
        moved = {(_uid(e), _moment(_at_midnight(e["RECURRENCE-ID"].dt))) for e in told if "RECURRENCE-ID" in e}
        for event in told:
            self._event(event, horizon, moved)
        # A sick day is often an event of its own over the same hours, or a whole day: nobody is at work then.
        away, _overlaps = joined(self.away)
        ends = [end for _start, end in away]
        self.found.shifts = [
            part
            for shift in joined(self.found.shifts)[0]
            for part in _without(shift, away[bisect_right(ends, shift[0]) : bisect_right(ends, shift[1]) + 1])
        ]
        for code, count in (("recurrence", self.not_understood), ("long_event", self.too_long)):
            if count:
                self.found.remarks.append(RosterRemark(self.file, 0, "", code, {"count": count}))
        return self.found

    def _event(self, event: Any, horizon: datetime, moved: set[tuple[str, datetime]]) -> None:
        away = speaks_of_absence(str(event.get("SUMMARY", ""))) or _says(event, "X-MICROSOFT-CDO-BUSYSTATUS", "OOF")
        timed = isinstance(event["DTSTART"].dt, datetime)
        free = _says(event, "TRANSP", "TRANSPARENT") or _says(event, "X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
        if not away and (free or not timed):
            return
        self.found.guests |= _people(event, "ATTENDEE")
        self.found.hosts |= _people(event, "ORGANIZER")
        length = _length(event)
        if length <= timedelta(0):
            return
        if length > LONGEST and not away:
            self.too_long += 1
            return
        starts = [s for s in self._times(event, horizon) if "RECURRENCE-ID" in event or (_uid(event), s) not in moved]
        times = [
            (s.astimezone(HELSINKI), (s + length).astimezone(HELSINKI)) for s in starts if self._asked_for(s, length)
        ]
        if away:
            self.found.away += len(times)
            self.away += times
        else:
            self.found.shifts += times
        if len(self.found.shifts) + len(self.away) > MAX_ALL_TIMES:
            raise UnreadableRoster("too_many_events", file=self.file, limit=MAX_ALL_TIMES)

    def _asked_for(self, start: datetime, length: timedelta) -> bool:
        """Whether a shift begins on the days asked for; a time away may begin before them."""
        if self.within is None:
            return True
        first, last = self.within
        first_moment, end = _moment(_at_midnight(first)), _moment(_at_midnight(last)) + LONGEST
        return start + max(length, LONGEST) > first_moment and start < end

    def _times(self, event: Any, horizon: datetime) -> list[datetime]:
        """When an event begins, each time that it repeats."""
        first = _at_midnight(event["DTSTART"].dt)
        start = _moment(first)
        times = [start]
        rules = event.get("RRULE")
        if rules is not None:
            text = "" if isinstance(rules, list) else rules.to_ical().decode()
            repeated = list(self._repeated(text, first, horizon)) if is_followed(text) else []
            if not repeated:
                self.not_understood += 1
            times = repeated or times
        times += [_moment(t) for t in _dates(event, "RDATE") if isinstance(t, datetime)]
        without = {_moment(t) for t in _dates(event, "EXDATE") if isinstance(t, datetime)}
        without_days = {t for t in _dates(event, "EXDATE") if not isinstance(t, datetime)}
        return [
            t for t in dict.fromkeys(times) if t not in without and t.astimezone(HELSINKI).date() not in without_days
        ]

    def _repeated(self, text: str, first: datetime, horizon: datetime) -> Iterator[datetime]:
        """The times of a rule, at the same local hour over changes of summer time.

        Its end and its count are kept here.
        """
        zone = first.tzinfo or HELSINKI
        ends = [horizon.astimezone(zone).replace(tzinfo=None)]
        if until := UNTIL.search(text):
            end = datetime.strptime(until[1] + (until[2] or "T235959"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 (local)
            ends.append(end.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if until[3] else end)
        count = COUNT.search(text)
        most: int | None = min(int(count[1]), MAX_TIMES) if count else MAX_TIMES
        if self.within:
            # Followed from its beginning, however long ago: the days asked for may lie after a thousand times.
            most = int(count[1]) if count else None
            days = (min(ends) - first.replace(tzinfo=None)).days
            if days > (LONG_AGO + HORIZON).days:
                return
            self.days_followed += max(days, 0)
            if self.days_followed > MAX_DAYS_FOLLOWED:
                raise UnreadableRoster("too_many_events", file=self.file, limit=MAX_EVENTS)
        try:
            rule = rrulestr(COUNT.sub("", UNTIL.sub("", text)), dtstart=first.replace(tzinfo=None))
            for local_time in islice(rule.replace(until=min(ends)), most):
                yield local_time.replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, TypeError, AttributeError):
            return


def _moment(value: datetime) -> datetime:
    """A moment in UTC; a time without a zone is Finland's."""
    return (value if value.tzinfo else value.replace(tzinfo=HELSINKI)).astimezone(UTC)


def _at_midnight(value: date) -> datetime:
    """A moment as it is, a day as its midnight."""
    return value if isinstance(value, datetime) else datetime.combine(value, time(), HELSINKI)


def _length(event: Any) -> timedelta:
    start = event["DTSTART"].dt
    if "DTEND" in event:
        return _moment(_at_midnight(event["DTEND"].dt)) - _moment(_at_midnight(start))
    whole_day = timedelta(0 if isinstance(start, datetime) else 1)
    length = event["DURATION"].dt if "DURATION" in event else whole_day
    return length if isinstance(length, timedelta) else timedelta(0)


def _uid(event: Any) -> str:
    return str(event.get("UID", ""))


def _says(event: Any, name: str, value: str) -> bool:
    return str(event.get(name, "")).upper() == value


def _without(shift: Shift, away: Sequence[Shift]) -> list[Shift]:
    """What is left of a shift beside the times away."""
    parts = [(shift[0].astimezone(UTC), shift[1].astimezone(UTC))]
    for start, end in ((s.astimezone(UTC), e.astimezone(UTC)) for s, e in away):
        cut = [((a, min(b, start)), (max(a, end), b)) for a, b in parts]
        parts = [(a, b) for both in cut for a, b in both if a < b]
    return [(a.astimezone(HELSINKI), b.astimezone(HELSINKI)) for a, b in parts]


def _dates(event: Any, name: str) -> list[date | datetime]:
    told = event.get(name, [])
    lists = told if isinstance(told, list) else [told]
    return [entry.dt for some in lists for entry in getattr(some, "dts", []) if isinstance(entry.dt, date)]


def _people(event: Any, name: str) -> set[tuple[str, str]]:
    """(address, name) of each who is named."""
    told = event.get(name, [])
    people = told if isinstance(told, list) else [told]
    found = set()
    for person in people:
        address = fold(str(person)).removeprefix("mailto:")
        if ADDRESS.match(address):
            found.add((address, one_line(str(getattr(person, "params", {}).get("CN", "")))))
    return found


def _whose(calendars: Sequence[Any], found: _Found, file: str) -> tuple[str, str]:
    """Whose calendar it is, as (address, name): by the file's name, the calendar's, the only guest, the only host."""
    stem = one_line(PurePath(file).name.rsplit(".", 1)[0])
    title = next((t for c in calendars if (t := one_line(str(c.get("X-WR-CALNAME", ""))))), "")
    title = "" if holds_personal_code(title) else title[:120]
    named = "" if ADDRESS.match(fold(title)) else title
    for address in (fold(stem), fold(title)):
        if ADDRESS.match(address):
            return address, named
    addresses = {a for a, _n in found.guests}
    if len(addresses) == 1:
        return next(iter(addresses)), named or max(n for _a, n in found.guests)
    if named:
        return "", named
    hosts = {a for a, _n in found.hosts}
    if len(hosts) == 1:
        address = next(iter(hosts))
        found.remarks.append(RosterRemark(file, 0, "", "person_of_organiser", {"name": address}))
        return address, max(n for _a, n in found.hosts)
    name = re.sub(r"[._\-]+", " ", stem).strip()[:120]
    found.remarks.append(RosterRemark(file, 0, "", "person_of_file", {"name": name}))
    return "", name
