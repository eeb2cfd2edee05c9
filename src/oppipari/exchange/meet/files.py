"""A timetable as files: JSON for programs, a workbook a supervisor would print, a calendar for every person."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from oppipari.exchange.meet.asked import PlanPair
from oppipari.exchange.printed_book import PrintedBook
from oppipari.exchange.rosters import HELSINKI, RosterPerson, RosterReading, RosterRemark

NOT_IN_ROSTER = "not_in_roster"  # the reason of a pair that was not given to the planner

HEADINGS = {
    "fi": {
        "meetings": "Tapaamiset", "people": "Ihmiset", "unplaced": "Ilman aikaa", "remarks": "Huomiot",
        "weekday": "Viikonpäivä", "day": "Päivä", "clock": "Klo", "who": "Ketkä", "number": "Tapaaminen", "teams": "Tiimit",
        "team": "Tiimi", "person": "Ihminen", "with": "Kenen kanssa", "why": "Miksi", "file": "Tiedosto", "row": "Rivi", "column": "Sarake",
        "message": "Huomio", "days": "ma ti ke to pe la su", "title": "Varattu",
    },
    "sv": {
        "meetings": "Träffar", "people": "Personer", "unplaced": "Utan tid", "remarks": "Anmärkningar",
        "weekday": "Veckodag", "day": "Dag", "clock": "Kl.", "who": "Vilka", "number": "Träff", "teams": "Team",
        "team": "Team", "person": "Person", "with": "Med vem", "why": "Varför", "file": "Fil", "row": "Rad", "column": "Kolumn",
        "message": "Anmärkning", "days": "må ti on to fr lö sö", "title": "Reserverad",
    },
    "en": {
        "meetings": "Meetings", "people": "People", "unplaced": "Without a time", "remarks": "Remarks",
        "weekday": "Weekday", "day": "Day", "clock": "Time", "who": "Who", "number": "Meeting", "teams": "Teams",
        "team": "Team", "person": "Person", "with": "With whom", "why": "Why", "file": "File", "row": "Row", "column": "Column",
        "message": "Remark", "days": "Mon Tue Wed Thu Fri Sat Sun", "title": "Reserved",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Met:
    """A meeting with its time in Helsinki; `number` counts a pair's meetings from 1."""

    pair: PlanPair
    number: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """A meeting without a time: the code of the reason, and the reason as a sentence."""

    pair: PlanPair
    number: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Meetings:
    """All that the command answers; meetings in order of time."""

    met: tuple[Met, ...]
    missing: tuple[Missing, ...]
    bound: int
    proven: bool
    proof: str  # the same as a sentence
    seconds: float
    people: Mapping[str, RosterPerson]
    readings: Sequence[RosterReading]
    remarks: Sequence[RosterRemark]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def name(self, address: str) -> str:
        """What to call somebody; with the address where two have the same name."""
        person = self.people.get(address)
        if person is None or person.name == address:
            return address
        alone = sum(other.name == person.name for other in self.people.values()) == 1
        return person.name if alone else f"{person.name} <{address}>"


def weekday(day: date, lang: str) -> str:
    return HEADINGS[lang]["days"].split()[day.weekday()]


def clock(met: Met, lang: str) -> str:
    """14.00–15.00, or 14:00–15:00 in English."""
    sign = ":" if lang == "en" else "."
    return "–".join(f"{t.hour}{sign}{t.minute:02}" for t in (met.start, met.end))


def as_json(answer: Meetings, lang: str) -> dict[str, Any]:
    """The answer in the shape that docs/command-line.md describes."""
    return {
        "meetings": [
            {
                "members": list(m.pair.members),
                "meeting": m.number,
                "start": m.start.isoformat(),
                "end": m.end.isoformat(),
            }
            for m in answer.met
        ],
        "unplaced": [
            {"members": list(m.pair.members), "meeting": m.number, "reason": m.reason, "code": m.code}
            for m in answer.missing
        ],
        "proven": answer.proven,
        "bound": answer.bound,
        "seconds": round(answer.seconds, 3),
        "rosters": [
            {
                "file": r.file,
                "people": len(r.people),
                "first": r.first.isoformat(),
                "last": r.last.isoformat(),
                "legend": {code: [h.text("en").replace("–", "-") for h in hours] for code, hours in r.legend.items()},
                "usual_legend": r.usual,
                "unknown_codes": dict(r.unknown),
                "not_at_work_cells": r.away,
            }
            for r in answer.readings
        ],
        "settings": dict(answer.settings),
        "warnings": [
            {
                "file": r.file,
                "sheet": r.sheet,
                "row": r.row,
                "column": r.column,
                "message": r.message(lang),
            }
            for r in answer.remarks
        ],
    }


