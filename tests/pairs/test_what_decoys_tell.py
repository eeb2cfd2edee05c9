"""Somebody let in under a name that is there already, or nearly so, reads what the person of that name reads.

Else a supervisor could find out who wrote about whom: ask about a decoy, whom only the writer's words would mean.
"""

from collections.abc import Callable, Iterable

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.factories import PersonFactory
from tests.pairs.worlds import UNNAMED, Rule, World, words_of

from oppipari.organisation.models import Role
from oppipari.pairs import actions, problem
from oppipari.pairs.constraints import Edit
from oppipari.pairs.models import Board, KeptApart
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Exclusion, Round, SignUp
from oppipari.rounds.queries import taking_part

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.one_database]
A, B = "Ossi Niemi", "Maija Virtanen"
NAMES = [A, B, "Maija Lahti", "Tiina Virtanen", "Veikko Aho", "Aino Salo"]


def named_world() -> World:
    world = World(len(NAMES))
    for sign_up, name in zip(world.people, NAMES, strict=True):
        sign_up.person.name = name
        sign_up.person.save()
    return world


def let_in(world: World, name: str) -> SignUp:
    """Somebody who is in the round under a name, with an address of their own and the answers of the first."""
    like = world.people[0]
    address = f"decoy.{SignUp.objects.filter(round=world.round).count()}@example.org"
    person = PersonFactory(organisation=world.round.unit.organisation, name=name, email=address)
    Role.objects.create(person=person, kind=Role.Kind.MEMBER, unit=world.round.unit)
    return SignUp.objects.create(
        round=world.round, person=person, shares=like.shares, wants=like.wants, stage=like.stage, slots=like.slots,
        languages=like.languages, confirmed_at=timezone.now(),
    )  # fmt: skip


def told_of(world: World, decoys: Iterable[SignUp]) -> list[str]:
    """The board, and the price of every decoy with everybody."""
    there = taking_part(world.round)
    prices = [world.ask("board_price", a=d.pk, b=s.pk) for d in decoys for s in there if s.pk != d.pk]
    return [world.page(), *prices]


def all_alike[T](world: World, told: Callable[[Rule], T]) -> T:
    """What is told in every world of the two, which must be the same; nothing stays of a world."""
    found = [world.in_a_world_where(lambda: None, lambda rule=rule: told(rule)) for rule in UNNAMED]
    for other in found[1:]:
        assert other == found[0]
    return found[0]


# Nearly every way to be called so that words about the other could mean one.
@pytest.mark.parametrize(
    ("names", "first"),
    [
        ([B], True),
        ([B], False),
        ([A, B], True),
        (["niemi  OSSI", "Maija"], False),
        (["Virtanen", "Maija Kaarina Virtanen"], True),
        (["Ossi Virtanen"], True),
    ],
)
def test_a_decoy_tells_nothing_that_the_person_does_not(names: list[str], first: bool) -> None:
    world = named_world()
    a, b = world.people[:2]

    def told(rule: Rule) -> list[str]:
        decoys = [let_in(world, name) for name in names] if first else []
        rule(a, b)
        actions.suggest(world.round, world.boss)
        decoys = decoys or [let_in(world, name) for name in names]
        actions.suggest(world.round, world.boss)
        return told_of(world, decoys)

    _page, *prices = all_alike(world, told)
    # The decoys are no use as a control if nothing is ever impossible.
    closed = sum("Not possible in this round." in price for price in prices)
    assert bool(closed) == (names != ["Ossi Virtanen"])


@pytest.mark.parametrize("gone", [0, 1])
def test_a_decoy_tells_nothing_new_when_the_person_withdraws(gone: int) -> None:
    world = named_world()
    two = world.people[:2]

    def told(rule: Rule) -> list[str]:
        decoys = [let_in(world, A), let_in(world, B)]
        rule(*two)
        rounds.withdraw(two[gone], two[gone].person)
        actions.suggest(world.round, world.boss)
        return told_of(world, decoys)

    _page, *prices = all_alike(world, told)
    assert any("Not possible in this round." in price for price in prices)


def test_what_is_kept_of_one_who_withdrew_ends_when_they_come_back() -> None:
    world = named_world()
    a, b = world.people[:2]
    Exclusion.objects.create(sign_up=b, text=A)
    rounds.withdraw(SignUp.objects.get(pk=b.pk), b.person)
    assert KeptApart.objects.count() == 1
    assert not Exclusion.objects.exists()
    SignUp.objects.filter(pk=b.pk).update(withdrawn_at=None)
    assert not problem.rules_between(world.round, taking_part(world.round)).apart
    # Somebody who was never let in counts for nothing, whatever they write.
    stranger = let_in(world, B)
    SignUp.objects.filter(pk=stranger.pk).update(confirmed_at=None)
    Exclusion.objects.create(sign_up=stranger, text=A)
    assert not problem.rules_between(world.round, taking_part(world.round)).apart
    assert a.pk


@pytest.mark.parametrize("gone", [False, True], ids=["all there", "one withdrew"])
def test_a_decoy_tells_nothing_after_publishing(gone: bool) -> None:
    world = named_world()
    a, b = world.people[:2]

    def told(rule: Rule) -> list[str]:
        decoys = [let_in(world, B), let_in(world, A)]
        rule(a, b)
        if gone:
            rounds.withdraw(SignUp.objects.get(pk=b.pk), b.person)
        actions.suggest(world.round, world.boss)
        free = [a, *decoys] if gone else [a, b, *decoys]
        for one in free:
            version = Board.objects.get(round=world.round).version
            actions.edit(world.round, world.boss, version, Edit.SET_ASIDE, [one.pk])
        actions.publish_pairs(world.round, world.boss, Board.objects.get(round=world.round).version)
        assert not Exclusion.objects.exists()
        page = reverse("pair_reform", args=[world.round.pk])
        pages = [words_of(world.client.get(page).content.decode())]
        for one in free:
            for other in free:
                answer = world.client.post(page, {"pair": f"{one.pk} {other.pk}"}, follow=True)
                pages.append(words_of(answer.content.decode()))
        return pages

    pages = all_alike(world, told)
    assert any("cannot be a pair in this round" in page for page in pages)
    world.round.refresh_from_db()
    assert world.round.state == Round.State.PAIRING


def test_namesakes_and_nobody_else_share_what_is_unnamed() -> None:
    world = named_world()
    a, b, maija, *_others = world.people
    namesake = let_in(world, B)
    Exclusion.objects.create(sign_up=a, text=f"Maija Virtanen tai {maija.person.email}")
    there = taking_part(world.round)
    apart = problem.rules_between(world.round, there).apart
    assert apart == {(str(a.pk), str(s.pk)) for s in (b, maija, namesake)}


def test_many_who_share_a_word_of_their_names_are_not_compared_with_one_another() -> None:
    """A round of thousands is not slowed: whoever shares only "Ihminen" with others is not called like them."""
    world = World(300)
    actions_apart = problem.for_namesakes_too(world.people, {(str(world.people[0].pk), str(world.people[1].pk))})
    assert actions_apart == {(str(world.people[0].pk), str(world.people[1].pk))}
