"""One row of a sign-up spreadsheet: what a person answered, and what of it could not be used."""

import re
from dataclasses import dataclass, field
from typing import Any

from oppipari.exchange.answers import NO_MATTER, is_any_time, read_language, read_slots, read_stage, read_way
from oppipari.exchange.columns import ADDRESS, Field, by_heading, holds_personal_code
from oppipari.exchange.files import MAX_CELL
from oppipari.exchange.texts import text
from oppipari.organisation.text import fold, one_line
from oppipari.rounds import vocabulary

MOST_TAGS = 5
MOST_PARTS = 50
TOTALS = re.compile(r"^(yhteensä|summa|summa totalt|totals?|sum|totalt)\b[\s:]*\d*$")
ADDRESS_INSIDE = re.compile(r"<([^<>]+)>\s*$")


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


@dataclass
class RowReader:
    """One row being read; `cells` by the index of their column, `remarks` takes what is to be said."""

    file: str
    number: int
    headings: list[str]
    columns: dict[Field, list[int]]
    cells: dict[int, str]
    remarks: list[Remark]

    def note(self, which: Field, code: str, **params: Any) -> None:
        index = self.columns.get(which, self.columns[Field.EMAIL])[0]
        remark = Remark(self.file, self.number, self.headings[index], code, params)
        if remark not in self.remarks[-3:]:  # a cell that is looked at twice is told once
            self.remarks.append(remark)

    def used(self, index: int, which: Field) -> str:
        """A cell without what may not be read, and no longer than what is used."""
        cell = self.cells[index]
        if holds_personal_code(cell):
            self.note(which, "personal_code")
            return ""
        if len(cell) > MAX_CELL:
            self.note(which, "too_long")
        return cell[:MAX_CELL]

    def get(self, which: Field) -> str:
        texts = [one_line(self.used(i, which)) for i in self.columns.get(which, ())]
        return " ".join(t for t in texts if t)

    def many(self, which: Field) -> list[str]:
        """The answers of a column with several, in their order: separated by semicolons, commas or line breaks."""
        found: list[str] = []
        for i in self.columns.get(which, ()):
            cell = self.used(i, which)
            whole = one_line(cell)
            if vocabulary.find(whole):  # "Mielenterveys- ja päihdetyö" may hold a comma of its own
                found.append(whole)
                continue
            separator = r"[;\n|]" if re.search(r"[;\n|]", cell) else r"[,]"
            found += [one_line(p) for p in re.split(separator, cell)]
        return [p for p in found if p][:MOST_PARTS]

    def address(self) -> str:
        """The address, also out of "Name <address>" and "mailto:address"."""
        written = self.get(Field.EMAIL)
        inside = ADDRESS_INSIDE.search(written)
        return fold(inside[1] if inside else written).removeprefix("mailto:")

    def read(self) -> FormRow | None:
        address = self.address()
        known = bool(ADDRESS.match(address)) and len(address) <= 254
        # A total row says so in its first filled cell and has nobody's address.
        filled = [line for c in self.cells.values() if (line := one_line(c))]
        if not known and TOTALS.match(fold(filled[0])):
            self.note(Field.EMAIL, "total_row")
            return None
        if not address:
            self.note(Field.EMAIL, "no_address")
            return None
        if not known:
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
            wished_stages=self.wished_stages(),
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

    def wished_stages(self) -> tuple[str, ...]:
        found: list[str] = []
        for answer in self.many(Field.WISHED_STAGE):
            stage = read_stage(answer)
            if stage is None and not NO_MATTER.search(fold(answer)):
                self.note(Field.WISHED_STAGE, "unknown_stage", value=answer[:60])
            elif stage is not None and stage not in found:
                found.append(stage)
        return tuple(found)

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
        if len(found) > MOST_TAGS:
            self.note(which, "too_many_tags", limit=MOST_TAGS)
        return tuple(found[:MOST_TAGS])

    def slots(self) -> tuple[int, ...]:
        found: set[int] = set()
        for answer in self.many(Field.SLOTS):
            numbers = read_slots(answer)
            if numbers:
                found |= set(numbers)
            elif is_any_time(answer):
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
