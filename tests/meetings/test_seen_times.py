"""What a proposed time's answers said before "seen" had a field of its own is kept, and comes back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from tests.factories import RoundFactory, pair_of, people_of

from oppipari.meetings.models import TimeAnswer
from oppipari.rounds.models import Round

BEFORE = [("meetings", "0008_answers_to_times")]
# (suits, told) before, and (suits, seen, told) after.
KEPT = [
    ((None, True), (None, True, False)),
    ((None, False), (None, False, False)),
    ((False, True), (False, False, True)),
]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_who_had_seen_that_they_are_asked_still_has_there_and_back() -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING), size=len(KEPT))
    meeting = pair.meetings.create(starts_at=timezone.now() + timedelta(days=9), minutes=60, state="proposed")
    people = people_of(pair)
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    try:
        then = executor.loader.project_state(BEFORE).apps.get_model("meetings", "TimeAnswer")
        for person, ((suits, told), _after) in zip(people, KEPT, strict=True):
            then.objects.create(meeting_id=meeting.pk, person_id=person.pk, suits=suits, told=told)
        _forward()
        now = TimeAnswer.objects.order_by("pk").values_list("suits", "seen", "told")
        assert list(now) == [after for _before, after in KEPT]
        MigrationExecutor(connection).migrate(BEFORE)
        assert list(then.objects.order_by("pk").values_list("suits", "told")) == [before for before, _after in KEPT]
    finally:
        _forward()


def _forward() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate([node for node in executor.loader.graph.leaf_nodes() if node[0] == "meetings"])
