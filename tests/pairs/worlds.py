"""Rounds that differ only in who wrote what about whom, or in which unnamed rule it was: all that is told of them."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse
from tests.factories import RoundFactory, many_sign_ups, supervisor_of
from tests.ids import count_anew

from oppipari.pairs import actions
from oppipari.pairs.models import Board, EarlierPair
from oppipari.rounds.models import Exclusion, Round, SignUp

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
        count_anew()
        try:
            with transaction.atomic():
                rule()
                actions.suggest(self.round, self.boss)
                told.append(then())
                raise Nothing
        except Nothing:
            return told[0]
