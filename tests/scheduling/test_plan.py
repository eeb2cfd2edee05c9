"""The objectives in order: small cases whose answer can be seen at once."""

from dataclasses import replace

import pytest
from tests.scheduling.instances import MONDAY, instance, pair, shift, span, worker
from tests.scheduling.reading import Reading

from oppipari import scheduling
from oppipari.scheduling import Objective, Rules, Timetable, planner

RULES = Rules(MONDAY, 6, spacing_days=14)
DAYS = tuple(shift("A", d) for d in range(42))


def days(table: Timetable, group: str = "ab") -> list[int]:
    return [(m.span.start.date() - MONDAY).days for m in table.of(group)]


def stage(table: Timetable, aim: Objective) -> int:
    return next(s.value for s in table.stages if s.name == aim)


def test_meetings_are_spaced_as_wished_and_begin_in_the_first_week() -> None:
    table = scheduling.plan([worker("a", *DAYS), worker("b", *DAYS)], [pair(meetings=3)], RULES)
    first, second, third = days(table)
    assert first < 7
    assert (second - first, third - second) == (14, 14)
    assert stage(table, Objective.SPACING) == 0
    assert table.proven
    assert [m.number for m in table.meetings] == [1, 2, 3]


def test_spacing_counts_from_agreed_meetings_before_between_and_after() -> None:
    people = [worker("a", *DAYS), worker("b", *DAYS)]
    before = pair(kept=(span(-10, "9.00", "10.00"),))
    assert days(scheduling.plan(people, [before], RULES)) == [4]
    between = pair(kept=(span(5, "9.00", "10.00"), span(33, "9.00", "10.00")))
    assert days(scheduling.plan(people, [between], RULES)) == [19]


def test_full_hours_in_the_middle_of_a_shift_are_preferred() -> None:
    table = scheduling.plan([worker("a", *DAYS), worker("b", *DAYS)], [pair()], RULES)
    assert table.meetings[0].span.start.strftime("%H:%M") == "08:00"
    assert stage(table, Objective.BAD_HOURS) == 0


def test_nobody_has_all_meetings_at_bad_hours_where_that_can_be_helped() -> None:
    a = worker("a", *DAYS)
    hand_overs = [shift("I", d) for d in range(0, 42, 14)]  # together from 14 to 15 only
    table = scheduling.plan([a, worker("b", *hand_overs, shift("A", 17))], [pair(meetings=3)], RULES)
    assert days(table) == [0, 14, 28]  # spacing comes first
    assert (stage(table, Objective.ALL_BAD), stage(table, Objective.BAD_HOURS)) == (2, 6)
    at_noon_once = worker("b", *hand_overs, span(14, "10.00", "12.00"))
    table = scheduling.plan([a, at_noon_once], [pair(meetings=3)], RULES)
    assert days(table) == [0, 14, 28]
    assert (stage(table, Objective.ALL_BAD), stage(table, Objective.BAD_HOURS)) == (0, 4)
    assert table.of("ab")[1].span == span(14, "10.30", "11.30")


def test_pairs_of_the_same_teams_share_days() -> None:
    people = [worker(k, *DAYS[:7], team=t) for k, t in zip("abcdefgh", "xyxyxyxy", strict=True)]
    groups = [pair("ab"), pair("cd"), pair("ef"), pair("gh")]
    table = scheduling.plan(people, groups, RULES)
    assert len({m.span.start.date() for m in table.meetings}) == 1
    assert len({m.span.start for m in table.meetings}) == 4
    assert stage(table, Objective.INTERRUPTIONS) == 2


def test_times_that_were_shown_stay_where_nothing_better_is_lost() -> None:
    people = [worker("a", *DAYS), worker("b", *DAYS)]
    shown = (span(3, "10.45", "11.45"), None, span(31, "12.15", "13.15"))
    table = scheduling.plan(people, [pair(meetings=3, shown=shown)], RULES)
    assert table.of("ab")[0].span == shown[0]
    assert table.of("ab")[2].span == shown[2]
    assert stage(table, Objective.CHANGES) == 0
    again = pair(meetings=3, shown=tuple(m.span for m in table.meetings))
    assert scheduling.plan(people, [again], RULES).meetings == table.meetings


def test_agreed_meetings_are_stepped_around() -> None:
    people = [worker(k, span(0, "8.00", "10.00"), team=t) for k, t in zip("abcd", "xyxz", strict=True)]
    agreed = pair("cd", 0, kept=(span(0, "8.00", "9.00"),))
    table = scheduling.plan(people, [pair(), agreed], RULES)
    assert [m.span for m in table.meetings] == [span(0, "9.00", "10.00")]


