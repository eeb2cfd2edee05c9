"""Totals: what is told of places that hold several blocks, worked out from what is told of these (rule 4).

What can be worked out from what is public gives nobody away who was not given away before. So a total's distribution is the
sum of its blocks' distributions, joined where theirs are; its mean is told when all sums that are possible give the same,
else between which means it lies. Whether a total is told follows from what is public already ("simulatable auditing").

For one question a block may have under five answers. Such answers form blocks of that question alone, told nowhere, which
are treated like any other: what a total shows less its parts is never fewer than five answers, and no more than their class.

One thing is added: where at least five small groups have no distribution, their distribution is told together. Then groups
that are nearly unanimous need others with which they could have exchanged answers, see `exchangeable`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from oppipari.disclosure.figures import (
    TOTAL_BOUNDS,
    Cells,
    Figure,
    Histogram,
    Joined,
    Told,
    ends,
    full_cells,
    rounded,
    tell,
    told_in_full,
    total_of,
)
from oppipari.disclosure.grouping import Block, Node
from oppipari.disclosure.rules import HIGH, LOW, VALUES, Rules

MANY = 10  # of so many groups one may give up a figure for the sake of the total


@dataclass(eq=False)
class Part:
    """The answers of one block, or of some that are too few each, to one question; `told` is public, `h` is not."""

    h: Histogram
    told: Told


@dataclass(eq=False)
class Place:
    """A node of the tree with the parts of one question that lie right there."""

    node: Node
    below: list["Place"]
    told: dict[Block, Part] = field(default_factory=dict)
    # Answers of blocks that are too few each, made one part here; `loose` ones are in no part within this place.
    pooled: list[Part] = field(default_factory=list)
    loose: int = 0
    # Parts within this place whose distribution is told together, as sets that share nothing.
    together: list[frozenset[Part]] = field(default_factory=list)

    def all_parts(self) -> Iterator[Part]:
        for place in self.walk():
            yield from place.told.values()
            yield from place.pooled

    def walk(self) -> Iterator["Place"]:
        yield self
        for child in self.below:
            yield from child.walk()


def lay_out(node: Node, answers: Mapping[Block, Histogram], rules: Rules) -> Place:
    """The parts of one question over the whole tree; `answers` by block."""
    place, _loose = _lay(node, answers, rules)
    _tell_together(place, rules)
    return place


def _lay(node: Node, answers: Mapping[Block, Histogram], rules: Rules) -> tuple[Place, list[Histogram]]:
    """A place and all within, with the answers that are in no part yet."""
    place = Place(node, [])
    loose: list[Histogram] = []
    for child in node.children():
        below, more = _lay(child, answers, rules)
        place.below.append(below)
        loose += more
    for block in node.blocks:
        h = answers[block]
        told = tell(h, rules)
        if told is not None:
            place.told[block] = Part(h, told)
        elif sum(h):
            loose.append(h)
    if 0 < _count(loose) < rules.least_told:
        loose += _given_up(place, rules)
    if _count(loose) >= rules.least_told:
        h = _added(loose)
        told = tell(h, rules)
        assert told is not None
        place.pooled.append(Part(h, told))
        loose = []
    place.loose = _count(loose)
    return place, loose


def _given_up(place: Place, rules: Rules) -> list[Histogram]:
    """One block's answers to this question, no longer told, so that totals need not do without those that are too few.

    The smallest right here or just below, if it has no distribution to lose; of ten and more, the smallest of all.
    """
    many = sum(1 for _ in place.all_parts()) >= MANY
    found = [
        (part.told.n, block.units, way)
        for way in _ways(place)
        for block, part in way[-1].told.items()
        if many or part.told.n < rules.least_for_distribution
    ]
    if not found:
        return []
    n, units, way = min(found, key=lambda f: f[:2])
    block = next(b for b in way[-1].told if b.units == units)
    for below in way[1:]:
        below.loose += n
    return [way[-1].told.pop(block).h]


def _ways(place: Place) -> Iterator[list[Place]]:
    """Ways down to places of which no total would be lost: it lacks answers already, or it would be the block itself."""
    yield [place]
    for child in place.below:
        if child.loose:
            yield from ([place, *way] for way in _ways(child))
        elif not child.below:
            yield [place, child]


def _tell_together(top: Place, rules: Rules) -> None:
    """Choose the sets of parts without a full distribution whose distribution is told together, the greatest first."""

    def unclear(place: Place) -> frozenset[Part]:
        return frozenset(p for p in place.all_parts() if not p.told.full)

    def split(place: Place, group: frozenset[Part]) -> list[frozenset[Part]]:
        """`group` lies in `place`; take from it what lies below and is enough, as long as enough is left."""
        found: list[frozenset[Part]] = []
        for child in place.below:
            inside = unclear(child) & group
            if inside == group:
                return split(child, group)
            if _may_be_told(inside, rules) and _may_be_told(group - inside, rules):
                found += split(child, inside)
                group -= inside
        return [*found, group]

    def choose(place: Place) -> list[frozenset[Part]]:
        group = unclear(place)
        if _may_be_told(group, rules):
            return split(place, group)
        return [g for child in place.below for g in choose(child)] if len(group) >= rules.least_groups_together else []

    chosen = choose(top)
    for place in top.walk():
        here = unclear(place)
        place.together = [g for g in chosen if g <= here]


def _may_be_told(group: frozenset[Part], rules: Rules) -> bool:
    # Public: so many may be the one that stands in the way that not to be told says nothing of any of them.
    if sum(_could_be_of_one_mind(p.told) for p in group) < rules.least_groups_together:
        return False
    h = _added(p.h for p in group)
    return sum(h) - max(h) >= 3 and (exchangeable(list(group)) or not rules.exchanges)


def _could_be_of_one_mind(told: Told) -> bool:
    """Whether a small group, for all that is told of it, may have answered one value but for one at most."""
    if told.cells is not None:
        return False
    n, (least, most) = told.n, told.sums
    return any(least <= c * (n - 1) + own <= most for c in VALUES for own in VALUES)


def exchangeable(parts: Sequence[Part]) -> bool:
    """Whether the distribution of all `parts` together leaves every answer in each of them open.

    At risk are parts that answered c but for one at most: where nothing could be otherwise, that one would know the rest.
    With c in the middle, c and c can be exchanged for c - 1 and c + 1 of another part: no sum changes. At an end, a 5 can be
    exchanged for a 4 of another part of which "or more" is told. Three others are asked for: whoever looks may be in one of
    them, and one may be the part itself.
    """
    others = dict.fromkeys(VALUES, 0)
    for part in parts:
        for c in VALUES:
            others[c] += _may_take(part, c)
    return all(others[c] >= 3 for part in parts for c in VALUES if part.h[c - LOW] >= part.told.n - 1)


def _may_take(part: Part, c: int) -> bool:
    """Whether a part can take answers c for others and what is told of it stays the same."""
    if part.told.cells is not None and part.h[c - LOW] < max(part.h):
        return False
    if c == HIGH:
        return part.told.at_least is not None and part.h[c - 1 - LOW] > 0
    if c == LOW:
        return part.told.at_most is not None and part.h[c + 1 - LOW] > 0
    return part.h[c - 1 - LOW] > 0 and part.h[c + 1 - LOW] > 0


def told_total(place: Place) -> Figure:
    """What may be told of everybody within `place`; nothing where answers within it are in no part of it."""
    parts = list(place.all_parts())
    if place.loose or not parts:
        return Figure()
    if len(parts) == 1:
        # One block, and perhaps others without a single answer to this question: the same answers, the same figure.
        return parts[0].told.figure()
    known = frozenset[Part]().union(*place.together)
    tolds = [p.told for p in parts if p not in known]
    for group in place.together:
        h = _added(p.h for p in group)
        tolds.append(Told(sum(h), (total_of(h), total_of(h)), cells=full_cells(h)))
    n = sum(t.n for t in tolds)
    least, most = (sum(t.sums[end] for t in tolds) for end in (0, 1))
    cells = _coarsest([t.cells for t in tolds])
    first, last = rounded(least, n), rounded(most, n)
    if cells and len(cells) == len(VALUES):
        return told_in_full([c.count for c in cells]).figure()
    bottom, top = ends(n, TOTAL_BOUNDS)
    if last >= top:
        return Told(n, (least, most), at_least=min(first, top), cells=cells).figure()
    if first <= bottom:
        return Told(n, (least, most), at_most=max(last, bottom), cells=cells).figure()
    if first == last:
        return Told(n, (least, most), first, cells=cells).figure()
    return Told(n, (least, most), at_least=first, at_most=last, cells=cells).figure()


def _coarsest(all_cells: Sequence[Cells | None]) -> Cells | None:
    """The finest cells that all of these can be added up to; None where that is a single one, or one has none."""
    cuts = set(VALUES)
    for cells in all_cells:
        cuts &= {c.high for c in cells} if cells else set()
    found: list[Joined] = []
    low = LOW
    for high in sorted(cuts):
        inside = sum(c.count for cells in all_cells for c in cells or () if low <= c.low and c.high <= high)
        found.append(Joined(low, high, inside))
        low = high + 1
    return tuple(found) if len(found) > 1 else None


def _added(all_h: Iterable[Histogram]) -> Histogram:
    a, b, c, d, e = (sum(column) for column in zip(*all_h, strict=True))
    return a, b, c, d, e


def _count(all_h: Iterable[Histogram]) -> int:
    return sum(map(sum, all_h))
