"""What the supervisor has fixed on the board, and how each of their changes alters it; whole numbers in, no database.

People are sign-up ids. The latest wish wins: locking a pair lifts an earlier "not this pair", and the other way round.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations
from typing import Any, Self


class Edit(StrEnum):
    """The changes a supervisor can make; each works by a button."""

    SUGGEST = "suggest"
    REFRESH = "refresh"
    RESET = "reset"
    LOCK = "lock"
    UNLOCK = "unlock"
    PAIR = "pair"
    FORBID = "forbid"
    ALLOW = "allow"
    SWAP = "swap"
    SET_ASIDE = "set_aside"
    BRING_BACK = "bring_back"
    TRIO = "trio"
    BREAK_TRIO = "break_trio"


# How many people each change is about.
PEOPLE = {
    Edit.SUGGEST: 0,
    Edit.REFRESH: 0,
    Edit.RESET: 0,
    Edit.LOCK: 2,
    Edit.UNLOCK: 2,
    Edit.PAIR: 2,
    Edit.FORBID: 2,
    Edit.ALLOW: 2,
    Edit.SWAP: 2,
    Edit.SET_ASIDE: 1,
    Edit.BRING_BACK: 1,
    Edit.TRIO: 3,
    Edit.BREAK_TRIO: 3,
}


class SamePair(ValueError):
    """Two people who are in the same group cannot change places."""


class NobodyPaired(ValueError):
    """Two people who both wait cannot change places."""


Ids = tuple[int, ...]


def _sorted(ids: Iterable[int]) -> Ids:
    return tuple(sorted(ids))


@dataclass(frozen=True, slots=True)
class Constraints:
    """Locked and forbidden pairs, locked trios, and who waits by the supervisor's choice."""

    locked: frozenset[Ids] = frozenset()
    forbidden: frozenset[Ids] = frozenset()
    trios: frozenset[Ids] = frozenset()
    set_aside: frozenset[int] = frozenset()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], known: Iterable[int]) -> Self:
        """Read what `to_dict` wrote; what concerns people who are not `known` any more falls away."""
        there = set(known)

        def groups(name: str) -> frozenset[Ids]:
            return frozenset(_sorted(g) for g in data.get(name, []) if set(g) <= there)

        return cls(groups("locked"), groups("forbidden"), groups("trios"), frozenset(data.get("set_aside", [])) & there)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, always in the same order."""
        return {
            "locked": [list(g) for g in sorted(self.locked)],
            "forbidden": [list(g) for g in sorted(self.forbidden)],
            "trios": [list(g) for g in sorted(self.trios)],
            "set_aside": sorted(self.set_aside),
        }

    def freed(self, people: Iterable[int]) -> Self:
        """Without the locks and trios that any of `people` is in, and with none of them set aside."""
        gone = set(people)
        return replace(
            self,
            locked=frozenset(g for g in self.locked if not gone & set(g)),
            trios=frozenset(g for g in self.trios if not gone & set(g)),
            set_aside=self.set_aside - gone,
        )

    def fixed(self, group: Sequence[int]) -> Self:
        """With `group` (two or three people) locked together."""
        members = _sorted(group)
        clean = self.freed(members)
        wanted = {_sorted(two) for two in combinations(members, 2)}
        clean = replace(clean, forbidden=clean.forbidden - wanted)
        if len(members) == 2:
            return replace(clean, locked=clean.locked | {members})
        return replace(clean, trios=clean.trios | {members})

    def edited(self, edit: Edit, people: Sequence[int], groups: Sequence[Sequence[int]]) -> Self:
        """The constraints after one change; `groups` are the pairs and trios the board shows now.

        Raises SamePair or NobodyPaired when two people cannot change places.
        """
        members = _sorted(people)
        match edit:
            case Edit.LOCK | Edit.PAIR | Edit.TRIO:
                return self.fixed(members)
            case Edit.UNLOCK | Edit.BREAK_TRIO:
                return replace(self, locked=self.locked - {members}, trios=self.trios - {members})
            case Edit.FORBID:
                together = frozenset(g for g in self.trios if set(members) <= set(g))
                return replace(
                    self,
                    locked=self.locked - {members},
                    trios=self.trios - together,
                    forbidden=self.forbidden | {members},
                )
            case Edit.ALLOW:
                return replace(self, forbidden=self.forbidden - {members})
            case Edit.SET_ASIDE:
                clean = self.freed(members)
                return replace(clean, set_aside=clean.set_aside | set(members))
            case Edit.BRING_BACK:
                return replace(self, set_aside=self.set_aside - set(members))
            case Edit.SWAP:
                return self._swapped(people[0], people[1], groups)
            case Edit.RESET:
                return type(self)()
            case Edit.SUGGEST | Edit.REFRESH:
                return self

    def _swapped(self, a: int, b: int, groups: Sequence[Sequence[int]]) -> Self:
        """`a` and `b` in each other's places, both groups locked; who comes to wait waits by the supervisor's choice."""
        of_a = next((g for g in groups if a in g), None)
        of_b = next((g for g in groups if b in g), None)
        if of_a is None and of_b is None:
            raise NobodyPaired
        if of_a == of_b:
            raise SamePair
        made = self
        for group, goes, comes in ((of_a, a, b), (of_b, b, a)):
            made = made.freed([goes, comes, *(group or ())])
        for group, goes, comes in ((of_a, a, b), (of_b, b, a)):
            if group is None:
                made = replace(made, set_aside=made.set_aside | {comes})
            else:
                made = made.fixed([comes if x == goes else x for x in group])
        return made
