"""A thousand organisations, each attacked with all that was released and the own answers of any two people in it."""

import itertools
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.disclosure.adversary import Attack, fits
from tests.disclosure.organisations import ITEMS, Organisation, organisation
from tests.disclosure.test_classes import all_ways, classes

from oppipari.disclosure import Rules, UnitsRelease, release_units

ORGANISATIONS, CHUNKS = 1000, 10


def released(o: Organisation, rules: Rules | None = None) -> UnitsRelease:
    return release_units(o.units, o.answers, ITEMS, rules)


def attacks(o: Organisation, found: UnitsRelease) -> list[Attack]:
    groups: list[dict[str, Any]] = found.to_dict()["groups"]
    return [Attack(groups, item, o.histograms(k)) for k, item in enumerate(ITEMS)]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_adversary_works_out_nobody_and_units_see_their_own(chunk: int) -> None:
    large = own = whole = 0
    for seed in range(chunk, ORGANISATIONS, CHUNKS):
        o = organisation(seed)
        found = released(o)
        for attack in attacks(o, found):
            assert not attack.isolates_few(), seed
            assert attack.exposed() is None, seed
        figures = {g.units[0]: g.items.values() for g in found.groups if len(g.units) == 1}
        for unit, people in o.sizes().items():
            if people >= 8:
                large += 1
                own += unit in figures and any(not f.withheld for f in figures[unit])
                whole += unit in figures and all(not f.withheld for f in figures[unit])
    assert large > 200
    assert own >= 0.95 * large  # the promise is 80 %
    assert whole >= 0.9 * large


def wins(rules: Rules) -> tuple[bool, bool]:
    """Whether without a rule some figure is about fewer than five, and whether somebody's answer follows."""
    isolates_few = known = False
    for seed in range(120):
        o = organisation(seed)
        for attack in attacks(o, released(o, rules)):
            isolates_few = isolates_few or attack.isolates_few()
            known = known or attack.exposed() is not None
        if known and (isolates_few or seed > 40):
            break
    return isolates_few, known


@pytest.mark.parametrize(
    ("rules", "isolates_few"),
    [
        (Rules(least_for_mean=1), True),  # rule 3
        (Rules(threshold_each=False), True),  # rule 3, each question for itself
        (Rules(differencing=False), True),  # rule 4
        (Rules(intervals=False), False),  # rule 7, means
        (Rules(collapses=False), False),  # rule 7, distributions
        (Rules(swaps=False), False),  # rule 7, large totals
        (Rules(coalition_size=1), False),  # rule 8
    ],
    ids=["five", "each question", "differencing", "intervals", "collapses", "swaps", "coalition"],
)
def test_without_a_rule_the_adversary_wins(rules: Rules, isolates_few: bool) -> None:
    found = wins(rules)
    assert found[1]
    assert found[0] or not isolates_few


def test_without_merging_far_fewer_are_heard() -> None:
    """Merging is not there to protect: small units that are released nowhere are safe, and silent."""

    def silent(rules: Rules) -> int:
        return sum(len(released(organisation(seed), rules).withheld) for seed in range(60))

    assert silent(Rules(merges=False)) > 5 * silent(Rules())


def test_the_order_of_rows_makes_no_difference() -> None:
    for seed in range(30):
        o = organisation(seed)
        rows = list(zip(o.units, o.answers, strict=True))
        random.Random(seed).shuffle(rows)
        assert released(Organisation([u for u, _ in rows], [a for _, a in rows])) == released(o)


def test_a_total_tells_nothing_that_its_groups_did_not_tell() -> None:
    """Whoever knows the program too: other answers of the same classes give the very same release, totals and all.

    Large totals are left out, whose distribution does not follow from their groups'.
    """
    rules = Rules(least_groups_together=1000)
    by_size = {n: list(classes(all_ways(n)).values()) for n in range(5, 13)}
    same = {h: ways for groups in by_size.values() for ways in groups for h in ways}
    changed = 0
    for seed in range(150):
        r = random.Random(seed)
        o = organisation(seed, most_units=9)
        found = released(o, rules)
        other = Organisation(list(o.units), [list(row) for row in o.answers])
        figures = [g for g in found.groups if not any(set(h.units) < set(g.units) for h in found.groups)]
        for k, item in enumerate(ITEMS):
            for group in figures:
                if group.items[item].withheld:
                    continue
                mine = [i for i, u in enumerate(o.units) if u in group.units and o.answers[i][k]]
                h = tuple(sum(o.answers[i][k] == v for i in mine) for v in range(1, 6))
                new = r.choice(same.get(h, [h]))
                values = [v for v, count in enumerate(new, start=1) for _ in range(count)]
                r.shuffle(values)
                for i, v in zip(mine, values, strict=True):
                    other.answers[i][k] = v
                changed += new != h
        assert released(other, rules) == found, seed
    assert changed > 100


