"""Sign-ups from spreadsheets: rows in, people out, and row by row what could not be used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from oppipari.exchange.columns import (
    Field,
    by_content,
    by_heading,
    field_of,
    headings_known,
    is_identity,
    likeness,
    looks_like_personal_codes,
)
from oppipari.exchange.files import LINES_LOOKED_AT, UnreadableFile, column_names, read_rows
from oppipari.exchange.row import FormRow, Remark, RowReader
from oppipari.exchange.texts import text
from oppipari.organisation.text import fold, one_line

__all__ = ["FormRow", "NoPeople", "Reading", "Remark", "parse_mapping", "read_signups"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of one file: `columns` maps our fields to headings as written, which stand in `heading_row`."""

    file: str
    people: tuple[FormRow, ...]
    remarks: tuple[Remark, ...]
    columns: dict[Field, list[str]]
    unused: tuple[str, ...]
    heading_row: int = 1

    def one_way(self, *, shares: bool = True, wants: bool = True) -> tuple[Remark, ...]:
        """A remark where only one of what people share and what they want was found; `shares`, `wants`: what is needed."""
        found = [f for f in (Field.SHARES, Field.WANTS) if f in self.columns]
        if len(found) != 1 or not (wants if found == [Field.SHARES] else shares):
            return ()
        code = "no_wants_column" if found == [Field.SHARES] else "no_shares_column"
        return (Remark(self.file, self.heading_row, self.columns[found[0]][0], code),)


class NoPeople(UnreadableFile):
    """No row of a file could be used; the sentence says why the first one could not."""

    def __init__(self, file: str, first: Remark | None) -> None:
        super().__init__("no_people", file=file)
        self.first = first

    def sentence(self, lang: str) -> str:
        first = self.first
        why = first and text(
            "first_row", lang, {"row": first.row, "column": first.column, "message": first.message(lang)}
        )
        return text(self.code, lang, self.params | {"first": why or ""}).rstrip()


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
    top = _heading_row(rows, mapping)
    headings = [one_line(h) for h in rows[top]] if rows else []
    if not any(headings):
        raise UnreadableFile("no_header", file=name)
    columns = _columns(name, headings, rows[top + 1 :], mapping)
    remarks: list[Remark] = []
    people: dict[str, FormRow] = {}
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        cells = {i: row[i] if i < len(row) else "" for i in range(len(headings))}
        if not any(one_line(c) for c in cells.values()):
            continue
        person = RowReader(name, number, headings, columns, cells, remarks).read()
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
        raise NoPeople(name, remarks[0] if remarks else None)
    used = {i for indexes in columns.values() for i in indexes}
    kept = {p.row for p in people.values()}
    spared = ("bad_email", "no_address", "total_row", "personal_code", "same_address", "same_address_other_name")
    return Reading(
        file=name,
        people=tuple(people.values()),
        remarks=tuple(r for r in remarks if r.row in kept or r.code in spared),
        columns={f: [headings[i] for i in indexes] for f, indexes in columns.items()},
        unused=tuple(h for i, h in enumerate(headings) if i not in used and h),
        heading_row=top + 1,
    )


def _about_email(
    file: str, row: int, headings: list[str], columns: dict[Field, list[int]], code: str, **params: Any
) -> Remark:
    return Remark(file, row, headings[columns[Field.EMAIL][0]], code, params)


def _heading_row(rows: list[list[str]], mapping: Sequence[tuple[str, Field]]) -> int:
    """Where the headings are: the first row that is not empty, or one below a title where more headings are known."""
    named = {fold(heading) for heading, _target in mapping}
    known = [headings_known(row) + sum(fold(c) in named for c in row) for row in rows[:LINES_LOOKED_AT]]
    if known and max(known) > 1:
        return known.index(max(known))
    return next((i for i, row in enumerate(rows) if any(one_line(c) for c in row)), 0)


def _columns(
    file: str, headings: list[str], rows: list[list[str]], mapping: Sequence[tuple[str, Field]]
) -> dict[Field, list[int]]:
    """Which columns hold which field: by hand, then by heading, then by content."""
    found: dict[Field, list[int]] = {}
    folded = [fold(h) for h in headings]
    for heading, target in mapping:
        if fold(heading) in folded:  # with two files it may be in the other one; the caller checks that it is in some
            found.setdefault(target, []).append(folded.index(fold(heading)))
    taken = {i for indexes in found.values() for i in indexes}
    cells = {i: [row[i] if i < len(row) else "" for row in rows] for i in range(len(headings))}
    named: dict[Field, list[int]] = {}
    for index, heading in enumerate(headings):
        guess = by_heading(heading)
        if guess is not None and index not in taken and guess not in found:
            named.setdefault(guess, []).append(index)
    for which, indexes in named.items():
        # Forms has an "Email" of its own that says "anonymous" where a question asks for the address: cells decide.
        fits = {i: likeness(which, cells[i]) for i in indexes}
        best = max(indexes, key=lambda i: (*fits[i], -i))
        if which == Field.EMAIL and fits[best][0] == 0:
            unnamed = (i for i, h in enumerate(headings) if i not in taken and by_heading(h) is None)
            best = next((i for i in unnamed if not is_identity(headings[i]) and by_content(cells[i]) == which), best)
        found[which] = [best]
    taken = {i for indexes in found.values() for i in indexes} | {i for indexes in named.values() for i in indexes}
    for index, heading in enumerate(headings):
        if index in taken or is_identity(heading):
            continue
        guess = by_content(cells[index])
        if guess is not None and guess not in found and not (guess == Field.STAGE and Field.WISHED_STAGE in found):
            found[guess] = [index]
    for index in sorted({i for indexes in found.values() for i in indexes}):
        if looks_like_personal_codes(cells[index]):
            raise UnreadableFile("personal_codes", file=file, column=headings[index])
    if not found:
        raise UnreadableFile("no_known_column", file=file, columns=column_names(headings))
    if Field.EMAIL not in found:
        raise UnreadableFile("no_email", file=file, columns=column_names(headings))
    return found
