"""A real mailbox: an SMTP server in the test's own process, and the worker's round of deliveries."""

import email
import email.policy
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.utils import timezone

from oppipari.messages.hours import next_working_moment
from oppipari.messages.mailers import mailers_of


class Mailbox:
    """What has arrived, newest last."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [m for m in self.messages if address in m["X-Envelope-To"]]


@contextmanager
def signals_as_they_are() -> Iterator[None]:
    """The worker takes signals over for good: after it Ctrl-C would end the tests without a word."""
    known = {which: signal.getsignal(which) for which in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)}
    try:
        yield
    finally:
        for which, handler in known.items():
            signal.signal(which, handler)


def deliver_all() -> None:
    """Run all queued tasks as the worker does, within the test's own transaction, which the worker would close."""
    with signals_as_they_are(), patch("django_tasks_db.management.commands.db_worker.close_old_connections"):
        call_command("db_worker", queue_name="*", batch=True, interval=0, startup_delay=False, verbosity=0)


def deliver_by_morning() -> None:
    """Run all queued tasks on the next working morning, if it is none now: then also what nobody pressed for has come."""
    with time_machine.travel(next_working_moment(timezone.now()) + timedelta(seconds=5), tick=True):
        deliver_all()


def text_of(message: EmailMessage) -> str:
    """The text as a mail program shows it: what flows is joined again (RFC 3676)."""
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_param("format") == "flowed"
    lines = [line.removeprefix(" ") for line in str(body.get_content()).splitlines()]
    return "".join(line if line.endswith(" ") and line != "-- " else f"{line}\n" for line in lines)


def calendars_of(message: EmailMessage) -> list[str]:
    """The calendar files of a message, one for each meeting, in their order."""
    files = [p for p in message.iter_attachments() if p.get_content_type() == "application/ics"]
    return [bytes(p.get_payload(decode=True)).decode() for p in files]  # type: ignore[arg-type]


def calendar_of(message: EmailMessage) -> tuple[str, str]:
    """The calendar part of a message: its method and its text."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            return str(part.get_param("method")), str(part.get_content())
    raise AssertionError("no calendar part")


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as probe:  # the controller cannot choose a free port itself
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.MAIL_ENABLED = True
    settings.MAILERS = mailers_of(f"smtp://127.0.0.1:{port}")
    yield box
    controller.stop()