def write_json(path: Path, answer: Meetings, lang: str) -> None:
    path.write_text(json.dumps(as_json(answer, lang), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_workbook(path: Path, answer: Meetings, lang: str, made: date) -> None:
    """Sheets to print: meetings by time, the same by person, who has no time and why, remarks."""
    t = HEADINGS[lang]
    book = PrintedBook(path, lang, datetime.combine(made, time()))

    def when(met: Met) -> list[str | date]:
        return [weekday(met.start, lang), met.start.date(), clock(met, lang)]

    def teams(pair: PlanPair) -> str:
        told = (answer.people[a].team for a in pair.addresses if a in answer.people)
        return ", ".join(dict.fromkeys(team for team in told if team))

    def names(pair: PlanPair) -> str:
        return "\n".join(answer.name(a) for a in pair.addresses)

    time_columns = [(t["weekday"], 12), (t["day"], 12), (t["clock"], 14)]
    book.sheet(
        t["meetings"],
        [*time_columns, (t["who"], 40), (t["number"], 11), (t["teams"], 30)],
        [[*when(m), names(m.pair), m.number, teams(m.pair)] for m in answer.met],
    )
    by_person = sorted(
        (
            (answer.people[a].team, answer.name(a), m.start, [answer.name(o) for o in m.pair.addresses if o != a], m)
            for m in answer.met
            for a in m.pair.addresses
        ),
        key=lambda row: (row[0], row[1], row[2].astimezone(UTC)),
    )
    book.sheet(
        t["people"],
        [(t["team"], 20), (t["person"], 30), *time_columns, (t["with"], 40)],
        [[team, name, *when(m), "\n".join(others)] for team, name, _start, others, m in by_person],
    )
    book.sheet(
        t["unplaced"],
        [(t["who"], 40), (t["number"], 11), (t["why"], 80)],
        [[names(m.pair), m.number, m.reason] for m in answer.missing],
    )
    book.sheet(
        t["remarks"],
        [(t["file"], 26), (t["row"], 7), (t["column"], 26), (t["message"], 80)],
        [[_file(r), r.row or "", r.column, r.message(lang)] for r in answer.remarks],
    )
    book.close()


def _file(remark: RosterRemark) -> str:
    return f"{remark.file}: {remark.sheet}" if remark.sheet else remark.file


def calendars(answer: Meetings, lang: str) -> dict[str, bytes]:
    """A calendar (RFC 5545) for every person with meetings, by a file name that is safe anywhere.

    Times carry their zone, and identifiers and stamps depend on nothing but pair, number and plan, so that a calendar
    brought in again replaces what it brought before. Titles tell a shared screen nothing.
    """
    made = datetime.combine(min((m.start.date() for m in answer.met), default=date(2000, 1, 1)), time(), UTC)
    found: dict[str, bytes] = {}
    for address, name in calendar_names(dict.fromkeys(a for m in answer.met for a in m.pair.addresses)).items():
        calendar = Calendar()
        calendar.add("prodid", "-//Oppipari//Oppipari//FI")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add_component(_helsinki())
        for met in answer.met:
            if address not in met.pair.addresses:
                continue
            event = Event()
            event.add("uid", _uid(met))
            event.add("dtstamp", made)
            event.add("dtstart", met.start)
            event.add("dtend", met.end)
            event.add("summary", HEADINGS[lang]["title"])
            event.add("class", "PRIVATE")
            event.add("status", "CONFIRMED")
            event.add("transp", "OPAQUE")
            calendar.add_component(event)
        found[name] = calendar.to_ical()
    return found


def _uid(met: Met) -> str:
    return hashlib.sha256(f"{met.pair.key}#{met.number}".encode()).hexdigest()[:32] + "@oppipari"


def calendar_names(addresses: Iterable[str]) -> dict[str, str]:
    """A file name for each address: small letters, digits, and of signs only those that no system minds."""
    found: dict[str, str] = {}
    for address in addresses:
        name = re.sub(r"[^a-z0-9@._+-]", "_", address.casefold())[:100].strip(".")
        # Two addresses may look alike once their letters are gone.
        found[address] = (
            f"{name}.ics" if name == address else f"{name}-{hashlib.sha256(address.encode()).hexdigest()[:8]}.ics"
        )
    return found


def _helsinki() -> Timezone:
    """The zone by its rule since 1996, which every calendar program reads; tzdata's list of years is long and ends."""
    zone = Timezone()
    zone.add("tzid", str(HELSINKI))
    for part, name, month, before, after in (
        (TimezoneDaylight(), "EEST", 3, 2, 3),
        (TimezoneStandard(), "EET", 10, 3, 2),
    ):
        part.add("dtstart", datetime(1996, month, 31 if month == 3 else 27, before + 1))  # noqa: DTZ001 (local)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part["TZOFFSETFROM"] = f"+0{before}00"
        part["TZOFFSETTO"] = f"+0{after}00"
        part.add("tzname", name)
        zone.add_component(part)
    return zone
