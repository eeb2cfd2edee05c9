"""What needs attention first: who has no common hour and why, and where the wished spacing gave way."""

from datetime import time, timedelta
from typing import Any

import pytest
from tests.scheduling.instances import MONDAY, instance, pair, shift, span, worker

from oppipari.scheduling import (
    NoCommonTimeCause,
    Placed,
    Quiet,
    Rules,
    Worker,
    common,
    gaps,
    groups_without_common_time,
    plan,
    words,
)

RULES = Rules(first_day=MONDAY, weeks=6, spacing_days=14, away_per_team=None)


def weekly(code: str, weekday: int, weeks: range = range(6)) -> list[Any]:
    return [shift(code, 7 * week + weekday) for week in weeks]


def reported(one: list[Any], other: list[Any], rules: Rules = RULES) -> Any:
    return groups_without_common_time([worker("a", *one), worker("b", *other)], [pair("ab", 3)], rules)


def test_those_who_work_together_are_not_named() -> None:
    assert reported(weekly("A", 0), weekly("A", 0)) == ()
    # Nobody asks for a meeting of theirs.
    assert groups_without_common_time([worker("a"), worker("b")], [pair("ab", 0)], RULES) == ()


@pytest.mark.parametrize(
    ("one", "other", "rules", "why"),
    [
        (weekly("A", 0), weekly("A", 1), {}, NoCommonTimeCause.NEVER),
        (weekly("A", 0), [], {}, NoCommonTimeCause.NO_WORK),
        # 14 to 15 is an hour; it takes an hour and a half.
        (weekly("A", 0), weekly("I", 0), {"minutes": 90}, NoCommonTimeCause.SHORT),
        (weekly("A", 0), weekly("I", 0), {"quiet": (Quiet(frozenset(), time(14), time(15)),)}, NoCommonTimeCause.QUIET),
        # An evening, then the morning after it: the common hours fall in the rest.
        (
            [s for w in range(6) for s in (span(7 * w, "14.00", "22.00"), span(7 * w + 1, "7.00", "9.00"))],
            weekly("A", 1),
            {},
            NoCommonTimeCause.REST,
        ),
    ],
)
def test_the_reason_is_the_one_that_stands_in_the_way(
    one: list[Any], other: list[Any], rules: dict[str, Any], why: NoCommonTimeCause
) -> None:
    asked = Rules(first_day=MONDAY, weeks=6, spacing_days=14, away_per_team=None, **rules)
    (found,) = reported(one, other, asked)
    assert (found.group, found.first, found.why) == ("ab", None, why)
    # And so the planner finds no time either.
    assert not plan([worker("a", *one), worker("b", *other)], [pair("ab", 3)], asked).meetings
    for lang in words.languages():
        sentence = words.no_common_time(found, {"a": "Aino", "b": "Ossi"}, lang)
        assert "{" not in sentence
        assert ("Ossi" in sentence) == (why == NoCommonTimeCause.NO_WORK)


def test_a_date_after_weeks_without_a_common_hour_is_told() -> None:
    """The planner places all three meetings, and nothing else would say that nobody met for four weeks."""
    one = weekly("A", 0)
    other = [*weekly("I", 1, range(4)), *weekly("A", 0, range(4, 6))]
    rules = Rules(first_day=MONDAY, weeks=6, spacing_days=7, away_per_team=None)
    table = plan([worker("a", *one), worker("b", *other)], [pair("ab", 2)], rules)
    assert not table.unplaced
    (found,) = reported(one, other, rules)
    assert found.first == MONDAY + timedelta(weeks=4)
    assert found.why == NoCommonTimeCause.NEVER
    (gap,) = gaps([pair("ab", 2)], rules, table.meetings)
    assert (gap.before, gap.after, gap.days) == (None, MONDAY + timedelta(weeks=4), 28)


def test_those_without_any_come_first_then_those_who_wait_longest() -> None:
    workers = [
        worker("a", *weekly("A", 0)),
        worker("b", *weekly("A", 0, range(3, 6))),
        worker("c", *weekly("A", 0, range(4, 6))),
        worker("d"),
    ]
    found = groups_without_common_time(workers, [pair("ab"), pair("ac"), pair("ad")], RULES)
    assert [one.group for one in found] == ["ad", "ac", "ab"]


def test_hours_by_habit_count_as_working_time() -> None:
    usual = Worker("b", "", (), (), tuple(weekly("A", 0)))
    assert groups_without_common_time([worker("a", *weekly("A", 0)), usual], [pair("ab")], RULES) == ()


def test_where_the_wished_spacing_gave_way() -> None:
    rules = Rules(first_day=MONDAY, weeks=20, spacing_days=28)

    def placed(*days: int) -> list[Placed]:
        return [Placed("ab", n, span(day, "13.00", "14.00")) for n, day in enumerate(days, 1)]

    def reported(*days: int, kept: tuple[int, ...] = ()) -> list[tuple[int, int]]:
        group = pair("ab", len(days), kept=tuple(span(day, "13.00", "14.00") for day in kept))
        return [(gap.days, gap.wish) for gap in gaps([group], rules, placed(*days))]

    assert reported(0, 28, 56) == []
    assert reported(3, 24, 56) == []  # a week off is a shift's doing
    assert reported(0, 12, 56) == [(12, 28), (44, 28)]
    assert reported(2, 30, kept=(0,)) == [(2, 28)]
    # Between two agreed ones nothing is reported: the planner did not choose them.
    assert reported(33, kept=(0, 5)) == []
    assert reported(30) == [(30, 28)]


@pytest.mark.parametrize("seed", range(40))
def test_it_is_what_common_working_time_says(seed: int) -> None:
    """Held against `common`, which goes minute by minute through the whole window."""
    workers, groups, rules = instance(seed)
    by_key = {w.key: w for w in workers}
    named = {one.group: one.first for one in groups_without_common_time(workers, groups, rules)}
    for group in groups:
        if not group.meetings:
            assert group.key not in named
            continue
        times = common([by_key[k] for k in group.members], rules)
        first = times[0].start.date() if times else None
        late = first is None or (first - rules.first_day).days >= rules.spacing_days
        assert (group.key in named) == late
        assert not late or named[group.key] == first
