"""Whatever a pair, its supervisor and the mail server do in an evening: in the end calendars show what is so.

Made-up histories with a seed each. Two kinds of programs read the letters: one whose reader opens every file, and one
that takes in the calendar part alone, as most do of a letter about several meetings.
"""

import os
import random
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from icalendar import Calendar
from tests.clock import Clock
from tests.clock import clock as clock
from tests.factories import SignUpFactory
from tests.mailbox import Mailbox, calendar_of, calendars_of, deliver_all
from tests.meetings.answering import suits_all
from tests.meetings.test_one_letter_for_one_thing import Scene

from oppipari.meetings import actions
from oppipari.meetings.models import Meeting
from oppipari.meetings.own_calendar.actions import choose
from oppipari.messages.models import Outgoing
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.organisation.own_details.actions import _take
from oppipari.pairs import actions as pairs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State = Meeting.State
STEPS, TRIO = 16, 3
SEEDS = range(int(os.environ.get("OPPIPARI_TEST_HISTORIES", "12")))


class Reader:
    """A calendar program: of each meeting it keeps what has the highest SEQUENCE (RFC 5546, 2.1.5)."""

    def __init__(self, *, opens_files: bool) -> None:
        self.opens_files = opens_files
        self.known: dict[str, tuple[int, Any]] = {}

    def read(self, letter: EmailMessage) -> None:
        if not calendars_of(letter):
            return
        for text in calendars_of(letter) if self.opens_files else [calendar_of(letter)[1]]:
            for event in Calendar.from_ical(text).walk("VEVENT"):
                uid, sequence = str(event["UID"]).removesuffix("@oppipari"), int(event["SEQUENCE"])
                if sequence >= self.known.get(uid, (-1, None))[0]:
                    off = str(event["STATUS"]) == "CANCELLED"
                    self.known[uid] = (sequence, None if off else event.start)

    def shows(self) -> dict[str, Any]:
        return {uid: start for uid, (_sequence, start) in self.known.items() if start is not None}


class Unsteady(Mailbox):
    """A mail server that now and then refuses for the moment, or takes a letter and says that it did not."""

    def __init__(self, box: Mailbox, chance: random.Random) -> None:
        super().__init__()
        self.box, self.chance, self.steady = box, chance, False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        luck = 1.0 if self.steady else self.chance.random()
        if luck < 0.15:
            return "451 later"
        await Mailbox.handle_DATA(self.box, server, session, envelope)  # not the one that this takes the place of
        return "451 later" if luck < 0.3 else "250 OK"


class History:
    def __init__(self, box: Mailbox, clock: Clock, seed: int) -> None:
        self.chance, self.clock, self.box = random.Random(seed), clock, box
        self.server = Unsteady(box, self.chance)
        box.handle_DATA = self.server.handle_DATA  # type: ignore[method-assign]
        self.scene = Scene(box, self.chance.choice([2, 2, 3]))
        # Who is or was there, by the addresses that they had.
        self.addresses = {p.pk: [p.email or ""] for p in (*self.scene.people, self.scene.boss)}
        choose(self.scene.boss, discreet=False, copies=True)
        self.done: list[str] = []

    def somebody(self) -> Any:
        return self.chance.choice(self.scene.people)

    def meeting(self, *states: str) -> Meeting | None:
        found = list(Meeting.objects.filter(state__in=states).order_by("pk"))
        return self.chance.choice(found) if found else None

    def propose(self) -> None:
        days = self.chance.sample(range(20, 90), self.chance.randint(1, 2))
        actions.propose(self.scene.pair, self.somebody(), self.scene.times(*days))

    def answer(self) -> None:
        if meeting := self.meeting(State.PROPOSED):
            suits = self.chance.random() < 0.85
            actions.answer_time(meeting, self.somebody(), meeting.version, suits=suits)

    def agree(self) -> None:
        if self.chance.random() < 0.7:
            suits_all(self.scene.pair)
        actions.agree(self.scene.pair.round, self.scene.boss)

    def move(self) -> None:
        if meeting := self.meeting(State.PROPOSED, State.AGREED):
            to = self.scene.times(self.chance.randint(20, 90))[0]
            actions.move(meeting, self.somebody(), meeting.version, **to)

    def cancel(self) -> None:
        if meeting := self.meeting(State.PROPOSED, State.AGREED):
            if self.chance.random() < 0.5:
                actions.cancel(meeting, self.somebody())
            else:
                actions.turn_down(self.scene.pair.round, self.scene.boss, meeting.pk, meeting.version)

    def end(self) -> None:
        if self.chance.random() < 0.3:
            pairs.dissolve(self.scene.pair, self.scene.boss)

    def join(self) -> None:
        if len(self.scene.people) < TRIO:
            sign_up = SignUpFactory(round=self.scene.pair.round)
            pairs.join_pair(self.scene.pair, self.scene.boss, sign_up.pk)
            self.scene.people.append(sign_up.person)
            self.addresses[sign_up.person_id] = [sign_up.person.email or ""]

    def address(self) -> None:
        person = Person.objects.get(pk=self.somebody().pk)
        new = f"new.{len(self.addresses[person.pk])}.{person.email}"
        with transaction.atomic():
            _take(person, new, proved=True, confirmed_at=timezone.now())
        self.addresses[person.pk].append(new)
        self.scene.people = [person if p.pk == person.pk else p for p in self.scene.people]

    def deliver(self) -> None:
        deliver_all()

    def time_passes(self) -> None:
        self.clock.passes(minutes=self.chance.choice([3, 20, 120, 600]))
        pairs.every_morning(timezone.now())

    def step(self) -> None:
        choices: list[Callable[[], None]] = [
            *[self.propose, self.answer, self.agree, self.move, self.deliver] * 3,
            *[self.cancel, self.time_passes] * 2,
            *[self.end, self.join, self.address],
        ]
        act = self.chance.choice(choices)
        self.done.append(act.__name__)
        try:
            act()
        except DomainError:  # the page says no: nothing has happened
            self.done[-1] += " (no)"

    def comes_to_rest(self) -> None:
        """The mail server is up again; three mornings pass."""
        self.server.steady = True
        for _day in range(3):
            self.clock.passes(days=1)
            self.clock.now = self.clock.now.replace(hour=9)
            pairs.every_morning(timezone.now())
            for _try in range(6):
                deliver_all()
                self.clock.passes(minutes=40)
        assert not Outgoing.objects.filter(sent_at=None).exclude(to="").exists()


@pytest.mark.parametrize("seed", SEEDS)
def test_calendars_show_what_is_so(mailbox: Mailbox, clock: Clock, seed: int) -> None:
    history = History(mailbox, clock, seed)
    for _step in range(STEPS):
        history.step()
    history.comes_to_rest()
    now = {str(m.uid): m for m in Meeting.objects.all()}
    for addresses in history.addresses.values():
        for opens_files in (True, False):
            reader = Reader(opens_files=opens_files)
            for letter in mailbox.messages:
                if letter["X-Envelope-To"] in addresses:
                    reader.read(letter)
            shown = reader.shows()
            for uid, start in shown.items():
                meeting = now[uid]
                # What was moved shows one of its times until the new one is agreed.
                assert meeting.state == State.AGREED or (meeting.moved and meeting.state == State.PROPOSED), (
                    history.done
                )
                assert meeting.moved or start == meeting.starts_at, history.done
            if opens_files:
                assert {uid for uid, m in now.items() if m.state == State.AGREED} <= set(shown), history.done
