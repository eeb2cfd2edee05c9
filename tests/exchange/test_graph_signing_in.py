"""The installation's account signs in once at the command line; its tokens stay in one file and nowhere else."""

import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from tests.graph_fake import CLIENT, MAILBOX, OTHER_MAILBOX, SECRET, GraphFake
from tests.graph_scene import Scene, only_event, sign_in
from tests.mailbox import Mailbox

from oppipari.exchange.graph import command, tokens
from oppipari.exchange.graph.connection import APPLICATION, connection_of
from oppipari.exchange.graph.door import Door
from oppipari.exchange.graph.troubles import Refused, SignIn
from oppipari.meetings.models import OnlineMeeting

State = OnlineMeeting.State


def a_token(settings: Any, **options: Any) -> str:
    with Door(settings.TEAMS) as door:
        return tokens.token(settings.TEAMS, door, **options)


@pytest.mark.django_db
class TestTheCommand:
    def test_connects_tells_and_disconnects(self, graph: GraphFake, settings: Any, capsys: Any) -> None:
        graph.types_slowly = True
        assert command.status() == command.TO_DO
        assert "oppipari teams connect" in capsys.readouterr().out
        assert command.connect() == command.DONE
        said = capsys.readouterr().out
        assert "https://microsoft.com/devicelogin" in said
        assert "KUUS1PUU9" in said
        assert f"Connected as {MAILBOX}." in said
        assert command.status() == command.DONE
        assert MAILBOX in capsys.readouterr().out
        assert command.disconnect() == command.DONE
        assert not settings.TEAMS.token_file.exists()
        assert command.status() == command.TO_DO
        assert command.disconnect() == command.DONE

    def test_says_when_nobody_signed_in_and_keeps_what_there_was(
        self, graph: GraphFake, settings: Any, capsys: Any
    ) -> None:
        sign_in(settings.TEAMS)
        before = settings.TEAMS.token_file.read_bytes()
        graph.signs_in = False
        assert command.connect() == command.TO_DO
        assert "Nothing was changed" in capsys.readouterr().err
        assert settings.TEAMS.token_file.read_bytes() == before

    def test_asks_for_links_of_meetings_agreed_before_it(
        self, graph: GraphFake, mailbox: Mailbox, settings: Any, capsys: Any
    ) -> None:
        scene, connection = Scene(mailbox), settings.TEAMS
        settings.TEAMS = None
        meeting = scene.agree()
        scene.agree(days=20, way="face_to_face")
        settings.TEAMS = connection
        command.connect()
        assert "Links now asked for: 1." in capsys.readouterr().out
        scene.work()
        assert scene.online(meeting).state == State.THERE

    def test_says_what_is_missing_where_teams_is_not_set_up(self, settings: Any, capsys: Any) -> None:
        settings.TEAMS = None
        for run in (command.connect, command.status, command.disconnect):
            assert run() == command.NOT_SET
            assert "TEAMS_CLIENT_ID" in capsys.readouterr().err

    def test_has_a_sentence_for_every_word_of_a_trouble(self) -> None:
        import re

        folder = Path(tokens.__file__).parent
        code = "".join(p.read_text(encoding="utf-8") for p in folder.glob("*.py"))
        words = set(re.findall(r'(?:Later|Refused|SignIn|Vanished)\(\s*"(\w+)"', code))
        words |= {"slow", "unreachable", "throttled", "out_of_order", "denied", "refused"}
        assert words == set(command.WORDS)
        assert all(len(word) <= 20 for word in words)


