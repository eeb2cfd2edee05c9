"""A file's bytes into rows of text, safely: what is too large, locked, or something else in disguise is refused."""

import csv
import datetime
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from oppipari.exchange.texts import text

MEGABYTE = 2**20
MAX_FILE = 20 * MEGABYTE
MAX_UNPACKED = 200 * MEGABYTE
MAX_ENTRIES = 2000
MAX_RATIO = 200
MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL = 2000


class UnreadableFile(Exception):
    """The file cannot be used; `sentence(lang)` says why, naming file, row and column."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params

    def sentence(self, lang: str) -> str:
        return text(self.code, lang, self.params)


def read_rows(name: str, data: bytes) -> list[list[str]]:
    """The first sheet's rows as text, from the bytes of an .xlsx or .csv file called `name`.

    Kinds are told by content, not by name. Raises UnreadableFile.
    """
    if len(data) > MAX_FILE:
        raise UnreadableFile("too_large", file=name, limit=MAX_FILE // MEGABYTE)
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise UnreadableFile("empty", file=name)
    if data.startswith(b"%PDF"):
        raise UnreadableFile("pdf", file=name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("password", file=name)
    rows = _workbook(name, data) if data.startswith(b"PK") else _csv(name, data)
    if len(rows) > MAX_ROWS:
        raise UnreadableFile("too_many_rows", file=name, limit=MAX_ROWS)
    if any(len(row) > MAX_COLUMNS for row in rows):
        raise UnreadableFile("too_many_columns", file=name, limit=MAX_COLUMNS)
    return rows


def _workbook(name: str, data: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile:
        raise UnreadableFile("unreadable", file=name) from None
    unpacked = sum(e.file_size for e in entries)
    # The sizes a directory claims can lie, but then the reader fails on the entry instead of unpacking it.
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * len(data) + 5 * MEGABYTE:
        raise UnreadableFile("zip_bomb", file=name)
    if not any(e.filename.startswith("xl/") for e in entries):
        raise UnreadableFile("not_a_sheet", file=name)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        cells = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError):
        raise UnreadableFile("unreadable", file=name) from None
    return [[_text(c) for c in row] for row in cells]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return str(cell)


def _csv(name: str, data: bytes) -> list[list[str]]:
    decoded = _decoded(data)
    if decoded is None or "\x00" in decoded:
        raise UnreadableFile("not_a_sheet", file=name)
    first = decoded.split("\n", 1)[0]
    delimiter = max(";\t,", key=lambda d: (_outside_quotes(first, d), d == ","))
    reader = csv.reader(io.StringIO(decoded, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MAX_ROWS:
                raise UnreadableFile("too_many_rows", file=name, limit=MAX_ROWS)
    except csv.Error:
        raise UnreadableFile("not_a_sheet", file=name) from None
    return rows


def _outside_quotes(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])


def _decoded(data: bytes) -> str | None:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                return None
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def neutral(cell: str) -> str:
    """A cell that a spreadsheet program will not run: a leading = + - @ or control character gets a quote before it."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def column_names(headings: Sequence[str]) -> str:
    """The headings of a file as one text, for a message."""
    named = [h.strip()[:60] for h in headings if h.strip()]
    return ", ".join(named[:20]) + (" …" if len(named) > 20 else "")
