"""`oppipari secrets`: what an operator sees and does where answers cannot be read."""

from pathlib import Path
from typing import Any

import pytest
from tests.evaluation.test_evaluation import an_evaluation, answers

from oppipari.evaluation import actions
from oppipari.evaluation.models import Box
from oppipari.evaluation.questionnaire import boxes
from oppipari.site.secrets_command import renew, status

pytestmark = pytest.mark.django_db


def test_it_says_when_all_is_well(capsys: Any) -> None:
    an_evaluation()
    assert status() == 0
    assert "All open questionnaires can be read." in capsys.readouterr().out


def test_it_names_what_cannot_be_read_and_changes_nothing(capsys: Any) -> None:
    questionnaire, _boss, people = an_evaluation()
    actions.answer(questionnaire, people[0], answers(4), {})
    (Path(boxes.keys.folder()) / Box.objects.get().handle).unlink()
    assert status() == 1
    assert "Cannot be read: the questionnaire of Syksy, Kuusikoti" in capsys.readouterr().out
    assert Box.objects.exists()


def test_another_folder_is_told_and_renewed_only_on_demand(settings: Any, tmp_path: Path, capsys: Any) -> None:
    questionnaire, _boss, people = an_evaluation()
    actions.answer(questionnaire, people[0], answers(4), {})
    first = settings.ANSWER_KEYS
    settings.ANSWER_KEYS = tmp_path / "other"
    assert status() == 1
    told = capsys.readouterr().out
    assert "not the one that the database goes with" in told
    assert "ANSWER_KEYS" in told
    assert renew() == 0
    assert "Cannot be read: the questionnaire of Syksy" in capsys.readouterr().out
    # The box was left as it is: with the earlier folder, and the canary renewed once more, it opens.
    settings.ANSWER_KEYS = first
    assert renew() == 0
    assert "All open questionnaires can be read." in capsys.readouterr().out
    assert boxes.look_into(Box.objects.get()).respondents == 1
