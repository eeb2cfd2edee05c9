"""Rosters as tests write them, and what was read of them in a form that is easy to compare."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import openpyxl

from oppipari.exchange.rosters import RosterReading, read_roster

NEAR = date(2026, 11, 1)


def workbook(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_bytes(rows: Sequence[Sequence[str]], delimiter: str = ";") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def read(data: bytes | Sequence[Sequence[str]], name: str = "lista.csv", **options: Any) -> RosterReading:
    content = data if isinstance(data, bytes) else csv_bytes(data)
    return read_roster(name, content, near=options.pop("near", NEAR), **options)


def shown(shifts: Sequence[tuple[datetime, datetime]]) -> list[str]:
    """ "23.11. 07:00-15:00", with the end's day where it is another."""
    return [f"{s:%d.%m. %H:%M}-" + (f"{e:%H:%M}" if s.date() == e.date() else f"{e:%d.%m. %H:%M}") for s, e in shifts]


def shifts_of(reading: RosterReading, who: str) -> list[str]:
    """The shifts of the one whose address or name is `who`."""
    person = next(p for p in reading.people if who in (p.email, p.name))
    return shown(person.shifts)


def codes(reading: RosterReading) -> list[str]:
    return [r.code for r in reading.remarks]
