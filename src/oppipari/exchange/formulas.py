"""Cells of a workbook whose formula was never worked out: programs that write workbooks leave the result to Excel.

A reader of values finds nothing in them, which in a roster would mean a day off.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from posixpath import join, normpath

type Places = frozenset[tuple[int, int]]

TAGS = re.compile(rb"<(?:[\w.-]{1,40}:)?(?P<tag>row|c|f|v)(?P<more>\s[^<>]*|/)?>")
PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{0,3})(\d{1,7})[\"']")
NAMED = re.compile(
    r"<(?:[\w.-]{1,40}:)?(?P<tag>sheet|Relationship)(?P<more>(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))+)\s*/?>"
)
ATTRIBUTE = re.compile(r"(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
TEXT = re.compile(rb"\st\s*=\s*[\"']str[\"']")


def formulas_without_values(data: bytes) -> dict[str, Places]:
    """Indexes of row and column of such cells by the sheet's name, from a workbook that was read safely before.

    A formula whose result is an empty text has been worked out: it is marked as text.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {}
        for name, path in _sheets(archive):
            content = archive.read(path)
            if b"<f" in content or b":f" in content:
                found[name] = frozenset(_in_sheet(content))
        return {name: places for name, places in found.items() if places}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the path of its content."""
    there = set(archive.namelist())
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {book, links} <= there:
        return
    targets = {told.get("Id"): told.get("Target", "") for told in _named(archive.read(links), "Relationship")}
    for sheet in _named(archive.read(book), "sheet"):
        target = targets.get(sheet.get("id"), "")
        path = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        if path in there:
            yield sheet.get("name", ""), path


def _named(content: bytes, tag: str) -> Iterator[dict[str, str]]:
    """The attributes of every tag of one name, without their prefixes."""
    for match in NAMED.finditer(content.decode("utf-8", "replace")):
        if match["tag"] == tag:
            yield {name: unescape(a or b) for name, a, b in ATTRIBUTE.findall(match["more"])}


def _in_sheet(content: bytes) -> Iterator[tuple[int, int]]:
    row = column = -1
    waiting = text = False
    for match in TAGS.finditer(content):
        tag, more = match["tag"], match["more"] or b""
        place = PLACE.search(more) if tag in (b"row", b"c") else None
        if tag in (b"row", b"c") and waiting:
            yield row, column
            waiting = False
        if tag == b"row":
            row, column = int(place[2]) - 1 if place else row + 1, -1
        elif tag == b"c":
            column = _number(place[1]) - 1 if place and place[1] else column + 1
            text = bool(TEXT.search(more))
        elif tag == b"f":
            waiting = not text
        elif content[match.end() : match.end() + 1] not in (b"<", b"") and not more.endswith(b"/"):
            waiting = False
    if waiting:
        yield row, column


def _number(letters: bytes) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
