"""From the answers of a closed questionnaire to what may be shown of them."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oppipari.disclosure import words
from oppipari.disclosure.differencing import isolated_by_differencing
from oppipari.disclosure.figures import Figure, ProtectedFigure, full_cells, protect, rounded
from oppipari.disclosure.merging import Block, Node, form_blocks, tree_of
from oppipari.disclosure.released import Group, Release, UnitsRelease, Withheld
from oppipari.disclosure.rules import HIGH, VALUES, Rules
from oppipari.disclosure.small_counts import Histogram, sum_of_answers
from oppipari.disclosure.totals import TotalsNode, total_figure, totals_tree

DEEPEST = 50


class UnsafeRelease(RuntimeError):
    """Differencing found people who could be isolated: nothing is released. It means a mistake in this program."""


def release(sheets: Sequence[Mapping[str, int | None]], items: Sequence[str], rules: Rules | None = None) -> Release:
    """The figures that may be released of one unit.

    Each item is counted for itself: one that fewer than five answered is withheld alone.

    Parameters
    ----------
    sheets : sequence of mapping
        For each respondent item to answer; None or no entry where not answered.
    items : sequence of str
    rules : Rules, optional

    Returns
    -------
    Release

    Raises
    ------
    ValueError
        For an answer outside the scale.
    """
    rules = rules or Rules()
    figures: dict[str, Figure] = {}
    for name in items:
        values = [v for s in sheets if (v := s.get(name)) is not None]
        if any(v not in VALUES for v in values):
            raise ValueError(f"an answer to {name} is outside the scale")
        figure = protect([values.count(v) for v in VALUES], rules)
        figures[name] = figure.to_figure() if figure else Figure()
    if len(sheets) < rules.least_for_mean:
        return Release(True)
    return Release(all(f.withheld for f in figures.values()), figures)


def release_texts(texts: Sequence[str], respondents: int, rng: random.Random, rules: Rules | None = None) -> list[str]:
    """Open answers in random order, only when at least eight people answered the questionnaire and wrote one (rule 6)."""
    rules = rules or Rules()
    written = [t for t in texts if t.strip()]
    if respondents < rules.least_for_texts or len(written) < rules.least_for_texts:
        return []
    if rules.shuffles:
        rng.shuffle(written)
    return written


def release_units(
    units: Sequence[str],
    answers: NDArray[np.integer] | Sequence[Sequence[int | None]],
    items: Sequence[str],
    rules: Rules | None = None,
    lang: str = "en",
) -> UnitsRelease:
    """The figures that may be released of many units, and of the nodes that they are in.

    Parameters
    ----------
    units : (respondents,) sequence of str
        Each respondent's unit as a path such as "City/East/Harbour Home".
    answers : (respondents, items) array or rows of int
        1 to 5, and 0 or None where not answered. Who answered nothing counts nowhere.
    items : (items,) sequence of str
    rules : Rules, optional
    lang : str
        For the names of groups.

    Returns
    -------
    UnitsRelease
        The order of rows makes no difference.

    Raises
    ------
    ValueError
        For an answer outside the scale, a unit without a name, or sizes that do not fit.
    UnsafeRelease
        Never, unless there is a mistake in this program.

    Examples
    --------
    >>> units = ["City/East"] * 8 + ["City/West"] * 3
    >>> found = release_units(units, [[v] for v in (1, 2, 3, 3, 4, 4, 5, 5, 1, 1, 1)], ["q"])
    >>> [(group.name, group.items["q"].n) for group in found.groups], [w.unit for w in found.withheld]
    ([('City/East', 8)], ['City/West'])
    """
    rules = rules or Rules()
    table = _table(units, answers, items)
    # Each spelling is split once: thousands of respondents share it.
    spelt = {text: path_of(text) for text in set(units)}
    paths = sorted(set(spelt.values()))
    index = {path: i for i, path in enumerate(paths)}
    where = np.array([index[spelt[u]] for u in units], dtype=np.intp)
    counts = np.zeros((len(paths), len(items), len(VALUES) + 1), dtype=np.int64)
    for column in range(len(items)):
        np.add.at(counts[:, column, :], (where, table[:, column]), 1)
    people = np.bincount(where[(table > 0).any(axis=1)], minlength=len(paths)) if len(units) else np.zeros(0, np.int64)
    org = _Organisation(paths, dict(enumerate(people.tolist())), counts[:, :, 1:], list(items), rules, lang)
    result = org.release()
    if rules.differencing and rules.threshold_each:
        _check_differencing(result, org)
    return result


def path_of(unit: str) -> tuple[str, ...]:
    """The path of a unit, itself last; empty parts and white space around them do not count.

    Raises ValueError where there is none, or more than `DEEPEST`.
    """
    path = tuple(part for p in unit.split("/") if (part := " ".join(p.split())))
    if not 0 < len(path) <= DEEPEST:
        raise ValueError(f"{unit[:80]!r} names no unit")
    return path


def _table(
    units: Sequence[str], answers: NDArray[np.integer] | Sequence[Sequence[int | None]], items: Sequence[str]
) -> NDArray[np.int64]:
    if len(set(items)) < len(items):
        raise ValueError("an item is named twice")
    if isinstance(answers, np.ndarray):
        table = answers.astype(np.int64)
    else:
        if any(len(row) != len(items) for row in answers):
            raise ValueError(f"a row of answers has not {len(items)} of them")
        table = np.array([[v or 0 for v in row] for row in answers], dtype=np.int64).reshape(len(answers), len(items))
    if table.shape != (len(units), len(items)):
        raise ValueError(f"answers are {table.shape}, not {(len(units), len(items))}")
    if ((table < 0) | (table > HIGH)).any():
        raise ValueError("an answer is outside the scale")
    return table


@dataclass
class _Organisation:
    """The units with what was answered in them: `counts` by unit, item and value."""

    paths: list[tuple[str, ...]]
    people: dict[int, int]
    counts: NDArray[np.int64]
    items: list[str]
    rules: Rules
    lang: str

    def release(self) -> UnitsRelease:
        top = tree_of(self.paths)
        form_blocks(top, self.people, self.rules)
        blocks = list(top.all_blocks())
        trees: dict[str, TotalsNode] = {}
        for column, name in enumerate(self.items):
            trees[name] = totals_tree(top, {b: self._answers(b.units, column) for b in blocks}, self.rules)
        groups = list(self._groups(top, trees))
        in_blocks = {u for b in blocks for u in b.units}
        withheld = [Withheld("/".join(p), "too_few") for u, p in enumerate(self.paths) if u not in in_blocks]
        return UnitsRelease(tuple(_with_own_names(groups)), tuple(withheld))

    def _answers(self, units: Sequence[int], column: int) -> Histogram:
        a, b, c, d, e = self.counts[list(units), column].sum(axis=0).tolist()
        return a, b, c, d, e

    def _groups(self, node: Node, trees: Mapping[str, TotalsNode]) -> Iterator[Group]:
        """Totals before what they are made of, nodes in the order of their names."""
        inside = sorted(u for b in node.all_blocks() for u in b.units)
        if not self.rules.differencing:
            inside = sorted(node.all_units())
            if len(inside) > 1:
                yield self._group(self._total_name(node, inside), inside, self._unprotected(inside))
        elif _is_a_total(node):
            figures = {name: total_figure(totals) for name, totals in trees.items()}
            yield self._group(self._total_name(node, inside), inside, figures)
        for block in sorted(node.blocks, key=lambda b: (len(b.units) > 1, b.units)):
            parts = {name: totals.figures.get(block) for name, totals in trees.items()}
            figures = {name: part.figure.to_figure() if part else Figure() for name, part in parts.items()}
            yield self._group(self._block_name(block), block.units, figures)
        for number, child in enumerate(node.children()):
            yield from self._groups(child, {name: totals.below[number] for name, totals in trees.items()})

    def _unprotected(self, inside: Sequence[int]) -> dict[str, Figure]:
        """Totals without rule 4: of everybody, whoever is released besides."""
        result = {}
        for column, name in enumerate(self.items):
            h = self._answers(inside, column)
            n, total = sum(h), sum_of_answers(h)
            plain = ProtectedFigure(n, (total, total), rounded(total, n), cells=full_cells(h)) if n else None
            result[name] = plain.to_figure() if plain else Figure()
        return result

    def _group(self, name: str, units: Sequence[int], figures: Mapping[str, Figure]) -> Group:
        # n alone, without a figure, would be one more thing to subtract.
        shown = {item: Figure() if f.withheld else f for item, f in figures.items()}
        return Group(name, tuple("/".join(self.paths[u]) for u in units), shown)

    def _total_name(self, node: Node, inside: Sequence[int]) -> str:
        text = words.texts(self.lang)
        whole = len(inside) == sum(1 for _ in node.all_units())
        name = "/".join(node.path)
        if not name:
            return str(text["all" if whole else "shown"]).capitalize()
        if whole and node.unit is None:
            return name
        return f"{name} ({text['all' if whole else 'shown']})"

    def _block_name(self, block: Block) -> str:
        paths = [self.paths[u] for u in block.units]
        if len(paths) == 1:
            return "/".join(paths[0])
        text = words.texts(self.lang)
        common = 0
        while all(len(p) > common + 1 and p[common] == paths[0][common] for p in paths):
            common += 1
        own = ["/".join(p[common:]) for p in paths]
        if len(own) > 3:
            label = str(text["together"]).format(count=len(own))
        else:
            label = f" {text['and']} ".join(filter(None, [", ".join(own[:-1]), own[-1]]))
        return ": ".join(filter(None, ["/".join(paths[0][:common]), label]))


def _is_a_total(node: Node) -> bool:
    """Whether a node contains several blocks that no node within it contains all of."""
    count = sum(1 for _ in node.all_blocks())
    return count > 1 and all(sum(1 for _ in c.all_blocks()) < count for c in node.children())


def _with_own_names(groups: Sequence[Group]) -> Iterator[Group]:
    """The same groups; one that is called like another is numbered."""
    times = Counter(g.name for g in groups)
    seen: defaultdict[str, int] = defaultdict(int)
    for g in groups:
        seen[g.name] += 1
        yield g if times[g.name] == 1 else Group(f"{g.name} {seen[g.name]}", g.units, g.items)


def _check_differencing(result: UnitsRelease, org: _Organisation) -> None:
    """Rule 4 once more, over all groups that are released of each item; raises UnsafeRelease."""
    names = ["/".join(p) for p in org.paths]
    for column, item in enumerate(org.items):
        answered = org.counts[:, column].sum(axis=1).tolist()
        groups = [g.units for g in result.groups if g.items[item].n is not None]
        if isolated_by_differencing(groups, dict(zip(names, answered, strict=True)), org.rules.least_disclosed):
            raise UnsafeRelease(item)
