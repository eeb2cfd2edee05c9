"""A roster as understood, beside the people of the unit."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from oppipari.exchange.rosters import NamesFound, RosterPerson, RosterReading, find_names
from oppipari.meetings.work_times import rosters
from oppipari.meetings.work_times.rosters import Told
from oppipari.organisation.models import Person, Unit
from oppipari.organisation.text import fold
from oppipari.scheduling import Span


@dataclass(frozen=True)
class Match:
    """Somebody of the unit and what the roster tells of them; `shortened` where the roster has their name in short."""

    person: Person
    row: RosterPerson
    shortened: bool = False


@dataclass(frozen=True)
class Seen:
    """A file as understood, and whom of the unit it concerns.

    `unsure` are names of the file that several people fit, with the names of these; `others` names that are nobody's who
    takes part; `missing` who takes part and was not found. All of it is for the page alone: nothing of it is kept.
    """

    reading: RosterReading
    matched: list[Match] = field(default_factory=list)
    unsure: list[tuple[str, list[str]]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    missing: list[Person] = field(default_factory=list)

    @property
    def told(self) -> dict[int, Told]:
        """What the roster tells of the unit's people (by id), as it is kept."""
        return {m.person.pk: Told([Span(a, b) for a, b in m.row.shifts], m.row.dates) for m in self.matched}


def seen_in(reading: RosterReading, unit: Unit) -> Seen:
    """Whom of the unit's people a roster concerns: by address, and by name where one of the two has no address."""
    people = {p.pk: p for p in rosters.roster_people(unit)}
    by_email = {fold(p.email): p.pk for p in people.values() if p.email}
    found: dict[int, tuple[int, bool]] = {}  # place in the roster -> the person, and whether by a name in short
    unsure: dict[int, list[int]] = {}

    def take(places: Sequence[int], names: NamesFound[int], *, also_short: bool) -> None:
        for at, place in enumerate(places):
            if (pk := names.found.get(at)) and (also_short or at not in names.shortened):
                found[place] = pk, at in names.shortened
            elif fitting := names.unsure.get(at):
                unsure[place] = fitting

    rows = reading.people
    for place, row in enumerate(rows):
        if row.email and (pk := by_email.get(fold(row.email))):
            found[place] = pk, False
    nameless = [i for i, row in enumerate(rows) if not row.email]
    met = {pk for pk, _short in found.values()}
    take(
        nameless,
        find_names([rows[i].name for i in nameless], {pk: p.name for pk, p in people.items() if pk not in met}),
        also_short=True,
    )
    # Who has no address here can be the one with an address there, if the whole name is the same.
    strangers = [i for i, row in enumerate(rows) if row.email and i not in found]
    met = {pk for pk, _short in found.values()}
    without = {pk: p.name for pk, p in people.items() if not p.email and pk not in met}
    take(strangers, find_names([rows[i].name for i in strangers], without), also_short=False)

    met = {pk for pk, _short in found.values()}
    matched = [Match(people[pk], rows[i], short) for i, (pk, short) in found.items()]
    return Seen(
        reading,
        sorted(matched, key=lambda m: fold(m.person.name)),
        [(rows[i].name, [people[pk].name for pk in fitting]) for i, fitting in unsure.items()],
        [row.name for i, row in enumerate(rows) if i not in found and i not in unsure],
        [p for pk, p in people.items() if pk not in met],
    )
