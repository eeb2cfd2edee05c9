"""Headings of days into dates: real dates, "ma 23.11.", "23 Nov", a number under a month's name, a weekday under a week.

What a heading leaves out is taken from what stands above it, the sheet's name, the file's name, weekdays that must fit,
and last of all from a given date that it must be near; the caller says so.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from oppipari.scheduling.hours import plain
from oppipari.scheduling.weekdays import DAYS

MONTHS = {
    stem: number
    for number, stems in enumerate(
        [
            "tammi jan", "helmi feb", "maalis mar", "huhti apr", "touko may maj", "kesä jun", "heinä jul",
            "elo aug", "syys sep", "loka oct okt", "marras nov", "joulu dec",
        ],
        start=1,
    )
    for stem in stems.split()
}  # fmt: skip
MONTH_WORD = re.compile(
    r"^(tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)(kuu(n|ta|ssa)?)?$|"
    r"^(jan|feb|mar|apr|may|maj|jun|jul|aug|sep|oct|okt|nov|dec)(uari|uary|ruari|ruary|s|ch|il|e|i|y|ust|usti|t|tember|ober|ember)?$"
)
ISO = re.compile(r"^(\d{4})(?P<sign>[-/.])(\d{1,2})(?P=sign)(\d{1,2})(?:[ t]00:00(?::00)?)?$")
NUMERIC = re.compile(r"^(\d{1,2})\s?([./])\s?(\d{1,2})\s?[./]?\s?(\d{4}|\d{2})?\.?$")
DASHED = re.compile(r"^(\d{1,2})-(\d{1,2})-(\d{4})$")
NUMBER = re.compile(r"^(\d{1,2})\.?$")
WORDED = re.compile(r"^(\d{1,2})\.?[\s-]*([^\W\d]+)\.?,?[\s-]*(\d{4}|\d{2})?$")
MONTH_FIRST = re.compile(r"^([^\W\d]+)\.?\s*(\d{1,2}),?\s*(\d{4})?$")
BEFORE = re.compile(r"^([^\W\d]+)\.?,?\s*(.*)$")
AFTER = re.compile(r"^(.*?)[\s,(]*([^\W\d]+)\.?\)?$")

HALF_A_YEAR = timedelta(days=184)  # no day of a year is farther from another than this, taken in the nearest year

TITLE_DATE = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})?(?!\d)|(\d{4})-(\d\d)-(\d\d)")
TITLE_WEEK = re.compile(r"\b(?:viik\w*|vko?t?|vk|week|wk|vecka|v)\s*\.?\s*(\d{1,2})(?![\d.:])")
TITLE_MONTH = re.compile(r"(?<![\d./])(\d{1,2})\s?[/.]\s?(20\d\d)(?!\d)")
TITLE_YEAR = re.compile(r"(?<!\d)(20[2-9]\d)(?!\d)")
WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class DayMark:
    """What one heading says of its day; None for what it leaves out. `wrong` is a date that no calendar has."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    wrong: bool = False

    @property
    def dated(self) -> bool:
        return self.month is not None


@dataclass(frozen=True, slots=True)
class Hints:
    """What titles and names say: a year, a month, an ISO week, the first day of a period."""

    year: int | None = None
    month: int | None = None
    week: int | None = None
    day: int | None = None

    def or_else(self, other: "Hints") -> "Hints":
        """These, and of another's what does not contradict them."""
        if self.month is None and self.week is None:
            return Hints(self.year or other.year, other.month, other.week, other.day)
        return replace(self, year=self.year or other.year)


