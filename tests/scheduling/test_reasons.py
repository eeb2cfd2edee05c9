"""Why a meeting has no time: each rule in turn, with nothing but that rule in the way."""

from dataclasses import replace
from datetime import time

import pytest
from tests.scheduling.instances import MONDAY, pair, shift, span, worker

from oppipari import scheduling
from oppipari.scheduling import Group, Quiet, Reason, Rules, Worker

ALWAYS = tuple(shift("A", d) for d in range(7))
RULES = Rules(MONDAY, 1, spacing_days=4)


def reasons(workers: list[Worker], groups: list[Group], rules: Rules = RULES) -> list[tuple[str, int, str]]:
    return [(u.group, u.number, str(u.reason)) for u in scheduling.plan(workers, groups, rules).unplaced]


def test_never_at_work_together() -> None:
    assert reasons([worker("a", shift("A", 0)), worker("b", shift("A", 1))], [pair()]) == [("ab", 1, "no_common_time")]


def test_at_work_together_for_too_short() -> None:
    half = worker("b", span(0, "14.30", "22.00"))
    assert reasons([worker("a", shift("A", 0)), half], [pair()]) == [("ab", 1, "no_common_time")]


def test_only_in_quiet_hours() -> None:
    quiet = replace(RULES, quiet=(Quiet(frozenset(), time(6), time(14, 30)),))
    assert reasons([worker("a", *ALWAYS), worker("b", *ALWAYS)], [pair()], quiet) == [("ab", 1, "quiet")]


def test_only_in_rest() -> None:
    a, b = worker("a", span(-1, "16.00", "23.00"), shift("A", 0)), worker("b", span(0, "7.00", "10.00"))
    assert reasons([a, b], [pair()]) == [("ab", 1, "rest")]
    assert reasons([a, b], [pair()], replace(RULES, rest_hours=0)) == []


def test_somebody_always_has_another_meeting() -> None:
    a = worker("a", shift("A", 0), busy=[span(0, "7.30", "14.15")])
    assert reasons([a, worker("b", shift("A", 0))], [pair()]) == [("ab", 1, "busy")]


def test_days_too_near_one_another() -> None:
    two_days = (shift("A", 0), shift("A", 1))
    apart = replace(RULES, least_days=RULES.spacing_days)
    people = [worker("a", *two_days), worker("b", *two_days)]
    assert reasons(people, [pair(meetings=2)], apart) == [("ab", 2, "spacing")]
    assert reasons(people, [pair(meetings=2)]) == []
    kept = pair(kept=(span(-1, "9.00", "10.00"),))
    people = [worker("a", shift("A", 0)), worker("b", shift("A", 0))]
    assert reasons(people, [kept], apart) == [("ab", 1, "spacing")]


def test_two_of_one_team_are_two_away() -> None:
    a, b = worker("a", *ALWAYS, team="Kuusi"), worker("b", *ALWAYS, team="Kuusi")
    table = scheduling.plan([a, b], [pair()], RULES)
    assert [(u.reason, u.params) for u in table.unplaced] == [(Reason.AWAY, {"most": 1, "teams": ("Kuusi",)})]
    assert reasons([a, b], [pair()], replace(RULES, away_per_team=2)) == []
    assert reasons([replace(a, team=""), replace(b, team="")], [pair()]) == []


def test_the_other_pairs_use_the_staffing_up() -> None:
    hour = span(0, "9.00", "10.30")
    people = [worker(k, hour, team=t) for k, t in zip("abcd", ["Kuusi", "Mänty", "Kuusi", "Koivu"], strict=True)]
    table = scheduling.plan(people, [pair("ab"), pair("cd")], RULES)
    assert (len(table.meetings), table.bound, table.proven) == (1, 1, True)
    assert [(u.reason, u.params["teams"]) for u in table.unplaced] == [(Reason.AWAY, ("Kuusi",))]


