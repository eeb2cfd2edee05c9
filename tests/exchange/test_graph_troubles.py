"""When Microsoft fails: the meeting stands, the link is tried again in measure, people are told once, nothing leaks."""

import json
import logging
import traceback
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.graph_fake import MAILBOX, OTHER_MAILBOX, SECRET, GraphFake
from tests.graph_scene import Scene, later, only_event, sign_in
from tests.mailbox import Mailbox, text_of

from oppipari.exchange.graph import linking
from oppipari.exchange.graph.door import LONGEST_PAUSE, Door, pause_of
from oppipari.exchange.graph.troubles import Later
from oppipari.meetings import actions
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.pairs.models import Pair

pytestmark = pytest.mark.django_db
State = OnlineMeeting.State


@pytest.fixture
def scene(graph: GraphFake, mailbox: Mailbox, settings: Any) -> Scene:
    sign_in(settings.TEAMS)
    return Scene(mailbox)


def next_try() -> timedelta:
    """How long from now the one waiting task of a link runs."""
    (task,) = DBTaskResult.objects.filter(queue_name="teams", status="READY")
    return task.run_after - timezone.now()


def told(scene: Scene) -> list[str]:
    """The subjects of the letters to the first of the two about a link that did not come."""
    return [m["Subject"] for m in scene.letters() if "on uutta tietoa" in m["Subject"]]


def test_an_access_token_that_ended_is_renewed_in_silence(scene: Scene, graph: GraphFake) -> None:
    graph.expire_access_tokens()
    meeting = scene.agree()
    scene.work()
    assert scene.online(meeting).state == State.THERE
    assert graph.count("POST", "/events") == 2
    assert graph.count("POST", "/oauth2/v2.0/token") == 2  # the sign-in, and one renewal


def test_a_token_that_is_never_taken_asks_for_a_sign_in_instead_of_going_round(scene: Scene, graph: GraphFake) -> None:
    graph.hitch("POST", "/events", status=401, body=b"{}", times=5)
    meeting = scene.agree()
    scene.work()
    assert scene.online(meeting).state == State.RECONNECT
    assert graph.count("POST", "/events") == 2


def test_an_ended_sign_in_is_told_to_people_and_to_the_operator_and_the_link_comes_after_it(
    scene: Scene, graph: GraphFake, settings: Any, capsys: Any
) -> None:
    from oppipari.exchange.graph import command

    graph.end_sessions()
    meeting = scene.agree()
    scene.work()
    scene.work()
    assert scene.online(meeting).state == State.RECONNECT
    assert len(told(scene)) == 1
    assert "Teams" not in text_of(scene.letters()[-1])  # there is something to read, never what
    assert [m for m, _e in scene.calendars()] == ["REQUEST"]  # the meeting stands
    assert command.status() == command.TO_DO
    assert "oppipari teams connect" in capsys.readouterr().out
    heard = len(graph.heard)
    with later(60 * 30):
        scene.work()
    assert len(graph.heard) == heard  # a person is waited for, not asked after
    assert command.connect() == command.DONE
    scene.work()
    assert scene.online(meeting).state == State.THERE
    assert len(told(scene)) == 1
    assert "URL" in scene.calendars()[-1][1]


def test_who_was_told_once_of_an_agreed_time_is_not_told_again(scene: Scene, graph: GraphFake, settings: Any) -> None:
    graph.end_sessions()
    meeting = scene.agree()
    scene.work()
    sign_in(settings.TEAMS)
    graph.may_write = {OTHER_MAILBOX}
    linking.take_up_again()
    scene.work()
    assert scene.online(meeting).state == State.FAILED
    assert len(told(scene)) == 1


def test_an_ended_sign_in_leaves_no_event_behind_once_it_is_renewed(
    scene: Scene, graph: GraphFake, settings: Any
) -> None:
    meeting = scene.agree()
    scene.work()
    graph.end_sessions()
    actions.cancel(meeting, scene.first)
    scene.work()
    assert scene.online(meeting).state == State.LEFT
    assert told(scene) == []
    sign_in(settings.TEAMS)
    linking.take_up_again()
    scene.work()
    assert graph.events == {}


