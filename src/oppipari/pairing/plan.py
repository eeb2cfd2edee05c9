"""The answer: pairs, trios, who waits and why, and the certificate that nothing better exists."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from oppipari.pairing.certificate import Certificate
from oppipari.pairing.json_values import boolean, text, whole_number


class Wait(StrEnum):
    """Why somebody has no pair. None of these reveals anybody's wishes or exclusions."""

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
    """A pair or trio.

    Parameters
    ----------
    members : tuple of str
        Keys, sorted.
    score : int
        Tenths; a trio's is the mean of its three pairs', rounded down.
    locked : bool
    core : Group, optional
        The pair that a third joined; None for pairs and for trios that were locked.
    """

    members: tuple[str, ...]
    score: int
    locked: bool = False
    core: "Group | None" = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its proof; scores are in tenths of a point.

    Parameters
    ----------
    pairs, trios : tuple of Group
    waiting : tuple of str
        Keys.
    waiting_reasons : mapping of str to Wait
    suggested_trios : tuple of Group
        For those who wait; not in the total.
    total : int
        The sum of all groups' scores.
    bound : int
        What no plan exceeds that keeps the locks and the floor and forms as many pairs, before anybody joins a pair as the
        third; with `stay`, no plan with as many kept pairs.
    floor : int or None
    people, allowed_pairs, possible_pairs : int
    certificate : Certificate
    seal : str
        A hash of all the above.
    seconds : float
        How long it took; not compared.
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
        """The bound less what this plan made before anybody joined, in tenths."""
        return self.bound - self.paired

    @property
    def joined(self) -> tuple[Group, ...]:
        """The trios that came about by a third joining a pair."""
        return tuple(t for t in self.trios if not t.locked)

    @property
    def paired(self) -> int:
        """The total with its core in place of each trio that a third joined: what is compared with the bound."""
        return self.total + sum(t.core.score - t.score for t in self.joined if t.core)

    @property
    def total_proven(self) -> bool:
        """Whether no arrangement under this floor makes more, and nobody joined a pair."""
        return self.gap <= 0 and not self.joined

    @property
    def settled(self) -> bool:
        """Whether nothing was left open: no gap, and no higher floor that was not ruled out. A third may have joined."""
        return self.gap <= 0 and not self.certificate.floor_open

    @property
    def proven(self) -> bool:
        """Whether every stage is proven: the number of pairs, the floor, the total."""
        return self.total_proven and self.settled

    @property
    def groups(self) -> tuple[Group, ...]:
        """Pairs and trios."""
        return self.pairs + self.trios

    def group_of(self, key: str) -> Group | None:
        """The group a person is in."""
        return next((g for g in self.groups if key in g.members), None)

    def sealed(self) -> Self:
        """With a seal over everything but `seconds`: what is changed later no longer fits it."""
        return replace(self, seal=self.digest())

    def digest(self) -> str:
        """A hash of the plan and its certificate as `to_dict` writes them, without the seal."""
        data = self.to_dict()
        del data["seal"]
        content = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe; `from_dict` reads it.

        Returns
        -------
        dict
            Without `seconds`, so that equal plans are equal bytes. A trio's core is written only where there is one: plans
            that were stored before there were any read, and hash, as they did.
        """
        data = asdict(self) | {"waiting_reasons": {k: str(v) for k, v in self.waiting_reasons.items()}}
        data |= {name: [_group_dict(g) for g in getattr(self, name)] for name in ("pairs", "trios", "suggested_trios")}
        data["certificate"] = self.certificate.to_dict()
        del data["seconds"]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            For anything else. Nothing is converted: a number with a decimal point, a text or a boolean where a whole number
            belongs is refused.
        """

        def groups(name: str) -> tuple[Group, ...]:
            return tuple(_group_from(g) for g in data[name])

        return cls(
            pairs=groups("pairs"),
            trios=groups("trios"),
            waiting=tuple(text(k) for k in data["waiting"]),
            waiting_reasons={k: Wait(v) for k, v in data["waiting_reasons"].items()},
            suggested_trios=groups("suggested_trios"),
            total=whole_number(data["total"]),
            bound=whole_number(data["bound"]),
            floor=None if data["floor"] is None else whole_number(data["floor"]),
            people=whole_number(data["people"]),
            allowed_pairs=whole_number(data["allowed_pairs"]),
            possible_pairs=whole_number(data["possible_pairs"]),
            certificate=Certificate.from_dict(data["certificate"]),
            seal=text(data["seal"]),
        )


def _group_dict(group: Group) -> dict[str, Any]:
    """A group as `Plan.to_dict` writes it."""
    data = {"members": group.members, "score": group.score, "locked": group.locked}
    return data | {"core": _group_dict(group.core)} if group.core else data


def _group_from(data: Mapping[str, Any], *, is_core: bool = False) -> Group:
    if is_core and "core" in data:
        raise ValueError("the core of a trio is a pair and has no core")
    core = _group_from(data["core"], is_core=True) if data.get("core") else None
    members = tuple(text(k) for k in data["members"])
    return Group(members, whole_number(data["score"]), boolean(data["locked"]), core)
