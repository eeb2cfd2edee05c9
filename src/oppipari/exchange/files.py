"""A file's bytes into rows of text, safely: what is too large, locked, or something else in disguise is refused."""

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oppipari.exchange.columns import headings_known
from oppipari.exchange.refusal import UnreadableFile
from oppipari.exchange.workbook import MAX_SHEETS, MEGABYTE, Sheet, read_sheets

__all__ = [
    "MAX_CELL",
    "MAX_FILE",
    "MEGABYTE",
    "Limits",
    "Sheet",
    "UnreadableFile",
    "column_letters",
    "column_names",
    "decoded",
    "neutral",
    "read_all_sheets",
    "read_rows",
    "refuse_at_once",
]

MAX_FILE = 20 * MEGABYTE
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELLS = 4_000_000
MAX_CELL = 2000  # characters that are used of a cell
CELL_LIMIT = 32_767  # characters that a cell of Excel can hold: more is no cell
SAID_DELIMITER = re.compile(r"^\ufeff?\"?sep=([;,\t])\"?\r?\n", re.IGNORECASE)
LINES_LOOKED_AT = 10


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a sheet may reach; `cells` is its rows times its columns."""

    rows: int = MAX_ROWS
    columns: int = MAX_COLUMNS
    cells: int = MAX_CELLS
    sheets: int = MAX_SHEETS


def read_rows(name: str, data: bytes) -> list[list[str]]:
    """The rows of sign-ups as text, from the bytes of an .xlsx or .csv file called `name`; the first is Excel's row 1.

    Kinds are told by content, not by name. Of a workbook, the sheet with most known headings. Raises UnreadableFile.
    """
    sheets = [sheet.rows for sheet in read_all_sheets(name, data, Limits(), headings_known)]
    return max(sheets, key=_known, default=[])  # the first of equals


def read_all_sheets(name: str, data: bytes, limits: Limits, headings: Callable[[Sequence[str]], int]) -> list[Sheet]:
    """Every sheet of an .xlsx or .csv file called `name`; `headings` counts the headings a row holds, for the delimiter.

    Raises UnreadableFile.
    """
    refuse_at_once(name, data)
    if data.startswith(b"PK"):
        sheets = read_sheets(name, data, limits.rows, limits.columns, limits.cells, limits.sheets)
    else:
        sheets = [Sheet("", _csv(name, data, limits, headings))]
    for rows in (sheet.rows for sheet in sheets):
        if len(rows) > limits.rows:
            raise UnreadableFile("too_many_rows", file=name, limit=limits.rows)
        for number, row in enumerate(rows, start=1):
            if len(row) > limits.columns:
                raise UnreadableFile("too_many_columns", file=name, limit=limits.columns)
            for index, cell in enumerate(row):
                if len(cell) > CELL_LIMIT:
                    at = {"row": number, "column": column_letters(index)}
                    raise UnreadableFile("cell_too_long", file=name, limit=CELL_LIMIT, **at)
    return sheets


def refuse_at_once(name: str, data: bytes) -> None:
    """Refuse what is too large, empty, or by its first bytes something else in disguise. Raises UnreadableFile."""
    if len(data) > MAX_FILE:
        raise UnreadableFile("too_large", file=name, limit=MAX_FILE // MEGABYTE)
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        raise UnreadableFile("empty", file=name)
    if data.startswith(b"%PDF"):
        raise UnreadableFile("pdf", file=name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile("password", file=name)


def column_letters(index: int) -> str:
    """A column as Excel shows it: A for 0, AA for 26."""
    return (column_letters(index // 26 - 1) if index > 25 else "") + chr(ord("A") + index % 26)


def _known(rows: list[list[str]]) -> int:
    return max((headings_known(row) for row in rows[:LINES_LOOKED_AT]), default=0)


def _csv(name: str, data: bytes, limits: Limits, headings: Callable[[Sequence[str]], int]) -> list[list[str]]:
    content = decoded(data)
    if content is None or "\x00" in content:
        raise UnreadableFile("not_a_sheet", file=name)
    said = SAID_DELIMITER.match(content)
    if said:  # a line for Excel itself, which it does not count as a row
        content, delimiter = content[said.end() :], said[1]
    else:
        delimiter = _delimiter(content, headings)
    rows: list[list[str]] = []
    try:
        # Strict: a quotation mark that nobody closed would otherwise swallow the people after it without a word.
        for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) > limits.rows:
                raise UnreadableFile("too_many_rows", file=name, limit=limits.rows)
    except csv.Error as error:
        code = "row_too_long" if "limit" in str(error) else "bad_quote"
        raise UnreadableFile(code, file=name, row=len(rows) + 1, limit=CELL_LIMIT) from None
    return rows


def _delimiter(content: str, headings: Callable[[Sequence[str]], int]) -> str:
    """The delimiter with which most headings are known; questions may hold commas, answers semicolons."""
    lines = content[: 200 * 1024].splitlines()[:LINES_LOOKED_AT]

    def fits(delimiter: str) -> tuple[int, int, bool]:
        known = max((headings(_cells(line, delimiter)) for line in lines), default=0)
        first = lines[0] if lines else ""
        return known, sum(part.count(delimiter) for part in first.split('"')[::2]), delimiter == ","

    return max(";\t,", key=fits)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def decoded(data: bytes) -> str | None:
    """A text file's content whatever it was saved as (UTF-8, UTF-16 with its mark, Windows-1252); None if it is none."""
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