@pytest.mark.parametrize("status", [429, 503])
def test_being_asked_to_wait_is_waited_for(scene: Scene, graph: GraphFake, status: int) -> None:
    graph.throttle("1234", status=status, path="/events")
    meeting = scene.agree()
    scene.work()
    assert timedelta(seconds=1200) < next_try() <= timedelta(seconds=1234)
    scene.work()
    with later(20):
        scene.work()
    assert graph.count("POST", "/events") == 1
    with later(21):
        scene.work()
    assert scene.online(meeting).state == State.THERE
    assert told(scene) == []


def test_being_asked_to_wait_for_one_meeting_holds_the_others_back_too(scene: Scene, graph: GraphFake) -> None:
    graph.throttle("600", path="/events")
    Pair.objects.update(meetings_agreed=4)
    meetings = [scene.agree(days=7 + i) for i in range(4)]
    scene.work()
    assert graph.count("POST", "/events") == 1
    with later(11):
        scene.work()
    assert {scene.online(m).state for m in meetings} == {State.THERE}


def test_a_link_that_works_is_kept_where_its_event_cannot_be_moved(scene: Scene, graph: GraphFake) -> None:
    meeting = scene.agree()
    scene.work()
    link = scene.online(meeting).join_url
    graph.may_write = {OTHER_MAILBOX}
    scene.move_and_agree(meeting, 9)
    scene.work()
    assert scene.online(meeting).state == State.FAILED  # the operator reads it
    assert told(scene) == []
    assert str(scene.calendars()[-1][1]["URL"]) == link


def test_being_asked_to_wait_until_a_date_is_waited_for(scene: Scene, graph: GraphFake) -> None:
    at = timezone.now() + timedelta(hours=3)
    graph.throttle(at.strftime("%a, %d %b %Y %H:%M:%S GMT"), path="/events")
    scene.agree()
    scene.work()
    assert timedelta(minutes=179) < next_try() <= timedelta(minutes=180)


def test_the_sign_in_service_asks_to_wait_too(scene: Scene, graph: GraphFake) -> None:
    graph.expire_access_tokens()
    graph.throttle("300", path="/token")
    meeting = scene.agree()
    scene.work()
    assert timedelta(seconds=290) < next_try() <= timedelta(seconds=300)
    with later(6):
        scene.work()
    assert scene.online(meeting).state == State.THERE


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 1), ("120", 120), ("999999999", LONGEST_PAUSE.total_seconds()), ("-5", None), ("soon", None), ("", None),
        ("1.5", None), ("９", 9), ("9" * 400, None), ("Wed, 21 Oct 2015 07:28:00 GMT", 1), ("Tue, 12 Jan 2027 10:02:00 GMT", 120),
        ("Tuesday, 12-Jan-27 10:02:00 GMT", 120), ("Tue, 99 Jan 2027 10:02:00 GMT", None),
    ],
)  # fmt: skip
def test_how_long_to_wait_is_read_with_care(text: str, seconds: float | None) -> None:
    headers = httpx.Headers([(b"Retry-After", text.encode())])
    with time_machine.travel("2027-01-12T10:00:00Z", tick=False):
        pause = pause_of(httpx.Response(429, headers=headers))
    assert pause == (None if seconds is None else timedelta(seconds=seconds))


AMISS: dict[str, dict[str, Any]] = {
    "out of order": {"status": 500, "body": b"<html>oops</html>"},
    "a gateway's page": {"status": 502, "body": b"Bad Gateway"},
    "too slow": {"seconds": 1.3},
    "gone in the middle": {"drop": True},
    "no JSON": {"status": 201, "body": b"<html>Sign in to the hotel's network</html>"},
    "JSON of another kind": {"status": 201, "body": b'["x"]'},
    "half a JSON": {"status": 201, "body": b'{"id": "AAM'},
    "an event without an id": {"status": 201, "body": b'{"onlineMeeting": {"joinUrl": "https://x.example.org/"}}'},
    "an empty answer": {"status": 201, "body": b""},
}