PLACES = st.sampled_from(["A", "B", "A/x", "A/y", "A/y/1", "B/z", "B/z/2"])
MOSTLY = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 9)), min_size=1, max_size=3)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.tuples(PLACES, MOSTLY), min_size=1, max_size=12))
def test_nor_does_anybody_in_what_hypothesis_thinks_of(units: list[tuple[str, list[tuple[int, int]]]]) -> None:
    rows = [(unit, [v, v if k % 2 else 0]) for unit, answers in units for v, n in answers for k in range(n)]
    o = Organisation([u for u, _ in rows], [a for _, a in rows])
    for attack in attacks(o, released(o)):
        assert not attack.isolates_few()
        assert attack.exposed() is None


def test_a_large_total_has_a_distribution_and_exposes_nobody() -> None:
    """Many small groups of which some are nearly unanimous: released together where answers can be swapped, and not where not."""
    full = 0
    for seed in range(16):
        r = random.Random(seed)
        units, answers = [], []
        for u in range(r.randint(10, 60)):
            likes = r.choice([2, 3, 4, 5])
            alike = r.random() < 0.1
            for _ in range(r.randint(5, 7)):
                v = likes if alike else min(5, max(1, round(r.gauss(likes, 1.2))))
                units.append(f"City/{u}")
                answers.append([v, v])
        o = Organisation(units, answers)
        found = released(o)
        full += len(found.groups[0].items["q1"].distribution or ()) == 5
        for attack in attacks(o, found):
            assert not attack.isolates_few()
            assert attack.exposed() is None
    assert 3 < full < 16


def test_forty_thousand_answers_are_released() -> None:
    r = random.Random(1)
    units = [f"City/D{u // 100}/P{u // 10}/U{u}" for u in (r.randrange(2000) for _ in range(40_000))]
    answers = [[r.randint(0, 5) for _ in range(8)] for _ in units]
    found = release_units(units, answers, [f"q{i}" for i in range(8)])
    assert found.groups[0].items["q0"].n == sum(row[0] > 0 for row in answers)


def test_the_adversary_finds_what_trying_all_ways_finds() -> None:
    """Without rules, in organisations small enough to try everything: the adversary overlooks nobody and accuses nobody wrongly."""
    every = {n: list(all_ways(n)) for n in range(1, 6)}
    careless = Rules(least_for_mean=2, differencing=False, intervals=False, collapses=False, least_for_distribution=4)
    times = Counter[bool]()
    for seed in range(120):
        r = random.Random(seed)
        sizes = [r.randint(1, 5) for _ in range(r.choice([2, 2, 3]))]
        if sum(sizes) > 9:
            continue
        likes = [r.randint(1, 5) for _ in sizes]
        units = [f"U{u}" for u, n in enumerate(sizes) for _ in range(n)]
        answers = [[min(5, max(1, likes[int(u[1])] + r.choice([-1, 0, 0, 1])))] * 2 for u in units]
        o = Organisation(units, answers)
        groups = released(o, careless).to_dict()["groups"]
        names = sorted(set(units))
        truth = [o.histograms(0)[u] for u in names]
        figures = [([names.index(u) for u in g["units"]], g["items"]["q1"]) for g in groups if g["items"]["q1"]["n"]]
        ways = [
            way
            for way in itertools.product(*(every[sum(h)] for h in truth))
            if all(fits(f, tuple(sum(way[i][k] for i in inside) for k in range(5))) for inside, f in figures)
        ]
        seen = {i for inside, _f in figures for i in inside}
        for coalition_size in (1, 2):
            known = exposed_by_trying(ways, truth, seen, coalition_size)
            times[known] += 1
            assert (Attack(groups, "q1", o.histograms(0)).exposed(coalition_size) is not None) == known, (
                seed,
                coalition_size,
            )
    assert min(times.values()) > 10


def exposed_by_trying(
    ways: list[tuple[tuple[int, ...], ...]], truth: list[tuple[int, ...]], seen: set[int], coalition_size: int
) -> bool:
    """Whether in all `ways` in which some insiders' answers are given the others in a unit all gave the same."""
    given = [(j, v) for j in seen for v in range(5) for _ in range(truth[j][v])]
    for coalition in {c for count in range(1, coalition_size + 1) for c in itertools.combinations(given, count)}:
        own = Counter(coalition)
        mine = [w for w in ways if all(w[j][v] >= count for (j, v), count in own.items())]
        for i in seen:
            others = [tuple(k - own[i, v] for v, k in enumerate(w[i])) for w in mine]
            if sum(others[0]) and len({v for h in others for v, k in enumerate(h) if k}) == 1:
                return True
    return False
