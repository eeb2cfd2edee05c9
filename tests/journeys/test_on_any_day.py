"""The journeys that know dates, played at every moment at which dates go wrong most easily; without a browser.

The same steps are walked in a real browser on an ordinary day (the modules that are imported here).
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from tests.clock import ALL, EVERY_MOMENT, MOMENTS, at
from tests.feed_world import FeedWorld
from tests.journeys import test_ending_early, test_meetings, test_own_calendar, test_roster_feed, test_whole_round
from tests.journeys.visitor import Visitor
from tests.mailbox import Mailbox

DAYS = ALL if EVERY_MOMENT else MOMENTS
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]


def somebody(width: int) -> Visitor:
    return Visitor()


@at(DAYS)
def test_a_whole_round(clock_at: str) -> None:
    test_whole_round.walk(somebody, test_whole_round.PEOPLE[:5])


@at(DAYS)
def test_from_a_roster_to_meetings_in_calendars(clock_at: str, mailbox: Mailbox, tmp_path: Path) -> None:
    test_meetings.walk(somebody, mailbox, tmp_path)


@at(DAYS)
def test_a_pair_that_ends_early(clock_at: str) -> None:
    test_ending_early.walk(somebody)


@at(DAYS)
def test_ones_own_calendar(clock_at: str, mail_on: None) -> None:
    def fetched(address: str) -> tuple[int, str]:
        answer: Any = Client().get(urlsplit(address).path)
        return answer.status_code, answer.content.decode() if answer.status_code == 200 else ""

    test_own_calendar.walk(somebody, fetched)


@at(DAYS)
def test_ones_own_roster(clock_at: str, feed_world: FeedWorld) -> None:
    test_roster_feed.walk(Visitor(), feed_world)
