"""People as read from files, as the engine takes them."""

from collections.abc import Sequence
from dataclasses import dataclass

from oppipari.exchange.reading import FormRow, Reading, Remark
from oppipari.organisation.text import fold
from oppipari.pairing import Participant, Side, Stage, Way


@dataclass(frozen=True, slots=True)
class People:
    """Participants with the exclusions they declared, their names by key, and remarks about what was not found."""

    participants: tuple[Participant, ...]
    exclusions: tuple[tuple[str, str], ...]
    names: dict[str, str]
    remarks: tuple[Remark, ...]
    two_sided: bool


def key_on_side(address: str, side: Side | None, twice: set[str]) -> str:
    """The key of a person: the address, and on the mentee side marked where the same address is a mentor too."""
    return f"{address} (mentee)" if side == Side.MENTEE and address in twice else address


def gather_people(readings: Sequence[Reading], sides: Sequence[Side | None]) -> People:
    """Put one file (a general round) or two (mentors, mentees) together."""
    rows: list[tuple[FormRow, Side | None]] = [
        (row, side) for reading, side in zip(readings, sides, strict=True) for row in reading.people
    ]
    two_sided = any(side is not None for side in sides)
    addresses = [row.email for row, _side in rows]
    twice = {a for a in addresses if addresses.count(a) > 1} if two_sided else set()
    keys = [key_on_side(row.email, side, twice) for row, side in rows]
    by_name: dict[str, list[str]] = {}
    for key, (row, _side) in zip(keys, rows, strict=True):
        by_name.setdefault(fold(row.name), []).append(key)
        by_name.setdefault(row.email, []).append(key)
    remarks: list[Remark] = []
    exclusions: set[tuple[str, str]] = set()
    participants = []
    headings = {r.file: r.columns for r in readings}
    for key, (row, side) in zip(keys, rows, strict=True):
        if row.exclusion:
            others = [k for k in by_name.get(fold(row.exclusion), []) if k != key]
            exclusions |= {(min(key, k), max(key, k)) for k in others}
            if not others:
                column = next(iter(headings[row.file].values()))[0]
                column = next((c[0] for f, c in headings[row.file].items() if f == "exclusion"), column)
                remarks.append(Remark(row.file, row.row, column, "unknown_exclusion", {"value": row.exclusion[:60]}))
        if row.email in twice and side == Side.MENTEE:
            exclusions.add((row.email, key))
            column = next(c[0] for f, c in headings[row.file].items() if f == "email")
            remarks.append(Remark(row.file, row.row, column, "one_side_only"))
        participants.append(
            Participant(
                key=key,
                shares=row.shares,
                wants=row.wants,
                stage=Stage(row.stage) if row.stage else None,
                wished_stages=frozenset(Stage(s) for s in row.wished_stages),
                slots=frozenset(row.slots),
                languages=frozenset(row.languages),
                way=Way(row.way) if row.way else None,
                unit=fold(row.unit),
                team=fold(row.team),
                supervisors=frozenset(k for k in by_name.get(fold(row.supervisor), []) if row.supervisor and k != key),
                side=side,
                capacity=row.capacity if side == Side.MENTOR else 1,
            )
        )
    names = {key: row.name for key, (row, _side) in zip(keys, rows, strict=True)}
    return People(tuple(participants), tuple(sorted(exclusions)), names, tuple(remarks), two_sided)
