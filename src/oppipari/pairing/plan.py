"""The answer: pairs, trios, who waits and why, and the certificate that nothing better exists."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from oppipari.pairing.odd_sets import OddSet
from oppipari.pairing.perfect import Best


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
    """A pair or trio by keys, sorted, with its score in tenths; a trio's is the mean of its three, rounded down.

    `core` is the pair that a trio was made of by a third joining it; None for pairs and for trios that were locked.
    """

    members: tuple[str, ...]
    score: int
    locked: bool = False
    core: "Group | None" = None


@dataclass(frozen=True, slots=True)
class Duals:
    """A proof that no set of pairs makes more than `bound`: a doubled price of every vertex, in parts of 1/`unit` tenth.

    For every allowed pair: price + price + 2 * (duals of the odd sets that hold both) >= 2 * unit * weight.
    """

    unit: int
    vertices: tuple[int, ...]
    odd_sets: tuple[OddSet, ...] = ()

    @property
    def parts(self) -> int:
        """The bound in doubled parts."""
        return sum(self.vertices) + sum(s.dual * (len(s.members) - 1) for s in self.odd_sets)

    @property
    def bound(self) -> int:
        """In whole tenths, rounded down, since weights are whole."""
        return self.parts // (2 * self.unit)


def _told(group: Group) -> dict[str, Any]:
    """A group as `Plan.to_dict` writes it."""
    own = {"members": group.members, "score": group.score, "locked": group.locked}
    return own | {"core": _told(group.core)} if group.core else own


def written(found: Best) -> Duals:
    """The prices of a solution as they go into a certificate."""
    return Duals(found.proof.unit, tuple(found.proof.y.tolist()), found.proof.sets)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Why the floor is not a tenth higher: with only pairs above it, `removed` and `parts` prove that there are too few."""

    removed: tuple[int, ...]
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TooDear:
    """Why the floor is not a tenth higher: with only pairs above it no plan exceeds `duals`, which is less than the policy
    wants of what the pairs of `mates` make without a floor (for each vertex of a person its mate, -1: none).
    """

    duals: Duals
    mates: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """What `verify` needs to check a plan without solving anything.

    The vertices are the free people (a mentor once a place), then the waiting seats. `removed` and `parts` prove that no
    set has more than `size` pairs (Tutte and Berge; `parts` empty: one part); `seat_parts` says which part each seat is
    for (-1: anybody). `duals` bound the best set of that size under the `floor` (tenths), with `bonus` (tenths) for each of
    the pairs `kept` (keys), and `unfloored` the same without floor and bonus (None when the floor is off): what the price of
    the floor and of a change is reckoned from. Why the floor is no tenth higher is said by `ceiling` or `too_dear`.
    `fingerprint` binds all of it to its problem.

    Which pairs were shown before cannot be known from a problem: `kept` is what the plan says, and its proof sentence says it.
    """

    fingerprint: str
    size: int
    removed: tuple[int, ...]
    parts: tuple[int, ...]
    seat_parts: tuple[int, ...]
    floor: int | None
    ceiling: Ceiling | None
    kept: tuple[tuple[str, str], ...]
    bonus: int
    duals: Duals
    unfloored: Duals | None = None
    too_dear: TooDear | None = None

    @property
    def floor_open(self) -> bool:
        """Whether a higher floor may be possible: time ran out, a change kept the floor, or no proof was found."""
        return self.floor is not None and self.ceiling is None and self.too_dear is None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its proof; scores are in tenths of a point.

    `total` is the sum of all groups' scores. `bound` is what no plan exceeds that keeps the locks and the floor and forms as
    many pairs, before anybody joins a pair as the third; with `stay`, no plan with as many kept pairs. `gap` is the bound less
    what this plan made before anybody joined; it is `proven` when the gap is 0 and nobody joined. Whether the floor could be
    higher is another question (`certificate.floor_open`). `suggested_trios`, for those who wait, are not in the total.
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
    seal: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def gap(self) -> int:
        return self.bound - self.paired

    @property
    def joined(self) -> tuple[Group, ...]:
        """The trios that came about by a third joining a pair."""
        return tuple(t for t in self.trios if not t.locked)

    @property
    def paired(self) -> int:
        """The total with the pair that was joined in place of each such trio: what can be held against the bound."""
        return self.total + sum(t.core.score - t.score for t in self.joined if t.core)

    @property
    def proven(self) -> bool:
        return self.gap <= 0 and not self.joined

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.pairs + self.trios

    def group_of(self, key: str) -> Group | None:
        """The group a person is in."""
        return next((g for g in self.groups if key in g.members), None)

    def sealed(self) -> Self:
        """With a seal over all that it says (but for how long it took): what is changed later no longer fits it."""
        return replace(self, seal=self.digest())

    def digest(self) -> str:
        """A hash of the plan and its certificate as `to_dict` writes them, without the seal."""
        told = self.to_dict()
        del told["seal"]
        text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe; `from_dict` makes the same plan of it. Without how long it took, so that equal plans are equal bytes.

        A core and too dear a floor are written only where there is one: plans that were stored before there were any read, and
        hash, as they did.
        """
        told = asdict(self) | {"waiting_reasons": {k: str(v) for k, v in self.waiting_reasons.items()}}
        told |= {name: [_told(g) for g in getattr(self, name)] for name in ("pairs", "trios", "suggested_trios")}
        del told["seconds"]
        if self.certificate.too_dear is None:
            del told["certificate"]["too_dear"]
        return told

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; raises KeyError, TypeError or ValueError on anything else."""

        def group(g: Mapping[str, Any]) -> Group:
            core = group(g["core"]) if g.get("core") else None
            return Group(tuple(str(k) for k in g["members"]), int(g["score"]), bool(g["locked"]), core)

        def groups(name: str) -> tuple[Group, ...]:
            return tuple(group(g) for g in data[name])

        def ints(values: Any) -> tuple[int, ...]:
            return tuple(int(v) for v in values)

        def duals(d: Mapping[str, Any]) -> Duals:
            sets = tuple(OddSet(ints(s["members"]), int(s["dual"])) for s in d["odd_sets"])
            return Duals(int(d["unit"]), ints(d["vertices"]), sets)

        c = data["certificate"]
        top, dear = c["ceiling"], c.get("too_dear")
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
                removed=ints(c["removed"]),
                parts=ints(c["parts"]),
                seat_parts=ints(c["seat_parts"]),
                floor=None if c["floor"] is None else int(c["floor"]),
                ceiling=Ceiling(ints(top["removed"]), ints(top["parts"])) if top else None,
                kept=tuple((str(a), str(b)) for a, b in c["kept"]),
                bonus=int(c["bonus"]),
                duals=duals(c["duals"]),
                unfloored=duals(c["unfloored"]) if c["unfloored"] else None,
                too_dear=TooDear(duals(dear["duals"]), ints(dear["mates"])) if dear else None,
            ),
            seal=str(data["seal"]),
        )