@pytest.mark.parametrize("amiss", AMISS)
def test_what_may_pass_is_tried_again_and_makes_one_event(scene: Scene, graph: GraphFake, amiss: str) -> None:
    graph.hitch("POST", "/events", **AMISS[amiss])
    meeting = scene.agree()
    scene.work()
    online = scene.online(meeting)
    assert (online.state, online.tries) == (State.WANTED, 1)
    assert next_try() <= timedelta(minutes=1)
    with later(1.1):
        scene.work()
    assert scene.online(meeting).state == State.THERE
    assert only_event(graph)["id"] == scene.online(meeting).event_id
    assert scene.online(meeting).problem == ""
    assert told(scene) == []


@pytest.mark.parametrize(
    "link",
    [
        None, "", 7, "http://teams.example.org/x", "javascript:alert(1)", "https://", "https://a b.example.org/",
        "https://teams.example.org/\r\nATTENDEE:mailto:eve@example.org", 'https://teams.example.org/"><script>',
        "https://eve@teams.example.org/", "https://teams.example.org/ä", "https://teams.example.org/" + "x" * 2000, "https://[/",
    ],
)  # fmt: skip
def test_a_link_that_is_none_goes_into_no_calendar(scene: Scene, graph: GraphFake, link: Any) -> None:
    body = json.dumps({"id": "AAM1", "start": {}, "onlineMeeting": {"joinUrl": link}}).encode()
    graph.hitch("POST", "/events", status=201, body=body)
    graph.hitch("PATCH", "/events", status=200, body=body)
    meeting = scene.agree()
    scene.work()
    online = scene.online(meeting)
    assert (online.state, online.join_url, online.problem) == (State.WANTED, "", "no_link")
    assert [m for m, _e in scene.calendars()] == ["REQUEST"]


def test_a_link_that_teams_makes_late_is_asked_for_again_without_another_event(scene: Scene, graph: GraphFake) -> None:
    graph.links_late = 2
    meeting = scene.agree()
    for minutes in (0, 1.1, 3.2):
        with later(minutes):
            scene.work()
    assert scene.online(meeting).state == State.THERE
    assert graph.count("POST", "/events") == 1
    assert len(scene.calendars()) == 2


def run_for(scene: Scene, hours: float) -> None:
    """The worker runs whenever a task of a link comes due."""
    end = timezone.now() + timedelta(hours=hours)
    scene.work()  # what is to run at once
    while task := DBTaskResult.objects.filter(queue_name="teams", status="READY").order_by("run_after").first():
        if task.run_after > end:
            return
        with time_machine.travel(task.run_after + timedelta(seconds=1), tick=True):
            scene.work()


def test_after_a_day_it_is_given_up_and_both_are_told_once(scene: Scene, graph: GraphFake) -> None:
    graph.licence = False
    meeting = scene.agree()
    run_for(scene, 19)
    assert scene.online(meeting).state == State.WANTED
    tries = scene.online(meeting).tries
    assert 8 < tries < 20  # more and more seldom
    run_for(scene, 48)
    online = scene.online(meeting)
    assert (online.state, online.problem) == (State.FAILED, "no_link")
    assert not DBTaskResult.objects.filter(queue_name="teams", status="READY").exists()
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=True):  # it waits for a working morning
        scene.work()
    assert len(told(scene)) == 1
    assert len([m for m in scene.box.to(scene.second.email) if "on uutta tietoa" in m["Subject"]]) == 1
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.AGREED
    # The licence is bought and the command run: the link comes still, in the event that is there already.
    graph.licence = True
    only_event(graph)["onlineMeeting"] = {"joinUrl": "https://teams.microsoft.com/l/meetup-join/x"}
    linking.take_up_again()
    scene.work()
    assert scene.online(meeting).state == State.THERE
    assert len(graph.events) == 1


