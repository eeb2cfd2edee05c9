"""Questionnaires that are open during the update go on: nobody answers twice, and no answer is lost."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests.factories import PersonFactory, RoundFactory

from oppipari.evaluation.models import Box, Questionnaire
from oppipari.evaluation.questionnaire import boxes, earlier, keys

BEFORE = [("evaluation", "0001_initial")]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_open_answers_move_into_a_box() -> None:
    round_ids = [RoundFactory().pk, RoundFactory().pk]
    people = [PersonFactory().pk for _ in range(3)]
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    try:
        old = executor.loader.project_state(BEFORE).apps
        model = {
            name: old.get_model("evaluation", name) for name in ("Questionnaire", "Ticket", "AnswerSheet", "OpenAnswer")
        }
        questionnaire = model["Questionnaire"].objects.create(round_id=round_ids[0])
        model["Questionnaire"].objects.create(
            round_id=round_ids[1], state="closed", released={"too_few": True, "items": {}}
        )
        for place, person in enumerate(people):
            model["Ticket"].objects.create(questionnaire=questionnaire, person_id=person, used=place < 2)
        for value in (3, 5):
            model["AnswerSheet"].objects.create(questionnaire=questionnaire, values={"learnt": value, "fit": None})
        model["OpenAnswer"].objects.create(questionnaire=questionnaire, item="worth_spreading", text="Ajatus")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] == "evaluation"])
    now = Questionnaire.objects.get(round_id=round_ids[0])
    assert now.box == Box.objects.get()
    with pytest.raises(keys.KeyMissing):
        boxes.look_into(Box.objects.get())
    # The first process that starts and sees the keys moves them into boxes of today; another finds nothing to do.
    assert [earlier.convert(), earlier.convert()] == [1, 0]
    box = Box.objects.get()
    assert (bytes(box.answers), bytes(box.spent)) == (b"", b"")
    assert now.questions is not None
    contents = boxes.look_into(box)
    assert (contents.respondents, contents.counts) == (2, {"learnt": [0, 0, 1, 0, 1]})
    assert contents.texts == {"worth_spreading": ["Ajatus"]}
    assert [boxes.has_answered(box, person) for person in people] == [True, True, False]
    closed = Questionnaire.objects.get(round_id=round_ids[1])
    assert (closed.box, closed.questions, closed.released) == (None, None, {"too_few": True, "items": {}})


@pytest.mark.django_db
@pytest.mark.parametrize("key", [b"x" * 33, (1).to_bytes(8, "big") + b"y" * 32, b""])
def test_what_a_key_does_not_open_is_left_as_it_was(key: bytes, settings: Any, caplog: Any) -> None:
    """As where the database of before the update was brought back, or a key file was touched by an editor."""
    contents = boxes.Contents()
    contents.put({"learnt": 4}, {})
    box = Box.objects.create(**earlier.box_of_then(contents, [7]))
    path = Path(settings.ANSWER_KEYS) / box.handle
    right = path.read_bytes()
    path.write_bytes(key)
    before = Box.objects.values().get()
    assert earlier.convert() == 0
    assert Box.objects.values().get() == before
    assert "could not be moved" in caplog.text
    path.write_bytes(right)
    assert earlier.convert() == 1
    assert boxes.look_into(Box.objects.get()).respondents == 1
