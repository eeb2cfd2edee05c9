"""A workbook's bytes into rows of text, after looking at what it would unpack to.

The reader makes a full rectangle of a sheet, from its first used cell to its last: one cell at the far end of an
otherwise empty sheet would ask for hundreds of gigabytes and end the process. So places of cells are looked up first.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from python_calamine import CalamineWorkbook, SheetVisibleEnum

from oppipari.exchange.refusal import UnreadableFile

MEGABYTE = 2**20
MAX_UNPACKED = 200 * MEGABYTE
MAX_ENTRIES = 2000
MAX_RATIO = 200
MAX_SHEETS = 10
MAX_TAG = 64 * 1024
# A row or a cell begins; or an attribute names its place. Attributes are looked for anywhere, whatever tag they are in:
# a reader more lenient than this pattern about tags must not see a place that was not seen here.
PLACES = re.compile(rb"<(?:[\w.-]{1,40}:)?(sheetData|row|c)(?=[\s/>])|\sr\s*=\s*[\"']\s*([A-Za-z]{0,9})(\d{1,12})")
ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet's rows as text; a CSV file is one sheet without a name. `visible` is how its maker left it."""

    name: str
    rows: list[list[str]]
    visible: bool = True


def read_sheets(
    name: str, data: bytes, max_rows: int, max_columns: int, max_cells: int, max_sheets: int = MAX_SHEETS
) -> list[Sheet]:
    """Each sheet of a workbook (the first `max_sheets` of them), as text. Raises UnreadableFile."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _look_at(name, archive, len(data), max_rows, max_columns, max_cells)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        seen = [s.visible == SheetVisibleEnum.Visible for s in book.sheets_metadata]
        return [
            Sheet(title, [[_text(c) for c in row] for row in book.get_sheet_by_index(i).to_python(False)], seen[i])
            for i, title in enumerate(book.sheet_names[:max_sheets])
        ]
    except (UnreadableFile, KeyboardInterrupt, SystemExit):
        raise
    # Broken zips and broken XML raise whatever the readers happen to trip over, also what is no Exception (a panic).
    except BaseException:
        raise UnreadableFile("unreadable", file=name) from None


def _look_at(name: str, archive: zipfile.ZipFile, packed: int, max_rows: int, max_columns: int, max_cells: int) -> None:
    entries = archive.infolist()
    unpacked = sum(e.file_size for e in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed + 5 * MEGABYTE:
        raise UnreadableFile("zip_bomb", file=name)
    if any(e.flag_bits & ENCRYPTED for e in entries):
        raise UnreadableFile("password", file=name)
    names = {e.filename.lower() for e in entries}
    if not any(n.startswith("xl/") for n in names) or names & {"xl/workbook.bin", "content.xml"}:
        raise UnreadableFile("not_a_sheet", file=name)
    for entry in entries:
        with archive.open(entry) as file:
            rows, columns = _reach(file)
        if rows > max_rows:
            raise UnreadableFile("too_many_rows", file=name, limit=max_rows)
        if columns > max_columns:
            raise UnreadableFile("too_many_columns", file=name, limit=max_columns)
        if rows * columns > max_cells:
            raise UnreadableFile("too_many_cells", file=name, limit=max_cells)


def _reach(file: IO[bytes]) -> tuple[int, int]:
    """The last row and column that a sheet's XML uses, counted as a reader of spreadsheets counts them."""
    row = column = last_row = last_column = 0
    in_sheet = False
    for match in _places(file):
        tag, letters, digits = match.groups()
        in_sheet = in_sheet or tag == b"sheetData"
        if not in_sheet or tag == b"sheetData":
            continue
        if tag == b"row":
            row, column = row + 1, 0
        elif tag == b"c":
            column += 1
        elif letters:
            column = _number(letters)
            last_row = max(last_row, int(digits))
        else:
            row = int(digits)
        last_row, last_column = max(last_row, row), max(last_column, column)
    return last_row, last_column


def _places(file: IO[bytes]) -> Iterator[re.Match[bytes]]:
    rest = b""
    while chunk := file.read(MEGABYTE):
        rest += chunk
        end = rest.rfind(b"<")
        yield from PLACES.finditer(rest[: max(end, 0)])
        rest = rest[max(end, 0) :]
        if len(rest) > MEGABYTE + MAX_TAG:
            raise zipfile.BadZipFile("a tag without an end")
    yield from PLACES.finditer(rest)


def _number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    return str(cell)
