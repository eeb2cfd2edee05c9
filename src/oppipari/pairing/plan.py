"""The answer: pairs, trios, who waits and why, and the certificate that nothing better exists."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from oppipari.pairing.matching import Duals, OddSet


class Wait(StrEnum):
    """Why somebody has no pair. None of these tells of anybody's wishes or exclusions."""

    ODD_NUMBER = "odd_number"
    NEEDED_ELSEWHERE = "needed_elsewhere"
    NO_COMMON_TIME = "no_common_time"
    NO_COMMON_LANGUAGE = "no_common_language"
    ONLY_OWN_SUPERVISOR = "only_own_supervisor"
    ONLY_EARLIER_PAIRS = "only_earlier_pairs"
    NO_PLACES = "no_places"
    SET_ASIDE = "set_aside"
    NOBODY_POSSIBLE = "nobody_possible"


@dataclass(frozen=True, slots=True)
class Group:
    """A pair or trio by keys, sorted, with its score in tenths; a trio's is the mean of its three, rounded down."""

    members: tuple[str, ...]
    score: int
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Certificate:
    """What `verify` needs to check a plan without solving anything.

    `vertices` are the free people (a mentor once a place), then `seats` waiting seats; `duals` bound the best set of
    `size` pairs among them; `removed` proves that no set has more pairs (Tutte and Berge). `bonus` is what kept pairs
    add. `fingerprint` binds all of it to its problem.
    """

    fingerprint: str
    size: int
    seats: int
    removed: tuple[int, ...]
    floor: int | None
    kept: tuple[tuple[str, str], ...]
    bonus: int
    duals: Duals
    # The same without the floor (None when the floor is off): what the price of a change is reckoned from.
    unfloored: Duals | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its proof; scores are in tenths of a point.

    `total` is the sum of all groups' scores; `bound` is what no plan exceeds that keeps the locks and forms as many
    pairs (with `stay`, counting the bonus of kept pairs); `gap` = bound - total; `proven` when it is 0.
    """

    pairs: tuple[Group, ...]
    trios: tuple[Group, ...]
    waiting: tuple[str, ...]
    waiting_reasons: Mapping[str, Wait]
    suggested_trios: tuple[Group, ...]
    total: int
    bound: int
    floor: int | None
    people: int
    allowed_pairs: int
    possible_pairs: int
    certificate: Certificate
    seconds: float = field(default=0.0, compare=False)

    @property
    def gap(self) -> int:
        return self.bound - self.total

    @property
    def proven(self) -> bool:
        return self.gap <= 0

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.pairs + self.trios

    def group_of(self, key: str) -> Group | None:
        """The group a person is in."""
        return next((g for g in self.groups if key in g.members), None)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe; `from_dict` makes the same plan of it."""
        return asdict(self) | {"waiting_reasons": {k: str(v) for k, v in self.waiting_reasons.items()}}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; raises KeyError, TypeError or ValueError on anything else."""

        def groups(name: str) -> tuple[Group, ...]:
            return tuple(Group(tuple(g["members"]), int(g["score"]), bool(g["locked"])) for g in data[name])

        def duals(d: Mapping[str, Any]) -> Duals:
            return Duals(
                tuple(int(v) for v in d["vertices"]),
                tuple(OddSet(tuple(int(v) for v in s["members"]), int(s["dual"])) for s in d["odd_sets"]),
            )

        c = data["certificate"]
        return cls(
            pairs=groups("pairs"),
            trios=groups("trios"),
            waiting=tuple(data["waiting"]),
            waiting_reasons={k: Wait(v) for k, v in data["waiting_reasons"].items()},
            suggested_trios=groups("suggested_trios"),
            total=int(data["total"]),
            bound=int(data["bound"]),
            floor=None if data["floor"] is None else int(data["floor"]),
            people=int(data["people"]),
            allowed_pairs=int(data["allowed_pairs"]),
            possible_pairs=int(data["possible_pairs"]),
            certificate=Certificate(
                fingerprint=str(c["fingerprint"]),
                size=int(c["size"]),
                seats=int(c["seats"]),
                removed=tuple(int(v) for v in c["removed"]),
                floor=None if c["floor"] is None else int(c["floor"]),
                kept=tuple((str(a), str(b)) for a, b in c["kept"]),
                bonus=int(c["bonus"]),
                duals=duals(c["duals"]),
                unfloored=duals(c["unfloored"]) if c["unfloored"] else None,
            ),
            seconds=float(data["seconds"]),
        )
