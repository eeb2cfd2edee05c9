"""Answers from spreadsheets: rows in, each respondent's unit and answers out, and row by row what could not be used."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from oppipari.disclosure import path_of
from oppipari.exchange.files import (
    LINES_LOOKED_AT,
    Limits,
    UnreadableFile,
    column_letters,
    column_names,
    read_all_sheets,
)
from oppipari.exchange.release.texts import text
from oppipari.organisation.text import fold, one_line

UNIT = frozenset({
    "unit", "unit path", "work unit", "yksikkö", "yksikön polku", "työyksikkö", "enhet", "arbetsenhet", "enhetens sökväg",
})  # fmt: skip
ANSWER = re.compile(r"'?([1-5])(?:[.,]0+)?")
MOST_PARTS = 20
LONGEST_ITEM = 200

Path = tuple[str, ...]


class UnreadableAnswers(Exception):
    """The file cannot be used; `sentence(lang)` says why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params

    def sentence(self, lang: str) -> str:
        return text(self.code, lang, self.params)


@dataclass(frozen=True, slots=True)
class AnswerRemark:
    """What could not be used; row 0 is the whole column, no column the whole row. Never what stood in a cell of answers."""

    file: str
    row: int
    column: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        return text(self.code, lang, dict(self.params))


@dataclass(frozen=True, slots=True)
class Sheetful:
    """One file: its questions as headed, and each respondent's unit as written and answers (0 where none)."""

    file: str
    unit_heading: str
    items: tuple[str, ...]
    units: list[Path]
    rows: list[int]
    answers: list[list[int]]
    remarks: list[AnswerRemark]
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answers:
    """All files as one questionnaire; units with one spelling each."""

    items: tuple[str, ...]
    units: list[str]
    answers: list[list[int]]
    remarks: list[AnswerRemark]


def read_answers(name: str, data: bytes) -> Sheetful:
    """One file's answers. Raises UnreadableAnswers with the reason."""
    try:
        sheets = [s.rows for s in read_all_sheets(name, data, Limits(), _unit_headings)]
    except UnreadableFile as error:
        raise UnreadableAnswers(error.code, **error.params) from None
    # Of a workbook the first sheet with a unit; answers are rarely in two.
    rows, top = next(((rows, top) for rows in sheets if (top := _heading_row(rows)) is not None), (None, 0))
    if rows is None:
        first = next((row for rows in sheets for row in rows if any(one_line(c) for c in row)), [])
        raise UnreadableAnswers("no_unit_column", file=name, columns=column_names([one_line(c) for c in first]))
    headings = [one_line(h)[:LONGEST_ITEM] for h in rows[top]]
    remarks: list[AnswerRemark] = []
    where = [i for i, h in enumerate(headings) if fold(h) in UNIT]
    if len(where) > 1:
        raise UnreadableAnswers("two_unit_columns", file=name, row=top + 1)
    body = [(number, row) for number, row in enumerate(rows[top + 1 :], start=top + 2) if any(c.strip() for c in row)]
    columns = _columns(name, headings, where[0], top + 1, body, remarks)
    units: list[Path] = []
    numbers: list[int] = []
    answers: list[list[int]] = []
    for number, row in body:
        given = [_answer(row[i]) if i < len(row) else 0 for i in columns]
        remarks += [
            AnswerRemark(name, number, headings[i], "bad_answer")
            for i, v in zip(columns, given, strict=True)
            if v is None
        ]
        path = _path(row[where[0]] if where[0] < len(row) else "")
        if not path:
            remarks.append(AnswerRemark(name, number, headings[where[0]], "no_unit"))
        elif len(path) > MOST_PARTS:
            remarks.append(AnswerRemark(name, number, headings[where[0]], "deep_unit", {"limit": MOST_PARTS}))
        elif not any(given):
            remarks.append(AnswerRemark(name, number, "", "no_answers"))
        else:
            units.append(path)
            numbers.append(number)
            answers.append([v or 0 for v in given])
    if not units:
        raise UnreadableAnswers("no_rows", file=name)
    unused = tuple(h for i, h in enumerate(headings) if h and i not in columns and i != where[0])
    items = tuple(headings[i] for i in columns)
    return Sheetful(name, headings[where[0]], items, units, numbers, answers, remarks, unused)


