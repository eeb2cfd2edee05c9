"""What a press on the board is answered: one thing at a time, where one is, and what the change alone costs."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.factories import RoundFactory, SignUpFactory, many_sign_ups, supervisor_of

from oppipari.pairs import actions
from oppipari.pairs.constraints import Edit
from oppipari.pairs.models import Board, Proposal
from oppipari.pairs.queries.sentences import some_of
from oppipari.rounds.models import Exclusion, Round, SignUp

pytestmark = pytest.mark.django_db


class Desk:
    """A supervisor at the board of a small round."""

    def __init__(self, people: int) -> None:
        self.round = RoundFactory(state=Round.State.PAIRING, odd_person="wait")
        self.boss = supervisor_of(self.round.unit, language="en")
        many_sign_ups(self.round, people)
        SignUp.objects.filter(round=self.round).update(slots=[0, 3, 6])
        self.client = Client(headers={"Accept-Language": "en"})
        self.client.force_login(self.boss, backend="django.contrib.auth.backends.ModelBackend")
        actions.suggest(self.round, self.boss)

    @property
    def board(self) -> Board:
        return Board.objects.select_related("current").get(round=self.round)

    def groups(self) -> list[list[int]]:
        return [[int(k) for k in g["members"]] for g in self.board.current.plan["pairs"]]

    def post(self, name: str, *, script: bool = True, **data: Any) -> Any:
        headers = {"HX-Request": "true"} if script else {}
        address = reverse(name, args=[self.round.pk])
        return self.client.post(address, {"version": self.board.version, **data}, headers=headers)

    def press(self, name: str, **data: Any) -> str:
        return answer_of(self.post(name, **data))


def answer_of(response: Any) -> str:
    """The words of the answer, and nothing else of the page."""
    html = response.content.decode()
    found = re.search(r'<div id="answer-words" role="status">(.*?)</div>', html, re.DOTALL)
    assert found, html
    return " ".join(unescape(re.sub("<[^>]+>", "", found[1])).split())


def test_undo_says_what_was_undone_and_redo_what_was_done_again() -> None:
    desk = Desk(8)
    a, b = desk.groups()[0]
    names = sorted(SignUp.objects.get(pk=pk).person.name for pk in (a, b))
    desk.press("board_edit", edit=f"lock {a} {b}")
    done = desk.press("board_edit", edit=f"set_aside {a}")
    assert "waits." in done
    undone = desk.press("board_undo")
    assert undone == f"Undone: {SignUp.objects.get(pk=a).person.name} waits."
    assert desk.press("board_redo") == done
    desk.press("board_undo")
    assert desk.press("board_undo").startswith(f"Undone: {names[0]} and {names[1]} are now locked")


def test_one_answer_at_a_time() -> None:
    desk = Desk(8)
    groups = desk.groups()
    desk.press("board_edit", edit=f"lock {groups[0][0]} {groups[0][1]}")
    price = desk.press("board_price", a=groups[1][0], b=groups[2][0])
    assert price.startswith("If ")
    assert "locked" not in price
    problem = desk.press("board_price", a=groups[1][0], b=groups[1][0])
    assert problem == "Choose two different people."


def test_without_scripts_the_page_opens_where_the_person_is_now_and_says_it_in_its_title() -> None:
    desk = Desk(8)
    a, b = desk.groups()[0]
    response = desk.post("board_edit", script=False, edit=f"forbid {a} {b}")
    address, fragment = response["Location"].split("#")
    page = desk.client.get(address)
    html = page.content.decode()
    assert f'id="{fragment}"' in html
    assert "do not become a pair." in answer_of(page)
    assert "do not become a pair." in html.split("</title>")[0]
    # The same address says nothing once the board has gone on.
    desk.press("board_undo")
    assert not answer_of(desk.client.get(address))
    assert not answer_of(desk.client.get(reverse("board", args=[desk.round.pk])))


def total(proposal: Proposal) -> int:
    return sum(g["score"] for g in proposal.plan["pairs"])


def test_an_edit_costs_what_it_costs_alone_when_people_have_joined_meanwhile() -> None:
    desk = Desk(10)
    many_sign_ups(desk.round, 4)
    SignUp.objects.filter(round=desk.round).update(slots=[0, 3, 6])
    two = desk.groups()[0]
    version = desk.board.version
    price = desk.press("board_price", a=desk.groups()[1][0], b=desk.groups()[2][0])
    assert "counted with the suggestion brought up to date" in price
    answer = desk.press("board_edit", edit=f"lock {two[0]} {two[1]}")
    current = desk.board.current
    updated = current.previous
    assert updated is not None
    assert updated.change["edit"] == Edit.REFRESH
    assert current.change["cost"]["lost"] == total(updated) - total(current)
    assert current.change["cost"]["total_before"] == total(updated)
    assert answer.startswith("Sign-ups had changed, so the suggestion was brought up to date first.")
    assert "are now locked as a pair." in answer
    # The same press once more is made once, and undo takes back the edit alone.
    actions.edit(desk.round, desk.boss, version, Edit.LOCK, sorted(two))
    assert desk.board.current == current
    desk.press("board_undo")
    assert desk.board.current == updated


def test_an_edit_that_mends_what_does_not_hold_any_more_is_made_without_a_price() -> None:
    desk = Desk(8)
    a, b = desk.groups()[0]
    desk.press("board_edit", edit=f"lock {a} {b}")
    one, other = SignUp.objects.get(pk=a), SignUp.objects.get(pk=b)
    Exclusion.objects.create(sign_up=one, text=other.person.name)
    SignUp.objects.filter(pk=a).update(version=2)
    answer = desk.press("board_edit", edit=f"unlock {a} {b}")
    assert answer.endswith("are no longer locked.")
    assert sorted((a, b)) not in [sorted(g) for g in desk.groups()]


def test_who_else_waits_is_named() -> None:
    desk = Desk(8)
    a, b = desk.groups()[0]
    answer = desk.press("board_edit", edit=f"set_aside {a}")
    waits = {int(k) for k in desk.board.current.plan["waiting"]} - {a}
    assert len(waits) == 1
    name = SignUp.objects.get(pk=waits.pop()).person.name
    assert f"1 more has to wait: {name}." in answer
    assert f"1 more gets a pair: {name}." in desk.press("board_edit", edit=f"bring_back {a}")
    assert b


def test_of_many_the_rest_is_counted() -> None:
    with translation.override("en"):
        assert some_of(["a", "b", "c"]) == "a, b and c"
        assert some_of([f"p{i}" for i in range(10)], "; ").endswith("p7 and 2 more")


def test_namesakes_are_told_apart_wherever_they_are_named() -> None:
    desk = Desk(4)
    two = [SignUpFactory(round=desk.round), SignUpFactory(round=desk.round)]
    for sign_up in two:
        sign_up.person.name = "Maija Virtanen"
        sign_up.person.save()
    without, with_address = (s.person for s in two)
    without.email = None
    without.save()
    actions.suggest(desk.round, desk.boss)
    for page in ("board", "board_publish"):
        html = desk.client.get(reverse(page, args=[desk.round.pk])).content.decode()
        assert f"Maija Virtanen ({with_address.email})" in html
        assert "Maija Virtanen (1)" in html
        assert not re.search(r"Maija Virtanen(?! \()", html)


def test_what_is_not_fixed_cannot_be_lifted_and_points_bear_names() -> None:
    desk = Desk(6)
    a, b = desk.groups()[0]
    page = desk.client.get(reverse("board", args=[desk.round.pk])).content.decode()
    assert 'value="reset"' not in page
    assert f"{SignUp.objects.get(pk=a).person.name} learns" in page
    desk.press("board_edit", edit=f"lock {a} {b}")
    assert 'value="reset"' in desk.client.get(reverse("board", args=[desk.round.pk])).content.decode()
