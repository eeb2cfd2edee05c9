"""People as read from files, as the engine takes them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from oppipari.exchange.columns import Field
from oppipari.exchange.reading import FormRow, Reading, Remark
from oppipari.organisation.text import fold
from oppipari.pairing import Participant, Side, Stage, Way


@dataclass(frozen=True, slots=True)
class People:
    """Participants with the exclusions they declared, their names by key, and remarks about what was not found.

    `files` are the files they were read from, as remarks name them.
    """

    participants: tuple[Participant, ...]
    exclusions: tuple[tuple[str, str], ...]
    names: dict[str, str]
    remarks: tuple[Remark, ...]
    two_sided: bool
    files: tuple[str, ...] = ()

    def keys_of(self, address: str) -> list[str]:
        """The keys of the person with `address`: two where they are on both sides; the address itself if unknown."""
        keys = [k for k in (address, f"{address}{AS_MENTEE}") if k in self.names]
        return keys or [address]

    def pairs_of(self, a: str, b: str) -> list[tuple[str, str]]:
        """All the pairs of keys that two addresses may stand for, across the sides in a two-sided round."""
        sides = {p.key: p.side for p in self.participants}
        pairs = list(product(self.keys_of(a), self.keys_of(b)))
        across = [(x, y) for x, y in pairs if sides.get(x) != sides.get(y)]
        return across or pairs[:1]


AS_MENTEE = " (mentee)"
BETWEEN_NAMES = re.compile(r"[;,\n/&]|\s+(?:ja|tai|och|eller|and|or)\s+")
NOBODY = {"-", "–", "ei", "ei ole", "ei ketään", "no", "none", "nobody", "no one", "n/a", "nej", "ingen", "inga"}


def key_on_side(address: str, side: Side | None, twice: set[str]) -> str:
    """The key of a person: the address, and on the mentee side marked where the same address is a mentor too."""
    return f"{address}{AS_MENTEE}" if side == Side.MENTEE and address in twice else address


def gather_people(readings: Sequence[Reading], sides: Sequence[Side | None]) -> People:
    """Put one file (a general round) or two (mentors, mentees) together."""
    rows: list[tuple[FormRow, Side | None]] = [
        (row, side) for reading, side in zip(readings, sides, strict=True) for row in reading.people
    ]
    two_sided = any(side is not None for side in sides)
    times = Counter(row.email for row, _side in rows)
    twice = {a for a, count in times.items() if count > 1} if two_sided else set()
    keys = [key_on_side(row.email, side, twice) for row, side in rows]
    by_name: dict[str, list[str]] = {}
    for key, (row, _side) in zip(keys, rows, strict=True):
        for known_as in {_unordered(row.name), _unordered(row.email)}:
            by_name.setdefault(known_as, []).append(key)

    def called(name: str) -> list[str]:
        return by_name.get(_unordered(name), []) if name.strip() else []

    remarks: list[Remark] = []
    for reading, side in zip(readings, sides, strict=True):
        # A mentor need not want anything, nor a mentee share.
        remarks += reading.one_way(shares=side != Side.MENTEE, wants=side != Side.MENTOR)
    exclusions: set[tuple[str, str]] = set()
    all_keys = set(keys)
    participants = []
    headings = {r.file: r.columns for r in readings}
    for key, (row, side) in zip(keys, rows, strict=True):
        if row.exclusion:
            for name in _names_in(row.exclusion, whole=bool(called(row.exclusion))):
                others = [k for k in called(name) if k != key]
                # Whoever is on both sides is kept from the other in both directions.
                mine = [k for k in (row.email, f"{row.email}{AS_MENTEE}") if k in all_keys] if two_sided else [key]
                exclusions |= {(min(k, o), max(k, o)) for k in mine for o in others if k != o}
                if not others:
                    column = headings[row.file][Field.EXCLUSION][0]
                    remarks.append(Remark(row.file, row.row, column, "unknown_exclusion", {"value": name[:60]}))
        if row.email in twice and side == Side.MENTEE:
            exclusions.add((row.email, key))
            column = headings[row.file][Field.EMAIL][0]
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
                supervisors=frozenset(k for k in called(row.supervisor) if k != key),
                side=side,
                capacity=row.capacity if side == Side.MENTOR else 1,
            )
        )
    names = {key: row.name for key, (row, _side) in zip(keys, rows, strict=True)}
    files = tuple(reading.file for reading in readings)
    return People(tuple(participants), tuple(sorted(exclusions)), names, tuple(remarks), two_sided, files)


def _names_in(answer: str, whole: bool) -> list[str]:
    if fold(answer).rstrip(".!") in NOBODY:
        return []
    return [answer] if whole else [name.strip() for name in BETWEEN_NAMES.split(answer) if name.strip()]


def _unordered(name: str) -> str:
    """A name for comparison: "Laine, Kirsi" is Kirsi Laine."""
    return " ".join(sorted(re.findall(r"[^\s,]+", fold(name))))
