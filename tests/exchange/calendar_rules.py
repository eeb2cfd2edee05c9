"""RFC 5545 read once more, line by line and without a library: what an .ics file may look like, and what its zone says."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

NEEDED = {"VCALENDAR": {"VERSION", "PRODID"}, "VEVENT": {"UID", "DTSTAMP", "DTSTART"}, "VTIMEZONE": {"TZID"}}
NEEDED |= {"DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"}, "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"}}
ONCE = {
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "METHOD",
    "VERSION",
    "PRODID",
    "CLASS",
    "STATUS",
    "TRANSP",
    "TZID",
}
LINE = re.compile(r'^([A-Z0-9-]+)((?:;[A-Z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)$')


def unfolded(data: bytes) -> list[str]:
    return data.decode("utf-8").replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def faults(data: bytes) -> list[str]:
    """What is wrong with a calendar: ends and lengths of lines, nesting, properties that are missing or there twice."""
    found = []
    if not data.endswith(b"\r\n") or b"\n" in data.replace(b"\r\n", b""):
        found.append("a line does not end with CRLF")
    found += [f"a line of {len(line)} octets" for line in data.split(b"\r\n") if len(line) > 75]
    open_parts: list[tuple[str, list[str]]] = []
    zones: set[str] = set()
    for line in unfolded(data):
        match = LINE.match(line)
        if not match:
            found.append(f"no property: {line}")
            continue
        name, params, value = match.groups()
        if name == "BEGIN":
            open_parts.append((value, []))
        elif name == "END":
            part, names = open_parts.pop()
            if part != value:
                found.append(f"{part} ends as {value}")
            found += [f"{part} without {n}" for n in NEEDED.get(part, set()) - set(names)]
            found += [f"{part} with {n} twice" for n in ONCE if names.count(n) > 1]
        else:
            open_parts[-1][1].append(name)
            if name == "TZID":
                zones.add(value)
            if zone := re.search(r"TZID=([^;:]+)", params):
                found += [] if zone[1] in zones else [f"no VTIMEZONE for {zone[1]}"]
            if name in ("DTSTART", "DTEND", "DTSTAMP") and not re.fullmatch(r"\d{8}T\d{6}Z?", value):
                found.append(f"{name} is no time: {value}")
    return found + [f"{part} is not closed" for part, _names in open_parts]


def offsets(data: bytes) -> Callable[[datetime], timedelta]:
    """The offset of a local time by the yearly rules (the n-th or last weekday of a month) of the file's only zone."""
    rules = []
    text = "\n".join(unfolded(data))
    for part in re.findall(r"BEGIN:(?:DAYLIGHT|STANDARD)\n(.*?)\nEND:(?:DAYLIGHT|STANDARD)", text, re.DOTALL):
        told = dict(line.split(":", 1) for line in part.split("\n"))
        rule = dict(piece.split("=") for piece in told["RRULE"].split(";"))
        assert rule["FREQ"] == "YEARLY"
        assert rule["BYDAY"] == "-1SU"
        begins = datetime.strptime(told["DTSTART"], "%Y%m%dT%H%M%S")
        shift = told["TZOFFSETTO"]
        offset = timedelta(hours=int(shift[:3]), minutes=int(shift[0] + shift[3:]))
        rules.append((int(rule["BYMONTH"]), begins, offset))

    def at(local: datetime) -> timedelta:
        onsets = []
        for year in (local.year - 1, local.year):
            for month, begins, offset in rules:
                last = datetime(year + month // 12, month % 12 + 1, 1) - timedelta(1)
                sunday = last - timedelta((last.weekday() + 1) % 7)
                onsets.append((sunday.replace(hour=begins.hour, minute=begins.minute), offset))
        return max(o for o in onsets if o[0] <= local)[1]

    return at
