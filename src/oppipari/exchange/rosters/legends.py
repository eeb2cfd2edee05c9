"""Legends: which hours a code stands for, from a sheet of its own, from rows under a roster, or from "A = 7-15"."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from oppipari.exchange.columns import ADDRESS, holds_personal_code
from oppipari.exchange.rosters.absences import means_not_at_work, speaks_of_absence
from oppipari.exchange.rosters.codes import LONGEST_CODE
from oppipari.exchange.rosters.headings import Col, column_of
from oppipari.organisation.text import fold, one_line
from oppipari.scheduling.hours import Hours, find_hours, hours_of, plain, read_time

IN_TEXT = re.compile(
    r"(?:^|[\s,;(])([^\s=:;,()]{1,8})\s*[=:]\s*((?:klo\s*)?\d{1,2}(?:[.:]\d\d)?\s*[-–—]\s*\d{1,2}(?:[.:]\d\d)?(?:\s*(?:ja|och|and|\+|/)\s*\d{1,2}(?:[.:]\d\d)?\s*[-–—]\s*\d{1,2}(?:[.:]\d\d)?)*)"
)
AFTER_CODE = re.compile(r"^(\S{1,8})\s*[=:]?\s+(.*)$")
CODE_HEADING = re.compile(
    r"(työ)?vuoro(koodi|tunnus|n koodi)?|koodi|lyhenne|tunnus|merkintä|(shift )?code|shift|abbreviation|(skift|pass|tur)?kod|skift|pass|förkortning"
)
CLOCK = re.compile(r"^\d{1,2}[.:]\d\d")
BELOW = 4  # characters of a code in a row under a roster: more is taken for somebody's name


@dataclass
class Legends:
    """What files say of codes: hours of work, or () for no work. The first to name a code is kept."""

    codes: dict[str, tuple[Hours, ...]] = field(default_factory=dict)
    told_twice: list[tuple[str, tuple[Hours, ...], tuple[Hours, ...], str, int]] = field(default_factory=list)
    _written: dict[str, str] = field(default_factory=dict)

    def add(self, code: str, hours: tuple[Hours, ...], sheet: str, row: int) -> None:
        key = plain(code)
        if key not in self._written:
            self._written[key] = code
            self.codes[code] = hours
            return
        first = self.codes[self._written[key]]
        if hours and first and hours != first:
            self.told_twice.append((self._written[key], first, hours, sheet, row))

    def read_sheet(self, rows: Sequence[Sequence[str]], sheet: str) -> bool:
        """Read a sheet that holds no roster; whether anything in it was a legend."""
        before = len(self.codes)
        columns: dict[Col, int] = {}
        code_at: int | None = None
        for number, row in enumerate(rows, start=1):
            cells = [one_line(c) for c in row]
            named = {which: j for j, c in enumerate(cells) if (which := column_of(c))}
            codes = [j for j, c in enumerate(cells) if CODE_HEADING.fullmatch(fold(c))]
            if code_at is None and len(codes) == 1 and len([c for c in cells if c]) > 1 and not _hours(cells):
                code_at = codes[0]
            if not columns and {Col.START, Col.END} <= set(named):
                columns = named
                continue
            self._row(cells, columns, sheet, number, code_at)
        return len(self.codes) > before

    def read_below(self, cells: Sequence[str], sheet: str, row: int) -> bool:
        """Read a row of a roster's sheet as a legend where it is one: a short code and its hours, and nothing else."""
        filled = [c for cell in cells if (c := one_line(cell))]
        if not 2 <= len(filled) <= 4 or any(ADDRESS.match(c) for c in filled):
            return False
        code = filled[0]
        if len(code) > BELOW or code != code.upper() or code.isdigit() or not _hours(filled[1:]):
            return False
        self._row(filled, {}, sheet, row)
        return True

    def read_text(self, cells: Iterable[str], sheet: str, row: int) -> bool:
        """Read what cells say in the form "A = 7-15, I = 14-22"; whether any did."""
        found = False
        for cell in cells:
            if "=" not in cell and ":" not in cell:
                continue
            for code, told in IN_TEXT.findall(one_line(cell)):
                hours, rest = find_hours(told)
                if hours and not rest and not code.isdigit():
                    self.add(code, hours, sheet, row)
                    found = True
        return found

    def _row(
        self, cells: Sequence[str], columns: dict[Col, int], sheet: str, number: int, code_at: int | None = None
    ) -> None:
        filled = [(j, c) for j, c in enumerate(cells) if c]
        if not filled or self.read_text(cells, sheet, number):
            return
        at = _code_of(filled, code_at)
        code, rest = filled[at][1], [c for i, (_j, c) in enumerate(filled) if i != at]
        if not rest:
            alone = AFTER_CODE.match(code)  # "A 7-15" in one cell
            if not alone:
                return
            code, rest = alone[1], [alone[2]]
        if len(code) > LONGEST_CODE or ADDRESS.match(code) or holds_personal_code(code) or find_hours(code)[0]:
            return
        # A payroll's legend gives hours to absences too: what it says in words goes first.
        if any(speaks_of_absence(c) for c in rest):
            self.add(code, (), sheet, number)
            return
        if columns:
            told = [cells[columns[c]] if columns[c] < len(cells) else "" for c in (Col.START, Col.END)]
            start, end = (read_time(t) for t in told)
            if start is not None and end is not None and (hours := hours_of(start, end)):
                self.add(code, (hours,), sheet, number)
                return
            if not any(t.strip("-. ") for t in told) and not _hours(rest):
                self.add(code, (), sheet, number)  # listed by the unit, and without hours
                return
        if found := _hours(rest):
            self.add(code, found, sheet, number)
        elif any(means_not_at_work(c) for c in rest):
            self.add(code, (), sheet, number)


def _code_of(filled: Sequence[tuple[int, str]], code_at: int | None) -> int:
    """Which of a row's filled cells (column, text) is the code: under its heading, else the first that is no hours."""
    under = next((i for i, (j, _c) in enumerate(filled) if j == code_at), None)
    if under is not None:
        return under
    if not _is_hours(filled[0][1]):
        return 0
    others = [i for i, (_j, c) in enumerate(filled) if not _is_hours(c) and len(c) <= LONGEST_CODE]
    return others[0] if len(others) == 1 else 0


def _is_hours(cell: str) -> bool:
    return bool(find_hours(cell)[0]) or bool(CLOCK.match(cell))


def _hours(cells: Sequence[str]) -> tuple[Hours, ...]:
    """Hours that are all of a cell, else the first two clock times, else hours among words; () where there are none."""
    among_words: tuple[Hours, ...] = ()
    for cell in cells:
        hours, rest = find_hours(cell)
        if hours and not rest:
            return hours
        among_words = among_words or hours or ()
    times = [t for c in cells if (t := read_time(c)) is not None]
    whole = hours_of(times[0], times[1]) if len(times) >= 2 else None
    return (whole,) if whole else among_words
