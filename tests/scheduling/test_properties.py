"""What holds for every problem: no rule is broken, everything is proven, and only the problem matters."""

import dataclasses
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.scheduling.instances import Instance, crowded, instance, tiny
from tests.scheduling.reading import Reading

from oppipari import scheduling
from oppipari.scheduling import Group, Reason, Rules, Span, Timetable, Worker, components, planner

seeds = st.integers(0, 2**32)
patient = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def planned(seed: int) -> tuple[Instance, Reading, Timetable]:
    workers, groups, rules = instance(seed)
    return (workers, groups, rules), Reading(workers, groups, rules), scheduling.plan(workers, groups, rules)


@pytest.mark.parametrize("block", range(4))
def test_no_rule_is_broken_and_every_aim_is_proven_in_500_units(block: int) -> None:
    for seed in range(block * 125, block * 125 + 125):
        (workers, groups, rules), reading, table = planned(seed)
        assert not reading.faults(reading.of(table.meetings)), seed
        assert not scheduling.check(workers, groups, rules, table.meetings), seed
        values = [s.value for s in table.stages]
        assert (-values[0], *values[1:]) == reading.vector(reading.of(table.meetings)), seed
        assert table.proven, seed
        assert all(s.proven and s.value == s.bound for s in table.stages), seed
        wanted = sum(g.meetings for g in groups)
        assert len(table.meetings) + len(table.unplaced) == wanted, seed
        assert table.bound == len(table.meetings), seed


@pytest.mark.parametrize("block", range(2))
def test_crowds_are_placed_and_proven_and_capacity_cuts_say_nothing_untrue(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same is reached without the sums over stretches of time, by modelling every start of the overfull days."""
    opened: list[frozenset[int]] = []
    for seed in range(block * 15, block * 15 + 15):
        workers, groups, rules = crowded(seed)
        table = scheduling.plan(workers, groups, rules)
        reading = Reading(workers, groups, rules)
        assert not reading.faults(reading.of(table.meetings)), seed
        values = [s.value for s in table.stages]
        assert (-values[0], *values[1:]) == reading.vector(reading.of(table.meetings)), seed
        assert all(s.proven for s in table.stages), seed
        with monkeypatch.context() as other:
            other.setattr(components, "capacity_cuts", lambda *_: [])
            other.setattr(planner._LexicographicSearch, "_refine", noting(planner._LexicographicSearch._refine, opened))
            assert [s.value for s in scheduling.plan(workers, groups, rules).stages] == values, seed
    assert len(opened) > 5


def noting(
    method: Callable[[Any, frozenset[int]], None], seen: list[frozenset[int]]
) -> Callable[[Any, frozenset[int]], None]:
    def noted(self: Any, days: frozenset[int]) -> None:
        seen.append(days)
        method(self, days)

    return noted


@pytest.mark.parametrize("prices", [False, True])
@pytest.mark.parametrize("block", range(2))
def test_nothing_is_better_where_everything_can_be_tried(
    block: int, prices: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with the prices that only large units need."""
    if prices:
        monkeypatch.setattr(planner, "MANY_ARCS", 0)
    compared = 0
    for seed in range(block * 30 + 60 * prices, block * 30 + 30 + 60 * prices):
        workers, groups, rules = tiny(seed)
        best = Reading(workers, groups, rules).best()
        if best is not None:
            compared += 1
            values = [s.value for s in scheduling.plan(workers, groups, rules).stages]
            assert (-values[0], *values[1:]) == best, seed
    assert compared > 20


@patient
@given(seeds)
def test_checks_agree_with_the_rules_read_minute_by_minute(seed: int) -> None:
    workers, groups, rules = instance(seed)
    r = random.Random(seed)
    table = scheduling.plan(workers, groups, rules)
    some = []
    for m in table.meetings:  # a planner's hand: some meetings move a little, some far
        start = m.span.start.timestamp() + 60 * r.choice([0, 0, 0, 15, -30, 60, 24 * 60])
        some.append(dataclasses.replace(m, span=span_at(start, rules)))
    reading = Reading(workers, groups, rules)
    broken = scheduling.check(workers, groups, rules, some)
    named = {b.group for b in broken if b.rule != scheduling.HardConstraint.ORDER}
    assert named == {f.split()[0] for f in reading.faults(reading.of(some))}


def span_at(timestamp: float, rules: Rules) -> Span:
    start = datetime.fromtimestamp(timestamp, ZoneInfo(rules.zone))
    end = datetime.fromtimestamp(timestamp + 60 * rules.minutes, ZoneInfo(rules.zone))
    return Span(start, end)


@patient
@given(seeds, st.randoms(use_true_random=False))
def test_neither_order_nor_the_second_time_changes_a_timetable(seed: int, r: random.Random) -> None:
    workers, groups, rules = instance(seed)
    table = scheduling.plan(workers, groups, rules)
    other_workers = [
        dataclasses.replace(
            w, shifts=tuple(r.sample(w.shifts, len(w.shifts))), busy=tuple(r.sample(w.busy, len(w.busy)))
        )
        for w in r.sample(workers, len(workers))
    ]
    other_groups = [
        dataclasses.replace(
            g,
            members=tuple(r.sample(g.members, len(g.members))),
            kept=tuple(r.sample(g.kept, len(g.kept))),
            shown=tuple(r.sample(g.shown, len(g.shown))),
        )
        for g in r.sample(groups, len(groups))
    ]
    other_rules = dataclasses.replace(rules, quiet=tuple(r.sample(rules.quiet, len(rules.quiet))))
    assert scheduling.plan(other_workers, other_groups, other_rules) == table


SCRIPT = """
from tests.scheduling.instances import instance
from oppipari import scheduling
for seed in (3, 14, 15, 92):
    table = scheduling.plan(*instance(seed))
    print(repr((table.meetings, table.unplaced, table.bound, table.stages)))
"""


def test_another_process_gives_the_same_byte_for_byte() -> None:
    root = Path(__file__).parents[2]
    named = []
    for hash_seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
        )
        named.append(run.stdout)
    assert named[0] == named[1]
    assert b"Placed" in named[0]


@patient
@given(seeds)
def test_where_a_meeting_has_no_time_none_can_be_added(seed: int) -> None:
    (workers, _, rules), reading, table = planned(seed)
    placed = reading.of(table.meetings)
    for key in {u.group for u in table.unplaced}:
        group = reading.groups[key]
        starts = reading.starts(group)
        for start in starts if len(starts) < 8 else random.Random(seed).sample(starts, 8):
            assert reading.faults([*placed, (key, start)])
    for u in table.unplaced:
        assert u.reason != Reason.NOT_PROVEN
        if u.reason == Reason.NO_COMMON_TIME:
            assert u.number > at_work_together(workers, reading.groups[u.group], rules)


def at_work_together(workers: list[Worker], group: Group, rules: Rules) -> int:
    """How many meetings the shifts alone have time for, one after the other."""
    free = dataclasses.replace(
        rules, quiet=(), rest_hours=0, least_days=1, spacing_days=1, away_per_team=None, rooms=None
    )
    bare = [dataclasses.replace(w, busy=()) for w in workers]
    count, end = 0, -1
    for start in Reading(bare, [group], free).starts(group):
        if start >= end:
            count, end = count + 1, start + rules.minutes
    return count
