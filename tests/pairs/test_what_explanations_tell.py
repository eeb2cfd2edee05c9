"""What the board tells of two people is the same words whoever wrote what, and whatever unnamed rule it was.

Every answer is asked for in worlds that differ in one thing only, and compared word for word: a difference between two
answers would tell as much as a sentence.
"""

from collections.abc import Callable
from itertools import combinations

import pytest
from django.urls import reverse
from tests.pairs.worlds import UNNAMED, Rule, World, b_excludes_a, pair_of_an_earlier_round

from oppipari.pairs.actions.suggesting import work_out_suggestion
from oppipari.pairs.models import Board, SuggestionRun
from oppipari.rounds.models import Exclusion, SignUp

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.one_database]


@pytest.mark.parametrize("people", [6, 7])
def test_whoever_wrote_it_and_whatever_unnamed_rule_it_is_the_words_are_the_same(people: int) -> None:
    world = World(people)
    for a, b in list(combinations(world.people, 2))[:: 4 if people == 7 else 3]:
        worlds = [
            world.in_a_world_where(lambda r=rule, a=a, b=b: r(a, b), lambda a=a, b=b: world.answers_about(a, b))
            for rule in UNNAMED
        ]
        assert "Not possible in this round." in worlds[0]["what would it cost"]
        for told in worlds[1:]:
            assert told == worlds[0]


def test_forbidding_first_and_asking_then_tells_no_unnamed_rule_apart() -> None:
    world = World(6)
    a, b = world.people[:2]
    told = [
        world.in_a_world_where(lambda r=rule: r(a, b), lambda: world.asked_when_forbidden(a, b)) for rule in UNNAMED
    ]
    assert "You have forbidden this pair." in told[0]
    assert len(set(told)) == 1


def everybody_and(rule: Rule, lonely: SignUp, others: list[SignUp]) -> None:
    for other in others:
        rule(lonely, other)


def excludes_all(lonely: SignUp, others: list[SignUp]) -> None:
    names = ", ".join(str(o.person.email) for o in others)
    Exclusion.objects.create(sign_up=lonely, text=names)


def test_why_somebody_waits_tells_no_unnamed_rule_apart() -> None:
    world = World(5)
    lonely, *others = world.people
    rules: list[Callable[[], None]] = [
        lambda: excludes_all(lonely, others),
        lambda: everybody_and(b_excludes_a, lonely, others),
        lambda: everybody_and(pair_of_an_earlier_round, lonely, others),
        lambda: (excludes_all(lonely, others[:2]), everybody_and(pair_of_an_earlier_round, lonely, others[2:]))[0],
    ]
    pages = [world.in_a_world_where(rule, world.page) for rule in rules]
    assert "No pair is possible in this round." in pages[0]
    assert "partner before" not in pages[2]
    assert len(set(pages)) == 1


def test_what_one_writes_changes_nothing_that_is_told_of_the_others() -> None:
    """A wish that does not concern a pair on the board leaves no trace: no number, no sentence, nowhere."""
    world = World(8)
    groups = world.in_a_world_where(lambda: None, world.groups)
    of = {m: g for g in groups for m in g}
    by_pk = {s.pk: s for s in world.people}
    a = by_pk[groups[0][0]]
    for b in [s for s in world.people if s.pk not in of[a.pk]][:3]:
        others = [s for s in world.people if s.pk not in (a.pk, b.pk)]

        def asked(others: list[SignUp] = others) -> tuple[list[list[int]], str, list[tuple[str, list[list[int]]]]]:
            prices = [
                (world.ask("board_price", a=x.pk, b=y.pk), world.groups_if_paired(x, y))
                for x, y in combinations(others, 2)
            ]
            return world.groups(), world.page(), prices

        groups_before, page_before, prices_before = world.in_a_world_where(lambda: None, asked)
        for rule in UNNAMED[:4]:
            groups_after, page_after, prices_after = world.in_a_world_where(lambda r=rule, b=b: r(a, b), asked)
            if groups_after == groups_before:
                assert page_after == page_before
            compared = 0
            for (price, paired), (price_now, paired_now) in zip(prices_before, prices_after, strict=True):
                # Where the same pairs come of it, the same is said of it.
                if groups_after == groups_before and paired == paired_now:
                    assert price == price_now
                    compared += 1
            assert compared or groups_after != groups_before


def test_a_suggestion_that_failed_in_the_worker_tells_no_unnamed_rule_apart() -> None:
    world = World(4)
    a, b = world.people[:2]

    def failure(rule: Rule) -> Callable[[], str]:
        def made() -> str:
            version = Board.objects.get(round=world.round).version
            world.client.post(
                reverse("board_edit", args=[world.round.pk]), {"edit": f"pair {a.pk} {b.pk}", "version": version}
            )
            rule(a, b)
            run = SuggestionRun.objects.create(board=Board.objects.get(round=world.round), asked_by=world.boss)
            work_out_suggestion(run.pk)
            assert SuggestionRun.objects.get().state == SuggestionRun.State.FAILED
            return world.page()

        return made

    pages = [world.in_a_world_where(lambda: None, failure(rule)) for rule in UNNAMED]
    assert "this pair is not possible in this round" in pages[0]
    assert len(set(pages)) == 1
