"""What is wrong with a problem is said, and named."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

import pytest
from tests.scheduling.instances import MONDAY, pair, shift, span, worker

from oppipari import scheduling
from oppipari.scheduling import Group, Placed, Quiet, Rules, Span, words

RULES = Rules(MONDAY, 6)
AT_WORK = [worker("a", shift("A", 0)), worker("b", shift("A", 0))]
NAMES = {"a": "Aino Laine", "b": "Bo Sund", "ab": "Aino ja Bo"}


@pytest.mark.parametrize(
    ("workers", "groups", "error", "sentence"),
    [
        ([*AT_WORK, AT_WORK[0]], [pair()], scheduling.SamePersonTwice, "Aino Laine on mukana kahdesti."),
        (AT_WORK, [pair(), pair()], scheduling.SameGroupTwice, "Pari Aino ja Bo on mukana kahdesti."),
        (AT_WORK[:1], [pair()], scheduling.UnknownPerson, "Bo Sund on parissa Aino ja Bo, mutta työajat puuttuvat."),
        (AT_WORK, [Group("ab", ("a", "a"), 1)], scheduling.MemberTwice, "Aino Laine on parissa Aino ja Bo kahdesti."),
        (
            AT_WORK,
            [Group("ab", ("a",), 1)],
            scheduling.TooFewMembers,
            "Parissa Aino ja Bo on vain yksi. Tarvitaan vähintään kaksi.",
        ),
        (
            AT_WORK,
            [pair(meetings=99)],
            scheduling.MeetingsOutOfRange,
            "Pari Aino ja Bo: tapaamisia pitää olla 0–60, ei 99.",
        ),
        (
            AT_WORK,
            [pair(kept=(span(0, "9.00", "10.00"), span(0, "9.30", "10.30")))],
            scheduling.KeptOverlap,
            "Pari Aino ja Bo: sovitut tapaamiset menevät päällekkäin (2.3.2026 klo 9.30). Siirrä tai peru toinen.",
        ),
    ],
)
def test_a_problem_that_is_wrong_in_itself(workers: Any, groups: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error) as raised:
        scheduling.plan(workers, groups, RULES)
    assert words.error(raised.value, NAMES, "fi") == sentence  # type: ignore[arg-type]
    with pytest.raises(error):
        scheduling.check(workers, groups, RULES, [])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"weeks": 0}, scheduling.WeeksOutOfRange),
        ({"weeks": 61}, scheduling.WeeksOutOfRange),
        ({"minutes": 300}, scheduling.LengthOutOfRange),
        ({"minutes": 5}, scheduling.LengthOutOfRange),
        ({"spacing_days": 0}, scheduling.SpacingOutOfRange),
        ({"least_days": 29}, scheduling.SpacingOutOfRange),
        ({"least_days": 0}, scheduling.SpacingOutOfRange),
        ({"step_minutes": 25}, scheduling.StepOutOfRange),
        ({"away_per_team": -1}, scheduling.CountOutOfRange),
        ({"rooms": -1}, scheduling.CountOutOfRange),
        ({"rest_hours": 25}, scheduling.CountOutOfRange),
        ({"zone": "Europe/Kuusikoti"}, scheduling.UnknownZone),
    ],
)
def test_rules_that_cannot_be(change: dict[str, Any], error: type[scheduling.SchedulingError]) -> None:
    with pytest.raises(error) as raised:
        replace(RULES, **change)
    for lang in words.languages():
        assert "{" not in words.error(raised.value, {}, lang)


def test_two_meetings_are_not_on_one_day_unless_more_distance_is_told() -> None:
    assert RULES.least == 1
    assert replace(RULES, least_days=20).least == 20


def test_times_without_a_zone_or_an_end() -> None:
    with pytest.raises(scheduling.NaiveTime):
        Span(datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 10))
    with pytest.raises(scheduling.EmptySpan):
        span(0, "9.00", "9.00").__class__(span(0, "9.00", "10.00").start, span(0, "9.00", "10.00").start)
    for bad in ((time(9), time(9)), (time(9, 0, 30), time(10))):
        with pytest.raises(scheduling.BadQuiet):
            Quiet(frozenset(), *bad)
    with pytest.raises(scheduling.BadQuiet):
        Quiet(frozenset({7}), time(9), time(10))


def test_a_meeting_of_no_group() -> None:
    with pytest.raises(scheduling.UnknownGroup):
        scheduling.check(AT_WORK, [pair()], RULES, [Placed("xy", 1, span(0, "9.00", "10.00"))])


def test_nothing_to_do_is_done_and_proven() -> None:
    table = scheduling.plan([], [], RULES)
    assert (table.meetings, table.unplaced, table.bound, table.proven) == ((), (), 0, True)
    assert words.proof(table, "fi") == "Sijoitettavia tapaamisia ei ollut."
