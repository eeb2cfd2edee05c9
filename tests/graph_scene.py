"""A pair that meets on Teams, its supervisor, and a worker: what the tests of links share."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar
from tests.factories import RoundFactory, pair_of, supervisor_of
from tests.graph_fake import GraphFake
from tests.mailbox import Mailbox, calendar_of, deliver_all
from tests.meetings.answering import suits_all

from oppipari.exchange.graph import tokens
from oppipari.exchange.graph.connection import Connection
from oppipari.exchange.graph.door import Door
from oppipari.meetings import actions
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.rounds.models import Round


def sign_in(connection: Connection) -> None:
    """The account of the installation signs in, once."""
    with Door(connection) as door:
        tokens.connect(connection, door, lambda _address, _code: None)


def later(minutes: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True)


class Scene:
    """`agree()` proposes and agrees a meeting on Teams; `work()` is a round of the worker."""

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        self.pair = pair_of(RoundFactory(state=Round.State.MEETING))
        self.first, self.second = (m.person for m in self.pair.members.all())
        self.boss = supervisor_of(self.pair.round.unit)

    def time(self, days: float = 7, **changes: Any) -> dict[str, Any]:
        start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
        return {"starts_at": start, "minutes": 60, "way": "teams", "place": ""} | changes

    def agree(self, days: float = 7, **changes: Any) -> Meeting:
        (meeting,) = actions.propose(self.pair, self.first, [self.time(days, **changes)])
        suits_all(self.pair)
        actions.agree(self.pair.round, self.boss)
        meeting.refresh_from_db()
        return meeting

    def move(self, meeting: Meeting, days: float, **changes: Any) -> None:
        meeting.refresh_from_db()
        actions.move(meeting, self.second, meeting.version, **self.time(days, **changes))

    def move_and_agree(self, meeting: Meeting, days: float, **changes: Any) -> None:
        self.move(meeting, days, **changes)
        suits_all(self.pair)
        actions.agree(self.pair.round, self.boss)
        meeting.refresh_from_db()

    def work(self) -> None:
        deliver_all()

    def online(self, meeting: Meeting) -> OnlineMeeting:
        return OnlineMeeting.objects.get(meeting=meeting)

    def letters(self) -> list[EmailMessage]:
        """What the first of the two got, the oldest first."""
        return self.box.to(self.first.email)

    def calendars(self) -> list[tuple[str, Any]]:
        """The calendar messages of the first of the two: method and event."""
        return [
            (method, Calendar.from_ical(text).walk("VEVENT")[0])
            for method, text in (calendar_of(m) for m in self.letters() if m.is_multipart())
        ]


def meanwhile(monkeypatch: pytest.MonkeyPatch, method: str, call: Callable[[], Any]) -> None:
    """Do something while the worker works: when Graph's first answer to `method` is in and nothing is written yet."""
    real = Door.request
    done: list[bool] = []

    def request(self: Door, asked: str, url: str, **options: Any) -> Any:
        response = real(self, asked, url, **options)
        if asked == method and "/events" in url and not done:
            done.append(True)
            call()
        return response

    monkeypatch.setattr(Door, "request", request)


def only_event(graph: GraphFake) -> dict[str, Any]:
    (event,) = graph.events.values()
    return event