def gather_answers(sheets: Sequence[Sheetful]) -> Answers:
    """Several files of the same questionnaire as one. Raises UnreadableAnswers where they have no question in common."""
    first_as: dict[str, str] = {}  # the first file's spelling and order
    for sheet in sheets:
        for item in sheet.items:
            first_as.setdefault(fold(item), item)
    items = list(first_as.values())
    remarks = [r for s in sheets for r in s.remarks]
    for sheet in sheets:
        others = [{fold(i) for i in s.items} for s in sheets if s is not sheet]
        mine = {fold(i) for i in sheet.items}
        if any(mine.isdisjoint(o) for o in others):
            raise UnreadableAnswers("nothing_shared", file=sheet.file)
        remarks += [
            AnswerRemark(sheet.file, 0, i, "not_in_all") for i in sheet.items if any(fold(i) not in o for o in others)
        ]
    spelling = _spellings(sheets, remarks)
    answers = []
    for sheet in sheets:
        place = [next((k for k, mine in enumerate(sheet.items) if fold(mine) == fold(i)), None) for i in items]
        answers += [[0 if k is None else row[k] for k in place] for row in sheet.answers]
    units = [spelling[path] for s in sheets for path in s.units]
    files = [s.file for s in sheets]
    return Answers(tuple(items), units, answers, sorted(remarks, key=lambda r: (files.index(r.file), r.row, r.column)))


def _spellings(sheets: Sequence[Sheetful], remarks: list[AnswerRemark]) -> dict[Path, str]:
    """One spelling for paths that differ in case only: the most usual one of each part, whatever the order of rows."""
    usual: dict[Path, Counter[str]] = {}
    times = Counter(path for s in sheets for path in s.units)
    for path, count in times.items():
        for depth in range(1, len(path) + 1):
            usual.setdefault(tuple(map(fold, path[:depth])), Counter())[path[depth - 1]] += count
    best = {key: min(counter, key=lambda t: (-counter[t], t)) for key, counter in usual.items()}
    found: dict[Path, str] = {}
    for path in times:
        folded = tuple(map(fold, path))
        found[path] = "/".join(best[folded[:depth]] for depth in range(1, len(path) + 1))
    told: set[Path] = set()
    for sheet in sheets:
        for path, row in zip(sheet.units, sheet.rows, strict=True):
            if (written := "/".join(path)) != found[path] and path not in told:
                told.add(path)
                params = {"other": written, "unit": found[path]}
                remarks.append(AnswerRemark(sheet.file, row, sheet.unit_heading, "one_spelling", params))
    return found


def _unit_headings(row: Sequence[str]) -> int:
    return sum(fold(one_line(c)) in UNIT for c in row)


def _heading_row(rows: Sequence[Sequence[str]]) -> int | None:
    return next((i for i, row in enumerate(rows[:LINES_LOOKED_AT]) if _unit_headings(row)), None)


def _columns(
    file: str,
    headings: list[str],
    unit: int,
    row: int,
    body: Sequence[tuple[int, list[str]]],
    remarks: list[AnswerRemark],
) -> list[int]:
    """Which columns hold answers: those in which at least every second cell that is not empty is one."""
    width = max([len(headings), *(len(r) for _number, r in body)])
    found: list[int] = []
    for i in range(width):
        cells = [r[i] for _number, r in body if i < len(r) and r[i].strip()] if i != unit else []
        heading = headings[i] if i < len(headings) else ""
        good = sum(bool(_answer(c)) for c in cells)
        if i == unit or (not cells and not heading):
            continue
        if not heading:
            remarks.append(AnswerRemark(file, 0, column_letters(i), "no_heading"))
        elif cells and 2 * good < len(cells):
            remarks.append(AnswerRemark(file, 0, heading, "not_answers"))
        else:  # a question that nobody answered is one too
            found.append(i)
    seen: set[str] = set()
    for i in found:
        if fold(headings[i]) in seen:
            raise UnreadableAnswers("same_heading", file=file, row=row, column=headings[i])
        seen.add(fold(headings[i]))
    if not found:
        raise UnreadableAnswers("no_items", file=file, columns=column_names(headings))
    return found


@cache
def _answer(cell: str) -> int | None:
    """1 to 5, 0 for an empty cell, None for anything else."""
    clean = fold(cell)
    if not clean:
        return 0
    match = ANSWER.fullmatch(clean)
    return int(match[1]) if match else None


@cache
def _path(cell: str) -> Path:
    clean = one_line(cell.removeprefix("'"))
    if clean.count("/") > 2 * MOST_PARTS:
        return tuple(clean.split("/"))  # too long whatever is in it
    try:
        return path_of(clean)
    except ValueError:
        return ()
