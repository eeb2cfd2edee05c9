"""A Teams link for each agreed meeting: it comes, follows moves, goes with the meeting, and never stands in its way."""

from datetime import UTC, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from tests.factories import ended, pair_of
from tests.graph_fake import GraphFake
from tests.graph_scene import Scene, later, meanwhile, only_event, sign_in
from tests.mailbox import Mailbox, calendar_of, text_of
from tests.meetings.answering import suits_all

from oppipari.exchange.graph import linking
from oppipari.meetings import actions
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.pairs.models import Pair

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
State = OnlineMeeting.State


@pytest.fixture
def scene(graph: GraphFake, mailbox: Mailbox, settings: Any) -> Scene:
    sign_in(settings.TEAMS)
    return Scene(mailbox)


def test_the_invitation_goes_out_at_once_and_the_link_follows_in_an_update(scene: Scene, graph: GraphFake) -> None:
    meeting = scene.agree()
    assert graph.events == {}  # nobody waits for Microsoft on a page
    scene.work()
    event, link = only_event(graph), scene.online(meeting).join_url
    assert link.startswith("https://teams.microsoft.com/l/meetup-join/")
    (first, asked), (second, update) = scene.calendars()
    assert (first, second) == ("REQUEST", "REQUEST")
    assert str(asked["UID"]) == str(update["UID"])
    assert (asked["SEQUENCE"], update["SEQUENCE"]) == (0, 1)
    assert "Teams-linkki tulee" in str(asked["DESCRIPTION"])
    assert "URL" not in asked
    assert str(update["URL"]) == str(update["CONFERENCE"]) == str(update["X-MICROSOFT-SKYPETEAMSMEETINGURL"]) == link
    assert link in str(update["DESCRIPTION"])
    assert update.start == asked.start
    other = [calendar_of(m)[0] for m in scene.box.to(scene.second.email) if m.is_multipart()]
    assert other == ["REQUEST", "REQUEST"]
    # What Microsoft was told: when, and nothing of whom or what.
    assert event["subject"] == "Varattu"
    assert event["attendees"] == []
    assert event["isOnlineMeeting"]
    assert event["start"]["dateTime"] == meeting.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    assert event["transactionId"].startswith(f"{meeting.uid}:{meeting.version}.")
    for told in (scene.first.name, scene.first.email, scene.pair.round.name, scene.pair.round.unit.name, "entor"):
        assert told not in str(graph.sent)


def test_the_letter_says_that_there_is_something_to_read_never_what(scene: Scene) -> None:
    meeting = scene.agree()
    scene.work()
    letter = scene.letters()[-1]
    assert "teams.microsoft" not in text_of(letter)
    assert "Teams" not in letter["Subject"]
    assert scene.online(meeting).told_at is None


def test_a_moved_meeting_keeps_its_link_and_calendars_are_told_once(scene: Scene, graph: GraphFake) -> None:
    meeting = scene.agree()
    scene.work()
    link = scene.online(meeting).join_url
    scene.move(meeting, 9)
    scene.work()
    assert graph.count("PATCH") == 0  # it waits for the supervisor's yes
    suits_all(scene.pair)
    actions.agree(scene.pair.round, scene.boss)
    scene.work()
    meeting.refresh_from_db()
    assert only_event(graph)["start"]["dateTime"] == meeting.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    online = scene.online(meeting)
    assert (online.state, online.join_url, online.made_for) == (State.THERE, link, meeting.version)
    calendars = scene.calendars()
    assert [e["SEQUENCE"] for _m, e in calendars] == [0, 1, 2, 3]
    assert str(calendars[-1][1]["URL"]) == link
    assert "body" not in str(graph.sent[1:])  # that would take the Teams meeting away


@pytest.mark.parametrize("end", ["cancelled", "called off", "face to face"])
def test_a_meeting_that_needs_no_link_any_more_leaves_no_event(scene: Scene, graph: GraphFake, end: str) -> None:
    meeting = scene.agree()
    scene.work()
    if end == "cancelled":
        actions.cancel(meeting, scene.first)
        actions.cancel(meeting, scene.first)  # a double click
    elif end == "called off":
        ended(scene.pair, scene.second)
    else:
        scene.move_and_agree(meeting, 9, way="face_to_face", place="Takkahuone")
    scene.work()
    assert graph.events == {}
    assert graph.count("DELETE") == 1
    online = scene.online(meeting)
    assert (online.state, online.join_url, online.event_id, online.transaction) == (State.GONE, "", "", "")
    method, event = scene.calendars()[-1]
    assert method == ("REQUEST" if end == "face to face" else "CANCEL")
    assert "teams.microsoft" not in event.to_ical().decode()


