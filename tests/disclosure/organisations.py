"""Made-up organisations: trees of units in which few or many answered, all the same or not, some not everything."""

import random
from collections import Counter
from dataclasses import dataclass

ITEMS = ["q1", "q2"]


@dataclass
class Organisation:
    """Each respondent's unit and answers (0 where not answered)."""

    units: list[str]
    answers: list[list[int]]

    def histograms(self, item: int) -> dict[str, tuple[int, ...]]:
        found: dict[str, list[int]] = {u: [0] * 5 for u in self.units}
        for unit, row in zip(self.units, self.answers, strict=True):
            if row[item]:
                found[unit][row[item] - 1] += 1
        return {u: tuple(h) for u, h in found.items()}

    def sizes(self) -> Counter[str]:
        return Counter(u for u, row in zip(self.units, self.answers, strict=True) if any(row))


def organisation(seed: int, most_units: int = 60, most: int = 12) -> Organisation:
    """2 to `most_units` units of 1 to `most` people, up to three levels deep; places may be units themselves."""
    r = random.Random(seed)
    count = r.randint(2, r.choice([4, 10, most_units]))
    depth = r.choice([1, 2, 2, 3])
    width = r.choice([2, 3, 5])
    paths = []
    for u in range(count):
        above = [f"{'ABC'[d]}{r.randrange(width)}" for d in range(r.randint(1 if depth > 1 else 0, depth - 1))]
        paths.append("/".join([*above, f"U{u}"]))
    if r.random() < 0.3:
        paths += sorted({p.rpartition("/")[0] for p in paths if "/" in p})[:3]
    small = r.choice([2, 4, most])
    empties = r.choice([0, 0, 0.05, 0.3])
    skew = r.random()
    units, answers = [], []
    for path in paths:
        n = r.randint(1, small if r.random() < 0.4 else most)
        likes = [(r.choice([1, 3, 4, 5, 5]), r.random() < skew) for _ in ITEMS]
        for _ in range(n):
            units.append(path)
            answers.append([0 if r.random() < empties else _answer(r, *like) for like in likes])
    return Organisation(units, answers)


def _answer(r: random.Random, likes: int, alike: bool) -> int:
    if alike:  # nearly everybody the same
        return likes if r.random() < 0.93 else r.randint(1, 5)
    return min(5, max(1, round(r.gauss(likes, 1.1))))
