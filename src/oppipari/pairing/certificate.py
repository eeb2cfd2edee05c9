"""The certificate of a plan: what proves, without solving anything, that no better plan exists."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from oppipari.pairing.blossom_duals import Blossom
from oppipari.pairing.column_generation import OptimalMatching
from oppipari.pairing.json_values import text, whole_number, whole_numbers


@dataclass(frozen=True, slots=True)
class Duals:
    """A feasible dual solution: it proves that no matching weighs more than `bound`.

    For every allowed pair, y[u] + y[v] + 2 * (duals of the blossoms that contain both) >= 2 * unit * weight.

    Parameters
    ----------
    unit : int
        Duals are in parts of 1/`unit` of a tenth of a point, doubled.
    vertices : (vertices,) tuple of int
        The dual `y` of each vertex.
    blossoms : tuple of Blossom
        Blossoms with a positive dual.

    Examples
    --------
    Duals of 30 and 20 doubled tenths prove that two people make at most 2.5 points:

    >>> Duals(1, (30, 20)).bound
    25
    """

    unit: int
    vertices: tuple[int, ...]
    blossoms: tuple[Blossom, ...] = ()

    @property
    def doubled_bound(self) -> int:
        """The dual objective, in doubled parts of 1/`unit` tenth."""
        return sum(self.vertices) + sum(b.dual * (len(b.members) - 1) for b in self.blossoms)

    @property
    def bound(self) -> int:
        """The dual objective in whole tenths, rounded down, since weights are whole."""
        return self.doubled_bound // (2 * self.unit)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, as stored in a plan."""
        sets = [{"members": b.members, "dual": b.dual} for b in self.blossoms]
        return {"unit": self.unit, "vertices": self.vertices, "odd_sets": sets}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; raises KeyError, TypeError or ValueError on anything else."""
        blossoms = tuple(Blossom(whole_numbers(s["members"]), whole_number(s["dual"])) for s in data["odd_sets"])
        return cls(whole_number(data["unit"]), whole_numbers(data["vertices"]), blossoms)


def duals_of(matching: OptimalMatching) -> Duals:
    """The dual solution of a matching as it goes into a certificate."""
    return Duals(matching.duals.unit, tuple(matching.duals.y.tolist()), matching.duals.blossoms)


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Why the floor is not a tenth higher: with pairs above it alone, a Tutte-Berge barrier proves too few pairs."""

    barrier: tuple[int, ...]
    components: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TooCostly:
    """Why the floor is not a tenth higher: with pairs above it alone, the total would fall below the policy's share.

    Parameters
    ----------
    duals : Duals
        Proof that no plan under the higher floor makes more than its bound.
    mates : (people,) tuple of int
        A plan without a floor, of whose total the policy's share is taken; -1 for none.
    """

    duals: Duals
    mates: tuple[int, ...]


# The stored name of each field of a certificate where it differs; plans keep the names that they were first stored with.
STORED = {"barrier": "removed", "components": "parts", "seat_components": "seat_parts", "too_costly": "too_dear"}


@dataclass(frozen=True, slots=True)
class Certificate:
    """What `verify` needs to check a plan without solving anything.

    The vertices are the free people (a mentor once for each free capacity), then the waiting seats.

    Parameters
    ----------
    fingerprint : str
        Hash of the problem; binds the certificate to it.
    size : int
        Number of pairs in a maximum matching of the free people.
    barrier, components : tuple of int
        The Tutte-Berge proof of `size` (`components` empty: one component).
    seat_components : (seats,) tuple of int
        The component that each waiting seat is for, -1 for any.
    floor : int or None
        The fairness floor in tenths; None where the policy has none.
    ceiling : Ceiling or None
    too_costly : TooCostly or None
        Why the floor is not a tenth higher: one of the two, or neither where that is open.
    kept : tuple of (str, str)
        Pairs of keys that count `bonus` tenths more because they were shown before. A problem cannot tell which these
        were: `kept` is what the plan says, and its proof sentence says it.
    bonus : int
        Tenths.
    duals : Duals
        Bound of the best matching of that size under the floor, bonus included.
    unfloored : Duals or None
        The same without floor and bonus, from which the price of the floor and of a change follows; None without a floor.
    """

    fingerprint: str
    size: int
    barrier: tuple[int, ...]
    components: tuple[int, ...]
    seat_components: tuple[int, ...]
    floor: int | None
    ceiling: Ceiling | None
    kept: tuple[tuple[str, str], ...]
    bonus: int
    duals: Duals
    unfloored: Duals | None = None
    too_costly: TooCostly | None = None

    @property
    def floor_open(self) -> bool:
        """Whether a higher floor may be possible: time ran out, a change kept the floor, or no proof was found."""
        return self.floor is not None and self.ceiling is None and self.too_costly is None

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, as stored in a plan.

        `too_costly` is written only where there is one: plans that were stored before there were any read, and hash, as
        they did.
        """
        data = {STORED.get(name, name): value for name, value in asdict(self).items()}
        if self.ceiling:
            data["ceiling"] = {"removed": self.ceiling.barrier, "parts": self.ceiling.components}
        data["duals"] = self.duals.to_dict()
        data["unfloored"] = self.unfloored.to_dict() if self.unfloored else None
        if self.too_costly:
            data["too_dear"] = {"duals": self.too_costly.duals.to_dict(), "mates": self.too_costly.mates}
        else:
            del data["too_dear"]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; raises KeyError, TypeError or ValueError on anything else."""
        ceiling, too_costly = data["ceiling"], data.get("too_dear")
        return cls(
            fingerprint=text(data["fingerprint"]),
            size=whole_number(data["size"]),
            barrier=whole_numbers(data["removed"]),
            components=whole_numbers(data["parts"]),
            seat_components=whole_numbers(data["seat_parts"]),
            floor=None if data["floor"] is None else whole_number(data["floor"]),
            ceiling=Ceiling(whole_numbers(ceiling["removed"]), whole_numbers(ceiling["parts"])) if ceiling else None,
            kept=tuple((text(a), text(b)) for a, b in data["kept"]),
            bonus=whole_number(data["bonus"]),
            duals=Duals.from_dict(data["duals"]),
            unfloored=Duals.from_dict(data["unfloored"]) if data["unfloored"] else None,
            too_costly=TooCostly(Duals.from_dict(too_costly["duals"]), whole_numbers(too_costly["mates"]))
            if too_costly
            else None,
        )
