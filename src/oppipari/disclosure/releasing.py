"""From the answers of a closed questionnaire to what may be shown of them."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from oppipari.disclosure import words
from oppipari.disclosure.differences import isolated
from oppipari.disclosure.figures import Figure, Histogram, Told, full_cells, rounded, tell, total_of
from oppipari.disclosure.grouping import Block, Node, form_blocks, tree_of
from oppipari.disclosure.released import Group, Release, UnitsRelease, Withheld
from oppipari.disclosure.rules import HIGH, VALUES, Rules
from oppipari.disclosure.totals import Place, lay_out, told_total

DEEPEST = 50


class UnsafeRelease(RuntimeError):
    """The last look found people who could be told apart: nothing is released. It means a mistake in this program."""


def release(sheets: Sequence[Mapping[str, int | None]], items: Sequence[str], rules: Rules | None = None) -> Release:
    """The figures that may be shown of one unit's `sheets` (a mapping item -> answer for each respondent, None or no
    entry where not answered).

    Each item is counted for itself: one that fewer than five answered is withheld alone. Raises ValueError for an
    answer outside the scale.
    """
    rules = rules or Rules()
    figures: dict[str, Figure] = {}
    for name in items:
        values = [v for s in sheets if (v := s.get(name)) is not None]
        if any(v not in VALUES for v in values):
            raise ValueError(f"an answer to {name} is outside the scale")
        told = tell([values.count(v) for v in VALUES], rules)
        figures[name] = told.figure() if told else Figure()
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
    """The figures that may be shown of many units, and of the places that they are in.

    `units` is each respondent's unit as a path such as "City/East/Harbour Home"; `answers` has a row for each of them and a
    column for each of `items`, 1 to 5, and 0 or None where not answered. Who answered nothing counts nowhere. `lang` is for
    the names of groups. The order of rows makes no difference. Raises ValueError for an answer outside the scale, a
    unit without a name, or sizes that do not fit.
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
    found = org.release()
    if rules.differences and rules.all_alike:
        _look_once_more(found, org)
    return found


def path_of(unit: str) -> tuple[str, ...]:
    """The places that a unit is in, itself last; empty parts and white space around them do not count.

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
        laid: dict[str, Place] = {}
        for column, name in enumerate(self.items):
            laid[name] = lay_out(top, {b: self._answers(b.units, column) for b in blocks}, self.rules)
        groups = list(self._groups(top, laid))
        taken = {u for b in blocks for u in b.units}
        withheld = [Withheld("/".join(p), "too_few") for u, p in enumerate(self.paths) if u not in taken]
        return UnitsRelease(tuple(_with_own_names(groups)), tuple(withheld))

    def _answers(self, units: Sequence[int], column: int) -> Histogram:
        a, b, c, d, e = self.counts[list(units), column].sum(axis=0).tolist()
        return a, b, c, d, e

    def _groups(self, node: Node, laid: Mapping[str, Place]) -> Iterator[Group]:
        """Totals before what they are made of, places in the order of their names."""
        inside = sorted(u for b in node.all_blocks() for u in b.units)
        if not self.rules.differences:
            inside = sorted(node.all_units())
            if len(inside) > 1:
                yield self._group(self._total_name(node, inside), inside, self._careless(inside))
        elif _is_a_total(node):
            figures = {name: told_total(place) for name, place in laid.items()}
            yield self._group(self._total_name(node, inside), inside, figures)
        for block in sorted(node.blocks, key=lambda b: (len(b.units) > 1, b.units)):
            told = {name: place.told.get(block) for name, place in laid.items()}
            figures = {name: part.told.figure() if part else Figure() for name, part in told.items()}
            yield self._group(self._block_name(block), block.units, figures)
        for number, child in enumerate(node.children()):
            yield from self._groups(child, {name: place.below[number] for name, place in laid.items()})

    def _careless(self, inside: Sequence[int]) -> dict[str, Figure]:
        """Totals without rule 4: of everybody, whoever is told besides."""
        found = {}
        for column, name in enumerate(self.items):
            h = self._answers(inside, column)
            n, total = sum(h), total_of(h)
            plain = Told(n, (total, total), rounded(total, n), cells=full_cells(h)) if n else None
            found[name] = plain.figure() if plain else Figure()
        return found

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
            told = str(text["together"]).format(count=len(own))
        else:
            told = f" {text['and']} ".join(filter(None, [", ".join(own[:-1]), own[-1]]))
        return ": ".join(filter(None, ["/".join(paths[0][:common]), told]))


def _is_a_total(node: Node) -> bool:
    """Whether a place holds several blocks that no place within it holds all of."""
    count = sum(1 for _ in node.all_blocks())
    return count > 1 and all(sum(1 for _ in c.all_blocks()) < count for c in node.children())


def _with_own_names(groups: Sequence[Group]) -> Iterator[Group]:
    """The same groups; one that is called like another is numbered."""
    times = Counter(g.name for g in groups)
    seen: defaultdict[str, int] = defaultdict(int)
    for g in groups:
        seen[g.name] += 1
        yield g if times[g.name] == 1 else Group(f"{g.name} {seen[g.name]}", g.units, g.items)


def _look_once_more(found: UnitsRelease, org: _Organisation) -> None:
    """Rule 4 once more, over all groups that are told of each item; raises UnsafeRelease."""
    names = ["/".join(p) for p in org.paths]
    for column, item in enumerate(org.items):
        answered = org.counts[:, column].sum(axis=1).tolist()
        groups = [g.units for g in found.groups if g.items[item].n is not None]
        if isolated(groups, dict(zip(names, answered, strict=True)), org.rules.least_told):
            raise UnsafeRelease(item)
