"""Who joins a pair gets what was agreed before; the others' calendars follow."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import RoundFactory, SignUpFactory, pair_of, supervisor_of
from tests.mailbox import Mailbox, calendars_of, deliver_all, text_of

from oppipari.meetings.actions import arrange, move
from oppipari.meetings.models import Meeting, OwnCalendar
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person
from oppipari.pairs import actions
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(mailbox: Mailbox) -> tuple[Pair, Person, Any]:
    """A pair with one meeting held, two agreed and one proposed; its supervisor, and somebody free who joins."""
    round_ = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(round_.unit, email="ritva@example.org")
    pair = pair_of(round_)
    free = SignUpFactory(round=round_)
    start = timezone.now().replace(minute=0, second=0, microsecond=0)
    arrange(boss, [(pair, start + timedelta(days=d), 60) for d in (7, 35)], place="Kahvihuone")
    Meeting.objects.create(pair=pair, starts_at=start - timedelta(days=7), minutes=60, state="held", invited=True)
    Meeting.objects.create(pair=pair, starts_at=start + timedelta(days=50), minutes=60, state="proposed")
    deliver_all()
    mailbox.messages.clear()
    return pair, boss, free


def calendars(mailbox: Mailbox, person: Person) -> list[tuple[str, str]]:
    letters = [m for m in mailbox.to(str(person.email)) if "text/calendar" in str(m)]
    return [(str(m["Subject"]), text.replace("\r\n ", "")) for m in letters for text in calendars_of(m)]


def test_who_joins_gets_the_agreed_meetings_and_the_others_an_update(
    mailbox: Mailbox, scene: tuple[Pair, Person, Any]
) -> None:
    pair, boss, free = scene
    others = [m.person for m in pair.members.order_by("pk")]
    agreed = list(Meeting.objects.filter(state="agreed").order_by("starts_at"))
    actions.join_pair(pair, boss, free.pk)
    deliver_all()
    theirs = calendars(mailbox, free.person)
    assert [subject for subject, _text in theirs] == ["Tapaamisenne on sovittu"] * 2
    for (_subject, text), meeting in zip(theirs, agreed, strict=True):
        assert f"UID:{meeting.uid}" in text
        assert "METHOD:REQUEST" in text
        assert "Kahvihuone" in text
        assert text.count("ATTENDEE") == 3
    for other in others:
        updates = calendars(mailbox, other)
        assert [subject for subject, _text in updates] == ["Tapaamistesi kalenterimerkinnät päivitettiin"] * 2
        assert all("SEQUENCE:1" in text and f"mailto:{free.person.email}" in text for _subject, text in updates)


def test_a_meeting_that_was_moved_and_waits_is_not_told_as_agreed(
    mailbox: Mailbox, scene: tuple[Pair, Person, Any]
) -> None:
    pair, boss, free = scene
    moved = Meeting.objects.filter(state="agreed").latest("starts_at")
    by, again = pair.members.earliest("pk").person, moved.starts_at + timedelta(days=1)
    move(moved, by, moved.version, starts_at=again, minutes=60, way=moved.way, place=moved.place)
    deliver_all()
    mailbox.messages.clear()
    actions.join_pair(pair, boss, free.pk)
    deliver_all()
    theirs = dict(calendars(mailbox, free.person))
    assert set(theirs) == {"Tapaaminen on sovittu", "Tapaamisesi kalenterimerkintä päivitettiin"}
    assert "STATUS:TENTATIVE" in theirs["Tapaamisesi kalenterimerkintä päivitettiin"]


def test_joining_twice_sends_nothing_twice(mailbox: Mailbox, scene: tuple[Pair, Person, Any]) -> None:
    pair, boss, free = scene
    actions.join_pair(pair, boss, free.pk)
    queued = Outgoing.objects.count()
    actions.join_pair(pair, boss, free.pk)
    assert Outgoing.objects.count() == queued


def test_a_discreet_calendar_stays_discreet_and_a_supervisors_copy_follows(
    mailbox: Mailbox, scene: tuple[Pair, Person, Any]
) -> None:
    pair, boss, free = scene
    first = pair.members.earliest("pk").person
    OwnCalendar.objects.create(person=first, discreet=True)
    OwnCalendar.objects.create(person=boss, copies=True)
    actions.join_pair(pair, boss, free.pk)
    deliver_all()
    for _subject, text in calendars(mailbox, first):
        assert free.person.name not in text
        assert "Kahvihuone" not in text
    assert [free.person.name in text for _subject, text in calendars(mailbox, boss)] == [True, True]


def test_the_update_says_that_the_time_stands(mailbox: Mailbox, scene: tuple[Pair, Person, Any]) -> None:
    pair, boss, free = scene
    actions.join_pair(pair, boss, free.pk)
    deliver_all()
    other = pair.members.earliest("pk").person
    letter = next(m for m in mailbox.to(str(other.email)) if "päivitettiin" in m["Subject"])
    assert "Tapaamistenne ajat eivät ole muuttuneet" in text_of(letter)
