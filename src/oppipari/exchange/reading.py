"""Sign-ups from spreadsheets: rows in, people out, and row by row what could not be used."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from oppipari.exchange.answers import ANY_TIME, read_language, read_slot, read_stage, read_way
from oppipari.exchange.columns import (
    ADDRESS,
    Field,
    by_content,
    by_heading,
    field_of,
    is_identity,
    looks_like_personal_codes,
)
from oppipari.exchange.files import MAX_CELL, UnreadableFile, column_names, read_rows
from oppipari.exchange.texts import text
from oppipari.organisation.text import fold, one_line
from oppipari.rounds import vocabulary

MOST_TAGS = 5
TOTALS = ("yhteensä", "summa", "total", "totals", "sum", "totalt", "summa totalt")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in a file that could not be used wholly; `row` as Excel shows it, `column` as its heading is written."""

    file: str
    row: int
    column: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        return text(self.code, lang, self.params)


@dataclass(frozen=True, slots=True)
class FormRow:
    """One person's sign-up as read; competences are vocabulary keys, or own words where the vocabulary has none."""

    file: str
    row: int
    email: str
    name: str
    unit: str = ""
    team: str = ""
    supervisor: str = ""
    stage: str = ""
    shares: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    slots: tuple[int, ...] = ()
    way: str = ""
    languages: tuple[str, ...] = ()
    wished_stages: tuple[str, ...] = ()
    exclusion: str = ""
    capacity: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of one file: `columns` maps our fields to headings as written."""

    file: str
    people: tuple[FormRow, ...]
    remarks: tuple[Remark, ...]
    columns: dict[Field, list[str]]
    unused: tuple[str, ...]


def parse_mapping(texts: Iterable[str]) -> list[tuple[str, Field]]:
    """`--map "their column=our field"` as (heading, field); raises UnreadableFile on a field that is not ours."""
    found = []
    for entry in texts:
        heading, sign, ours = entry.rpartition("=")
        if not sign or not heading.strip():
            raise UnreadableFile("map_form", text=entry)
        target = field_of(ours)
        if target is None:
            raise UnreadableFile("map_field", field=ours.strip(), fields=", ".join(Field))
        if is_identity(heading):
            raise UnreadableFile("map_identity", column=heading.strip())
        found.append((heading.strip(), target))
    return found


def read_signups(name: str, data: bytes, mapping: Sequence[tuple[str, Field]] = ()) -> Reading:
    """Read one file of sign-ups; `mapping` names columns by hand. Raises UnreadableFile with the reason."""
    rows = read_rows(name, data)
    headings = [one_line(h) for h in rows[0]] if rows else []
    if not any(headings):
        raise UnreadableFile("no_header", file=name)
    columns = _columns(name, headings, rows[1:], mapping)
    remarks: list[Remark] = []
    people: dict[str, FormRow] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = {i: row[i] if i < len(row) else "" for i in range(len(headings))}
        if not any(c.strip() for c in cells.values()):
            continue
        person = _Row(name, number, headings, columns, cells, remarks).read()
        if person is None:
            continue
        earlier = people.get(person.email)
        if earlier is None:
            people[person.email] = person
        elif fold(earlier.name) == fold(person.name):
            remarks.append(_about_email(name, number, headings, columns, "same_address", other=earlier.row))
            people[person.email] = person
        else:
            # Two names with one address: taking the later would let a slip of the pen overwrite somebody's sign-up.
            remarks.append(_about_email(name, number, headings, columns, "same_address_other_name", other=earlier.row))
    if not people:
        raise UnreadableFile("no_people", file=name)
    used = {i for indexes in columns.values() for i in indexes}
    kept = {p.row for p in people.values()}
    spared = ("bad_email", "no_address", "total_row", "same_address", "same_address_other_name")
    return Reading(
        file=name,
        people=tuple(people.values()),
        remarks=tuple(r for r in remarks if r.row in kept or r.code in spared),
        columns={f: [headings[i] for i in indexes] for f, indexes in columns.items()},
        unused=tuple(h for i, h in enumerate(headings) if i not in used and h),
    )


def _about_email(
    file: str, row: int, headings: list[str], columns: dict[Field, list[int]], code: str, **params: Any
) -> Remark:
    return Remark(file, row, headings[columns[Field.EMAIL][0]], code, params)


def _columns(
    file: str, headings: list[str], rows: list[list[str]], mapping: Sequence[tuple[str, Field]]
) -> dict[Field, list[int]]:
    """Which columns hold which field: by hand, then by heading, then by content."""
    found: dict[Field, list[int]] = {}
    taken: set[int] = set()
    folded = [fold(h) for h in headings]
    for heading, target in mapping:
        if fold(heading) not in folded:
            continue  # with two files a column may be in the other one; the caller checks that it is in some
        index = folded.index(fold(heading))
        found.setdefault(target, []).append(index)
        taken.add(index)
    for index, heading in enumerate(headings):
        target_ = by_heading(heading)
        if index in taken or target_ is None or target_ in found:
            continue
        if looks_like_personal_codes(_cells(rows, index)):
            raise UnreadableFile("personal_codes", file=file, column=heading)
        found[target_] = [index]
        taken.add(index)
    for index, heading in enumerate(headings):
        if index in taken or is_identity(heading):
            continue
        guess = by_content(_cells(rows, index))
        if guess is not None and guess not in found and not (guess == Field.STAGE and Field.WISHED_STAGE in found):
            found[guess] = [index]
            taken.add(index)
    if not found:
        raise UnreadableFile("no_known_column", file=file, columns=column_names(headings))
    if Field.EMAIL not in found:
        raise UnreadableFile("no_email", file=file, columns=column_names(headings))
    return found


def _cells(rows: list[list[str]], index: int) -> list[str]:
    return [row[index] if index < len(row) else "" for row in rows]


@dataclass
class _Row:
    """One row being read."""

    file: str
    number: int
    headings: list[str]
    columns: dict[Field, list[int]]
    cells: dict[int, str]
    remarks: list[Remark]

    def note(self, which: Field, code: str, **params: Any) -> None:
        index = self.columns.get(which, self.columns[Field.EMAIL])[0]
        self.remarks.append(Remark(self.file, self.number, self.headings[index], code, params))

    def get(self, which: Field) -> str:
        texts = [one_line(self.cells[i]) for i in self.columns.get(which, ())]
        joined = " ".join(t for t in texts if t)
        if len(joined) > MAX_CELL:
            self.note(which, "too_long")
        return joined[:MAX_CELL]

    def many(self, which: Field) -> list[str]:
        """The answers of a column with several, in their order: separated by semicolons, commas or line breaks."""
        found: list[str] = []
        for i in self.columns.get(which, ()):
            cell = self.cells[i]
            whole = one_line(cell)
            if vocabulary.find(whole):  # "Mielenterveys- ja päihdetyö" may hold a comma of its own
                found.append(whole)
                continue
            separator = r"[;\n|]" if re.search(r"[;\n|]", cell) else r"[,]"
            found += [one_line(p) for p in re.split(separator, cell)]
        return [p for p in found if p]

    def read(self) -> FormRow | None:
        address = fold(self.get(Field.EMAIL))
        # A total row says so in its first filled cell and has nothing but numbers after it.
        filled = [one_line(c) for c in self.cells.values() if c.strip()]
        if fold(filled[0]).rstrip(":") in TOTALS:
            self.note(Field.EMAIL, "total_row")
            return None
        if not address:
            self.note(Field.EMAIL, "no_address")
            return None
        if not ADDRESS.match(address) or len(address) > 254:
            self.note(Field.EMAIL, "bad_email", value=self.get(Field.EMAIL)[:60])
            return None
        shares, wants = self.tags(Field.SHARES), self.tags(Field.WANTS)
        if not shares and Field.SHARES in self.columns:
            self.note(Field.SHARES, "nothing_shared")
        if not wants and Field.WANTS in self.columns:
            self.note(Field.WANTS, "nothing_wanted")
        return FormRow(
            file=self.file,
            row=self.number,
            email=address,
            name=self.name(address),
            unit=self.get(Field.UNIT)[:120],
            team=self.get(Field.TEAM)[:120],
            supervisor=self.get(Field.SUPERVISOR)[:120],
            stage=self.known(Field.STAGE, read_stage, "unknown_stage"),
            shares=shares,
            wants=wants,
            slots=self.slots(),
            way=self.known(Field.WAY, read_way, "unknown_way"),
            languages=self.languages(),
            wished_stages=tuple(filter(None, [self.known(Field.WISHED_STAGE, read_stage, "unknown_stage")])),
            exclusion=self.get(Field.EXCLUSION)[:254],
            capacity=self.capacity(),
        )

    def name(self, address: str) -> str:
        name = self.get(Field.NAME) or " ".join(filter(None, (self.get(Field.FIRST_NAME), self.get(Field.LAST_NAME))))
        if name[:1] in ("=", "+", "-", "@"):
            self.note(Field.NAME, "formula")
            return address
        if not name:
            self.note(Field.NAME, "no_name")
            return address
        return name[:120]

    def known(self, which: Field, read: Any, code: str) -> str:
        answer = self.get(which)
        if not answer:
            return ""
        value: str | None = read(answer)
        if value is None:
            self.note(which, code, value=answer[:60])
        return value or ""

    def tags(self, which: Field) -> tuple[str, ...]:
        found: list[str] = []
        for answer in self.many(which):
            key = vocabulary.find(answer)
            if key is None:
                by_hand = by_heading(self.headings[self.columns[which][0]]) != which
                if not by_hand:  # a column named by hand has a programme's own words: nothing to wonder at
                    self.note(which, "own_word", value=answer[:60])
                key = fold(answer)[:60]
            if key not in found:
                found.append(key)
        return tuple(found[:MOST_TAGS])

    def slots(self) -> tuple[int, ...]:
        found: set[int] = set()
        for answer in self.many(Field.SLOTS):
            number = read_slot(answer)
            if number is not None:
                found.add(number)
            elif fold(answer) in ANY_TIME:
                self.note(Field.SLOTS, "any_time", value=answer[:60])
                found |= set(range(21))
            else:
                self.note(Field.SLOTS, "unknown_slot", value=answer[:60])
        return tuple(sorted(found))

    def languages(self) -> tuple[str, ...]:
        found: list[str] = []
        for answer in self.many(Field.LANGUAGES):
            code = read_language(answer)
            if code is None:
                self.note(Field.LANGUAGES, "unknown_language", value=answer[:60])
            elif code not in found:
                found.append(code)
        return tuple(found)

    def capacity(self) -> int:
        answer = self.get(Field.CAPACITY)
        if not answer:
            return 1
        if not answer.isdecimal() or not 1 <= int(answer) <= 9:
            self.note(Field.CAPACITY, "bad_capacity", value=answer[:20])
            return 1
        return int(answer)
