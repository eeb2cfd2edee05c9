"""The board, publishing, and what the system cannot tell about who asked."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from tests.factories import RoundFactory, SignUpFactory, ended, pair_of, supervisor_of
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.pairs import actions
from oppipari.pairs.constraints import Edit
from oppipari.pairs.models import Board, EarlierPair, Pair, PairMember, Proposal
from oppipari.rounds.models import Exclusion, Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def a_board(people: int, odd: str = "wait") -> tuple[Round, Any, list[SignUp]]:
    round_ = RoundFactory(state=Round.State.PAIRING, odd_person=odd)
    boss = supervisor_of(round_.unit)
    return round_, boss, [SignUpFactory(round=round_) for _ in range(people)]


def version(round_: Round) -> int:
    return Board.objects.get(round=round_).version


def test_suggest_lock_forbid_undo_redo_and_publish_once() -> None:
    round_, boss, people = a_board(8)
    actions.suggest(round_, boss)
    a, b = people[0].pk, people[2].pk
    locked = actions.edit(round_, boss, version(round_), Edit.PAIR, [a, b])
    assert [a, b] in locked.constraints["locked"]
    assert "cost" in locked.change
    with pytest.raises(StaleEdit):
        actions.edit(round_, boss, 1, Edit.LOCK, [a, people[1].pk])
    actions.undo(round_, boss, version(round_))
    assert Board.objects.get().current.constraints.get("locked", []) == []
    actions.redo(round_, boss, version(round_))
    actions.publish_pairs(round_, boss, version(round_))
    round_.refresh_from_db()
    actions.publish_pairs(round_, boss, 1)  # a double click
    assert Pair.objects.count() == 4
    assert PairMember.objects.filter(sign_up_id__in=[a, b]).values("pair").distinct().count() == 1
    assert EarlierPair.objects.count() == 4
    assert not Proposal.objects.exists()


def test_exclusions_are_kept_told_to_nobody_and_deleted_on_publishing(client: Any) -> None:
    round_, boss, people = a_board(4)
    Exclusion.objects.create(sign_up=people[0], text=people[1].person.name)
    actions.suggest(round_, boss)
    client.force_login(boss, backend=BACKEND)
    page = client.post(
        reverse("board_price", args=[round_.pk]),
        {"version": version(round_), "a": people[0].pk, "b": people[1].pk},
        follow=True,
    )
    assert "Ei mahdollinen tällä kierroksella" in page.content.decode()
    with pytest.raises(DomainError):
        actions.edit(round_, boss, version(round_), Edit.PAIR, [people[0].pk, people[1].pk])
    actions.publish_pairs(round_, boss, version(round_))
    assert not Exclusion.objects.exists()
    together = {frozenset(m.sign_up_id for m in p.members.all()) for p in Pair.objects.all()}
    assert frozenset({people[0].pk, people[1].pk}) not in together


def test_the_same_two_are_not_paired_again() -> None:
    round_, boss, people = a_board(2)
    actions.suggest(round_, boss)
    actions.publish_pairs(round_, boss, version(round_))
    after = RoundFactory(unit=round_.unit, state=Round.State.PAIRING)
    for s in people:
        SignUpFactory(round=after, person=s.person)
    with pytest.raises(DomainError):
        actions.suggest(after, boss)


def test_the_database_refuses_a_pair_of_oneself_and_two_pairs_at_once() -> None:
    pair = pair_of(RoundFactory())
    place = pair.members.earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        PairMember.objects.create(
            pair=pair, sign_up=SignUpFactory(round=RoundFactory(), person=place.person), person=place.person
        )
    other = pair_of(pair.round)
    with pytest.raises(IntegrityError), transaction.atomic():
        PairMember.objects.create(pair=other, sign_up=place.sign_up, person=place.person)


def rows_of(pair: Pair) -> list[tuple[Any, ...]]:
    return [(m.answer, m.goes_on, m.goes_on_meetings, m.left_at) for m in pair.members.order_by("pk")]


@pytest.mark.parametrize("asker", [0, 1])
def test_nobody_learns_who_asked_for_another_partner(mailbox: Mailbox, asker: int) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    boss = supervisor_of(pair.round.unit)
    people = [m.person for m in pair.members.all()]
    actions.answer_fine(pair, people[0])
    actions.answer_fine(pair, people[1])
    ended(pair, people[asker])
    deliver_all()
    first, second = rows_of(pair)
    assert first == second
    letters = [[text_of(m) for m in mailbox.to(p.email)] for p in people]
    assert letters[0] == letters[1]
    assert not [m for m in mailbox.to(boss.email) if people[0].name in text_of(m) or people[1].name in text_of(m)]


def test_goals_are_one_or_two_short_lines(client: Any) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    first, second = (m.person for m in pair.members.all())
    actions.set_goals(pair, first, 1, ["Haavanhoito", ""])
    with pytest.raises(StaleEdit):
        actions.set_goals(pair, second, 1, ["Toinen"])
    with pytest.raises(DomainError):
        actions.set_goals(pair, second, 2, ["x" * 141])
    assert [g.text for g in pair.goals.all()] == ["Haavanhoito"]


def test_the_board_of_a_hundred_takes_no_more_queries_than_that_of_ten(
    client: Any, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for people in (10, 100):
        round_, boss, _people = a_board(people)
        actions.suggest(round_, boss)
        client.force_login(boss, backend=BACKEND)
        with django_assert_max_num_queries(40) as seen:
            assert client.get(reverse("board", args=[round_.pk])).status_code == 200
        counts.append(len(seen))
    assert counts[1] <= counts[0]


def test_the_board_counts_a_trio_as_one(client: Any) -> None:
    round_, boss, people = a_board(7)
    actions.suggest(round_, boss)
    client.force_login(boss, backend=BACKEND)
    plan = Board.objects.get().current.plan
    pairs = [s.pk for s in people if str(s.pk) not in plan["waiting"]]
    assert len(pairs) == 6
    three = [*map(int, plan["waiting"]), *map(int, plan["pairs"][0]["members"])]
    actions.edit(round_, boss, version(round_), Edit.TRIO, three)
    page = client.get(reverse("board", args=[round_.pk])).content.decode()
    assert "2 paria ja 1 kolmikko</h2>" in page
    assert "2 paria ja 1 kolmikko, useampaa ei voi muodostaa." in page
    assert "3 paria" not in page
