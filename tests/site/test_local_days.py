"""Days that pages propose and tell are local days, and such on which somebody is there."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from tests.clock import HOURS, MOMENTS, at
from tests.factories import PersonFactory, RoundFactory, pair_of, supervisor_of
from tests.meetings.answering import suits_all

from oppipari.meetings import actions
from oppipari.messages.hours import is_working_day
from oppipari.messages.models import Outgoing
from oppipari.privacy.queries import everything_of
from oppipari.rounds.models import Round

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db


@at(MOMENTS | HOURS)
def test_what_is_proposed_as_the_last_day_is_a_working_day(client: Any, clock_at: str) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    client.force_login(supervisor_of(round_.unit), backend=BACKEND)
    today = timezone.localdate()
    for page, field, weeks in (
        (reverse("round_new"), "sign_up_closes", 2),
        (reverse("trial_new", args=[round_.unit_id]), "until", 4),
    ):
        day = client.get(page).context["form"][field].value()
        assert today + timedelta(weeks=weeks) <= day <= today + timedelta(weeks=weeks, days=6)
        assert is_working_day(day)


@at(HOURS)
def test_people_are_here_since_the_day_on_the_wall(clock_at: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=50)):  # by UTC it is still the day before
        assert everything_of(PersonFactory())["person"]["since"] == timezone.localdate().isoformat()


@pytest.mark.parametrize("clock_at", ["2027-10-31T03:30+03:00"])
def test_the_hour_that_comes_twice_is_two_hours(mail_on: None, clock_at: str) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    first, boss = pair.members.earliest("pk").person, supervisor_of(pair.round.unit)

    def propose(days: int) -> None:
        start = timezone.now() + timedelta(days=days)
        actions.propose(pair, first, [{"starts_at": start, "minutes": 60, "way": "face_to_face", "place": ""}])
        suits_all(pair)

    propose(7)
    propose(14)
    assert Outgoing.objects.filter(to=boss.email).count() == 2  # while others wait, once an hour
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert timezone.localtime().hour == 3
        propose(21)
        assert Outgoing.objects.filter(to=boss.email).count() == 3
