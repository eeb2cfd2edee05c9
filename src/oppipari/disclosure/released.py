"""What was released, as it is kept: frozen, and the same when read again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oppipari.disclosure.figures import Cell, Figure

VERSION = 1


class NotARelease(ValueError):
    """What was kept is no release, or one of a later version."""


@dataclass(frozen=True, slots=True)
class Release:
    """All figures of a questionnaire of one unit; `too_few` when nothing may be shown of any item."""

    too_few: bool
    items: Mapping[str, Figure] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, to be frozen."""
        return {"too_few": self.too_few, "items": {name: _figure_dict(f) for name, f in self.items.items()}}


@dataclass(frozen=True, slots=True)
class Group:
    """Units that are released together: one unit, small ones, or all that is released within a node.

    `units` are the paths of exactly those units whose answers are in the figures.
    """

    name: str
    units: tuple[str, ...]
    items: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Withheld:
    """A unit whose answers are in no figure; `reason` is a code of `words`."""

    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnitsRelease:
    """The figures of a questionnaire over many units."""

    groups: tuple[Group, ...]
    withheld: tuple[Withheld, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, to be frozen; `from_dict` reads it."""
        return {
            "version": VERSION,
            "groups": [
                {"name": g.name, "units": list(g.units), "items": {i: _figure_dict(f) for i, f in g.items.items()}}
                for g in self.groups
            ],
            "withheld": [{"unit": w.unit, "reason": w.reason} for w in self.withheld],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "UnitsRelease":
        """What `to_dict` gave. Raises NotARelease."""
        try:
            if data["version"] != VERSION:
                raise NotARelease(f"version {data['version']!r} is not known")
            return cls(
                tuple(
                    Group(g["name"], tuple(g["units"]), {i: _figure(f) for i, f in g["items"].items()})
                    for g in data["groups"]
                ),
                tuple(Withheld(w["unit"], w["reason"]) for w in data["withheld"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise NotARelease(str(error)) from error


def _figure_dict(f: Figure) -> dict[str, Any]:
    return {
        "n": f.n,
        "mean": f.mean,
        "at_least": f.at_least,
        "at_most": f.at_most,
        "distribution": [[c.low, c.high, c.count] for c in f.distribution] if f.distribution else None,
    }


def _figure(data: Mapping[str, Any]) -> Figure:
    cells = data["distribution"]
    return Figure(
        data["n"], data["mean"], data["at_least"], data["at_most"], tuple(Cell(*c) for c in cells) if cells else None
    )
