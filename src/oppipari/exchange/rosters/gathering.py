"""Several rosters as one: the same person in two files is one person, and names find the addresses they belong to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from oppipari.exchange.rosters.joining import joined
from oppipari.exchange.rosters.names import find_names, name_words
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

    "Päivi Mäki" is paivi.maki@... where no other name and no other address fits; a remark says of whom. "Mäki P." may be
    her: a remark says so, and nothing is taken for it.
    """
    taken = {person.email for person in roster.people}
    known = {a: a.partition("@")[0] for a in dict.fromkeys(addresses) if a not in taken}
    places = [i for i, p in enumerate(roster.people) if not p.email and len(name_words(p.name)) > 1]
    names = find_names([roster.people[i].name for i in places], known)
    people = list(roster.people)
    said: dict[tuple[str, str], list[str]] = {}
    for at, i in enumerate(places):
        person, address = people[i], names.found.get(at)
        if address is None:
            continue
        meant = "perhaps_meant" if at in names.shortened else "matched_by_name"
        said.setdefault((meant, person.file), []).append(f"{person.name} = {address}")
        if meant == "matched_by_name":
            people[i] = replace(person, email=address)
    remarks = [RosterRemark(file, 0, "", code, {"people": told}) for (code, file), told in said.items()]
    return replace(roster, people=tuple(people), remarks=(*roster.remarks, *remarks))
