"""A roster's bytes into who works when: sheets in several layouts, or one person's calendar."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import PurePath

from oppipari.exchange.columns import ADDRESS
from oppipari.exchange.files import Limits, Sheet, UnreadableFile, column_letters, read_all_sheets, refuse_at_once
from oppipari.exchange.formulas import formulas_without_values
from oppipari.exchange.rosters.calendars import is_calendar, read_calendar
from oppipari.exchange.rosters.codes import NOT_WORKED_OUT, USUAL, Legend, Reader
from oppipari.exchange.rosters.days import read_hints
from oppipari.exchange.rosters.headings import Block, Col, find_blocks, find_long, headings_known
from oppipari.exchange.rosters.legends import Legends
from oppipari.exchange.rosters.people import People
from oppipari.exchange.rosters.roster import RosterReading, RosterRemark, UnreadableRoster
from oppipari.exchange.rosters.tables import TableReader
from oppipari.organisation.text import fold
from oppipari.scheduling.hours import Hours, plain

LIMITS = Limits(rows=5_000, columns=400, cells=400_000, sheets=60)
MAX_FILLED = 100_000
MOST_DAYS_NAMED = 10
NO_TEAM = (
    "taul",
    "taulukko",
    "sheet",
    "blad",
    "arkki",
    "lista",
    "työvuoro",
    "vuoro",
    "roster",
    "rota",
    "schema",
    "shifts",
)


def read_roster(name: str, data: bytes, legend: Legend | None = None, near: date | None = None) -> RosterReading:
    """Read one roster called `name`: .xlsx, .csv or .ics, told by its content.

    `legend` maps codes to hours of work (() for no work) and goes before what the file says. Days without a year are
    those nearest to `near` (today). Raises UnreadableRoster with the reason.
    """
    try:
        if is_calendar(data):
            refuse_at_once(name, data)
            return read_calendar(name, data)
        sheets = _with_formulas(read_all_sheets(name, data, LIMITS, headings_known), data)
    except UnreadableRoster:
        raise
    except UnreadableFile as error:
        raise UnreadableRoster(error.code, **error.params) from None
    if sum(bool(cell) for sheet in sheets for row in sheet.rows for cell in row) > MAX_FILLED:
        raise UnreadableRoster("too_many_cells", file=name, limit=MAX_FILLED)
    try:
        return _read(name, sheets, legend or {}, near or date.today())  # noqa: DTZ011 (of this machine)
    except UnreadableRoster as error:
        # What was not found may be what is not in the file.
        unread = [
            (i, j) for sheet in sheets for i, r in enumerate(sheet.rows) for j, c in enumerate(r) if c == NOT_WORKED_OUT
        ]
        if unread and error.code != "formulas":
            row, column = unread[0]
            raise _formulas(name, row + 1, column_letters(column), len(unread)) from None
        raise


def _with_formulas(sheets: list[Sheet], data: bytes) -> list[Sheet]:
    """The sheets with a mark in cells whose formula has no result: an empty cell would be a day off."""
    unread = formulas_without_values(data) if data.startswith(b"PK") else {}
    for sheet in sheets:
        for i, j in unread.get(sheet.name, ()):
            if i < len(sheet.rows):
                row = sheet.rows[i]
                row += [""] * (j + 1 - len(row))
                row[j] = NOT_WORKED_OUT
    return sheets


def _formulas(name: str, row: int, column: str, count: int) -> UnreadableRoster:
    return UnreadableRoster("formulas", file=name, row=row, column=column, count=count)


def _read(name: str, sheets: Sequence[Sheet], given: Legend, near: date) -> RosterReading:
    remarks: list[RosterRemark] = []
    blocks: list[tuple[Sheet, list[Block], tuple[int, dict[Col, int]] | None]] = []
    legends = Legends()
    skipped: dict[int, set[int]] = {}
    for sheet in sheets:
        found = find_blocks(sheet.rows)
        long = None if found else find_long(sheet.rows)
        if found or long:
            if not sheet.visible:
                remarks.append(RosterRemark(name, 0, "", "hidden_sheet", {"name": sheet.name}))
                continue
            skipped[len(blocks)] = _read_legends(legends, sheet, found)
            blocks.append((sheet, found, long))
        elif (
            any(c.strip() for row in sheet.rows for c in row)
            and not legends.read_sheet(sheet.rows, sheet.name)
            and sheet.name
        ):
            remarks.append(RosterRemark(name, 0, "", "sheet_not_read", {"name": sheet.name}))
    if len(sheets) == LIMITS.sheets:
        remarks.append(RosterRemark(name, 0, "", "too_many_sheets", {"limit": LIMITS.sheets}))
    if not blocks:
        raise UnreadableRoster("no_days", file=name)
    legend, usual = _legend(given, legends)
    by_code = {plain(code): tuple(hours) for code, hours in given.items()}
    for code, hours in legends.codes.items():
        told = by_code.get(plain(code))
        if told and hours and told != hours:
            params = {"code": code, "other": hours, "used": told}
            remarks.append(RosterRemark(name, 0, "", "legend_given", params))
    twice: dict[str, tuple[Hours, ...]] = {}
    for code, first, other, sheet_name, row in legends.told_twice:
        if plain(code) not in by_code:
            twice[code] = first
            remarks.append(
                RosterRemark(name, row, "", "legend_twice", {"code": code, "first": first, "other": other}, sheet_name)
            )
    people = People(name, Reader(legend), remarks)
    stem = PurePath(name).name.rsplit(".", 1)[0]
    reader = TableReader(people, read_hints([stem]), near)
    for number, (sheet, found, long) in enumerate(blocks):
        team = _team_of(sheet, [b[0] for b in blocks])
        has_team = any({Col.TEAM, Col.UNIT} & set(b.columns) for b in found) or (
            long and {Col.TEAM, Col.UNIT} & set(long[1])
        )
        if team and not has_team:
            remarks.append(RosterRemark(name, 0, "", "team_of_sheet", {"name": team}, sheet.name))
        for block in found:
            reader.block(sheet, block, skipped[number], "" if has_team else team)
        if long:
            reader.long(sheet, long[0], long[1], skipped[number], "" if has_team else team)
    return _reading(name, people, reader, legend, usual, twice)


def _read_legends(legends: Legends, sheet: Sheet, found: Sequence[Block]) -> set[int]:
    """Legends in the sheet of a roster itself: above, below and beside its tables; the rows that are nothing else."""
    skipped = set()
    for index, row in enumerate(sheet.rows):
        block = next((b for b in found if b.first <= index < b.last), None)
        if block is None:
            legends.read_text(row, sheet.name, index + 1)
            continue
        beside = [c for j, c in enumerate(row) if j not in block.marks]
        person = any(ADDRESS.match(c.strip()) for c in row) or any(row[j].strip() for j in block.marks if j < len(row))
        told = legends.read_text(beside, sheet.name, index + 1)
        if (told and not person) or legends.read_below(row, sheet.name, index + 1):
            skipped.add(index)
    return skipped


def _legend(given: Legend, legends: Legends) -> tuple[Legend, bool]:
    """The legend to read by: what was given, then what the file says, else the usual one; and whether it is that."""
    told = {plain(code) for code in given}
    legend = {**given, **{code: hours for code, hours in legends.codes.items() if plain(code) not in told}}
    if any(hours for hours in legend.values()):
        return legend, False
    return {**USUAL, **legend}, True


def _team_of(sheet: Sheet, sheets: Sequence[Sheet]) -> str:
    """A sheet's name where it can be a team's: one of several sheets, named by no week, day or "Sheet1"."""
    name = fold(sheet.name)
    hints = read_hints([sheet.name])
    timed = hints.week or hints.month or hints.year
    if len(sheets) < 2 or not name or timed or name.startswith(NO_TEAM) or any(c.isdigit() for c in name[:1]):
        return ""
    return sheet.name


def _reading(
    name: str, people: People, reader: TableReader, legend: Legend, usual: bool, twice: Legend
) -> RosterReading:
    if people.formulas:
        _sheet, row, column = people.formulas[0]
        raise _formulas(name, row, column, len(people.formulas))
    found = people.finish()
    days = sorted({d for p in found for d in p.dates})
    if not found or not days:
        raise UnreadableRoster("no_people", file=name)

    def whole(about: str, **params: object) -> None:
        people.remarks.append(RosterRemark(name, 0, "", about, params))

    for source in ("near", "weekdays"):
        if told := reader.years.days.get(source):
            whole(f"year_{source}", first=min(told), last=max(told))
    missing = [d for n in range((days[-1] - days[0]).days) if (d := days[0] + timedelta(n)) not in set(days)]
    if any(d.weekday() < 5 for d in missing):  # an office has no columns for Saturdays, and nothing is missing
        more = ["…"] if len(missing) > MOST_DAYS_NAMED else []
        whole("dates_missing", days=[*missing[:MOST_DAYS_NAMED], *more])
    if not any(p.email for p in found) and "email" not in reader.columns:
        whole("names_only")
    taken = {code: tuple(hours) for code, hours in legend.items() if hours}
    if usual:
        taken = {code: hours for code, hours in taken.items() if people.used[code]}
        if taken:
            whole("usual_legend", legend=taken)
    for code, count in people.unknown.items():
        whole("unknown_code", code=code, count=count)
    if people.words:
        whole("words", count=people.words)
    return RosterReading(
        file=name,
        people=found,
        first=days[0],
        last=days[-1],
        legend=taken,
        used={code: people.used[code] for code in taken if people.used[code]},
        usual=usual and bool(taken),
        unknown=dict(people.unknown),
        twice={code: tuple(hours) for code, hours in twice.items() if people.used[code]},
        away=people.away,
        remarks=tuple(people.remarks),
        columns=reader.columns,
        unused=tuple(reader.unused),
    )
