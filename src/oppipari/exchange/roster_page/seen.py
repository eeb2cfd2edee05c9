"""A roster as understood, beside the people of the unit."""

from dataclasses import dataclass

from oppipari.exchange.rosters import RosterPerson, RosterReading
from oppipari.meetings.work_times import rosters
from oppipari.organisation.models import Person, Unit
from oppipari.organisation.text import fold


@dataclass(frozen=True)
class Seen:
    """A file as understood, and whom of the unit it concerns."""

    reading: RosterReading
    matched: list[tuple[Person, RosterPerson]]
    others: int
    two_alike: list[str]


def seen_in(reading: RosterReading, unit: Unit) -> Seen:
    people = rosters.roster_people(unit)
    by_email = {fold(p.email): p for p in people if p.email}
    by_name: dict[str, list[Person]] = {}
    for p in people:
        by_name.setdefault(fold(p.name), []).append(p)
    matched, others, alike, taken = [], 0, [], set()
    for row in reading.people:
        found = by_email.get(fold(row.email)) if row.email else None
        if found is None and not row.email:
            same = by_name.get(fold(row.name), [])
            if len(same) > 1:
                alike.append(row.name)
            found = same[0] if len(same) == 1 else None
        if found is None or found.pk in taken:
            others += 1
            continue
        taken.add(found.pk)
        matched.append((found, row))
    matched.sort(key=lambda m: fold(m[0].name))
    return Seen(reading, matched, others, alike)
