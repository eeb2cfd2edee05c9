"""What the board tells of two people is the same words whoever wrote what, and whatever unnamed rule it was.

Every answer is asked for in worlds that differ in one thing only, and compared word for word: a difference between two
answers would tell as much as a sentence.
"""

import re
from collections.abc import Callable
from html import unescape
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests.factories import RoundFactory, many_sign_ups, supervisor_of

from oppipari.pairs import actions
from oppipari.pairs.actions.suggesting import work_out_suggestion
from oppipari.pairs.models import Board, EarlierPair, SuggestionRun
from oppipari.rounds.models import Exclusion, Round, SignUp

pytestmark = pytest.mark.django_db
Rule = Callable[[SignUp, SignUp], None]


def a_excludes_b(a: SignUp, b: SignUp) -> None:
    Exclusion.objects.create(sign_up=a, text=b.person.name)


def b_excludes_a(a: SignUp, b: SignUp) -> None:
    Exclusion.objects.create(sign_up=b, text=f"en {a.person.email} kanssa, kiitos; {a.person.email}")


def both_exclude(a: SignUp, b: SignUp) -> None:
    a_excludes_b(a, b)
    b_excludes_a(a, b)


def pair_of_an_earlier_round(a: SignUp, b: SignUp) -> None:
    key = EarlierPair.key_of((a.person_id, b.person_id))
    EarlierPair.objects.create(organisation=a.round.unit.organisation, key=key)


def earlier_and_excluded(a: SignUp, b: SignUp) -> None:
    pair_of_an_earlier_round(a, b)
    a_excludes_b(a, b)


UNNAMED = [a_excludes_b, b_excludes_a, both_exclude, pair_of_an_earlier_round, earlier_and_excluded]


class Nothing(Exception):
    """Ends a world."""


def words_of(html: str) -> str:
    """All that a page says, with the values of its buttons; without what changes at every look."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    return unescape(re.sub(r"\s+", " ", html))


class World:
    """A round at its board."""

    def __init__(self, people: int) -> None:
        self.round = RoundFactory(state=Round.State.PAIRING, odd_person="wait")
        self.boss = supervisor_of(self.round.unit, language="en")
        made = many_sign_ups(self.round, people)
        SignUp.objects.filter(round=self.round).update(slots=[0, 3, 6])
        self.people = list(SignUp.objects.select_related("person", "round__unit").filter(pk__in=[s.pk for s in made]))
        self.client = Client(headers={"Accept-Language": "en", "HX-Request": "true"})
        self.client.force_login(self.boss, backend="django.contrib.auth.backends.ModelBackend")

    def ask(self, name: str, **data: Any) -> str:
        """The answer to one press, in a board that is as it was again afterwards."""
        answer = ""
        try:
            with transaction.atomic():
                data["version"] = Board.objects.get(round=self.round).version
                answer = self.client.post(reverse(name, args=[self.round.pk]), data).content.decode()
                raise Nothing
        except Nothing:
            return words_of(answer)

    def page(self) -> str:
        return words_of(self.client.get(reverse("board", args=[self.round.pk])).content.decode())

    def answers_about(self, a: SignUp, b: SignUp) -> dict[str, str]:
        """All the ways to ask about two people."""
        third = next(s for s in self.people if s.pk not in (a.pk, b.pk))
        partner = {m: g for g in self.groups() for m in g}
        told = {
            "the board": self.page(),
            "what would it cost": self.ask("board_price", a=a.pk, b=b.pk),
            "the other way round": self.ask("board_price", a=b.pk, b=a.pk),
            "make them a pair": self.ask("board_edit", edit=f"pair {a.pk} {b.pk}"),
            "make a trio": self.ask("board_edit", edit=f"trio {a.pk} {b.pk} {third.pk}"),
            "not as a pair": self.ask("board_edit", edit=f"forbid {a.pk} {b.pk}"),
            "one waits": self.ask("board_edit", edit=f"set_aside {a.pk}"),
            "look before publishing": words_of(
                self.client.get(reverse("board_publish", args=[self.round.pk])).content.decode()
            ),
        }
        # A change of places that would bring the two together.
        if a.pk in partner and b.pk in partner:
            beside = next(m for m in partner[a.pk] if m != a.pk)
            told["change places"] = self.ask("board_edit", edit=f"swap {beside} {b.pk}")
        return told

    def asked_when_forbidden(self, a: SignUp, b: SignUp) -> str:
        try:
            with transaction.atomic():
                version = Board.objects.get(round=self.round).version
                self.client.post(
                    reverse("board_edit", args=[self.round.pk]),
                    {"edit": f"forbid {a.pk} {b.pk}", "version": version},
                )
                answer = self.ask("board_price", a=a.pk, b=b.pk)
                raise Nothing
        except Nothing:
            return answer

    def groups_if_paired(self, x: SignUp, y: SignUp) -> list[list[int]]:
        groups: list[list[int]] = []
        try:
            with transaction.atomic():
                data = {"edit": f"pair {x.pk} {y.pk}", "version": Board.objects.get(round=self.round).version}
                self.client.post(reverse("board_edit", args=[self.round.pk]), data)
                groups = self.groups()
                raise Nothing
        except Nothing:
            return groups

    def groups(self) -> list[list[int]]:
        board = Board.objects.select_related("current").get(round=self.round)
        return [[int(k) for k in g["members"]] for g in board.current.plan["pairs"]]

    def in_a_world_where[T](self, rule: Callable[[], object], then: Callable[[], T]) -> T:
        """Suggest pairs in a world with a rule, ask, and forget that world."""
        told: list[T] = []
        try:
            with transaction.atomic():
                rule()
                actions.suggest(self.round, self.boss)
                told.append(then())
                raise Nothing
        except Nothing:
            return told[0]


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
