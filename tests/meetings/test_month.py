"""The month by team opens where the next meetings are, on every day of the year."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.clock import HOURS, MOMENTS, at
from tests.factories import RoundFactory, pair_of, supervisor_of

from oppipari.meetings.clock import ZONE
from oppipari.meetings.models import Meeting
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return pair_of(RoundFactory(state=Round.State.MEETING))


def meets(pair: Pair, days: float, state: str = "agreed") -> date:
    """A meeting so many days from now; its day."""
    made = Meeting.objects.create(pair=pair, starts_at=timezone.now() + timedelta(days=days), minutes=60, state=state)
    return timezone.localdate(made.starts_at, ZONE)


def opened(client: Any, pair: Pair, query: str = "") -> tuple[date, str]:
    """The first day of the month that the page shows, and the page."""
    client.force_login(supervisor_of(pair.round.unit), backend=BACKEND)
    page = client.get(reverse("round_month", args=[pair.round_id]) + query)
    return page.context["month"].first, page.content.decode()


@at(MOMENTS | HOURS)
def test_it_opens_at_the_next_meeting(client: Any, pair: Pair, clock_at: str) -> None:
    for days, state in ((-20, "held"), (-2, "agreed"), (3, "cancelled"), (40, "proposed"), (75, "agreed")):
        meets(pair, days, state)
    first, page = opened(client, pair)
    assert first == (timezone.localdate() + timedelta(days=40)).replace(day=1)
    assert 'class="slot proposed"' in page


@at(MOMENTS | HOURS)
def test_with_nothing_ahead_it_opens_at_the_last_meeting(client: Any, pair: Pair, clock_at: str) -> None:
    days = [meets(pair, n, state) for n, state in ((-90, "held"), (-40, "held"), (-5, "proposed"), (9, "cancelled"))]
    first, page = opened(client, pair)
    assert first == days[1].replace(day=1)
    assert 'class="slot held"' in page


@at(MOMENTS | HOURS)
def test_where_nobody_meets_it_opens_today_and_marks_it(client: Any, pair: Pair, clock_at: str) -> None:
    first, _page = opened(client, pair)
    assert first == timezone.localdate().replace(day=1)
    meets(pair, 1 / 24 / 60, "agreed")
    assert opened(client, pair)[1].count('aria-current="date"') == 1


@pytest.mark.parametrize("clock_at", ["2026-11-30T10:00"])
def test_meetings_of_a_pair_that_was_replaced_do_not_lead_anywhere(client: Any, pair: Pair, clock_at: str) -> None:
    other = pair_of(pair.round)
    meets(pair, 2)
    later = meets(other, 40)
    Pair.objects.filter(pk=pair.pk).update(state=Pair.State.REPLACED)
    assert opened(client, pair)[0] == later.replace(day=1)


@pytest.mark.parametrize("asked", ["2026-03", "2026-12", "2028-02"])
def test_a_month_that_is_asked_for_is_shown(client: Any, pair: Pair, asked: str) -> None:
    meets(pair, 3)
    assert f"{opened(client, pair, f'?month={asked}')[0]:%Y-%m}" == asked


@pytest.mark.parametrize("asked", ["2026-13", "2027-02-29", "nyt", "", "0000-01"])
def test_a_month_that_is_none_leads_to_the_next_meeting(client: Any, pair: Pair, asked: str) -> None:
    day = meets(pair, 60)
    assert opened(client, pair, f"?month={asked}")[0] == day.replace(day=1)


@pytest.mark.parametrize("clock_at", ["2026-11-30T23:55"])
def test_a_meeting_after_midnight_in_helsinki_counts_to_the_next_month(client: Any, pair: Pair, clock_at: str) -> None:
    Meeting.objects.create(pair=pair, starts_at=datetime(2026, 12, 1, 0, 30, tzinfo=ZONE), minutes=60, state="agreed")
    assert opened(client, pair)[0] == date(2026, 12, 1)
