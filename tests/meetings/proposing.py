"""A pair and a trio on the morning of Monday 1 February 2027, and the times that one of them proposes."""

from datetime import timedelta

import pytest
from tests.clock import Clock
from tests.factories import RoundFactory, pair_of

from oppipari.meetings import actions
from oppipari.meetings.models import Meeting
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round


@pytest.fixture
def pair(clock: Clock) -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


@pytest.fixture
def trio(clock: Clock) -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING), size=3)


def proposed(pair: Pair, by: Person, clock: Clock, *days: int) -> list[Meeting]:
    """Times that `by` proposes, so many days from now, four hours later in the day."""
    times = [
        {"starts_at": clock.now + timedelta(days=d, hours=4), "minutes": 60, "way": "teams", "place": ""} for d in days
    ]
    return actions.propose(pair, by, times)


def state(meeting: Meeting) -> str:
    """The state it is in by now."""
    meeting.refresh_from_db()
    return meeting.state
