"""Answers survive mistakes: a process that does not see the secrets changes nothing, and what is destroyed is asked first."""

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from tests.attack.test_answers_are_nobodys import everything
from tests.evaluation.test_evaluation import an_evaluation, answers
from tests.evaluation.test_questionnaires import as_, page, signed_up

from oppipari.evaluation import actions
from oppipari.evaluation.models import Box, Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire import boxes, canary, keys
from oppipari.evaluation.questionnaire.actions import CannotBeRead, NotSure
from oppipari.evaluation.questionnaire.canary import SecretsElsewhere, Sight
from oppipari.evaluation.questionnaire.queries import Trouble, trouble_with
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db


def answered(people: list[Person], questionnaire: Questionnaire) -> None:
    for number, person in enumerate(people):
        actions.answer(questionnaire, person, answers(2 + number % 4), {"worth_spreading": f"Ajatus {number}"})


def other_folder(settings: Any, tmp_path: Path) -> None:
    settings.ANSWER_KEYS = tmp_path / "of-another-machine"


def other_secret(settings: Any, tmp_path: Path) -> None:
    settings.SECRET_KEY = "of another machine"


def lost_canary(settings: Any, tmp_path: Path) -> None:
    (Path(settings.ANSWER_KEYS) / canary.NAME).unlink()


BLIND = pytest.mark.parametrize("blind", [other_folder, other_secret, lost_canary])
Blind = Callable[[Any, Path], None]


# -- without the secrets nothing changes ---------------------------------------------------------------------------------


@BLIND
def test_without_the_secrets_a_press_changes_nothing_and_says_so(
    blind: Blind, settings: Any, tmp_path: Path, caplog: Any
) -> None:
    questionnaire, boss, people = an_evaluation()
    answered(people, questionnaire)
    round_, sign_ups = signed_up()
    actions.answer_start(round_, sign_ups[0].person, {"learnt": 4}, 1)
    files = {p.name: p.read_bytes() for p in Path(settings.ANSWER_KEYS).iterdir()}
    seen, secret = settings.ANSWER_KEYS, settings.SECRET_KEY
    before = everything()
    blind(settings, tmp_path)

    evaluation = reverse("round_evaluation", args=[questionnaire.round_id])
    assert trouble_with(questionnaire) is Trouble.ELSEWHERE
    for press in (
        lambda: actions.close_questionnaire(questionnaire, boss),
        lambda: actions.ask_anew(questionnaire, boss),
        lambda: actions.ask_anew(questionnaire, boss, sure=True),
        lambda: actions.answer(questionnaire, people[0], answers(1), {}),
        lambda: actions.answer_start(round_, sign_ups[1].person, {"learnt": 4}, 1),
        lambda: actions.open_questionnaire(Round.objects.exclude(pk=questionnaire.round_id).latest("pk"), boss),
    ):
        with pytest.raises(DomainError):
            press()
    assert actions.forget_strays() == 0
    assert everything() == before
    assert "does not see the secrets" in caplog.text or "not the one that the database goes with" in caplog.text

    shown = page(as_(boss).get(evaluation))
    assert "ei voi sulkea täällä" in shown
    assert 'name="anew"' not in shown
    said = as_(boss).post(reverse("questionnaire_close", args=[questionnaire.round_id]), follow=True)
    assert "Mitään ei muutettu" in said.content.decode()
    assert {name: rows for name, rows in everything().items() if name != "sessions.Session"} == {
        name: rows for name, rows in before.items() if name != "sessions.Session"
    }

    # Where the secrets are, all of it is there.
    settings.ANSWER_KEYS, settings.SECRET_KEY = seen, secret
    for name, content in files.items():
        (Path(seen) / name).write_bytes(content)
    released = actions.close_questionnaire(questionnaire, boss).released
    assert released is not None
    assert released["items"]["learnt"]["n"] == 10


def test_without_its_key_a_questionnaire_is_not_closed_and_can_be_once_the_key_is_back(
    settings: Any, caplog: Any
) -> None:
    questionnaire, boss, people = an_evaluation()
    answered(people, questionnaire)
    path = Path(settings.ANSWER_KEYS) / Box.objects.get().handle
    key = path.read_bytes()
    path.unlink()
    before = everything()
    with pytest.raises(CannotBeRead):
        actions.close_questionnaire(questionnaire, boss)
    assert everything() == before
    assert "not closed: its key is missing" in caplog.text
    assert "avain puuttuu" in page(as_(boss).get(reverse("round_evaluation", args=[questionnaire.round_id])))
    path.write_bytes(key)
    released = actions.close_questionnaire(questionnaire, boss).released
    assert released is not None
    assert released["items"]["learnt"]["n"] == 10


