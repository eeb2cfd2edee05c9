"""People of a roster being read: one entry a person, however many rows and sheets tell of them."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from oppipari.exchange.columns import ADDRESS, holds_personal_code
from oppipari.exchange.rosters.codes import NOT_WORKED_OUT, Kind, Reader
from oppipari.exchange.rosters.headings import Col
from oppipari.exchange.rosters.joining import joined
from oppipari.exchange.rosters.roster import RosterPerson, RosterRemark
from oppipari.exchange.row import ADDRESS_INSIDE
from oppipari.organisation.text import fold, one_line
from oppipari.scheduling.hours import Hours, Shift

LONGEST_SHIFT = 16  # hours; more is said, since most often it is a slip of the pen
FORMULA = ("=", "+", "-", "@")


@dataclass
class Entry:
    email: str
    name: str
    team: str
    sheet: str
    row: int
    shifts: list[Shift] = field(default_factory=list)
    told: dict[date, tuple[str, int]] = field(default_factory=dict)  # day -> the sheet and row that tells of it


@dataclass
class People:
    """Takes what rows tell; `finish` gives people in the order in which they came."""

    file: str
    reader: Reader
    remarks: list[RosterRemark] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    written: dict[str, str] = field(default_factory=dict)  # unknown codes as first written
    away: int = 0
    words: int = 0
    formulas: list[tuple[str, int, str]] = field(
        default_factory=list
    )  # sheet, row and column of those without a result
    entries: dict[str, Entry] = field(default_factory=dict)

    def note(self, sheet: str, row: int, column: str, code: str, **params: Any) -> None:
        remark = RosterRemark(self.file, row, column, code, params, sheet)
        if remark not in self.remarks[-5:]:
            self.remarks.append(remark)

    def entry(
        self,
        cells: Sequence[str],
        columns: Mapping[Col, int],
        headings: Mapping[int, str],
        sheet: str,
        row: int,
        team: str,
    ) -> Entry | None:
        """The entry of the person on a row, new or known; None where the row names nobody."""

        def get(which: Col) -> str:
            j = columns.get(which)
            cell = cells[j] if j is not None and j < len(cells) else ""
            if NOT_WORKED_OUT in cell:
                if which not in (Col.TEAM, Col.UNIT):  # without a team its staffing is not kept, which is said
                    self.formulas.append((sheet, row, headings.get(j or 0, "")))
                return ""
            if holds_personal_code(cell):
                self.note(sheet, row, headings.get(j or 0, ""), "personal_code")
                return ""
            return one_line(cell)[:200]

        def heading(which: Col) -> str:
            return headings.get(columns[which], "") if which in columns else ""

        name = get(Col.NAME) or " ".join(filter(None, (get(Col.FIRST), get(Col.LAST))))
        if name.startswith(FORMULA):
            self.note(sheet, row, heading(Col.NAME), "formula")
            name = ""
        written = get(Col.EMAIL)
        inside = ADDRESS_INSIDE.search(written)
        email = fold(inside[1] if inside else written).removeprefix("mailto:")
        if not ADDRESS.match(email) or len(email) > 254:
            if name and Col.EMAIL in columns:
                code = "bad_email" if email else "no_address"
                self.note(sheet, row, heading(Col.EMAIL), code, **({"value": written[:60]} if email else {}))
            email = ""
        if not email and not name:
            return None
        own = get(Col.TEAM) or get(Col.UNIT)
        team = "" if own.startswith(FORMULA) else own or team
        key = email or f"={fold(name)}"
        found = self.entries.get(key)
        if found is None:
            found = self.entries[key] = Entry(email, name[:120] or email, team[:120], sheet, row)
        elif name and found.name not in ("", email) and fold(found.name) != fold(name):
            self.note(sheet, row, heading(Col.EMAIL), "same_address_other_name", other=found.row)
            return None
        found.team = found.team or team[:120]
        return found

    def cover(self, entry: Entry, days: Sequence[date], sheet: str, row: int, column: str) -> None:
        """A row tells of these days of somebody; where another row did too, that is said once."""
        others = {at for d in days if (at := entry.told.get(d)) and at != (sheet, row)}
        if others:
            self.note(sheet, row, column, "person_twice", other=min(others)[1])
        for day in days:
            entry.told.setdefault(day, (sheet, row))

    def cell(self, entry: Entry, day: date, cell: str, sheet: str, row: int, column: str) -> None:
        """One cell of one day."""
        meaning = self.reader.read(cell)
        match meaning.kind:
            case Kind.WORK:
                if meaning.code:
                    self.used[meaning.code] += 1
                self.work(entry, day, meaning.hours, sheet, row, column)
            case Kind.AWAY:
                self.away += 1
            case Kind.WORDS:
                self.words += 1
            case Kind.UNKNOWN:
                key = fold(meaning.code)
                self.written.setdefault(key, meaning.code)
                self.unknown[self.written[key]] += 1
            case Kind.BAD_TIME:
                self.note(sheet, row, column, "bad_time", value=meaning.code)
            case Kind.DATE:
                self.note(sheet, row, column, "date_in_cell")
            case Kind.FORMULA:
                self.formulas.append((sheet, row, column))
            case Kind.NOTHING:
                pass

    def work(self, entry: Entry, day: date, hours: Sequence[Hours], sheet: str, row: int, column: str) -> None:
        for part in hours:
            length = (part.end - part.start) % (24 * 60) / 60
            if length > LONGEST_SHIFT or length == 0:
                self.note(sheet, row, column, "long_shift", hours=f"{length or 24:g}")
            if shift := part.on(day):
                entry.shifts.append(shift)

    def drop(self, entry: Entry) -> None:
        """Forget an entry that turned out to be no person."""
        self.entries = {k: e for k, e in self.entries.items() if e is not entry}

    def finish(self) -> tuple[RosterPerson, ...]:
        """The people; who is on one sheet with an address and on another by name only is one."""
        by_name = Counter(fold(e.name) for e in self.entries.values() if e.email)
        for entry in [e for e in self.entries.values() if not e.email]:
            if by_name[fold(entry.name)] == 1:
                same = next(e for e in self.entries.values() if e.email and fold(e.name) == fold(entry.name))
                same.shifts += entry.shifts
                same.told = entry.told | same.told
                same.team = same.team or entry.team
                self.drop(entry)
        found = []
        for entry in self.entries.values():
            shifts, overlaps = joined(entry.shifts)
            if overlaps:
                self.note(entry.sheet, entry.row, "", "overlap", date=overlaps[0].date())
            dates = tuple(sorted(entry.told))
            found.append(RosterPerson(entry.email, entry.name, entry.team, shifts, dates, self.file, entry.row))
        return tuple(found)


BARE_NUMBER = re.compile(r"^\d{1,3}([.,]\d+)?$")
