"""Rosters in sheets: a row a person and a column a day, or a row a shift, into people."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from oppipari.exchange.columns import ADDRESS, looks_like_personal_codes
from oppipari.exchange.files import Sheet, column_letters
from oppipari.exchange.rosters.codes import NOT_WORKED_OUT, Kind
from oppipari.exchange.rosters.days import Hints, NoAnchor, read_hints, read_mark, resolve
from oppipari.exchange.rosters.headings import Block, Col
from oppipari.exchange.rosters.people import BARE_NUMBER, People
from oppipari.exchange.rosters.roster import UnreadableRoster
from oppipari.exchange.row import TOTALS
from oppipari.organisation.text import fold, one_line
from oppipari.scheduling.hours import find_hours, hours_of, read_time

TEAM_WORD = re.compile(
    r"\b(tiimi|team|osasto|ryhmä|solu|moduuli|kerros|yksikkö|arbetslag|avdelning|grupp|ward|group|unit)\b|\w(tiimi|osasto|ryhmä|koti|lag)\b"
)
NO_NAME = re.compile(r"[=:;]|\d{2}|^.{61,}")
MOMENT = re.compile(
    r"^(\d{4})-(\d\d)-(\d\d)[ t](\d\d:\d\d)(:\d\d)?$|^(\d{1,2})\.(\d{1,2})\.(\d{4})\s+(?:klo\s*)?(\d{1,2}[.:]\d\d)$"
)


@dataclass
class Years:
    """From where the years of dates were taken, and the days they were taken for."""

    days: dict[str, list[date]] = field(default_factory=dict)

    def took(self, source: str, days: Sequence[date]) -> None:
        self.days.setdefault(source, []).extend(days)


@dataclass
class TableReader:
    """Reads tables of one file into `people`; `hints` is what the file's name tells, `near` a date to be near."""

    people: People
    hints: Hints
    near: date
    years: Years = field(default_factory=Years)
    columns: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)

    def block(self, sheet: Sheet, block: Block, skipped: set[int], team: str) -> None:
        """Read a table of days; `skipped` are indexes of rows that are legends, `team` is the sheet's, where it has one.

        Raises UnreadableRoster where the days cannot be told, or a used column holds personal identity codes.
        """
        self._refuse_personal_codes(sheet, block.columns, range(block.first, block.last), block.headings)
        headings = {
            j: _heading(block.headings.get(j, ""), j) for j in {*block.headings, *block.marks, *block.columns.values()}
        }
        self.people.formulas += [
            (sheet.name, block.head + 1, column_letters(j)) for j, h in block.headings.items() if NOT_WORKED_OUT in h
        ]
        days = self._days(sheet, block, headings)
        for which, j in block.columns.items():
            self.columns.setdefault(str(which), headings[j])
        used = {*block.columns.values(), *block.marks, *block.ends.values()}
        self._leave([block.headings[j] for j in sorted(block.headings) if j not in used])
        for index in range(block.first, block.last):
            cells = sheet.rows[index]
            if index in skipped or not any(c.strip() for c in cells):
                continue
            told = {j: c for j in days if (c := _cell(cells, j, block.ends.get(j))).strip()}
            number = index + 1
            address = any(ADDRESS.match(c.strip()) for c in cells)
            if not address and self._is_totals(cells, told):
                self.people.note(sheet.name, number, "", "total_row")
                continue
            if not address and not told and (named := self._section(cells, block)):
                self.people.note(sheet.name, number, "", "team_of_rows", name=named)
                team = named
                continue
            known = set(self.people.entries)
            entry = self.people.entry(cells, block.columns, headings, sheet.name, number, team)
            if entry is None:
                if (told and not self.people.remarks[-1:]) or (told and self.people.remarks[-1].row != number):
                    self.people.note(sheet.name, number, "", "nobody")
                continue
            if not entry.email and (not told or NO_NAME.search(entry.name)):
                # In a roster of names only, a signature or a footnote under it would be somebody who never works.
                if f"={fold(entry.name)}" not in known:
                    self.people.drop(entry)
                self.people.note(sheet.name, number, "", "row_without_shifts")
                continue
            self.people.cover(
                entry, sorted(set(days.values())), sheet.name, number, headings[next(iter(block.columns.values()))]
            )
            for j, cell in told.items():
                self.people.cell(entry, days[j], cell, sheet.name, number, headings[j])

    def _days(self, sheet: Sheet, block: Block, headings: dict[int, str]) -> dict[int, date]:
        """The day of each column, in the order of days."""
        order = sorted(block.marks)
        hints = read_hints(block.titles).or_else(read_hints([sheet.name])).or_else(self.hints)
        try:
            found = resolve([block.marks[j] for j in order], hints, self.near)
        except NoAnchor as error:
            raise UnreadableRoster(str(error), file=self.people.file, row=block.head + 1) from None
        days: dict[int, date] = {}
        for j, day in zip(order, found.dates, strict=True):
            mark = block.marks[j]
            if day is None:
                self.people.note(sheet.name, block.head + 1, headings[j], "bad_date", value=headings[j][:40])
                continue
            if mark.weekday is not None and mark.weekday != day.weekday():
                self.people.note(
                    sheet.name, block.head + 1, headings[j], "weekday_mismatch", value=headings[j][:40], date=day
                )
            if day in days.values():
                self.people.note(sheet.name, block.head + 1, headings[j], "date_twice", date=day)
            days[j] = day
        self.years.took(found.year_from, list(days.values()))
        return days

    def _is_totals(self, cells: Sequence[str], told: dict[int, str]) -> bool:
        """A row of totals says so in its first cell, or counts heads on every day."""
        first = next(c for c in cells if c.strip())
        if TOTALS.match(fold(first)):
            return True
        numbers = all(BARE_NUMBER.match(one_line(c)) for c in told.values())
        return bool(told) and numbers and all(self.people.reader.read(c).kind != Kind.WORK for c in told.values())

    @staticmethod
    def _section(cells: Sequence[str], block: Block) -> str:
        """The team's name where a row holds nothing else: in a roster with addresses, or if it says that it is a team."""
        filled = [one_line(c) for c in cells if c.strip()]
        if len(filled) != 1 or len(filled[0]) > 60 or {Col.TEAM, Col.UNIT} & set(block.columns):
            return ""
        named = filled[0].strip(" :")
        if TEAM_WORD.search(fold(named)) or (Col.EMAIL in block.columns and not NO_NAME.search(named)):
            return named
        return ""

    def long(self, sheet: Sheet, head: int, columns: dict[Col, int], skipped: set[int], team: str) -> None:
        """Read a table with a row a shift."""
        headings = {j: _heading(one_line(c), j) for j, c in enumerate(sheet.rows[head])}
        self._refuse_personal_codes(sheet, columns, range(head + 1, len(sheet.rows)), headings)
        for which, j in columns.items():
            self.columns.setdefault(str(which), headings[j])
        self._leave([headings[j] for j in headings if j not in columns.values() and one_line(sheet.rows[head][j])])
        hints = read_hints(one_line(c)[:200] for row in sheet.rows[:head] for c in row)
        hints = hints.or_else(read_hints([sheet.name])).or_else(self.hints)
        for index in range(head + 1, len(sheet.rows)):
            cells = [one_line(c) for c in sheet.rows[index]]
            number = index + 1
            if index in skipped or not any(cells):
                continue
            if TOTALS.match(fold(next(c for c in cells if c))):
                self.people.note(sheet.name, number, "", "total_row")
                continue
            self._long_row(sheet, number, cells, columns, headings, hints, team)

    def _long_row(
        self,
        sheet: Sheet,
        number: int,
        cells: list[str],
        columns: dict[Col, int],
        headings: dict[int, str],
        hints: Hints,
        team: str,
    ) -> None:
        def get(which: Col) -> str:
            return cells[columns[which]] if which in columns and columns[which] < len(cells) else ""

        def heading(*those: Col) -> str:
            return next((headings[columns[c]] for c in those if c in columns), "")

        unread = next((j for j in columns.values() if j < len(cells) and NOT_WORKED_OUT in cells[j]), None)
        if unread is not None:
            self.people.formulas.append((sheet.name, number, headings[unread]))
            return
        entry = self.people.entry(cells, columns, headings, sheet.name, number, team)
        if entry is None:
            self.people.note(sheet.name, number, "", "nobody")
            return
        start, end = get(Col.START), get(Col.END)
        day_text, start = _split_moment(start) if MOMENT.match(fold(start)) else ("", start)
        _day, end = _split_moment(end) if MOMENT.match(fold(end)) else ("", end)
        mark = read_mark(get(Col.DATE) or day_text)
        found = resolve([mark], hints, self.near) if mark and mark.dated else None
        day = found.dates[0] if found else None
        if found is None or day is None:
            self.people.note(
                sheet.name, number, heading(Col.DATE, Col.START), "bad_day", value=(get(Col.DATE) or start)[:20]
            )
            return
        self.years.took(found.year_from, [day])
        entry.told.setdefault(day, (sheet.name, number))
        from_, to = read_time(start), read_time(end)
        code = get(Col.SHIFT)
        if code and self.people.reader.read(code).kind is not Kind.WORK and not find_hours(code)[0]:
            self.people.cell(entry, day, code, sheet.name, number, heading(Col.SHIFT))
            return
        if from_ is not None and to is not None and (hours := hours_of(from_, to)):
            self.people.work(entry, day, (hours,), sheet.name, number, heading(Col.START))
        elif code:
            self.people.cell(entry, day, code, sheet.name, number, heading(Col.SHIFT))
        elif start or end:
            self.people.note(sheet.name, number, heading(Col.START), "no_hours")

    def _leave(self, headings: Sequence[str]) -> None:
        self.unused += [h for h in headings if h and h not in self.unused]

    def _refuse_personal_codes(
        self, sheet: Sheet, columns: dict[Col, int], rows: range, headings: dict[int, str]
    ) -> None:
        for j in columns.values():
            if looks_like_personal_codes([sheet.rows[i][j] for i in rows if j < len(sheet.rows[i])]):
                raise UnreadableRoster(
                    "personal_codes", file=self.people.file, column=headings.get(j) or column_letters(j)
                )


def _cell(cells: Sequence[str], j: int, end: int | None) -> str:
    """A day's cell; "7.00-15.00" where the beginning and the end are two."""
    text = cells[j] if j < len(cells) else ""
    until = cells[end] if end is not None and end < len(cells) else ""
    return f"{text}-{until}" if text.strip() and until.strip() else text


def _heading(text: str, index: int) -> str:
    """A heading as it is written (a real date without its midnight), or the column's letters where it has none."""
    return text.removesuffix(" 00:00")[:80] or column_letters(index)


def _split_moment(text: str) -> tuple[str, str]:
    """A date and a clock time out of "2026-11-23 07:00" or "23.11.2026 7.00"."""
    day, _space, clock = fold(text).replace("t", " ").replace(" klo", "").partition(" ")
    return day, clock.strip()