def test_start_questions_wait_for_their_key_and_stop_no_others(settings: Any, caplog: Any) -> None:
    rounds = [signed_up() for _ in range(2)]
    for round_, people in rounds:
        for place, made in enumerate(people):
            actions.answer_start(round_, made.person, {"learnt": 1 + place % 5}, 1)
    Round.objects.update(state=Round.State.MEETING)
    asked = StartQuestions.objects.get(round=rounds[0][0])
    assert asked.box
    path = Path(settings.ANSWER_KEYS) / asked.box.handle
    key = path.read_bytes()
    path.unlink()
    assert actions.settle_start_questions() == 1
    asked.refresh_from_db()
    assert (asked.is_open, asked.box_id) == (True, Box.objects.get().pk)
    assert "not closed: its key is missing" in caplog.text
    path.write_bytes(key)
    assert actions.settle_start_questions() == 1
    asked.refresh_from_db()
    assert asked.released is not None
    assert asked.released["items"]["learnt"]["n"] == 6


def test_the_end_can_be_closed_where_only_the_key_of_the_start_is_missing(settings: Any) -> None:
    questionnaire, boss, people = an_evaluation()
    answered(people, questionnaire)
    StartQuestions.objects.create(round=questionnaire.round, questions=questionnaire.questions)
    released = actions.close_questionnaire(questionnaire, boss).released
    assert released is not None
    assert (released["items"]["learnt"]["n"], released["beside_start"]) == (10, [])
    assert StartQuestions.objects.get().is_open


# -- an older box, a crash ------------------------------------------------------------------------------------------------


def test_an_older_box_put_back_is_noticed() -> None:
    questionnaire, boss, people = an_evaluation()
    answered(people[:4], questionnaire)
    older = Box.objects.values("even", "odd").get()
    answered(people[4:6], questionnaire)
    Box.objects.update(**older)
    assert trouble_with(questionnaire) is Trouble.MISFIT
    with pytest.raises(CannotBeRead):
        actions.close_questionnaire(questionnaire, boss)
    with pytest.raises(DomainError):
        actions.answer(questionnaire, people[7], answers(3), {})
    assert "samalta hetkeltä" in page(as_(boss).get(reverse("round_evaluation", args=[questionnaire.round_id])))


def test_the_box_of_another_questionnaire_does_not_fit() -> None:
    (one, _boss, people), (other, boss, others) = an_evaluation(), an_evaluation()
    answered(people[:1], one)
    answered(others[:1], other)
    assert one.box
    assert other.box
    one.box.refresh_from_db()
    Box.objects.filter(pk=other.box_id).update(even=one.box.even, odd=one.box.odd)
    assert trouble_with(other) is Trouble.MISFIT
    with pytest.raises(CannotBeRead):
        actions.close_questionnaire(other, boss)


def test_an_answer_whose_key_was_not_written_was_not_given_and_can_be_given_again(monkeypatch: Any) -> None:
    questionnaire, boss, people = an_evaluation()
    answered(people[:3], questionnaire)

    def fails(_file: Any, _key: Any) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as broken:
        broken.setattr(keys.KeyFile, "write", fails)
        with pytest.raises(OSError, match="disk is gone"):
            actions.answer(questionnaire, people[3], answers(4), {})
    box = Box.objects.get()
    assert boxes.look_into(box).respondents == 3
    assert [boxes.has_answered(box, p.pk) for p in people[:5]] == [True, True, True, False, False]
    answered(people[3:], questionnaire)
    released = actions.close_questionnaire(questionnaire, boss).released
    assert released is not None
    assert released["items"]["learnt"]["n"] == 10


def test_a_key_is_replaced_with_every_answer_and_there_is_never_more_than_one(settings: Any) -> None:
    questionnaire, _boss, people = an_evaluation()
    path = Path(settings.ANSWER_KEYS) / Box.objects.get().handle
    seen = [path.read_bytes()]
    for person in people:
        actions.answer(questionnaire, person, answers(3), {})
        seen.append(path.read_bytes())
        assert sorted(p.name for p in path.parent.iterdir()) == sorted([path.name, canary.NAME])
    assert len({content[keys.NUMBER :] for content in seen}) == 11