def test_a_meeting_that_is_near_is_given_up_before_it_begins(scene: Scene, graph: GraphFake) -> None:
    graph.hitch("POST", "/events", status=500, times=99)
    meeting = scene.agree(days=1 / 8)
    run_for(scene, 48)
    online = scene.online(meeting)
    assert online.state == State.FAILED
    assert online.told_at is not None
    assert online.told_at < meeting.starts_at


def test_a_moved_meeting_gets_another_day_and_another_word(scene: Scene, graph: GraphFake) -> None:
    graph.may_write = {OTHER_MAILBOX}
    meeting = scene.agree()
    scene.work()
    scene.move_and_agree(meeting, 9)
    scene.work()
    assert scene.online(meeting).state == State.FAILED
    assert len(told(scene)) == 2  # once for each agreed time
    graph.may_write = {MAILBOX}
    scene.move_and_agree(meeting, 10)
    scene.work()
    assert scene.online(meeting).state == State.THERE


@pytest.mark.parametrize(
    ("status", "code", "word"),
    [
        (403, "ErrorAccessDenied", "denied"),
        (400, "ErrorInvalidRequest", "refused"),
        (404, "MailboxNotEnabledForRESTAPI", "mailbox"),
        (302, "", "elsewhere"),
        (418, "", "refused"),
    ],
)
def test_what_is_refused_fails_at_once_with_what_the_operator_must_do(
    scene: Scene, graph: GraphFake, status: int, code: str, word: str, capsys: Any
) -> None:
    from oppipari.exchange.graph import command

    body = json.dumps({"error": {"code": code, "message": f"no {MAILBOX}"}}).encode()
    graph.hitch("POST", "/events", status=status, body=body, headers={"Location": "https://127.0.0.1:1/"})
    meeting = scene.agree()
    scene.work()
    online = scene.online(meeting)
    assert (online.state, online.problem) == (State.FAILED, word)
    assert graph.count("POST", "/events") == 1
    assert len(told(scene)) == 1
    assert command.status() == command.TO_DO
    printed = capsys.readouterr().out
    assert command.WORDS[word] in printed
    assert "oppipari teams connect" in printed


def test_a_cancelled_meeting_whose_event_cannot_be_deleted_is_tried_for_a_day_and_told_to_the_operator_only(
    scene: Scene, graph: GraphFake, capsys: Any
) -> None:
    from oppipari.exchange.graph import command

    meeting = scene.agree()
    scene.work()
    graph.hitch("DELETE", status=500, times=99)
    actions.cancel(meeting, scene.first)
    run_for(scene, 48)
    assert scene.online(meeting).state == State.LEFT
    assert told(scene) == []
    assert command.status() == command.TO_DO
    assert "stand in the calendar though" in capsys.readouterr().out
    graph.hitches.clear()
    assert linking.take_up_again() == 1
    scene.work()
    assert graph.events == {}
    assert scene.online(meeting).state == State.GONE