class TestTheTokens:
    def test_are_readable_by_their_owner_alone(self, graph: GraphFake, settings: Any) -> None:
        path = settings.TEAMS.token_file
        old = os.umask(0)
        try:
            sign_in(settings.TEAMS)
            graph.expire_access_tokens()
            a_token(settings, fresh=True)
        finally:
            os.umask(old)
        for file in path.parent.glob("teams-token*"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file

    def test_are_asked_for_once_while_they_are_good(self, graph: GraphFake, settings: Any) -> None:
        sign_in(settings.TEAMS)
        asked = graph.count("POST", "/token")
        assert a_token(settings) == a_token(settings)
        assert graph.count("POST", "/token") == asked

    def test_that_are_good_for_one_use_survive_many_workers_at_once(self, graph: GraphFake, settings: Any) -> None:
        sign_in(settings.TEAMS)
        got: list[str] = []
        threads = [threading.Thread(target=lambda: got.append(a_token(settings, fresh=True))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == 6
        assert a_token(settings, fresh=True)
        assert len(graph.refresh_tokens) == 1

    @pytest.mark.parametrize("text", ["", "{", '{"AccessToken": {"x', "[]", "\x00", '{"RefreshToken": 7}'])
    def test_that_are_half_a_file_ask_for_a_sign_in(self, graph: GraphFake, settings: Any, text: str) -> None:
        settings.TEAMS.token_file.write_text(text)
        with pytest.raises(SignIn):
            a_token(settings)
        sign_in(settings.TEAMS)
        assert a_token(settings)

    def test_of_another_account_take_the_place_of_the_first(self, graph: GraphFake, settings: Any) -> None:
        sign_in(settings.TEAMS)
        sign_in(settings.TEAMS)
        assert len(json.loads(settings.TEAMS.token_file.read_text())["RefreshToken"]) == 1

    def test_ask_for_the_calendar_and_nothing_more(self, graph: GraphFake, settings: Any) -> None:
        sign_in(settings.TEAMS)
        granted = {scope for token in graph.tokens.values() for scope in token.scopes}
        assert granted == {"Calendars.ReadWrite"}


@pytest.mark.django_db
class TestTheApplicationPermission:
    @pytest.fixture
    def scene(self, graph: GraphFake, mailbox: Mailbox, settings: Any, tmp_path: Path) -> Scene:
        settings.TEAMS = graph.connection(tmp_path, application=True)
        return Scene(mailbox)

    def test_writes_the_calendar_of_the_settings_without_a_sign_in(self, scene: Scene, graph: GraphFake) -> None:
        meeting = scene.agree()
        scene.work()
        assert scene.online(meeting).state == State.THERE
        assert graph.count("POST", f"/users/{MAILBOX}/events") == 1
        scene.move_and_agree(meeting, 9)
        scene.work()
        assert graph.count("PATCH", f"/users/{MAILBOX}/events/") == 1
        assert only_event(graph)["start"]["dateTime"] != graph.sent[0]["start"]["dateTime"]
        # One token for both, kept in memory.
        assert graph.count("POST", "/token") == 1

    def test_keeps_nothing_in_the_data_folder(self, scene: Scene, settings: Any) -> None:
        scene.agree()
        scene.work()
        assert not list(settings.TEAMS.token_file.parent.glob("teams-token*"))

    def test_renews_a_token_that_ended(self, scene: Scene, graph: GraphFake) -> None:
        first, second = scene.agree(), scene.agree(days=20)
        scene.work()
        graph.expire_access_tokens()
        scene.move_and_agree(first, 9)
        scene.work()
        assert [scene.online(m).state for m in (first, second)] == [State.THERE, State.THERE]

    def test_that_reaches_another_mailbox_is_refused_there(
        self, scene: Scene, graph: GraphFake, settings: Any, tmp_path: Path
    ) -> None:
        settings.TEAMS = graph.connection(tmp_path, application=True, TEAMS_USER=OTHER_MAILBOX)
        meeting = scene.agree()
        scene.work()
        assert (scene.online(meeting).state, scene.online(meeting).problem) == (State.FAILED, "denied")

    def test_of_a_mailbox_that_is_none_says_so(
        self, scene: Scene, graph: GraphFake, settings: Any, tmp_path: Path
    ) -> None:
        settings.TEAMS = graph.connection(tmp_path, application=True, TEAMS_USER="x/../y?z#@kunta.example.org")
        meeting = scene.agree()
        scene.work()
        assert scene.online(meeting).problem == "mailbox"

    def test_with_a_wrong_secret_says_what_to_look_at(
        self, scene: Scene, graph: GraphFake, settings: Any, tmp_path: Path, capsys: Any
    ) -> None:
        settings.TEAMS = graph.connection(tmp_path, application=True, TEAMS_CLIENT_SECRET="vanhentunut")
        meeting = scene.agree()
        scene.work()
        assert scene.online(meeting).problem == "client"
        assert command.status() == command.connect() == command.TO_DO
        captured = capsys.readouterr()
        assert "TEAMS_CLIENT_SECRET" in captured.out + captured.err
        assert "vanhentunut" not in captured.out + captured.err
        settings.TEAMS = graph.connection(tmp_path, application=True)
        assert command.connect() == command.DONE
        scene.work()
        assert scene.online(meeting).state == State.THERE


def test_an_organisation_that_is_not_there_is_told(graph: GraphFake, settings: Any, tmp_path: Path) -> None:
    settings.TEAMS = graph.connection(tmp_path, TEAMS_AUTHORITY=f"{graph.origin}/eiole")
    with pytest.raises(Refused, match="authority"):
        sign_in(settings.TEAMS)


class TestTheSettings:
    def test_are_off_without_a_client_id(self, tmp_path: Path) -> None:
        assert connection_of({}, tmp_path) is None
        assert connection_of({"TEAMS_CLIENT_ID": "", "TEAMS_USER": "x@example.org"}, tmp_path) is None

    def test_lead_to_microsoft_where_nothing_else_is_said(self, tmp_path: Path) -> None:
        made = connection_of({"TEAMS_CLIENT_ID": CLIENT}, tmp_path)
        assert made is not None
        assert made.hosts == {"login.microsoftonline.com", "graph.microsoft.com"}
        assert made.scope == "https://graph.microsoft.com/Calendars.ReadWrite"
        assert not made.application

    def test_of_a_national_cloud_ask_for_its_own_graph(self, tmp_path: Path) -> None:
        made = connection_of(
            {
                "TEAMS_CLIENT_ID": CLIENT, "TEAMS_AUTH": APPLICATION, "TEAMS_CLIENT_SECRET": SECRET, "TEAMS_USER": MAILBOX,
                "TEAMS_AUTHORITY": "https://login.microsoftonline.us/tenant/", "TEAMS_GRAPH_URL": "https://graph.microsoft.us/v1.0/",
            },
            tmp_path,
        )  # fmt: skip
        assert made is not None
        assert made.scope == "https://graph.microsoft.us/.default"
        assert made.graph == "https://graph.microsoft.us/v1.0"

    @pytest.mark.parametrize(
        ("wrong", "told"),
        [
            ({"TEAMS_AUTH": "both"}, "delegated or application"),
            ({"TEAMS_AUTH": "application", "TEAMS_USER": MAILBOX}, "TEAMS_CLIENT_SECRET"),
            ({"TEAMS_AUTH": "application", "TEAMS_CLIENT_SECRET": SECRET}, "TEAMS_USER"),
            ({"TEAMS_AUTH": "application", "TEAMS_CLIENT_SECRET": SECRET, "TEAMS_USER": MAILBOX}, "TEAMS_AUTHORITY"),
            ({"TEAMS_CLIENT_SECRET": SECRET}, "belong to TEAMS_AUTH"),
            ({"TEAMS_AUTHORITY": "http://login.example.org/x"}, "https"),
            ({"TEAMS_AUTHORITY": "https://login.example.org"}, "path"),
            ({"TEAMS_GRAPH_URL": "graph.microsoft.com/v1.0"}, "TEAMS_GRAPH_URL"),
            ({"TEAMS_GRAPH_URL": f"https://me:{SECRET}@graph.example.org/v1.0"}, "without a password"),
            ({"TEAMS_TIMEOUT": "soon"}, "TEAMS_TIMEOUT"),
            ({"TEAMS_TIMEOUT": "0"}, "TEAMS_TIMEOUT"),
        ],
    )
    def test_that_are_wrong_are_refused_with_what_to_write(
        self, tmp_path: Path, wrong: dict[str, str], told: str
    ) -> None:
        with pytest.raises(ImproperlyConfigured, match=told) as refused:
            connection_of({"TEAMS_CLIENT_ID": CLIENT} | wrong, tmp_path)
        assert SECRET not in str(refused.value)

    def test_are_each_described(self) -> None:
        from oppipari.site import settings as module

        source = Path(module.__file__).read_text(encoding="utf-8")
        text = (Path(module.__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
        import re

        for name in set(re.findall(r'"(TEAMS_\w+)"', source)):
            assert f"`{name}`" in text, name