# -- asking again --------------------------------------------------------------------------------------------------------


def test_a_box_that_may_hold_answers_goes_only_after_a_word_about_it(settings: Any) -> None:
    questionnaire, boss, people = an_evaluation()
    answered(people, questionnaire)
    path = Path(settings.ANSWER_KEYS) / Box.objects.get().handle
    key = path.read_bytes()
    path.unlink()
    evaluation = reverse("round_evaluation", args=[questionnaire.round_id])
    with pytest.raises(NotSure):
        actions.ask_anew(questionnaire, boss)
    asked = page(as_(boss).post(evaluation, {"anew": "1"}))
    assert "laatikko tuhotaan" in asked
    assert 'name="sure"' in asked
    path.write_bytes(key)
    assert boxes.look_into(Box.objects.get()).respondents == 10
    # It fits again, so it is not destroyed even where somebody is sure.
    with pytest.raises(DomainError):
        actions.ask_anew(questionnaire, boss, sure=True)
    assert boxes.look_into(Box.objects.get()).respondents == 10


# -- keys that nobody needs -----------------------------------------------------------------------------------------------


def test_a_key_whose_box_has_gone_is_destroyed_by_whoever_holds_it_and_others_are_kept(
    settings: Any, tmp_path: Path, caplog: Any
) -> None:
    (gone, boss, people), (other, _boss, others) = an_evaluation(), an_evaluation()
    answered(people, gone)
    answered(others, other)
    assert gone.box
    copied = tmp_path / "copied"
    shutil.copytree(settings.ANSWER_KEYS, copied)
    (copied / "README").write_text("not a key")
    actions.close_questionnaire(gone, boss)
    first, settings.ANSWER_KEYS = settings.ANSWER_KEYS, copied  # another machine, to which the folder was copied
    assert actions.forget_strays() == 1
    assert "1 keys of questionnaires that have ended" in caplog.text
    assert not (copied / gone.box.handle).exists()
    assert (copied / "README").exists()
    settings.ANSWER_KEYS = first
    assert actions.forget_strays() == 0
    assert boxes.look_into(Box.objects.get()).respondents == 10


def test_a_key_that_the_database_does_not_know_is_left_alone(settings: Any) -> None:
    """It may be of the newer database that is brought back tomorrow."""
    questionnaire, boss, people = an_evaluation()
    answered(people, questionnaire)
    newer = Box.objects.values("pk", "handle", "even", "odd").get()
    # Last night's database knows nothing of it: no end was noted, the row is simply not there.
    Questionnaire.objects.update(box=None)
    Box.objects.all()._raw_delete(Box.objects.db)
    assert actions.forget_strays() == 0
    Box.objects.create(**newer)
    Questionnaire.objects.update(box=newer["pk"])
    released = actions.close_questionnaire(Questionnaire.objects.get(), boss).released
    assert released is not None
    assert released["items"]["learnt"]["n"] == 10


def test_another_database_does_not_take_a_folder_that_is_in_use(settings: Any) -> None:
    """As where DATABASE_URL was forgotten once, or ANSWER_KEYS stood in the environment of the demo."""
    questionnaire, boss, people = an_evaluation()
    answered(people, questionnaire)
    mine = canary.Canary.objects.values().get()
    newer = Box.objects.values("pk", "handle", "even", "odd").get()
    Questionnaire.objects.update(box=None)
    Box.objects.all()._raw_delete(Box.objects.db)
    canary.Canary.objects.all().delete()
    assert canary.at_start() is Sight.OTHER_KEYS
    assert actions.forget_strays() == 0
    with pytest.raises(SecretsElsewhere):
        actions.open_questionnaire(questionnaire.round, boss)
    canary.Canary.objects.create(**mine)
    Box.objects.create(**newer)
    Questionnaire.objects.update(box=newer["pk"])
    assert boxes.look_into(Box.objects.get()).respondents == 10


def test_a_first_start_that_was_killed_is_taken_up(settings: Any) -> None:
    keys.write_once(canary.NAME, bytes(32))
    assert canary.at_start() is Sight.ALL