def test_nobody_is_let_in_by_another_host(scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sign-in service tells its own endpoints; a wrong one gets no refresh token."""
    graph.expire_access_tokens()
    graph.token_endpoint_elsewhere = f"https://localhost:{graph.origin.rpartition(':')[2]}/x/oauth2/v2.0/token"
    # The token in the file has run out too, so that it has to be renewed.
    with later(120):
        meeting = scene.agree()
        scene.work()
    assert scene.online(meeting).problem == "elsewhere"
    assert graph.count("POST", "/x/oauth2") == 0


def test_no_redirect_is_followed_even_to_the_same_host(scene: Scene, graph: GraphFake) -> None:
    where = {"Location": f"{graph.origin}/v1.0/me/events"}
    graph.hitch("POST", "/events", status=307, headers=where)
    meeting = scene.agree()
    scene.work()
    assert scene.online(meeting).problem == "elsewhere"
    assert graph.count("POST", "/events") == 1


def test_an_answer_of_the_sign_in_that_cannot_be_read_never_reaches_msal(scene: Scene, graph: GraphFake) -> None:
    graph.expire_access_tokens()
    graph.hitch(path="/token", status=200, body=b"<html>Sign in to the hotel's network</html>")
    meeting = scene.agree()
    scene.work()
    assert (scene.online(meeting).state, scene.online(meeting).problem) == (State.WANTED, "unreadable")


def test_a_trouble_carries_no_address_in_its_traceback(graph: GraphFake, settings: Any) -> None:
    graph.hitch(drop=True)
    with Door(settings.TEAMS) as door, pytest.raises(Later) as raised:
        door.request("GET", f"{settings.TEAMS.graph}/users/{MAILBOX}/events")
    shown = "".join(traceback.format_exception(raised.value))
    assert "another exception occurred" not in shown
    assert "direct cause" not in shown
    assert MAILBOX not in shown


def test_a_certificate_that_is_not_trusted_gets_nothing(
    scene: Scene, graph: GraphFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    heard = len(graph.heard)
    meeting = scene.agree()
    scene.work()
    assert scene.online(meeting).problem == "unreachable"
    assert len(graph.heard) == heard


TROUBLES: dict[str, dict[str, Any]] = {
    "no JSON from the sign-in": {"path": "/token", "status": 200},
    "an error of the sign-in": {"path": "/token", "status": 400},
    "a refusal": {"method": "POST", "path": "/events", "status": 403},
    "an error": {"method": "POST", "path": "/events", "status": 500},
    "a wrong answer": {"method": "POST", "path": "/events", "status": 201},
}


@pytest.mark.parametrize("application", [False, True])
@pytest.mark.parametrize("trouble", [*TROUBLES, "slow", "lost", "an error of the program", "nothing"])
def test_no_token_no_secret_and_no_address_is_in_a_log_a_task_or_the_database(
    scene: Scene,
    graph: GraphFake,
    settings: Any,
    caplog: Any,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
    application: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    if application:
        settings.TEAMS = graph.connection(settings.TEAMS.token_file.parent, application=True)
    else:
        graph.expire_access_tokens()
    leak = json.dumps({"error": "x", "error_description": f"{MAILBOX} {SECRET}", "access_token": None}).encode()
    if trouble in TROUBLES:
        body = leak if "an error" in trouble or "refusal" in trouble else b"<" + leak
        graph.hitch(body=body, **TROUBLES[trouble])
    elif trouble == "slow":
        graph.hitch(path="/events", seconds=1.3)
    elif trouble == "lost":
        graph.hitch(path="/events", drop=True)
    elif trouble == "an error of the program":

        def fail(*_args: Any) -> None:
            raise ValueError(f"{MAILBOX} {SECRET}")

        monkeypatch.setattr("oppipari.exchange.graph.events._event_in", fail)
    meeting = scene.agree()
    scene.work()
    assert (scene.online(meeting).state == State.THERE) == (trouble == "nothing")
    # Without what the test's own mail server says to itself.
    logged = "".join(
        f"{r.name} {r.getMessage()} {r.exc_text or ''}" for r in caplog.records if not r.name.startswith("mail.")
    )
    kept = logged + repr(settings.TEAMS)
    kept += "".join(f"{t.traceback} {t.args_kwargs} {t.return_value}" for t in DBTaskResult.objects.all())
    online = scene.online(meeting)
    kept += f"{online.problem} {online.transaction} {online}"
    for secret in graph.secrets | {MAILBOX, scene.first.email, scene.second.email, "Bearer"}:
        assert secret not in kept
    assert ("Teams link" in logged) == (trouble != "nothing")  # something is said all the same