def read_mark(text: str, month_first: bool = False) -> DayMark | None:
    """A heading as a day, or None; `month_first` reads 11/23 as Americans do."""
    written = plain(text)
    if not written or len(written) > 40:
        return None
    if iso := ISO.match(written):
        return _dated(int(iso[4]), int(iso[3]), int(iso[1]), None)
    weekday = None
    if (before := BEFORE.match(written)) and before[1] in DAYS:
        weekday, written = DAYS[before[1]], before[2]
    elif (after := AFTER.match(written)) and after[2] in DAYS:
        weekday, written = DAYS[after[2]], after[1]
    written = written.strip(" ,()")
    if not written:
        return DayMark(weekday=weekday) if weekday is not None else None
    if iso := ISO.match(written):
        return _dated(int(iso[4]), int(iso[3]), int(iso[1]), weekday)
    if numeric := NUMERIC.match(written):
        day, month = int(numeric[1]), int(numeric[3])
        if numeric[2] == "/" and month_first:
            day, month = month, day
        return _dated(day, month, _full(numeric[4]), weekday)
    if dashed := DASHED.match(written):
        return _dated(int(dashed[1]), int(dashed[2]), int(dashed[3]), weekday)
    if (worded := WORDED.match(written)) and (month_named := _month(worded[2])):
        return _dated(int(worded[1]), month_named, _full(worded[3]), weekday)
    if (worded := MONTH_FIRST.match(written)) and (month_named := _month(worded[1])):
        return _dated(int(worded[2]), month_named, _full(worded[3]), weekday)
    if (number := NUMBER.match(written)) and 1 <= int(number[1]) <= 31:
        return DayMark(day=int(number[1]), weekday=weekday)
    return None


def read_marks(row: Sequence[str]) -> dict[int, DayMark]:
    """The headings of a row that are days, by column; American order where only it makes dates of "11/23/2026"."""
    slashed = [m for c in row if (m := NUMERIC.match(plain(c))) and m[2] == "/"]
    month_first = any(int(m[3]) > 12 for m in slashed) and not any(int(m[1]) > 12 for m in slashed)
    return {i: mark for i, cell in enumerate(row) if (mark := read_mark(cell, month_first))}


def _month(word: str) -> int | None:
    if not MONTH_WORD.match(word):
        return None
    # The longest that fits: "marras" begins as "mar" does.
    fitting = [stem for stem in MONTHS if word.startswith(stem)]
    return MONTHS[max(fitting, key=len)] if fitting else None


def _full(year: str | None) -> int | None:
    return None if not year else int(year) + (2000 if len(year) == 2 else 0)


def _dated(day: int, month: int, year: int | None, weekday: int | None) -> DayMark | None:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    # 29 February without a year may be right; with one, the calendar decides.
    wrong = _date(year or 2024, month, day) is None or not _is_near(year or 2024)
    return DayMark(day, month, year, weekday, wrong)


def _is_near(year: int) -> bool:
    """Whether a year is one that a roster can be of."""
    return 2000 <= year <= 2100


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _is_near(year) else None
    except ValueError:
        return None


