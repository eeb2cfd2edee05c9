"""Questionnaires that are open during the update go on: nobody answers twice, and no answer is lost."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests.factories import PersonFactory, RoundFactory

from oppipari.evaluation.models import Box, Questionnaire
from oppipari.evaluation.questionnaire import boxes

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
    box = Box.objects.get()
    assert now.box == box
    assert now.questions is not None
    contents = boxes.look_into(box)
    assert (contents.respondents, contents.counts) == (2, {"learnt": [0, 0, 1, 0, 1]})
    assert contents.texts == {"worth_spreading": ["Ajatus"]}
    assert [boxes.has_answered(box, person) for person in people] == [True, True, False]
    closed = Questionnaire.objects.get(round_id=round_ids[1])
    assert (closed.box, closed.questions, closed.released) == (None, None, {"too_few": True, "items": {}})
