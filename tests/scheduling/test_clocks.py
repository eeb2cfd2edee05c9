"""Nights, rest, divided shifts, and the two nights a year in which the clock on the wall lies."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from tests.scheduling.instances import HELSINKI, MONDAY, at, pair, shift, span, worker

from oppipari import scheduling
from oppipari.scheduling import HardConstraint, Placed, Quiet, Reason, Rules, Span, Worker

# Clocks go from 3 to 4 on the second, and from 4 back to 3 on the first of these Sundays.
AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)


def openings(a: Worker, b: Worker, rules: Rules) -> list[str]:
    found = scheduling.openings([a, b], [pair()], rules, "ab")
    return [s.start.isoformat(timespec="minutes") for s in found]


def clocks(found: list[str]) -> list[str]:
    return [at[11:16] for at in found]


def day(**more: object) -> Rules:
    return Rules(MONDAY, 1, step_minutes=60, **more)  # type: ignore[arg-type]


def test_a_meeting_lies_wholly_within_one_shift_of_both() -> None:
    morning, evening = worker("a", shift("A", 0)), worker("b", shift("I", 0))
    assert openings(morning, evening, day()) == ["2026-03-02T14:00+02:00"]
    assert openings(morning, worker("b", span(0, "14.15", "22.00")), Rules(MONDAY, 1)) == []


def test_parts_of_a_shift_that_touch_are_one_and_others_are_not() -> None:
    whole = worker("b", span(0, "7.00", "15.00"))
    touching = worker("a", span(0, "8.00", "9.30"), span(0, "9.30", "10.30"))
    assert clocks(openings(touching, whole, day())) == ["08:00", "09:00"]
    with_a_break = worker("a", span(0, "8.00", "9.30"), span(0, "9.45", "10.30"))
    assert clocks(openings(with_a_break, whole, day())) == ["08:00"]


def test_a_night_shift_is_one_shift_across_midnight() -> None:
    a, b = worker("a", shift("Y", 0)), worker("b", shift("Y", 0))
    found = openings(a, b, day())
    assert clocks(found) == ["22:00", "23:00", "00:00", "01:00", "02:00", "03:00", "04:00", "05:00", "06:00"]
    assert found[0].startswith("2026-03-02")
    assert found[-1].startswith("2026-03-03")


def test_the_first_hours_of_a_shift_are_closed_until_the_rest_is_over() -> None:
    late, early = shift("I", 0), shift("A", 1)  # ends at 22, begins at 7: nine hours
    a, b = worker("a", late, early), worker("b", early)
    assert clocks(openings(a, b, day())) == ["09:00", "10:00", "11:00", "12:00", "13:00", "14:00"]
    assert clocks(openings(a, b, day(rest_hours=0)))[0] == "07:00"
    assert clocks(openings(a, b, day(rest_hours=9)))[0] == "07:00"
    at_eight = Placed("ab", 1, span(1, "8.00", "9.00"))
    (broken,) = scheduling.check([a, b], [pair()], day(), [at_eight])
    assert (broken.rule, broken.person, broken.params["hours"]) == (HardConstraint.REST, "a", 11)


def test_no_rest_is_reckoned_from_working_time_that_is_only_usual() -> None:
    late, early = shift("I", 0), shift("A", 1)
    usual = Worker("a", "", (), usual=(late, early))
    b = worker("b", late, shift("A", 1))
    assert clocks(openings(usual, worker("b", early), day()))[0] == "07:00"
    # A real shift has its rest, whatever comes after it.
    assert clocks(openings(Worker("a", "", (late,), usual=(early,)), worker("b", early), day()))[0] == "09:00"
    assert clocks(openings(Worker("a", "", (early,), usual=(late,)), worker("b", early), day()))[0] == "07:00"
    # What is usual and what is real are one shift where they touch.
    assert clocks(openings(Worker("a", "", (late,), usual=(span(0, "12.00", "14.00"),)), b, day()))[0] == "14:00"
    at_eight = Placed("ab", 1, span(1, "8.00", "9.00"))
    assert scheduling.check([usual, worker("b", early)], [pair()], day(), [at_eight]) == ()


def test_a_break_of_a_divided_shift_is_no_rest() -> None:
    divided = worker("a", span(0, "7.00", "11.00"), span(0, "16.00", "19.00"))
    b = worker("b", span(0, "7.00", "19.00"))
    assert clocks(openings(divided, b, day())) == ["07:00", "08:00", "09:00", "10:00", "16:00", "17:00", "18:00"]
    over_five_hours = worker("a", span(0, "7.00", "11.00"), span(0, "16.01", "23.00"))
    assert clocks(openings(over_five_hours, worker("b", span(0, "7.00", "23.00")), day())) == [
        *["07:00", "08:00", "09:00", "10:00"],
        *["22:00"],
    ]


def test_quiet_hours_are_half_open_and_belong_to_the_day_they_begin_on() -> None:
    a, b = worker("a", shift("A", 0), shift("A", 1)), worker("b", shift("A", 0), shift("A", 1))
    monday = Quiet(frozenset({0}), time(8), time(14))
    assert clocks(openings(a, b, day(quiet=(monday,))))[:2] == ["07:00", "14:00"]
    over_midnight = Quiet(frozenset({0}), time(14), time(9))  # from Monday at 14 to Tuesday at 9
    found = openings(a, b, day(quiet=(over_midnight,)))
    assert [f[8:13] for f in found] == ["02T07", "02T08", "02T09", "02T10", "02T11", "02T12", "02T13"] + [
        f"03T{h:02}" for h in range(9, 15)
    ]


@pytest.mark.parametrize(
    ("night", "hours", "there"),
    [
        (AUTUMN, 11, ["22:00+03", "23:00+03", "00:00+03", "01:00+03", "02:00+03", "03:00+03", "03:00+02", "04:00+02"]),
        (SPRING, 9, ["22:00+02", "23:00+02", "00:00+02", "01:00+02", "02:00+02", "04:00+03", "05:00+03", "06:00+03"]),
    ],
)
def test_the_nights_when_clocks_change(night: date, hours: int, there: list[str]) -> None:
    """A night shift from 21.30 to 7.30 lasts eleven hours in autumn and nine in spring; meetings always an hour."""
    on_duty = shift("Y", -1, night)
    assert (on_duty.end.timestamp() - on_duty.start.timestamp()) / 3600 == hours
    first = date.fromordinal(night.toordinal() - 6)
    a, b = worker("a", on_duty), worker("b", on_duty)
    rules = Rules(first, 1, step_minutes=60)
    found = scheduling.openings([a, b], [pair()], rules, "ab")
    assert [s.start.isoformat(timespec="minutes")[11:19] for s in found][: len(there)] == there
    assert {s.end.timestamp() - s.start.timestamp() for s in found} == {3600.0}
    for s in found:
        assert not scheduling.check([a, b], [pair()], rules, [Placed("ab", 1, s)])


def test_quarters_of_the_local_clock_hold_when_clocks_change() -> None:
    rules = Rules(date(2026, 10, 19), 1, minutes=45)
    on_duty = Span(datetime(2026, 10, 25, 2, 30, tzinfo=HELSINKI), datetime(2026, 10, 25, 5, tzinfo=HELSINKI))
    found = scheduling.openings([worker("a", on_duty), worker("b", on_duty)], [pair()], rules, "ab")
    assert [s.start.strftime("%H:%M") for s in found] == (
        ["02:30", "02:45", "03:00", "03:15", "03:30", "03:45", "03:00", "03:15", "03:30", "03:45", "04:00", "04:15"]
    )


def test_an_hour_that_comes_twice_is_quiet_twice() -> None:
    rules = Rules(date(2026, 10, 19), 1, quiet=(Quiet(frozenset(), time(3), time(4)),), step_minutes=60)
    on_duty = shift("Y", -1, AUTUMN)
    found = scheduling.openings([worker("a", on_duty), worker("b", on_duty)], [pair()], rules, "ab")
    assert [s.start.hour for s in found] == [22, 23, 0, 1, 2, 4, 5, 6]


def test_rest_is_counted_in_real_hours_when_clocks_change() -> None:
    """From 21 to 7 is eleven hours in the autumn night, and nine in spring."""
    for night, opens in ((AUTUMN, "07:00"), (SPRING, "09:00")):
        first = date.fromordinal(night.toordinal() - 6)
        a = worker("a", span(-1, "13.00", "21.00", night), shift("A", 0, night))
        b = worker("b", shift("A", 0, night))
        found = scheduling.openings([a, b], [pair()], Rules(first, 1, step_minutes=60), "ab")
        assert found[0].start.strftime("%H:%M") == opens


def test_times_may_come_in_any_zone_and_are_told_in_that_of_the_rules() -> None:
    in_utc = Span(datetime(2026, 3, 2, 6, tzinfo=UTC), datetime(2026, 3, 2, 8, tzinfo=UTC))
    table = scheduling.plan([worker("a", in_utc), worker("b", in_utc)], [pair()], day())
    assert [m.span.start.isoformat() for m in table.meetings] == ["2026-03-02T08:00:00+02:00"]
    same = worker("b", Span(at(0, "8.00"), at(0, "10.00")))
    assert scheduling.plan([worker("a", in_utc), same], [pair()], day()) == table


def test_nothing_lies_outside_the_window() -> None:
    a, b = worker("a", shift("Y", -1), shift("Y", 6)), worker("b", shift("Y", -1), shift("Y", 6))
    assert [f[:13] for f in openings(a, b, day())] == [f"2026-03-02T{h:02}" for h in range(7)] + [
        f"2026-03-08T{h}" for h in (22, 23)
    ]


def test_common_time_is_without_quiet_hours_and_rest_and_long_enough() -> None:
    a = worker("a", shift("I", 0), shift("A", 1))
    b = worker("b", shift("A", 1), span(2, "9.00", "12.00"), busy=[span(1, "10.00", "12.00")])
    rules = day(quiet=(Quiet(frozenset(), time(12), time(12, 30)), Quiet(frozenset(), time(14, 30), time(15))))
    assert scheduling.common([a, b], rules) == (span(1, "9.00", "12.00"), span(1, "12.30", "14.30"))
    assert scheduling.common([a], day()) == (shift("I", 0), span(1, "9.00", "15.00"))
    assert scheduling.common([], day()) == ()


def test_a_meeting_at_nobodys_working_time_is_told_for_each() -> None:
    a, b = worker("a", shift("A", 0)), worker("b", shift("I", 0))
    broken = scheduling.check([a, b], [pair()], day(), [Placed("ab", 1, span(0, "13.00", "14.00"))])
    assert [(x.rule, x.person) for x in broken] == [(HardConstraint.SHIFT, "b")]
    assert Reason.NO_COMMON_TIME not in {u.reason for u in scheduling.plan([a, b], [pair()], day()).unplaced}


def test_a_window_ends_with_its_last_day_and_has_no_times_when_that_is_over() -> None:
    a, b = (worker(k, *(shift("A", d) for d in range(7))) for k in "ab")
    for days in (7, 3, 1, 0, -5):
        rules = day(last_day=MONDAY + timedelta(days=days - 1))
        assert rules.days == max(0, days)
        assert len({at[:10] for at in openings(a, b, rules)}) == max(0, days)
        assert len(scheduling.suggestions([a, b], [pair()], rules, "ab", count=1)) == (days > 0)
    assert day(last_day=MONDAY + timedelta(days=30)).days == 7
    late = Placed("ab", 1, span(3, "8.00", "9.00"))
    (broken,) = scheduling.check([a, b], [pair()], day(last_day=MONDAY + timedelta(days=2)), [late])
    assert broken.rule == HardConstraint.WINDOW