def read_hints(texts: Iterable[str]) -> Hints:
    """What titles say of the time: "Marraskuu 2026", "vko 48", "23.11.–13.12.2026"."""
    whole = plain(" ; ".join(texts)).replace("_", " ")
    years = [int(y) for y in TITLE_YEAR.findall(whole)]
    year = years[0] if years else None
    for match in TITLE_DATE.finditer(whole):
        day, month = (int(match[1]), int(match[2])) if match[1] else (int(match[6]), int(match[5]))
        own = match[3] or match[4]
        if 1 <= month <= 12 and 1 <= day <= 31 and (not own or _is_near(int(own))):
            # "28.12.–17.1.2027": the year belongs to the period's end, which is after the New Year.
            later = next((m for m in TITLE_DATE.finditer(whole, match.end())), None)
            if not own and year and later and later[2] and int(later[2]) < month:
                year -= 1
            return Hints(int(own) if own else year, month, None, day)
    if (found := TITLE_MONTH.search(whole)) and 1 <= int(found[1]) <= 12:
        return Hints(int(found[2]), int(found[1]))
    if (week := TITLE_WEEK.search(whole)) and 1 <= int(week[1]) <= 53:
        return Hints(year, None, int(week[1]))
    month_named = next((m for word in WORDS.findall(whole) if len(word) > 2 and (m := _month(word))), None)
    return Hints(year, month_named)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Dates of marks (None for a wrong one), and where their year is from: "heading", "title", "weekdays" or "near"."""

    dates: list[date | None]
    year_from: str


class NoAnchor(Exception):
    """The headings are days, and nothing tells of which month ("no_month") or week ("no_week")."""


def resolve(marks: Sequence[DayMark], hints: Hints, near: date) -> Resolved:
    """Dates of a row's marks in their order. Raises NoAnchor."""
    known = [i for i, m in enumerate(marks) if m.dated and not m.wrong]
    year_from = "heading"
    if known:
        at = next((i for i in known if marks[i].year), known[0])
        mark = marks[at]
        assert mark.month is not None  # what dated means
        assert mark.day is not None
        if mark.year:
            starts = [_date(mark.year, mark.month, mark.day)]
        else:
            year_from = "title" if hints.year else "near"
            starts = [_date(y, mark.month, mark.day) for y in _years(hints.year, near)]
    elif any(m.day for m in marks):
        at = next(i for i, m in enumerate(marks) if m.day)
        if hints.month is None:
            raise NoAnchor("no_month")
        year_from = "title" if hints.year else "near"
        starts = []
        for year in _years(hints.year, near):
            # A period that begins on the 23rd has its 24th in the same month and its 1st in the next.
            first = _date(year, hints.month, hints.day or 1)
            starts.append(first and _onward(first - timedelta(1), replace(marks[at], weekday=None), 1))
    else:
        at = 0
        year_from = "title" if hints.year else "near"
        if hints.week is not None:
            firsts = [_monday(y, hints.week) for y in _years(hints.year, near)]
        elif hints.month is not None and hints.day is not None:
            firsts = [_date(y, hints.month, hints.day) for y in _years(hints.year, near)]
        else:
            raise NoAnchor("no_week")
        starts = [f and _onward(f - timedelta(1), marks[0], 1) for f in firsts]
    found = [_along(marks, at, start) for start in starts if start]
    if not found:
        return Resolved([None] * len(marks), year_from)
    misfits = [_misfits(marks, dates) for dates in found]
    least = min(misfits)
    # With a year told, the told one is tried first; with none, the dates that are nearest.
    order = {i: i if hints.year else abs((dates[at] or near) - near).days for i, dates in enumerate(found)}
    best = min(range(len(found)), key=lambda i: (misfits[i], order[i]))
    by_weekdays = any(m.weekday is not None for m in marks) and misfits.count(least) == 1
    if (year_from == "near" and by_weekdays) or (year_from == "title" and best > 0):
        year_from = "weekdays"
    return Resolved(found[best], year_from)


def _years(told: int | None, near: date) -> list[int]:
    """Years to try, the likeliest first."""
    if told:
        return [told, told - 1]
    return [near.year, near.year + 1, near.year - 1]


def _monday(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError:
        return None


def _along(marks: Sequence[DayMark], at: int, start: date) -> list[date | None]:
    dates: list[date | None] = [None] * len(marks)
    dates[at] = start
    for step, places in ((1, range(at + 1, len(marks))), (-1, range(at - 1, -1, -1))):
        last = start
        for i in places:
            found = None if marks[i].wrong else _onward(last, marks[i], step)
            dates[i] = found
            last = found or last
    return dates


def _onward(last: date, mark: DayMark, step: int) -> date | None:
    """The date of a mark that stands after (step 1) or before (-1) one whose date is `last`."""
    if mark.month is not None and mark.day is not None:
        if mark.year:
            return _date(mark.year, mark.month, mark.day)
        near = [d for y in (last.year - 1, last.year, last.year + 1) if (d := _date(y, mark.month, mark.day))]
        found = min(near, key=lambda d: abs(d - last), default=None)
        # 29 February where the year has none: the next one there is, years away, is not meant.
        return found if found is None or abs(found - last) <= HALF_A_YEAR else None
    for days in range(1, 63 if mark.day else 8):
        day = last + timedelta(days * step)
        if mark.day == day.day or (mark.day is None and mark.weekday == day.weekday()):
            return day
    return None


def _misfits(marks: Sequence[DayMark], dates: Sequence[date | None]) -> int:
    return sum(
        m.weekday is not None and d is not None and m.weekday != d.weekday() for m, d in zip(marks, dates, strict=True)
    )
