"""What is to be said of a plan and its rosters together."""

from collections.abc import Sequence
from datetime import date, timedelta

from oppipari.exchange.meet.asked import PlanPair, named_all
from oppipari.exchange.meet.files import NOT_IN_ROSTER
from oppipari.exchange.rosters import Roster, RosterPerson, RosterRemark

# Somebody's days may end a little before the others': a calendar ends with its last shift.
LITTLE = timedelta(days=7)


def about_plan(
    file: str, pairs: Sequence[PlanPair], again: Sequence[PlanPair], people: dict[str, RosterPerson]
) -> list[RosterRemark]:
    unknown = [a for a in named_all(pairs) if a not in people]
    found = [RosterRemark(file, 0, "", NOT_IN_ROSTER, {"person": a}) for a in unknown]
    found += [RosterRemark(file, 0, "", "pair_twice", {"person": ", ".join(p.members)}) for p in again]
    teamless = [people[a].name for a in named_all(pairs) if a in people and not people[a].team]
    if teamless:
        found.append(RosterRemark(file, 0, "", "no_team", {"people": teamless}))
    return found


def about_days(roster: Roster, first: date, weeks: int, *, asked_weeks: bool) -> list[RosterRemark]:
    """What was asked for and no roster tells of."""
    found = []
    if first < roster.first:
        found.append(RosterRemark("--from", 0, "", "early_roster", {"first": first, "begins": roster.first}))
    until = first + timedelta(weeks=weeks, days=-1)
    if until > roster.last and (asked_weeks or first > roster.last):
        found.append(RosterRemark("--weeks", 0, "", "short_roster", {"until": until, "last": roster.last}))
    return found


def about_people(roster: Roster, people: Sequence[RosterPerson], first: date, weeks: int) -> list[RosterRemark]:
    """Whose days end long before the others': after them no time is found for these."""
    until = min(roster.last, first + timedelta(weeks=weeks, days=-1))
    short: dict[tuple[str, date], list[str]] = {}
    for person in people:
        if person.dates and person.dates[-1] <= until - LITTLE:
            short.setdefault((person.file, person.dates[-1]), []).append(person.name)
    return [
        RosterRemark(file, 0, "", "short_for", {"people": names, "last": last}) for (file, last), names in short.items()
    ]
