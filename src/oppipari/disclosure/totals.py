"""Totals (the margins of the tree of units): what is released of nodes that contain several blocks (rule 4).

What can be worked out from what is public exposes nobody who was not exposed before. So a total's histogram is the sum of its
blocks' histograms, collapsed where theirs are; its mean is released when all sums that are possible give the same, else as an
interval. Whether a total is released follows from what is public already (simulatable auditing).

For one question a block may have under five answers. Such answers form blocks of that question alone, released nowhere, which
are treated like any other: what a total shows less its parts is never fewer than five answers, and no more than their class.
Where they are too few, one more figure is suppressed for their sake (complementary suppression).

One thing is added: where at least five small groups have no histogram, their histogram is released together. Then groups that
are nearly unanimous need others with which they could have swapped answers, see `swapping`.

References
----------
K. Kenthapadi, N. Mishra and K. Nissim (2005), Simulatable auditing. PODS, 118-127.
A. Hundepool et al. (2012), Statistical Disclosure Control, chapter 4 (secondary cell suppression).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from oppipari.disclosure.figures import (
    TOTAL_BOUNDS,
    Cell,
    Cells,
    Figure,
    ProtectedFigure,
    ends,
    full_cells,
    full_figure,
    protect,
    rounded,
)
from oppipari.disclosure.merging import Block, Node
from oppipari.disclosure.rules import LOW, VALUES, Rules
from oppipari.disclosure.small_counts import Histogram, sum_of_answers
from oppipari.disclosure.swapping import Part, can_swap, may_be_unanimous

MANY_PARTS = 10  # of so many groups one may give up a figure for the sake of the total


@dataclass(eq=False)
class TotalsNode:
    """A node of the tree of units with the parts of one question that lie right there.

    Attributes
    ----------
    node : Node
    below : list of TotalsNode
    figures : dict of Block to Part
    pooled : list of Part
        Answers of blocks that are too few each, made one part here.
    unassigned : int
        Answers that are in no part within this node.
    joint : list of frozenset of Part
        Parts within this node whose histogram is released together, as disjoint sets.
    """

    node: Node
    below: list["TotalsNode"]
    figures: dict[Block, Part] = field(default_factory=dict)
    # Answers of blocks that are too few each, made one part here; `unassigned` ones are in no part within this node.
    pooled: list[Part] = field(default_factory=list)
    unassigned: int = 0
    # Parts within this node whose distribution is released together, as disjoint sets.
    joint: list[frozenset[Part]] = field(default_factory=list)

    def all_parts(self) -> Iterator[Part]:
        """The parts of this node and of all below it."""
        for totals in self.walk():
            yield from totals.figures.values()
            yield from totals.pooled

    def walk(self) -> Iterator["TotalsNode"]:
        """This node and all below it."""
        yield self
        for child in self.below:
            yield from child.walk()


def totals_tree(node: Node, answers: Mapping[Block, Histogram], rules: Rules) -> TotalsNode:
    """The parts of one question over the whole tree.

    Parameters
    ----------
    node : Node
    answers : mapping of Block to histogram
    rules : Rules

    Returns
    -------
    TotalsNode
    """
    totals, _rest = _build(node, answers, rules)
    _choose_joint(totals, rules)
    return totals


def _build(node: Node, answers: Mapping[Block, Histogram], rules: Rules) -> tuple[TotalsNode, list[Histogram]]:
    """A node and all within, with the answers that are in no part yet."""
    totals = TotalsNode(node, [])
    unassigned: list[Histogram] = []
    for child in node.children():
        below, more = _build(child, answers, rules)
        totals.below.append(below)
        unassigned += more
    for block in node.blocks:
        h = answers[block]
        figure = protect(h, rules)
        if figure is not None:
            totals.figures[block] = Part(h, figure)
        elif sum(h):
            unassigned.append(h)
    if 0 < _count(unassigned) < rules.least_disclosed:
        unassigned += _complementary_suppression(totals, rules)
    if _count(unassigned) >= rules.least_disclosed:
        h = _sum(unassigned)
        figure = protect(h, rules)
        assert figure is not None
        totals.pooled.append(Part(h, figure))
        unassigned = []
    totals.unassigned = _count(unassigned)
    return totals, unassigned


def _complementary_suppression(totals: TotalsNode, rules: Rules) -> list[Histogram]:
    """One block's answers to this question, suppressed so that totals need not do without those that are too few.

    The smallest right here or just below, if it has no histogram to lose; of ten and more, the smallest of all.
    """
    many = sum(1 for _ in totals.all_parts()) >= MANY_PARTS
    result = [
        (part.figure.n, block.units, path)
        for path in _paths_down(totals)
        for block, part in path[-1].figures.items()
        if many or part.figure.n < rules.least_for_distribution
    ]
    if not result:
        return []
    n, units, path = min(result, key=lambda f: f[:2])
    block = next(b for b in path[-1].figures if b.units == units)
    for below in path[1:]:
        below.unassigned += n
    return [path[-1].figures.pop(block).h]


def _paths_down(totals: TotalsNode) -> Iterator[list[TotalsNode]]:
    """Paths down to nodes of which no total would be lost: it lacks answers already, or it would be the block itself."""
    yield [totals]
    for child in totals.below:
        if child.unassigned:
            yield from ([totals, *path] for path in _paths_down(child))
        elif not child.below:
            yield [totals, child]


def _choose_joint(top: TotalsNode, rules: Rules) -> None:
    """Choose the sets of parts without a full histogram whose histogram is released together, the greatest first."""

    def unclear(totals: TotalsNode) -> frozenset[Part]:
        return frozenset(p for p in totals.all_parts() if not p.figure.full)

    def split(totals: TotalsNode, group: frozenset[Part]) -> list[frozenset[Part]]:
        """`group` lies in `totals`; take from it what lies below and is enough, as long as enough is left."""
        result: list[frozenset[Part]] = []
        for child in totals.below:
            inside = unclear(child) & group
            if inside == group:
                return split(child, group)
            if _may_be_released(inside, rules) and _may_be_released(group - inside, rules):
                result += split(child, inside)
                group -= inside
        return [*result, group]

    def choose(totals: TotalsNode) -> list[frozenset[Part]]:
        group = unclear(totals)
        if _may_be_released(group, rules):
            return split(totals, group)
        return [g for child in totals.below for g in choose(child)] if len(group) >= rules.least_groups_together else []

    chosen = choose(top)
    for totals in top.walk():
        here = unclear(totals)
        totals.joint = [g for g in chosen if g <= here]


def _may_be_released(group: frozenset[Part], rules: Rules) -> bool:
    # Public: so many may be the reason that a refusal says nothing of any of them.
    if sum(may_be_unanimous(p.figure, rules) for p in group) < rules.least_groups_together:
        return False
    h = _sum(p.h for p in group)
    return sum(h) - max(h) >= rules.coalition_size + 2 and (can_swap(list(group), rules) or not rules.swaps)


def total_figure(totals: TotalsNode) -> Figure:
    """What may be released of everybody within a node; nothing where answers within it are in no part of it."""
    parts = list(totals.all_parts())
    if totals.unassigned or not parts:
        return Figure()
    if len(parts) == 1:
        # One block, and perhaps others without a single answer to this question: the same answers, the same figure.
        return parts[0].figure.to_figure()
    known = frozenset[Part]().union(*totals.joint)
    figures = [p.figure for p in parts if p not in known]
    for group in totals.joint:
        h = _sum(p.h for p in group)
        figures.append(ProtectedFigure(sum(h), (sum_of_answers(h), sum_of_answers(h)), cells=full_cells(h)))
    n = sum(t.n for t in figures)
    least, most = (sum(t.sums[end] for t in figures) for end in (0, 1))
    cells = _common_cells([t.cells for t in figures])
    first, last = rounded(least, n), rounded(most, n)
    if cells and len(cells) == len(VALUES):
        return full_figure([c.count for c in cells]).to_figure()
    bottom, top = ends(n, TOTAL_BOUNDS)
    if last >= top:
        return ProtectedFigure(n, (least, most), at_least=min(first, top), cells=cells).to_figure()
    if first <= bottom:
        return ProtectedFigure(n, (least, most), at_most=max(last, bottom), cells=cells).to_figure()
    if first == last:
        return ProtectedFigure(n, (least, most), first, cells=cells).to_figure()
    return ProtectedFigure(n, (least, most), at_least=first, at_most=last, cells=cells).to_figure()


def _common_cells(all_cells: Sequence[Cells | None]) -> Cells | None:
    """The finest cells that all of these can be added up to; None where that is a single one, or one has none."""
    cuts = set(VALUES)
    for cells in all_cells:
        cuts &= {c.high for c in cells} if cells else set()
    result: list[Cell] = []
    low = LOW
    for high in sorted(cuts):
        inside = sum(c.count for cells in all_cells for c in cells or () if low <= c.low and c.high <= high)
        result.append(Cell(low, high, inside))
        low = high + 1
    return tuple(result) if len(result) > 1 else None


def _sum(all_h: Iterable[Histogram]) -> Histogram:
    a, b, c, d, e = (sum(column) for column in zip(*all_h, strict=True))
    return a, b, c, d, e


def _count(all_h: Iterable[Histogram]) -> int:
    return sum(map(sum, all_h))