def test_the_three_pairs_of_the_documentation() -> None:
    tuesday = span(1, "13.00", "15.00")
    people = [worker(k, tuesday, team="Kuusi" if k in "ace" else "") for k in "abcdef"]
    table = scheduling.plan(people, [pair("ab"), pair("cd"), pair("ef")], RULES)
    assert {m.span for m in table.meetings} == {span(1, "13.00", "14.00"), span(1, "14.00", "15.00")}
    assert [(u.reason, u.params["teams"]) for u in table.unplaced] == [(Reason.AWAY, ("Kuusi",))]
    assert (table.bound, table.proven) == (2, True)
    freed = [replace(people[0], team="Mänty"), *people[1:]]
    assert scheduling.plan(freed, [pair("ab"), pair("cd"), pair("ef")], RULES).unplaced == ()


def test_a_team_mates_agreed_meeting_uses_the_staffing_up() -> None:
    hour = span(0, "9.00", "10.30")
    people = [worker(k, hour, team=t) for k, t in zip("abcd", ["Kuusi", "Mänty", "Kuusi", "Koivu"], strict=True)]
    agreed = pair("cd", 0, kept=(span(0, "9.10", "10.10"),))
    assert reasons(people, [pair("ab"), agreed]) == [("ab", 1, "away")]


def test_no_room_is_left() -> None:
    hour = span(0, "9.00", "10.30")
    people = [worker(k, hour) for k in "abcd"]
    one_room = replace(RULES, rooms=1)
    assert reasons(people, [pair("ab"), pair("cd")], one_room) == [("cd", 1, "room")]
    assert reasons(people, [pair("ab"), pair("cd", needs_room=False)], one_room) == []
    assert reasons(people, [pair("ab")], replace(RULES, rooms=0)) == [("ab", 1, "room")]


def test_somebody_is_in_two_pairs_and_cannot_be_in_two_places() -> None:
    hour = span(0, "9.00", "10.30")
    people = [worker(k, hour) for k in "abc"]
    assert reasons(people, [pair("ab"), pair("ac")]) == [("ac", 1, "busy")]


def test_the_reason_is_the_rule_without_which_it_would_fit() -> None:
    """Quiet until 12 and a meeting elsewhere all day: without quiet hours there would still be no time."""
    a = worker("a", shift("A", 0), busy=[span(0, "7.00", "15.00")])
    until_noon = replace(RULES, quiet=(Quiet(frozenset(), time(6), time(12)),))
    assert reasons([a, worker("b", shift("A", 0))], [pair()], until_noon) == [("ab", 1, "busy")]


def test_where_it_takes_several_rules_the_first_that_is_enough_is_told() -> None:
    a = worker("a", shift("A", 0), busy=[span(0, "7.00", "15.00")])
    all_day = replace(RULES, quiet=(Quiet(frozenset(), time(6), time(15)),))
    assert reasons([a, worker("b", shift("A", 0))], [pair()], all_day) == [("ab", 1, "quiet")]


def test_only_so_many_fit_and_the_numbers_after_them_have_the_reason() -> None:
    days = (shift("A", 0), shift("A", 4))
    found = reasons([worker("a", *days), worker("b", *days)], [pair(meetings=4)])
    assert found == [("ab", 3, "spacing"), ("ab", 4, "spacing")]


def test_out_of_time_is_said_and_not_dressed_up() -> None:
    hour = span(0, "9.00", "10.30")
    people = [worker(k, hour, team="Kuusi") for k in "ab"] + [worker(k, hour, team=k) for k in "cd"]
    table = scheduling.plan(people, [pair("ac"), pair("bd")], RULES, time_limit=0.0)
    assert (len(table.meetings), table.proven, table.bound) == (1, False, 2)
    assert [u.reason for u in table.unplaced] == [Reason.NOT_PROVEN]


@pytest.mark.parametrize("most", [1, 2])
def test_a_trio_meets_like_a_pair(most: int) -> None:
    people = [worker(k, *ALWAYS, team=t) for k, t in zip("abc", ["Kuusi", "Kuusi", "Mänty"], strict=True)]
    table = scheduling.plan(people, [pair("abc", 2)], replace(RULES, away_per_team=most))
    assert len(table.meetings) == (2 if most == 2 else 0)
