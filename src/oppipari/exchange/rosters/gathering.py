"""Several rosters as one: the same person in two files is one person, and names find the addresses they belong to."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from oppipari.exchange.rosters.joining import joined
from oppipari.exchange.rosters.roster import RosterPerson, RosterReading, RosterRemark
from oppipari.organisation.text import fold


@dataclass(frozen=True, slots=True)
class Roster:
    """Who works when, by all files together; people in the order of the files. `first` and `last` are days covered."""

    people: tuple[RosterPerson, ...]
    first: date
    last: date
    remarks: tuple[RosterRemark, ...]


def gather(readings: Sequence[RosterReading]) -> Roster:
    """One roster of one reading or more."""
    found: dict[str, RosterPerson] = {}
    remarks = [remark for reading in readings for remark in reading.remarks]
    people = [person for reading in readings for person in reading.people]
    names: dict[str, list[str]] = {}
    for person in people:
        if person.email and person.email not in names.setdefault(fold(person.name), []):
            names[fold(person.name)].append(person.email)
    for person in people:
        same = names.get(fold(person.name), [])
        email = person.email or (same[0] if len(same) == 1 else "")
        key = email or f"={fold(person.name)}"
        known = found.get(key)
        if known is None:
            found[key] = replace(person, email=email)
            continue
        if set(known.dates) & set(person.dates) and known.shifts != person.shifts:
            remarks.append(RosterRemark(person.file, person.row, "", "person_in_files", {"person": known.name}))
        shifts, _overlaps = joined((*known.shifts, *person.shifts))
        dates = tuple(sorted({*known.dates, *person.dates}))
        found[key] = replace(known, team=known.team or person.team, shifts=shifts, dates=dates)
    return Roster(
        people=tuple(found.values()),
        first=min(reading.first for reading in readings),
        last=max(reading.last for reading in readings),
        remarks=tuple(remarks),
    )


def with_addresses(roster: Roster, addresses: Iterable[str]) -> Roster:
    """The roster in which people without an address have that one of `addresses` which is made of their name.

    "Päivi Mäki" is paivi.maki@... where no other name and no other address fits; a remark says of whom.
    """
    taken = {person.email for person in roster.people}
    free: dict[frozenset[str], list[str]] = {}
    for address in dict.fromkeys(addresses):
        if address not in taken:
            free.setdefault(_parts(address.partition("@")[0]), []).append(address)
    nameless = [person for person in roster.people if not person.email]
    people = []
    matched: dict[str, list[str]] = {}
    for person in roster.people:
        parts = _parts(person.name)
        fitting = free.get(parts, [])
        alone = sum(_parts(other.name) == parts for other in nameless) == 1
        if not person.email and len(fitting) == 1 and len(parts) > 1 and alone:
            matched.setdefault(person.file, []).append(f"{person.name} = {fitting[0]}")
            person = replace(person, email=fitting[0])
        people.append(person)
    said = [RosterRemark(file, 0, "", "matched_by_name", {"people": names}) for file, names in matched.items()]
    return replace(roster, people=tuple(people), remarks=(*roster.remarks, *said))


def _parts(name: str) -> frozenset[str]:
    """The words of a name or of an address's first half, without marks on letters."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", fold(name)) if not unicodedata.combining(c))
    return frozenset("".join(c if c.isalpha() else " " for c in bare).split())