def test_one_lost_key_of_several_does_not_blind_the_process_that_makes_the_canary(settings: Any) -> None:
    (one, _boss, _people), (other, boss, people) = an_evaluation(), an_evaluation()
    assert one.box
    (Path(settings.ANSWER_KEYS) / one.box.handle).unlink()
    (Path(settings.ANSWER_KEYS) / canary.NAME).unlink()
    canary.Canary.objects.all().delete()
    assert canary.at_start() is Sight.ALL
    answered(people, other)
    assert actions.close_questionnaire(other, boss).released


def test_a_key_that_is_being_made_is_not_taken_for_a_stray_one(settings: Any) -> None:
    an_evaluation()
    with boxes.new_box() as box:
        assert actions.forget_strays() == 0
        assert keys.read(box.handle).number == 0
        box.save()
    assert actions.forget_strays() == 1  # saved, but no questionnaire has it


def test_what_is_not_saved_leaves_no_key(settings: Any) -> None:
    questionnaire, boss, _people = an_evaluation()
    there = sorted(p.name for p in Path(settings.ANSWER_KEYS).iterdir())
    actions.open_questionnaire(questionnaire.round, boss)  # twice opens once
    with pytest.raises(RuntimeError), boxes.new_box():
        raise RuntimeError
    assert sorted(p.name for p in Path(settings.ANSWER_KEYS).iterdir()) == there


def test_a_round_that_is_deleted_takes_box_and_key_along(settings: Any) -> None:
    an_evaluation()
    handle = Box.objects.get().handle
    Questionnaire.objects.all().delete()
    assert actions.forget_strays() == 1
    assert not Box.objects.exists()
    assert not (Path(settings.ANSWER_KEYS) / handle).exists()


# -- the canary ----------------------------------------------------------------------------------------------------------


def test_a_process_without_the_keys_makes_no_canary_where_questionnaires_are_open(
    settings: Any, tmp_path: Path
) -> None:
    an_evaluation()
    seen = settings.ANSWER_KEYS
    canary.Canary.objects.all().delete()
    settings.ANSWER_KEYS = tmp_path / "empty"
    assert canary.sight() is Sight.OTHER_KEYS
    assert not canary.Canary.objects.exists()
    settings.ANSWER_KEYS = seen
    assert canary.sight() is Sight.ALL
    settings.ANSWER_KEYS = tmp_path / "empty"
    assert canary.sight() is Sight.OTHER_KEYS


def test_after_the_secrets_are_lost_for_good_an_operator_goes_on_and_everyone_is_asked_again(
    settings: Any, tmp_path: Path, caplog: Any
) -> None:
    questionnaire, boss, people = an_evaluation()
    answered(people, questionnaire)
    shutil.rmtree(settings.ANSWER_KEYS)
    assert canary.at_start() is Sight.OTHER_KEYS
    assert "no housekeeping is done" in caplog.text
    with pytest.raises(SecretsElsewhere):
        actions.ask_anew(questionnaire, boss, sure=True)
    canary.renew()
    assert canary.at_start() is Sight.ALL
    assert trouble_with(questionnaire) is Trouble.NO_KEY
    again = actions.ask_anew(questionnaire, boss, sure=True)
    actions.answer(again, people[0], answers(4), {})
    assert boxes.look_into(Box.objects.get()).respondents == 1


def test_a_changed_secret_opens_no_box_even_where_the_operator_goes_on_with_it(settings: Any) -> None:
    # Tokens rest on it: with another one everybody could answer twice.
    questionnaire, _boss, people = an_evaluation()
    answered(people[:1], questionnaire)
    settings.SECRET_KEY = "another"
    canary.renew()
    assert trouble_with(questionnaire) is Trouble.MISFIT


def test_the_log_names_nobody(settings: Any, tmp_path: Path, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    questionnaire, boss, people = an_evaluation()
    settings.ANSWER_KEYS = tmp_path / "other"
    with pytest.raises(DomainError):
        actions.answer(questionnaire, people[0], answers(3), {"worth_spreading": "Salaisuus"})
    with pytest.raises(DomainError):
        actions.close_questionnaire(questionnaire, boss)
    told = " ".join(r.getMessage() for r in caplog.records if r.name.startswith("oppipari"))
    assert told
    assert "Salaisuus" not in told
    assert not [p for p in (*people, boss) if p.name in told or (p.email or "-") in told]


def test_a_commit_is_on_the_disk_before_its_key_is_replaced() -> None:
    """At a power cut the database must not fall back behind a key that is already the next one."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone()[0] == 2  # FULL: the log is synchronised with every commit
        else:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone()[0] == "on"
