"""Which units are told on their own, which together, and of which no figure takes in anybody (rule 4).

Every unit with enough answers is a block of its own. What is under the minimum goes up the tree until there is enough to
tell it together. No block shares anybody with another, so nothing can be taken away from one by means of another. Only how
many answered decides, never what they answered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from oppipari.disclosure.rules import Rules

Path = tuple[str, ...]


@dataclass(eq=False)
class Block:
    """Units whose answers are told together; `units` are indexes."""

    units: tuple[int, ...]
    people: int


@dataclass(eq=False)
class Node:
    """A place in the tree of units: a unit, or what units are in, or both.

    `unit` is the index of the unit whose people answered right here. `blocks` are those that lie in this place and in
    none below it.
    """

    path: Path
    below: dict[str, "Node"] = field(default_factory=dict)
    unit: int | None = None
    blocks: list[Block] = field(default_factory=list)
    # Units in this place, or below it, that no block within this place takes in.
    apart: tuple[int, ...] = ()

    def all_units(self) -> Iterator[int]:
        if self.unit is not None:
            yield self.unit
        for child in self.children():
            yield from child.all_units()

    def all_blocks(self) -> Iterator[Block]:
        yield from self.blocks
        for child in self.children():
            yield from child.all_blocks()

    def children(self) -> list["Node"]:
        return [self.below[k] for k in sorted(self.below)]


def tree_of(units: Sequence[Path]) -> Node:
    """The tree with every unit at its path."""
    top = Node(())
    for index, path in enumerate(units):
        place = top
        for depth, part in enumerate(path, start=1):
            place = place.below.setdefault(part, Node(path[:depth]))
        place.unit = index
    return top


def form_blocks(place: Node, people: Mapping[int, int], rules: Rules) -> None:
    """Put into `place` and below it the blocks that its units form; `people` counts the answers by unit."""
    loose: list[tuple[int, tuple[int, ...]]] = []  # (answers, units) that still need company
    for child in place.children():
        form_blocks(child, people, rules)
        if child.apart:
            loose.append((sum(people[u] for u in child.apart), child.apart))
    if place.unit is not None and people[place.unit]:
        own = people[place.unit]
        if own >= rules.least_for_mean:
            place.blocks.append(Block((place.unit,), own))
        else:
            loose.append((own, (place.unit,)))
    if rules.merges:
        loose = _together(place, loose, rules)
    place.apart = tuple(sorted(u for _n, units in loose for u in units))


def _together(place: Node, loose: list[tuple[int, tuple[int, ...]]], rules: Rules) -> list[tuple[int, tuple[int, ...]]]:
    """Make blocks of small units, the smallest first; give back what is still too few here."""
    aim = max(rules.least_for_distribution, rules.least_for_mean)
    made: list[Block] = []
    units: list[int] = []
    people = 0
    for n, more in sorted(loose):
        units, people = [*units, *more], people + n
        if people >= aim:
            made.append(Block(tuple(sorted(units)), people))
            units, people = [], 0
    if people >= rules.least_for_mean:
        made.append(Block(tuple(sorted(units)), people))
    elif people and made:
        made[-1] = Block(tuple(sorted([*made[-1].units, *units])), made[-1].people + people)
    elif people:
        partner = _partner(place, rules)
        if partner is None:
            return [(people, tuple(units))]
        where, block = partner
        where.blocks.remove(block)
        made.append(Block(tuple(sorted([*block.units, *units])), block.people + people))
    place.blocks.extend(made)
    return []


def _partner(place: Node, rules: Rules) -> tuple[Node, Block] | None:
    """The smallest neighbour that small units may join: one told as a whole, and no unit that would lose its own distribution."""
    found: list[tuple[int, tuple[int, ...], Node, Block]] = []
    own = [(place, b) for b in place.blocks]
    for where, block in [*own, *(n for c in place.children() if (n := _only_block(c)))]:
        if len(block.units) > 1 or block.people < rules.least_for_distribution:
            found.append((block.people, block.units, where, block))
    return min(found, key=lambda f: f[:2])[2:] if found else None


def _only_block(place: Node) -> tuple[Node, Block] | None:
    """The one block that a place consists of, and where it lies; None if it consists of more or of less."""
    if place.apart or len(blocks := list(place.all_blocks())) != 1:
        return None
    while not place.blocks:
        place = next(c for c in place.children() if list(c.all_blocks()))
    return place, blocks[0]