def test_openings_stand_beside_what_others_have_agreed() -> None:
    people = [worker(k, span(0, "8.00", "11.00"), team=t) for k, t in zip("abcd", "xyxz", strict=True)]
    groups = [pair(kept=(span(0, "8.00", "9.00"),)), pair("cd", 0, kept=(span(0, "9.00", "10.00"),))]
    hourly = replace(RULES, step_minutes=60)
    assert scheduling.openings(people, groups, hourly, "ab") == ()  # too near to its own
    moving = groups[0].kept[0]
    assert scheduling.openings(people, groups, hourly, "ab", moving=moving) == (span(0, "10.00", "11.00"),)
    with pytest.raises(scheduling.UnknownMeeting):
        scheduling.openings(people, groups, hourly, "ab", moving=span(0, "10.00", "11.00"))
    with pytest.raises(scheduling.UnknownGroup):
        scheduling.openings(people, groups, hourly, "xy")


def test_suggestions_are_near_the_wish_at_good_hours_on_days_of_their_own() -> None:
    people = [worker("a", *DAYS), worker("b", *DAYS)]
    group = pair(kept=(span(-2, "9.00", "10.00"),))
    found = scheduling.suggestions(people, [group], RULES, "ab")
    assert [s.start.strftime("%d.%m. %H:%M") for s in found] == ["14.03. 08:00", "13.03. 08:00", "15.03. 08:00"]
    assert scheduling.suggestions(people, [group], RULES, "ab", count=0) == ()


def test_every_opening_keeps_the_rules_and_no_other_time_does() -> None:
    for seed in range(30):
        workers, groups, rules = instance(seed)
        found = scheduling.openings(workers, groups, rules, groups[0].key)
        for s in found:
            one = replace(groups[0], meetings=1)
            assert not scheduling.check(workers, [one, *groups[1:]], rules, [scheduling.Placed(one.key, 1, s)]), seed
        placed = scheduling.plan(
            workers, [replace(groups[0], meetings=1), *(replace(g, meetings=0) for g in groups[1:])], rules
        )
        assert bool(placed.meetings) == bool(found), seed


def test_a_limit_ends_the_search_with_an_honest_gap() -> None:
    for seed in range(20):
        workers, groups, rules = instance(seed)
        full = scheduling.plan(workers, groups, rules)
        early = scheduling.plan(workers, groups, rules, time_limit=0.0)
        assert not scheduling.check(workers, groups, rules, early.meetings)
        assert len(early.meetings) <= full.bound <= early.bound
        assert early.proven == (len(early.meetings) == early.bound)


def test_out_of_work_the_figures_are_true_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a budget that does not suffice: values are those of the timetable, bounds are below what more work finds."""
    unproven = 0
    for seed in range(60):
        workers, groups, rules = instance(seed)
        full = scheduling.plan(workers, groups, rules)
        with monkeypatch.context() as short:
            short.setattr(planner, "WORK", 0.0)
            short.setattr(planner, "WORK_EACH", r_of(seed))
            short.setattr(planner, "MANY_ARCS", 0 if seed % 2 else 1000)
            table = scheduling.plan(workers, groups, rules)
            assert table == scheduling.plan(workers[::-1], groups[::-1], rules)
        reading = Reading(workers, groups, rules)
        placed, *values = (s.value for s in table.stages)
        assert (-placed, *values) == reading.vector(reading.of(table.meetings)), seed
        assert not scheduling.check(workers, groups, rules, table.meetings), seed
        assert len(table.meetings) <= len(full.meetings) <= table.bound, seed
        for k, (short_of, best) in enumerate(zip(table.stages[1:], full.stages[1:], strict=True)):
            if [s.value for s in table.stages[: k + 1]] != [s.value for s in full.stages[: k + 1]]:
                break  # from here on other timetables are compared
            assert short_of.bound <= best.value <= short_of.value, seed
        unproven += not all(s.proven for s in table.stages)
    assert unproven > 3


def r_of(seed: int) -> float:
    return [0.0, 1e-5, 1e-4, 5e-4][seed % 4]


def test_progress_runs_from_nothing_to_all() -> None:
    reports: list[tuple[str, float]] = []
    scheduling.plan(*instance(3), progress=lambda what, share: reports.append((what, share)))
    assert reports[0] == ("times", 0.0)
    assert reports[-1] == ("done", 1.0)
    assert [share for _, share in reports] == sorted(share for _, share in reports)
