"""EMAIL_URL says in one line where mail goes."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from oppipari.messages.mailers import SECONDS, mailers_of, sender_of


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://mail.example.org", {"host": "mail.example.org", "timeout": SECONDS}),
        (
            "smtp+tls://me%40example.org:p%2Fw%3A@mail.example.org:2587?timeout=5",
            {
                "host": "mail.example.org",
                "port": 2587,
                "use_tls": True,
                "username": "me@example.org",
                "password": "p/w:",
                "timeout": 5,
            },
        ),
        ("smtps://mail.example.org", {"host": "mail.example.org", "use_ssl": True, "timeout": SECONDS}),
    ],
)
def test_an_address_of_a_mail_server_becomes_its_options(url: str, options: dict[str, Any]) -> None:
    (mailer,) = mailers_of(url).values()
    assert mailer["BACKEND"].endswith("smtp.EmailBackend")
    assert mailer["OPTIONS"] == options


def test_a_server_that_does_not_answer_is_given_up_after_a_while() -> None:
    assert 0 < mailers_of("smtp://mail.example.org")["default"]["OPTIONS"]["timeout"] <= 60


def test_mail_can_go_to_a_folder_or_to_the_terminal_or_nowhere() -> None:
    assert mailers_of("file:///srv/post%20box")["default"]["OPTIONS"] == {"file_path": "/srv/post box"}
    assert mailers_of("console:")["default"]["BACKEND"].endswith("console.EmailBackend")
    assert mailers_of("")["default"]["BACKEND"].endswith("dummy.EmailBackend")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mail.example.org", "begins with nothing"),
        ("http://me:secret@mail.example.org", "begins with http"),
        ("smtp://", "lacks a host"),
        ("smtp://me:secret@mail.example.org:post", "port"),
        ("smtp://me:secret/2@mail.example.org", "%2F"),
        ("smtp://mail.example.org?timeout=soon", "timeout"),
        ("file:", "lacks a folder"),
    ],
)
def test_a_wrong_address_is_refused_with_what_is_wrong_and_without_the_password(url: str, told: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=told) as refused:
        mailers_of(url)
    assert "secret" not in str(refused.value)


def test_letters_need_a_sender() -> None:
    assert sender_of("smtp://mail.example.org", "Oppipari <oppipari@example.org>") == "Oppipari <oppipari@example.org>"
    assert sender_of("", "")
    with pytest.raises(ImproperlyConfigured, match="MAIL_FROM is not"):
        sender_of("smtp://mail.example.org", "")
    for wrong in ("Oppipari", "oppipari@", "Oppipari <>"):
        with pytest.raises(ImproperlyConfigured, match="no e-mail address"):
            sender_of("", wrong)


@pytest.mark.parametrize("url", ["smtp://mail.example.org", "smtp://"])
def test_the_service_stops_with_a_sentence_where_mail_is_set_up_by_half(url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "oppipari", "worker", "--data", str(tmp_path)]
    env = {k: v for k, v in os.environ.items() if k not in ("MAIL_FROM", "DJANGO_SETTINGS_MODULE")} | {"EMAIL_URL": url}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"Oppipari cannot start\. EMAIL_URL [^\n]+\n", done.stderr)
