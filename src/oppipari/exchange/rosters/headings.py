"""Which column of a roster tells who, and which part of a sheet is a table of days: by headings, then by content."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from oppipari.exchange.columns import ADDRESS, NUMBERING, is_identity
from oppipari.exchange.rosters.days import DayMark, read_marks
from oppipari.organisation.text import fold, one_line


class Col(StrEnum):
    """What a column that is no day can hold."""

    EMAIL = "email"
    NAME = "name"
    FIRST = "first_name"
    LAST = "last_name"
    TEAM = "team"
    UNIT = "unit"
    DATE = "date"
    START = "start"
    END = "end"
    SHIFT = "shift"


# The whole heading must fit: "Tiimi Koivu, viikko 48" is a title and no column of teams.
PATTERNS: list[tuple[Col, re.Pattern[str]]] = [
    (which, re.compile(f"(?:{pattern})"))
    for which, pattern in [
        (Col.EMAIL, r"(työ|oma )?(sähkö|s-?)posti(osoite)?|(work )?e-?mail( ?address)?|e-?post(adress)?|(jobb)?e-?post"),
        (Col.FIRST, r"etunimi|first name|given name|förnamn"),
        (Col.LAST, r"sukunimi|last name|surname|family name|efternamn"),
        (Col.NAME, (r"((koko|hoitajan|työntekijän|henkilön) )?nimi|työntekijät?|hoitajat?|henkilöt?|henkilöstö|kuka|etu- ja sukunimi|sukunimi,? (ja )?etunimi|"
                   r"(full |employee |staff )?name|employees?|staff( member)?|nurses?|persons?|people|workers?|who|"
                   r"((hela|fullständigt) )?namn|anställda?|medarbetare|personal|vårdare|skötare|vem|för- och efternamn")),
        (Col.TEAM, r"(oma )?tiimi|team|arbetslag|(työ)?ryhmä|solu|(work)?group|grupp|arbetsgrupp|moduuli|kerros"),
        (Col.UNIT, r"(työ)?yksikkö|osasto|toimipaikka|työpaikka|(work ?)?unit|ward|department|workplace|(arbets)?enhet|avdelning|arbetsplats"),
        (Col.DATE, r"(työ)?päivä(ys|määrä)?|pvm\.?|date|day|datum|dag|dat\.?"),
        (Col.START, r"(vuoron? )?(alku|alkaa|alkuaika|alkamisaika|aloitus|aloittaa)|klo alkaen|alkaen|mistä|(shift )?(start|starts|begin|begins|from)( time)?|start(ar|tid)?|börjar|början|från|fr\.?o\.?m\.?"),
        (Col.END, r"(vuoron? )?(loppu|loppuu|loppuaika|päättyy|päättymisaika|lopetus|lopettaa)|asti|mihin|(shift )?(end|ends|finish|to|until)( time)?|slut(ar|tid)?|till|t\.?o\.?m\.?"),
        (Col.SHIFT, (r"(työ)?vuoro(koodi|tunnus|n koodi)?|koodi|lyhenne|tunnus|merkintä|shift( code)?|code|abbreviation|(arbets)?(skift|pass|tur)(kod)?|kod|förkortning|"
                    r"työaika|kellonaika|(kello)?aika|klo|ajat|hours|times?|working (time|hours)|(arbets)?tid(er)?|klockslag|selite|selitys|merkitys|meaning|betydelse|förklaring")),
    ]
]  # fmt: skip
# Columns that hold words about people or sums, and are never taken for names or teams by what they hold.
OTHER = re.compile(
    r"nimike|titteli|ammatti|tehtävä|rooli|puh|gsm|tunnit|tuntia|yht|summa|huom|lisätie|%|title|role|job|phone|hours|sum|total|note|titel|yrke|befattning|telefon|timmar|anmärk|tj\b|nro|nr\b|no\b"
)
PERSONAL = {Col.EMAIL, Col.NAME, Col.FIRST, Col.LAST, Col.TEAM, Col.UNIT}
TEXT = re.compile(r"[^\W\d_]{2}")
DEEPEST_HEADING = 60
FEWEST_IN_ORDER = 5  # numbers or weekdays without dates: fewer may be anything


def column_of(heading: str) -> Col | None:
    """What a heading names, where the whole of it does."""
    folded = NUMBERING.sub("", fold(heading))
    if not folded or len(folded) > 40 or is_identity(folded):
        return None
    return next((which for which, pattern in PATTERNS if pattern.fullmatch(folded)), None)


def headings_known(row: Sequence[str]) -> int:
    """How many headings of a roster a row holds: days, and who."""
    if any(ADDRESS.match(c.strip()) for c in row):
        return 0
    return len(read_marks(row)) + sum(column_of(c) is not None for c in row)


def day_headings(row: Sequence[str]) -> tuple[int, dict[int, DayMark]]:
    """How surely a row is one of days (3 dates, 2 numbers of days, 1 weekdays, 0 not), and its marks by column."""
    if any(ADDRESS.match(c.strip()) for c in row):
        return 0, {}
    marks = read_marks(row)
    dated = {i: m for i, m in marks.items() if m.dated}
    named = sum(column_of(c) in PERSONAL for c in row)
    if (
        len(dated) >= (1 if named else 2)
        and len({(m.year, m.month, m.day) for m in dated.values()}) * 5 >= len(dated) * 4
    ):
        # Beside dates, "24" or "ti" belongs to the same row; "5" in a column of hours does not.
        first, last = min(dated), max(dated)
        return 3, {i: m for i, m in marks.items() if m.dated or first < i < last}
    numbers = {i: m for i, m in marks.items() if m.day}
    if len(numbers) >= FEWEST_IN_ORDER and _in_order([m.day for m in numbers.values() if m.day], _next_day):
        return 2, numbers
    weekdays = {i: m for i, m in marks.items() if m.weekday is not None and not m.day}
    if len(weekdays) >= FEWEST_IN_ORDER and _in_order([m.weekday or 0 for m in weekdays.values()], _next_weekday):
        return 1, weekdays
    return 0, {}


def _next_day(a: int, b: int) -> bool:
    return b == a + 1 or (b == 1 and a >= 28)


def _next_weekday(a: int, b: int) -> bool:
    return b == (a + 1) % 7 or (a == 4 and b == 0)


def _in_order(numbers: Sequence[int], follows: Callable[[int, int], bool]) -> bool:
    fitting = sum(follows(a, b) for a, b in pairwise(numbers))
    return fitting * 5 >= (len(numbers) - 1) * 4


@dataclass(frozen=True, slots=True)
class Block:
    """A table of days in a sheet: indexes of its heading row and of its rows of people, its columns, its titles."""

    head: int
    first: int
    last: int  # the row after its last
    marks: dict[int, DayMark]
    headings: dict[int, str]
    columns: dict[Col, int]
    titles: list[str]
    ends: dict[int, int]  # a day's column -> the column of its ends, where beginnings and ends have one each


def find_blocks(rows: Sequence[Sequence[str]]) -> list[Block]:
    """The tables of days in a sheet, from its top; a sheet may hold a week below a week."""
    looked = [day_headings(row) for row in rows]
    surest = max((kind for kind, _marks in looked), default=0)
    if not surest:
        return []
    heads = [i for i, (kind, _m) in enumerate(looked) if kind == surest]
    blocks: list[Block] = []
    columns: dict[Col, int] = {}
    for number, head in enumerate(heads):
        marks = dict(looked[head][1])
        end = heads[number + 1] if number + 1 < len(heads) else len(rows)
        first = head + 1
        while first < min(end, head + 3) and _is_subheading(rows[first], marks):
            first += 1
        near = [head, *range(head + 1, first), *(i for i in (head - 1, head - 2) if i >= 0)]
        for i in near[1:]:
            _take_weekdays(marks, looked[i])
        headings = {j: one_line(rows[head][j]) for j in range(len(rows[head]))}
        found = _columns(rows, near, marks, range(first, end), headings)
        columns = found if {Col.EMAIL, Col.NAME, Col.LAST} & set(found) else columns
        top = 0 if number == 0 else _titles_from(rows, head, heads[number - 1])
        titles = [one_line(c)[:200] for row in rows[max(top, head - DEEPEST_HEADING) : head] for c in row if c.strip()]
        if columns:
            ends = {j: j + 1 for i in range(head + 1, first) for j in marks if _is_span(rows[i], j)}
            blocks.append(Block(head, first, end, marks, headings, dict(columns), titles, ends))
    return blocks


def _is_subheading(row: Sequence[str], marks: dict[int, DayMark]) -> bool:
    """Whether a row under the days still belongs to the headings: weekdays, or names of columns and nothing else."""
    cells = {i: c for i, c in enumerate(row) if c.strip()}
    if not cells or any(ADDRESS.match(c.strip()) for c in cells.values()):
        return False
    under = [cells[i] for i in marks if i in cells]
    if under and all(_is_span(row, i) for i in marks if i in cells):
        return True
    weekdays = [m for m in read_marks(under).values() if m.weekday is not None]
    named = any(column_of(c) in PERSONAL for i, c in cells.items() if i not in marks)
    return (len(under) > 1 and len(weekdays) * 5 >= len(under) * 3) or (named and not under)


def _is_span(row: Sequence[str], j: int) -> bool:
    """Whether a row has "from" in column j and "to" beside it."""
    return j + 1 < len(row) and (column_of(one_line(row[j])), column_of(one_line(row[j + 1]))) == (Col.START, Col.END)


def _take_weekdays(marks: dict[int, DayMark], looked: tuple[int, dict[int, DayMark]]) -> None:
    """Weekdays written above or below dates: they must fit, and may tell the year."""
    kind, others = looked
    if kind != 1:
        return
    for i, mark in marks.items():
        if mark.weekday is None and i in others:
            marks[i] = DayMark(mark.day, mark.month, mark.year, others[i].weekday, mark.wrong)


def _titles_from(rows: Sequence[Sequence[str]], head: int, previous: int) -> int:
    """Where the titles of a later table begin: above it, as far as rows hold no more than a few cells."""
    top = head
    while top - 1 > previous and sum(bool(c.strip()) for c in rows[top - 1]) <= 3:
        top -= 1
    return top


def _columns(
    rows: Sequence[Sequence[str]],
    near: Sequence[int],
    marks: dict[int, DayMark],
    people: range,
    headings: dict[int, str],
) -> dict[Col, int]:
    """Which column tells who: by headings beside the days or in the rows around them, then by content."""
    width = max((len(rows[i]) for i in people), default=0)
    free = [j for j in range(max(width, len(headings))) if j not in marks]
    found: dict[Col, int] = {}
    unnamed = []
    for j in free:
        texts = [one_line(rows[i][j]) for i in near if j < len(rows[i])]
        which = next((c for t in texts if (c := column_of(t)) and c in PERSONAL), None)
        heading = texts[0] if texts else ""
        if which:
            headings[j] = next(t for t in texts if column_of(t) == which)
            found.setdefault(which, j)
        elif not is_identity(heading) and not OTHER.search(fold(heading)):
            unnamed.append(j)
    filled = {j: [t for i in people if j < len(rows[i]) and (t := rows[i][j].strip())] for j in unnamed}
    for j in unnamed:
        cells = filled[j]
        if not cells:
            continue
        if Col.EMAIL not in found and sum(bool(ADDRESS.match(c)) for c in cells) * 10 >= len(cells) * 7:
            found[Col.EMAIL] = j
        elif j < min(marks) and sum(bool(TEXT.search(c)) for c in cells) * 10 >= len(cells) * 8:
            different = len({fold(c) for c in cells})
            if not {Col.NAME, Col.FIRST, Col.LAST} & set(found) and different * 10 >= len(cells) * 7:
                found[Col.NAME] = j
            elif not headings.get(j) and not {Col.TEAM, Col.UNIT} & set(found) and different * 2 <= len(cells):
                found[Col.TEAM] = j
    return found


def find_long(rows: Sequence[Sequence[str]]) -> tuple[int, dict[Col, int]] | None:
    """The heading row of a sheet with a row a shift, and its columns: who, which day, and from when to when or a code."""
    for i, row in enumerate(rows[:DEEPEST_HEADING]):
        found: dict[Col, int] = {}
        for j, cell in enumerate(row):
            named = column_of(one_line(cell))
            if named is not None:
                found.setdefault(named, j)
        who = {Col.EMAIL, Col.NAME, Col.LAST} & set(found)
        when = (Col.START in found and (Col.END in found)) or (Col.DATE in found and Col.SHIFT in found)
        if who and when:
            return i, found
    return None
