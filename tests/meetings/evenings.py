"""Evenings of a pair: what is done in them leaves as letters on the next morning."""

from email.message import EmailMessage

import pytest
from icalendar import Calendar
from tests.clock import Clock
from tests.mailbox import Mailbox, calendar_of, text_of
from tests.meetings.answering import suits_all
from tests.meetings.test_one_letter_for_one_thing import Scene

from oppipari.meetings import actions
from oppipari.meetings.models import Meeting
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person

EVENING, MORNING = "2027-02-02 19:00", "2027-02-03 08:00:01"


@pytest.fixture
def scene(mailbox: Mailbox, clock: Clock) -> Scene:
    """A pair whose supervisor hears of it."""
    return Scene(mailbox)


def days(letter: EmailMessage) -> list[str]:
    return [line[2:] for line in text_of(letter).splitlines() if line.startswith("- ")]


def uid(letter: EmailMessage) -> str:
    """Of the meeting that a calendar program takes from a letter."""
    (event,) = Calendar.from_ical(calendar_of(letter)[1]).walk("VEVENT")
    return str(event["UID"]).removesuffix("@oppipari")


def subjects(letters: list[EmailMessage]) -> list[str]:
    return [letter["Subject"] for letter in letters]


def morning(scene: Scene, clock: Clock, person: Person) -> list[EmailMessage]:
    clock.at(MORNING)
    return scene.letters(person)


def moved(scene: Scene, meeting: Meeting, day: int) -> Meeting:
    fresh = Meeting.objects.get(pk=meeting.pk)
    return actions.move(fresh, scene.people[0], fresh.version, **scene.times(day)[0])


def waits_for_the_supervisor(scene: Scene, *days_ahead: int) -> list[Meeting]:
    """Meetings that the first proposed and that suit all; what they were told of it has come."""
    made = actions.propose(scene.pair, scene.people[0], scene.times(*days_ahead))
    suits_all(scene.pair)
    for person in scene.people:
        scene.letters(person)
    return made


def greylisted(scene: Scene, person: Person) -> None:
    """What waits for `person` was tried, and the mail server said "later"."""
    assert Outgoing.objects.filter(to=person.email, sent_at=None, tries=0).update(tries=1, begun=True)
