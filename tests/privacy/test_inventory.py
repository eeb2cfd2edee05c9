"""What is stored is what the inventory says, and there is no place for what was said."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField, CharField, Field, JSONField, TextField
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, pair_of

import oppipari.privacy
from oppipari.organisation.models import Person
from oppipari.pairs.models import EarlierPair, Goal, Pair
from oppipari.privacy import actions
from oppipari.rounds.models import Round, SignUp

INVENTORY = tomllib.loads((Path(oppipari.privacy.__file__).parent / "inventory.toml").read_text(encoding="utf-8"))
# Django's and its companions' own tables: sessions, tasks, permissions, address confirmations.
NOT_OURS = ("auth_", "django_", "account_")


def columns_of_text() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table.startswith(NOT_OURS):
            continue
        fields: list[Field] = [
            f for f in model._meta.concrete_fields if isinstance(f, BinaryField | CharField | TextField | JSONField)
        ]
        if fields:
            found[table] = {f.column for f in fields}
    return found


def test_every_column_of_text_is_in_the_inventory_and_no_other() -> None:
    assert columns_of_text() == {table: set(lines) for table, lines in INVENTORY.items()}


def test_free_text_exists_only_where_people_are_meant_to_write() -> None:
    free = {f"{t}.{c}" for t, lines in INVENTORY.items() for c, line in lines.items() if line.get("free")}
    assert free == {
        "organisation_organisation.name", "organisation_unit.name", "organisation_person.name", "rounds_round.name",
        "rounds_exclusion.text", "rounds_invitation.name", "rounds_invitation.exclusion", "pairs_goal.text",
        "meetings_meeting.place", "insights_insight.text", "evaluation_box.answers", "evaluation_box.even", "evaluation_box.odd",
        "evaluation_questionset.content",
        "evaluation_conclusion.text",
        "insights_trial.problem", "insights_trial.what", "insights_trial.carer", "insights_trial.sign",
        "insights_trial.before_words", "insights_trial.after_words", "insights_trial.learnt",
    }  # fmt: skip


def test_there_is_no_column_for_what_was_said() -> None:
    assert not [
        c
        for columns in columns_of_text().values()
        for c in columns
        if c in {"note", "notes", "minutes_text", "summary", "topic", "diary", "report"}
    ]
    assert columns_of_text()["meetings_meeting"] == {"way", "place", "state"}


@pytest.mark.django_db
def test_a_closed_round_is_forgotten_after_six_months_but_for_the_hash() -> None:
    round_ = RoundFactory(state=Round.State.CLOSED, closed_at=timezone.now() - timedelta(days=200))
    pair = pair_of(round_)
    Goal.objects.create(pair=pair, position=1, text="x")
    EarlierPair.objects.create(organisation=round_.unit.organisation, key="k")
    fresh = RoundFactory(state=Round.State.CLOSED, closed_at=timezone.now() - timedelta(days=20))
    pair_of(fresh)
    assert actions.retention(timezone.localdate()) == 1
    assert list(Pair.objects.values_list("round_id", flat=True)) == [fresh.pk]
    assert not SignUp.objects.filter(round=round_).exists()
    assert EarlierPair.objects.count() == 1
    assert actions.retention(timezone.localdate()) == 0


@pytest.mark.django_db
def test_a_person_can_take_their_data_along_and_be_erased(client) -> None:  # type: ignore[no-untyped-def]
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    person = pair.members.earliest("pk").person
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("my_data_download")).json()["person"]["email"] == person.email
    client.post(reverse("erase_me"))
    assert Person.objects.filter(pk=person.pk).exists()  # not while in a pair that meets
    pair.state = Pair.State.FINISHED
    pair.save()
    client.post(reverse("erase_me"))
    assert not Person.objects.filter(pk=person.pk).exists()
