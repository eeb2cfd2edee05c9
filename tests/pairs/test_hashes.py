"""Stored hashes of two people: found exactly among many, and telling nothing without the secret."""

import importlib
import random
from itertools import combinations
from typing import Any

import pytest
from django.apps import apps
from tests.factories import RoundFactory, SignUpFactory

from oppipari.pairs import problem
from oppipari.pairs.hashes import key_of_two, twos_among
from oppipari.pairs.models import EarlierPair, KeptApart
from oppipari.rounds.models import Exclusion, Round, SignUp


@pytest.mark.parametrize("people", [2, 3, 40, 300])
def test_exactly_those_behind_the_known_keys_are_found(people: int) -> None:
    r = random.Random(people)
    ids = r.sample(range(1, 10**9), people)
    twos = {frozenset(two) for two in r.sample(list(combinations(ids, 2)), min(people, people * (people - 1) // 2))}
    strangers = [key_of_two("x", r.randrange(10**9, 2 * 10**9), i) for i in ids]
    known = [key_of_two("x", *sorted(two, reverse=True)) for two in twos] + strangers
    assert {frozenset(two) for two in twos_among("x", ids, known)} == twos
    assert all(len(key) == 64 for key in known)
    assert not twos_among("another purpose", ids, known)
    assert not twos_among("x", ids, [])


def test_another_secret_finds_nothing(settings: Any) -> None:
    known = [key_of_two("x", 1, 2)]
    settings.SECRET_KEY = "another"
    assert not twos_among("x", [1, 2], known)
    assert key_of_two("x", 1, 2) not in known


@pytest.mark.django_db
def test_keys_of_before_are_made_anew() -> None:
    migration = importlib.import_module("oppipari.pairs.migrations.0003_keys_with_hints")
    round_ = RoundFactory(state=Round.State.MEETING)
    a, b, c = (SignUpFactory(round=round_) for _ in range(3))
    organisation = round_.unit.organisation
    for key in (
        migration.old_key("earlier-pair", b.person_id, a.person_id),
        migration.old_key("earlier-pair", 9**9, 1),
    ):
        EarlierPair.objects.create(organisation=organisation, key=key)
    KeptApart.objects.create(
        round=round_, key=migration.old_key(KeptApart.purpose(round_.pk), b.person_id, c.person_id)
    )
    assert not problem.earlier_pairs(round_, [a, b, c])
    migration.make_keys_anew(apps, None)
    assert problem.earlier_pairs(round_, [a, b, c]) == {(str(a.pk), str(b.pk))}
    assert problem.kept_apart(round_, [a, b, c]) == {(str(b.pk), str(c.pk))}
    assert EarlierPair.objects.count() == 1  # nobody can stand behind the other one any more


@pytest.mark.django_db
def test_names_in_an_exclusion_are_found_in_any_order_and_all_who_may_be_meant() -> None:
    round_ = RoundFactory()
    names = ["Maija Virtanen", "Maija Lahti", "Ossi Niemi", "Anna-Liisa Koski", "Åke Öberg"]
    people = [SignUpFactory(round=round_) for _ in names]
    for sign_up, name in zip(people, names, strict=True):
        sign_up.person.name = name
        sign_up.person.save()

    def meant(text: str) -> set[str]:
        Exclusion.objects.update_or_create(sign_up=people[2], defaults={"text": text})
        fresh = list(SignUp.objects.select_related("person", "exclusion").order_by("pk"))
        found = {pk for two in problem.exclusions(fresh) for pk in two}
        return {s.person.name for s in people if str(s.pk) in found} - {"Ossi Niemi"}

    assert meant("virtanen MAIJA ja Ossi") == {"Maija Virtanen"}
    assert meant("Maija") == {"Maija Virtanen", "Maija Lahti"}
    assert meant("åke; anna-liisa") == {"Åke Öberg", "Anna-Liisa Koski"}
    assert meant(f"{people[4].person.email}.") == {"Åke Öberg"}
    assert meant("Maija Korhonen") == set()
