"""Merging of small units: which are released on their own, which together, and which in no figure (rule 4).

Every unit with enough answers is a block of its own (the minimum frequency rule). What is under the minimum goes up the tree
of units until there is enough to release it together. No block shares anybody with another, so nothing can be subtracted from
one by means of another. Only how many answered decides, never what they answered.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from oppipari.disclosure.rules import Rules

Path = tuple[str, ...]


@dataclass(eq=False)
class Block:
    """Units whose answers are released together; `units` are indexes."""

    units: tuple[int, ...]
    people: int


@dataclass(eq=False)
class Node:
    """A node of the tree of units: a unit, or what units are in, or both.

    Attributes
    ----------
    path : tuple of str
    below : dict of str to Node
    unit : int or None
        The index of the unit whose people answered right here.
    blocks : list of Block
        Those that lie in this node and in none below it.
    suppressed : tuple of int
        Units in this node or below it that no block within this node takes in.
    """

    path: Path
    below: dict[str, "Node"] = field(default_factory=dict)
    unit: int | None = None
    blocks: list[Block] = field(default_factory=list)
    # Units in this node, or below it, that no block within this node takes in.
    suppressed: tuple[int, ...] = ()

    def all_units(self) -> Iterator[int]:
        """The units of this node and of all below it."""
        if self.unit is not None:
            yield self.unit
        for child in self.children():
            yield from child.all_units()

    def all_blocks(self) -> Iterator[Block]:
        """The blocks of this node and of all below it."""
        yield from self.blocks
        for child in self.children():
            yield from child.all_blocks()

    def children(self) -> list["Node"]:
        """The nodes right below, by name."""
        return [self.below[k] for k in sorted(self.below)]


def tree_of(units: Sequence[Path]) -> Node:
    """The tree with every unit at its path."""
    top = Node(())
    for index, path in enumerate(units):
        node = top
        for depth, part in enumerate(path, start=1):
            node = node.below.setdefault(part, Node(path[:depth]))
        node.unit = index
    return top


def form_blocks(node: Node, people: Mapping[int, int], rules: Rules) -> None:
    """Put into `node` and below it the blocks that its units form; `people` counts the answers by unit."""
    too_small: list[tuple[int, tuple[int, ...]]] = []  # (answers, units) that are too few alone
    for child in node.children():
        form_blocks(child, people, rules)
        if child.suppressed:
            too_small.append((sum(people[u] for u in child.suppressed), child.suppressed))
    if node.unit is not None and people[node.unit]:
        own = people[node.unit]
        if own >= rules.least_for_mean:
            node.blocks.append(Block((node.unit,), own))
        else:
            too_small.append((own, (node.unit,)))
    if rules.merges:
        too_small = _merge(node, too_small, rules)
    node.suppressed = tuple(sorted(u for _n, units in too_small for u in units))


def _merge(node: Node, too_small: list[tuple[int, tuple[int, ...]]], rules: Rules) -> list[tuple[int, tuple[int, ...]]]:
    """Make blocks of small units, the smallest first; returns what is still too few here."""
    target = max(rules.least_for_distribution, rules.least_for_mean)
    blocks: list[Block] = []
    units: list[int] = []
    people = 0
    for n, more in sorted(too_small):
        units, people = [*units, *more], people + n
        if people >= target:
            blocks.append(Block(tuple(sorted(units)), people))
            units, people = [], 0
    if people >= rules.least_for_mean:
        blocks.append(Block(tuple(sorted(units)), people))
    elif people and blocks:
        blocks[-1] = Block(tuple(sorted([*blocks[-1].units, *units])), blocks[-1].people + people)
    elif people:
        partner = _partner(node, rules)
        if partner is None:
            return [(people, tuple(units))]
        node_of, block = partner
        node_of.blocks.remove(block)
        blocks.append(Block(tuple(sorted([*block.units, *units])), block.people + people))
    node.blocks.extend(blocks)
    return []


def _partner(node: Node, rules: Rules) -> tuple[Node, Block] | None:
    """The smallest neighbour that small units may join: one that is merged already, or a unit that has no histogram to lose."""
    result: list[tuple[int, tuple[int, ...], Node, Block]] = []
    own = [(node, b) for b in node.blocks]
    for node_of, block in [*own, *(n for c in node.children() if (n := _only_block(c)))]:
        if len(block.units) > 1 or block.people < rules.least_for_distribution:
            result.append((block.people, block.units, node_of, block))
    return min(result, key=lambda f: f[:2])[2:] if result else None


def _only_block(node: Node) -> tuple[Node, Block] | None:
    """The one block that a node consists of, and where it lies; None if it consists of more or of less."""
    if node.suppressed or len(blocks := list(node.all_blocks())) != 1:
        return None
    while not node.blocks:
        node = next(c for c in node.children() if list(c.all_blocks()))
    return node, blocks[0]
