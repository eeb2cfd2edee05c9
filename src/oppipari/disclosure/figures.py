"""The figures of one closed questionnaire, stepping back from each that would give somebody away."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from oppipari.disclosure.risk import Cells, fitting, leaves_everyone_open, rounded_mean

# Up to this many answers every set of answers that fits is counted; above, a stricter and quicker test is used.
COUNTED_UP_TO = 24


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds; the switches exist so that tests can show what each rule is for."""

    low: int = 1
    high: int = 5
    least_for_mean: int = 5
    least_for_distribution: int = 8
    least_for_texts: int = 8
    steps_back: bool = True
    all_alike: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """How many answered from `low` to `high`; neighbouring values are joined where one alone would tell too much."""

    low: int
    high: int
    count: int


@dataclass(frozen=True, slots=True)
class Figure:
    """What may be shown of one item: a mean with one decimal, or only a bound of it, and perhaps a distribution."""

    n: int | None = None
    mean: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    distribution: tuple[Joined, ...] | None = None

    @property
    def withheld(self) -> bool:
        return self.mean is None and self.at_least is None and self.at_most is None and self.distribution is None


@dataclass(frozen=True, slots=True)
class Release:
    """All figures of a questionnaire; `too_few` when nothing may be shown of any item."""

    too_few: bool
    items: Mapping[str, Figure] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, to be frozen."""
        return {
            "too_few": self.too_few,
            "items": {
                name: {
                    "n": f.n,
                    "mean": f.mean,
                    "at_least": f.at_least,
                    "at_most": f.at_most,
                    "distribution": [[c.low, c.high, c.count] for c in f.distribution] if f.distribution else None,
                }
                for name, f in self.items.items()
            },
        }


def release(sheets: Sequence[Mapping[str, int | None]], items: Sequence[str], rules: Rules | None = None) -> Release:
    """The figures that may be shown of `sheets` (one mapping item -> answer a respondent, None where not answered).

    Rules 3 and 7 of docs/confidentiality.md. Raises ValueError for an answer outside the scale.
    """
    rules = rules or Rules()
    given = {name: [s.get(name) for s in sheets] for name in items}
    answers = {name: [v for v in values if v is not None] for name, values in given.items()}
    for name, values in answers.items():
        if any(not rules.low <= v <= rules.high for v in values):
            raise ValueError(f"an answer to {name} is outside the scale")
    if rules.all_alike and len(sheets) < rules.least_for_mean:
        return Release(True)
    figures = {name: _figure(values, rules) for name, values in answers.items()}
    return Release(all(f.withheld for f in figures.values()), figures)


def _figure(values: list[int], rules: Rules) -> Figure:
    n = len(values)
    if n < rules.least_for_mean:
        return Figure()
    true = tuple(values.count(v) for v in range(rules.low, rules.high + 1))
    mean = rounded_mean(sum(values), n)
    cells: Cells = tuple((v, v, true[v - rules.low]) for v in range(rules.low, rules.high + 1))
    if not rules.steps_back:
        return _shown(n, mean, None, None, cells if n >= rules.least_for_distribution else None)

    def safe(m: int | None, least: int | None, most: int | None, shown: Cells | None) -> bool:
        if n > COUNTED_UP_TO:
            return _plainly_open(n, m, shown, rules)
        return leaves_everyone_open(fitting(n, rules.low, rules.high, m, least, most, shown), true)

    means = [(mean, None, None), *_bounds(mean, rules)]
    if n >= rules.least_for_distribution:
        for shown in _joinings(cells):
            for m, least, most in means:
                # Not the joining alone but all that is released together must leave everyone open.
                if _hides_the_lonely(shown, n) and safe(m, least, most, shown):
                    return _shown(n, m, least, most, shown)
    for m, least, most in means:
        if safe(m, least, most, None):
            return _shown(n, m, least, most, None)
    return Figure()


def _plainly_open(n: int, mean: int | None, shown: Cells | None, rules: Rules) -> bool:
    """A stricter test for many answers, where counting every set would take long.

    A mean at least three tenths from the ends leaves, with over two dozen answers, more than seven points to be shared
    in many ways; cells of single values must leave three answers outside the fullest one.
    """
    if mean is not None and not 10 * rules.low + 3 <= mean <= 10 * rules.high - 3:
        return False
    return shown is None or all(k <= n - 3 for low, high, k in shown if low == high)


def _bounds(mean: int, rules: Rules) -> list[tuple[None, int | None, int | None]]:
    """Bounds of a mean that was too telling, the closest first: "4.2 or more", "1.8 or less".

    Always from the same few steps and never from the mean itself, so that the bound tells no more than it says.
    """
    middle = 5 * (rules.low + rules.high)
    if mean >= middle:
        return [(None, 10 * rules.high - step, None) for step in (8, 13, 20) if 10 * rules.high - step <= mean]
    return [(None, None, 10 * rules.low + step) for step in (8, 13, 20) if 10 * rules.low + step >= mean]


def _joinings(cells: Cells) -> list[Cells]:
    """All ways to join neighbouring cells, finest first; a single cell over everything says nothing and is left out."""
    found: list[Cells] = []
    count = len(cells)
    for cuts in range(2 ** (count - 1)):
        joined: list[tuple[int, int, int]] = []
        for i, (low, high, k) in enumerate(cells):
            if i and not cuts >> (i - 1) & 1:
                a, _b, c = joined[-1]
                joined[-1] = (a, high, c + k)
            else:
                joined.append((low, high, k))
        if len(joined) > 1:
            found.append(tuple(joined))
    # Of equally fine ones the most even comes first, so that the choice follows a fixed rule.
    return sorted(found, key=lambda cs: (-len(cs), max(k for _a, _b, k in cs), cs))


def _hides_the_lonely(cells: Cells, n: int) -> bool:
    """No cell of one value holds all answers but at most one."""
    return not any(low == high and k >= n - 1 for low, high, k in cells)


def _shown(n: int, mean: int | None, least: int | None, most: int | None, cells: Cells | None) -> Figure:
    def points(tenths: int | None) -> float | None:
        return None if tenths is None else tenths / 10

    return Figure(n, points(mean), points(least), points(most), tuple(Joined(*c) for c in cells) if cells else None)


def release_texts(texts: Sequence[str], respondents: int, rng: random.Random, rules: Rules | None = None) -> list[str]:
    """Open answers in random order, only when at least eight people answered the questionnaire and wrote one."""
    rules = rules or Rules()
    written = [t for t in texts if t.strip()]
    if respondents < rules.least_for_texts or len(written) < rules.least_for_texts:
        return []
    rng.shuffle(written)
    return written