def test_a_meeting_that_returns_to_teams_gets_a_new_link(scene: Scene, graph: GraphFake) -> None:
    meeting = scene.agree()
    scene.work()
    old = scene.online(meeting).join_url
    scene.move_and_agree(meeting, 9, way="face_to_face")
    scene.work()
    scene.move_and_agree(meeting, 10)
    scene.work()
    assert scene.online(meeting).join_url not in ("", old)
    assert only_event(graph)["onlineMeeting"]["joinUrl"] == scene.online(meeting).join_url


def test_meetings_face_to_face_and_installations_without_teams_ask_nothing(
    scene: Scene, graph: GraphFake, settings: Any
) -> None:
    heard = len(graph.heard)
    scene.agree(way="face_to_face")
    settings.TEAMS = None
    scene.agree(days=20)
    scene.work()
    assert len(graph.heard) == heard
    assert not OnlineMeeting.objects.exists()
    assert all("DESCRIPTION" not in e for _m, e in scene.calendars())


def test_what_was_rolled_back_is_never_asked_for(scene: Scene, graph: GraphFake) -> None:
    from django.db import transaction

    def fail() -> None:
        with transaction.atomic():
            scene.agree()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    scene.work()
    assert graph.events == {}


class TestMeanwhile:
    """The meeting changes while the worker asks Graph, and before the letter that it was agreed has left."""

    def test_moved_before_the_yes(self, scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch) -> None:
        meeting = scene.agree()
        meanwhile(monkeypatch, "POST", lambda: scene.move(meeting, 9))
        scene.work()
        assert scene.calendars() == []  # what was agreed has come into no calendar, so what is proposed stands in none
        suits_all(scene.pair)
        actions.agree(scene.pair.round, scene.boss)
        scene.work()
        meeting.refresh_from_db()
        assert only_event(graph)["start"]["dateTime"] == meeting.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        assert [("URL" in e) for _m, e in scene.calendars()] == [True]

    def test_moved_and_agreed(self, scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch) -> None:
        meeting = scene.agree()
        meanwhile(monkeypatch, "POST", lambda: scene.move_and_agree(meeting, 9))
        scene.work()
        meeting.refresh_from_db()
        assert only_event(graph)["start"]["dateTime"] == meeting.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        assert scene.online(meeting).state == State.THERE
        calendars = scene.calendars()
        assert [e["SEQUENCE"] for _m, e in calendars] == [1, 2]
        assert str(calendars[-1][1]["URL"]) == scene.online(meeting).join_url
        assert calendars[-1][1].start.astimezone(UTC) == meeting.starts_at

    def test_cancelled(self, scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch) -> None:
        meeting = scene.agree()
        meanwhile(monkeypatch, "POST", lambda: actions.cancel(meeting, scene.first))
        scene.work()
        assert graph.events == {}
        assert scene.online(meeting).state == State.GONE
        assert scene.calendars() == []  # it had come into none

    def test_taken_up_by_a_second_worker(self, scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch) -> None:
        meeting = scene.agree()
        pk = scene.online(meeting).pk
        meanwhile(monkeypatch, "POST", lambda: linking.settle(pk))
        scene.work()
        linking.settle(pk)
        assert graph.count("POST", "/events") == 1
        assert len(scene.calendars()) == 2

    @pytest.mark.parametrize("change", ["cancelled", "moved"])
    def test_changed_while_a_second_worker_looks_in_vain(
        self, scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch, change: str
    ) -> None:
        meeting = scene.agree()
        pk = scene.online(meeting).pk

        def elsewhere() -> None:
            if change == "cancelled":
                actions.cancel(meeting, scene.first)
            else:
                scene.move_and_agree(meeting, 9)
            # Another worker takes the new task at once, and finds the first at it.
            DBTaskResult.objects.filter(queue_name="teams", status="READY").delete()
            linking.settle(pk)

        meanwhile(monkeypatch, "POST", elsewhere)
        scene.work()
        if change == "cancelled":
            assert graph.events == {}
        else:
            starts = meeting.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
            assert only_event(graph)["start"]["dateTime"] == starts

    def test_deleted_with_its_round_and_not_found_at_once(
        self, scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scene.agree()
        graph.hitch("GET", "/events", status=200, body=b'{"value": []}')
        meanwhile(monkeypatch, "POST", scene.pair.delete)
        scene.work()
        assert graph.events == {}

    def test_deleted_with_its_round(self, scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch) -> None:
        scene.agree()
        meanwhile(monkeypatch, "POST", scene.pair.delete)
        scene.work()
        assert graph.events == {}


def test_a_meeting_cancelled_before_the_worker_came_to_it_makes_no_event(scene: Scene, graph: GraphFake) -> None:
    meeting = scene.agree()
    actions.cancel(meeting, scene.first)
    scene.work()
    assert graph.count("POST", "/events") == 0
    assert scene.online(meeting).state == State.GONE


class TestAfterACrash:
    """The event was made, and the worker died before it wrote that down."""

    @pytest.fixture
    def lost(self, scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch) -> Meeting:
        def die() -> None:
            raise SystemExit

        meeting = scene.agree()
        with monkeypatch.context() as patch:
            meanwhile(patch, "POST", die)
            with pytest.raises(SystemExit):
                linking.settle(scene.online(meeting).pk)
        DBTaskResult.objects.filter(queue_name="teams").delete()
        assert len(graph.events) == 1
        assert scene.online(meeting).event_id == ""
        return meeting

    def test_the_same_event_is_taken_up(self, scene: Scene, graph: GraphFake, lost: Meeting) -> None:
        with later(6):
            assert linking.take_up_left_behind() == 1
            assert linking.take_up_left_behind() == 0
            scene.work()
        assert graph.count("POST", "/events") == 1
        assert only_event(graph)["id"] == scene.online(lost).event_id
        assert scene.online(lost).state == State.THERE

    def test_a_move_in_between_moves_it(self, scene: Scene, graph: GraphFake, lost: Meeting) -> None:
        with later(6):
            scene.move_and_agree(lost, 9)
            scene.work()
        assert only_event(graph)["start"]["dateTime"] == lost.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")

    def test_a_cancelling_in_between_deletes_it(self, scene: Scene, graph: GraphFake, lost: Meeting) -> None:
        with later(6):
            actions.cancel(lost, scene.first)
            scene.work()
        assert graph.events == {}

    def test_its_deletion_in_between_deletes_it(self, scene: Scene, graph: GraphFake, lost: Meeting) -> None:
        scene.pair.delete()
        scene.work()
        assert graph.events == {}

    def test_nobody_takes_it_up_while_the_worker_may_still_live(
        self, scene: Scene, graph: GraphFake, lost: Meeting
    ) -> None:
        linking.settle(scene.online(lost).pk)
        assert scene.online(lost).state == State.WANTED


def test_a_post_that_is_repeated_makes_one_event(scene: Scene, graph: GraphFake) -> None:
    """Whether Graph answers a transaction that it knows with the event or with a conflict."""
    for conflicts in (False, True):
        graph.conflicts = conflicts
        graph.hitch("POST", "/events", first=True, drop=True)  # made, but the answer is lost
        graph.hitch("GET", "/events", status=200, body=b'{"value": []}')  # and not found at once
        meeting = scene.agree(days=9 + conflicts)
        scene.work()
        with later(5):
            scene.move_and_agree(meeting, 12 + conflicts)
            scene.work()
        online = scene.online(meeting)
        assert online.state == State.THERE
        starts = meeting.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        assert graph.events[online.event_id]["start"]["dateTime"] == starts
        assert graph.count("POST", "/events") == 2 * (1 + conflicts)
    assert len(graph.events) == 2


def test_what_has_had_its_time_here_leaves_no_event_at_microsoft(scene: Scene, graph: GraphFake) -> None:
    scene.agree()
    scene.agree(days=20)
    scene.work()
    assert len(graph.events) == 2
    graph.hitch("DELETE", status=503)
    scene.pair.delete()
    scene.work()
    assert len(graph.events) == 1
    with later(5):
        scene.work()
    assert graph.events == {}


def test_an_event_of_a_deleted_meeting_is_tried_again_also_after_an_error_of_ours(
    scene: Scene, graph: GraphFake, settings: Any
) -> None:
    scene.agree()
    scene.work()
    file = settings.TEAMS.token_file
    kept = file.read_bytes()
    file.unlink()
    file.mkdir()  # it cannot be read, as when the worker runs as another user
    scene.pair.delete()
    scene.work()
    assert len(graph.events) == 1
    assert not DBTaskResult.objects.filter(queue_name="teams", status="FAILED").exists()
    file.rmdir()
    file.write_bytes(kept)
    with later(2):
        scene.work()
    assert not graph.events


def test_an_event_that_somebody_deleted_in_the_calendar_is_made_anew_and_calendars_get_the_new_link(
    scene: Scene, graph: GraphFake
) -> None:
    meeting = scene.agree()
    scene.work()
    old = scene.online(meeting).join_url
    graph.events.clear()
    scene.move_and_agree(meeting, 9)
    scene.work()
    with later(5):
        scene.work()
    new = scene.online(meeting).join_url
    assert new not in ("", old)
    assert str(scene.calendars()[-1][1]["URL"]) == new


class TestThePages:
    def page(self, client: Any, scene: Scene, person: Any) -> str:
        client.force_login(person, backend=BACKEND)
        return client.get(reverse("pair", args=[scene.pair.pk])).content.decode()

    def test_show_the_link_to_the_pair(self, client: Any, scene: Scene) -> None:
        meeting = scene.agree()
        assert "Teams-linkkiä tehdään" in self.page(client, scene, scene.second)
        scene.work()
        page = self.page(client, scene, scene.second)
        assert "Liity Teamsissa" in page
        assert scene.online(meeting).join_url.replace("&", "&amp;") in page

    def test_show_it_to_those_who_come_late_too(self, client: Any, scene: Scene) -> None:
        meeting = scene.agree()
        scene.work()
        with time_machine.travel(meeting.starts_at + timedelta(minutes=5)):
            assert "Liity Teamsissa" in self.page(client, scene, scene.first)

    @pytest.mark.parametrize("state", [State.FAILED, State.RECONNECT])
    def test_say_plainly_when_there_is_none(self, client: Any, scene: Scene, state: str) -> None:
        meeting = scene.agree()
        OnlineMeeting.objects.filter(meeting=meeting).update(state=state)
        assert "Teams-linkkiä ei saatu tehtyä. Sopikaa keskenänne" in self.page(client, scene, scene.first)

    def test_keep_the_link_from_the_supervisor_and_from_other_pairs(self, client: Any, scene: Scene) -> None:
        meeting = scene.agree()
        scene.work()
        link = scene.online(meeting).join_url
        client.force_login(scene.boss, backend=BACKEND)
        for name, key in (
            ("round_meetings", scene.pair.round_id),
            ("round", scene.pair.round_id),
            ("meeting_ics", meeting.pk),
        ):
            text = client.get(reverse(name, args=[key])).content.decode().replace("\r\n ", "")
            assert "meetup-join" not in text, name
        client.force_login(pair_of(scene.pair.round).members.first().person, backend=BACKEND)
        assert client.get(reverse("meeting_ics", args=[meeting.pk])).status_code == 404
        client.force_login(scene.second, backend=BACKEND)
        own = client.get(reverse("meeting_ics", args=[meeting.pk])).content.decode().replace("\r\n ", "")
        assert link in own
        discreet = client.get(reverse("meeting_ics", args=[meeting.pk]) + "?discreet").content.decode()
        assert "Teams" not in discreet.replace("\r\n ", "").replace(link, "")

    def test_ask_no_more_of_the_database_for_more_meetings(
        self, client: Any, scene: Scene, django_assert_max_num_queries: Any
    ) -> None:
        counts = []
        Pair.objects.update(meetings_agreed=8)
        for more in (1, 6):
            for i in range(more):
                scene.agree(days=10 * more + i)
            with django_assert_max_num_queries(60) as seen:
                self.page(client, scene, scene.first)
            counts.append(len(seen))
        assert counts[1] <= counts[0] + 1
