"""What arrives in the mailboxes of the pair and of the supervisor: discreet titles, and copies for information."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone
from tests.calendar_readers import moments_of_first, moments_of_second, second
from tests.factories import RoundFactory, ended, pair_of, supervisor_of
from tests.mailbox import Mailbox, calendar_of, deliver_all, text_of
from tests.meetings.answering import suits_all

from oppipari.meetings import actions
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.meetings.own_calendar.actions import choose
from oppipari.meetings.own_calendar.copies import inform
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import AccessEntry, Person
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db


class Scene:
    """A pair, its supervisor who wants copies, another who does not, and their mailboxes."""

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        self.pair = pair_of(RoundFactory(state=Round.State.MEETING))
        self.first, self.other = (m.person for m in self.pair.members.order_by("pk"))
        self.boss, self.fellow = supervisor_of(self.pair.round.unit), supervisor_of(self.pair.round.unit)
        choose(self.boss, discreet=False, copies=True)

    def time(self, days: int) -> dict[str, Any]:
        start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=days)
        return {"starts_at": start, "minutes": 60, "way": "teams", "place": "Takkahuone"}

    def agree(self, days: int = 7) -> Meeting:
        (meeting,) = actions.propose(self.pair, self.first, [self.time(days)])
        suits_all(self.pair)
        actions.agree(self.pair.round, self.boss)
        meeting.refresh_from_db()
        return meeting

    def letters(self, person: Person) -> list[EmailMessage]:
        """Those that carry a calendar, the oldest first."""
        deliver_all()
        return [m for m in self.box.to(person.email or "") if m.is_multipart()]

    def events(self, person: Person) -> list[tuple[str, Any]]:
        """(method, event) of all the calendar messages of `person`, both readers agreeing on when."""
        found = []
        for letter in self.letters(person):
            method, text = calendar_of(letter)
            calendar = second(text)
            assert moments_of_first(text) == moments_of_second(text)
            assert calendar.method == method
            (event,) = calendar.events
            found.append((method, event))
        return found


@pytest.fixture
def scene(mailbox: Mailbox) -> Scene:
    return Scene(mailbox)


def test_a_supervisor_who_wants_copies_follows_agreeing_moving_and_cancelling(scene: Scene) -> None:
    meeting = scene.agree()
    deliver_all()
    actions.move(meeting, scene.other, meeting.version, **scene.time(9))
    deliver_all()
    suits_all(scene.pair)
    actions.agree(scene.pair.round, scene.boss)
    deliver_all()
    actions.cancel(meeting, scene.first)
    theirs, copies = scene.events(scene.first), scene.events(scene.boss)
    # The new time was only proposed when the other moved it: the letter that waits for a yes tells of that.
    assert [m for m, _e in copies] == ["REQUEST", "REQUEST", "CANCEL"]
    proposed = theirs.pop(1)[1]
    assert (proposed.sequence, proposed.status.value) == (1, "TENTATIVE")
    assert not Outgoing.objects.filter(to=scene.boss.email, kind="meeting_off").exists()  # the copy has told it
    for (method, event), (their_method, their_event) in zip(copies, theirs, strict=True):
        same = ("uid", "sequence", "dtstart", "dtend", "summary", "location", "status")
        assert method == their_method
        assert all(getattr(event, name) == getattr(their_event, name) for name in same)
        me = next(a for a in event.attendees if a.uri == f"mailto:{scene.boss.email}")
        assert (me.role, me.rsvp) == ("NON-PARTICIPANT", False)
        assert event.transparency == "TRANSPARENT"
        assert str(event.organizer.uri) == "mailto:oppipari@localhost"
    # The pair's own invitations do not know of the copy.
    assert all(scene.boss.email not in str(e) for _m, e in theirs)
    assert scene.letters(scene.fellow) == []


def test_a_copy_tells_in_its_letter_nothing_that_stands_in_it(scene: Scene) -> None:
    scene.agree()
    (letter,) = scene.letters(scene.boss)
    assert letter["Subject"] == "Kalenteriisi: tapaaminen yksikössäsi"
    for told in ("Takkahuone", scene.first.name, scene.other.name):
        assert told not in text_of(letter) + str(letter["Subject"])


def test_the_pair_sees_that_the_supervisor_got_their_time(scene: Scene) -> None:
    scene.agree()
    seen = AccessEntry.objects.filter(reader=scene.boss, what=AccessEntry.What.MEETINGS)
    assert {e.person_id for e in seen} == {scene.first.pk, scene.other.pk}
    assert not AccessEntry.objects.filter(reader=scene.fellow).exists()


def test_the_teams_link_stays_with_the_pair(scene: Scene) -> None:
    meeting = scene.agree()
    OnlineMeeting.objects.create(meeting=meeting)
    assert actions.online_link_arrived(meeting, "https://teams.example.org/l/1")
    assert "teams.example.org" in str(scene.events(scene.first)[-1][1])
    assert len(scene.letters(scene.boss)) == 1  # no update either: nothing changed that concerns them
    meeting.refresh_from_db()
    actions.move(meeting, scene.first, meeting.version, **scene.time(11))
    suits_all(scene.pair)
    actions.agree(scene.pair.round, scene.boss)
    method, event = scene.events(scene.boss)[-1]
    assert (method, event.sequence) == ("REQUEST", 3)
    assert "teams.example.org" not in calendar_of(scene.letters(scene.boss)[-1])[1]


def test_a_pair_that_ends_is_taken_out_of_the_supervisors_calendar_too(scene: Scene) -> None:
    scene.agree()
    deliver_all()
    ended(scene.pair, scene.other)
    assert [m for m, _e in scene.events(scene.boss)] == ["REQUEST", "CANCEL"]


def test_copies_are_each_supervisors_own_choice_from_now_on(scene: Scene) -> None:
    choose(scene.boss, discreet=False, copies=False)
    scene.agree()
    choose(scene.fellow, discreet=True, copies=True)
    scene.agree(20)
    assert scene.letters(scene.boss) == []
    ((_method, event),) = scene.events(scene.fellow)
    assert (event.summary, event.location) == ("Varattu", None)
    assert [a.uri for a in event.attendees] == [f"mailto:{scene.fellow.email}"]


def test_a_choice_is_no_key_to_other_units(scene: Scene) -> None:
    elsewhere = supervisor_of(RoundFactory().unit)
    choose(elsewhere, discreet=False, copies=True)
    choose(scene.other, discreet=False, copies=True)  # no supervisor at all
    scene.agree()
    assert scene.letters(elsewhere) == []
    assert len(scene.letters(scene.other)) == 1  # their own invitation


def test_a_supervisor_who_is_in_the_pair_has_their_own_invitation_and_no_copy(scene: Scene) -> None:
    place = scene.pair.members.earliest("pk")
    place.person = scene.boss
    place.save()
    scene.first = scene.boss
    scene.agree()
    ((_method, event),) = scene.events(scene.boss)
    assert {a.role for a in event.attendees} == {"REQ-PARTICIPANT"}


def test_a_discreet_title_is_in_ones_own_invitation_alone(scene: Scene) -> None:
    choose(scene.first, discreet=True)
    meeting = scene.agree()
    deliver_all()
    actions.cancel(meeting, scene.other)
    mine, theirs = scene.events(scene.first), scene.events(scene.other)
    assert [(m, e.summary, e.location) for m, e in mine] == [
        ("REQUEST", "Varattu", None),
        ("CANCEL", "Varattu", None),
    ]
    assert [(e.summary, e.location) for _m, e in theirs] == [("Mentorointitapaaminen", "Takkahuone")] * 2
    # A list of guests would name the other; one's own place on it is what makes it an invitation.
    assert [a.uri for a in mine[0][1].attendees] == [f"mailto:{scene.first.email}"]
    assert [(e.uid, e.sequence) for _m, e in mine] == [(e.uid, e.sequence) for _m, e in theirs]
    assert scene.other.name not in calendar_of(scene.letters(scene.first)[0])[1]
    assert {a.uri for a in theirs[0][1].attendees} == {f"mailto:{p.email}" for p in (scene.first, scene.other)}


def test_a_discreet_title_is_in_ones_own_language(scene: Scene) -> None:
    Person.objects.filter(pk=scene.first.pk).update(language="en")
    scene.first.refresh_from_db()
    choose(scene.first, discreet=True)
    scene.agree()
    assert scene.events(scene.first)[0][1].summary == "Reserved"


def test_an_invitation_on_the_wire_is_what_outlook_and_google_look_for(scene: Scene) -> None:
    scene.agree()
    (letter,) = scene.letters(scene.first)
    assert letter["Content-Class"] == "urn:content-classes:calendarmessage"
    assert letter["From"] == "Oppipari <oppipari@localhost>"  # who sends is who organises
    (part,) = [p for p in letter.walk() if p.get_content_type() == "text/calendar"]
    assert part["Content-Transfer-Encoding"] == "base64"
    octets = part.get_payload(decode=True)
    assert isinstance(octets, bytes)
    assert octets.count(b"\n") == octets.count(b"\r\n") > 20
    (attached,) = letter.iter_attachments()
    assert attached.get_payload(decode=True) == octets


def test_where_nobody_wants_copies_they_cost_one_query(scene: Scene, django_assert_num_queries: Any) -> None:
    choose(scene.boss, discreet=False, copies=False)
    meeting = scene.agree()
    meeting.pair  # noqa: B018  # is at hand where calendars are told
    with django_assert_num_queries(1):
        inform([meeting], "REQUEST", [scene.first, scene.other], [])
