"""Messages leave if, and only if, what they tell was saved; and they leave once."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.mailbox import Mailbox, calendar_of, deliver_all, text_of

from oppipari.messages import tasks
from oppipari.messages.actions import link, send
from oppipari.messages.mailers import mailers_of
from oppipari.messages.models import Outgoing

URL = "https://oppipari.example.org/pair/7/"
ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nLOCATION:Pöytä\r\nEND:VCALENDAR\r\n"


def a_message(**changes: Any) -> bool:
    return send(
        **{
            "to": "aino@example.org",
            "kind": "pair_published",
            "language": "fi",
            "context": {"url": URL},
            "key": "pair_published:7:1",
        }
        | changes
    )


def later(minutes: float) -> Any:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True)


@pytest.mark.django_db
def test_a_message_arrives_and_leaves_nothing_behind_but_that_it_was_sent(mailbox: Mailbox) -> None:
    assert a_message(calendar=ICS, calendar_method="REQUEST")
    assert mailbox.messages == []  # nothing leaves before the worker takes it
    deliver_all()
    (message,) = mailbox.messages
    assert message["Subject"] == "Mentorointiparisi"
    assert URL in text_of(message)
    row = Outgoing.objects.get()
    assert message["Message-ID"].startswith(f"<{row.pk}@")
    assert message["Auto-Submitted"] == "auto-generated"
    assert (row.to, row.context, row.calendar) == ("", {}, "")
    assert row.sent_at is not None


@pytest.mark.django_db
def test_what_was_rolled_back_is_never_told(mailbox: Mailbox) -> None:
    def fail() -> None:
        with transaction.atomic():
            a_message()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    deliver_all()
    assert not Outgoing.objects.exists()
    assert not DBTaskResult.objects.exists()
    assert mailbox.messages == []


@pytest.mark.django_db
def test_the_same_key_goes_out_once_also_after_it_was_sent(mailbox: Mailbox) -> None:
    assert a_message()
    assert not a_message()
    deliver_all()
    assert not a_message()
    deliver_all()
    assert len(mailbox.messages) == 1
    assert a_message(key="")
    assert a_message(key="")
    deliver_all()
    assert len(mailbox.messages) == 3


@pytest.mark.django_db
def test_a_repeat_after_a_crash_has_the_same_id_so_that_mail_programs_fold_it(mailbox: Mailbox) -> None:
    a_message()
    before = Outgoing.objects.get()
    deliver_all()
    before.save()  # the crash: it was sent, and the row still says that it waits
    tasks.deliver_waiting()
    deliver_all()
    assert len(mailbox.messages) == 2
    assert len({m["Message-ID"] for m in mailbox.messages}) == 1


@pytest.mark.django_db
def test_without_mail_or_without_an_address_nothing_is_queued(settings: Any) -> None:
    assert not a_message()
    settings.MAIL_ENABLED = True
    assert not a_message(to="")
    assert not a_message(to="aino")
    assert not Outgoing.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_on")
@pytest.mark.parametrize("address", ["aino@example.org\nBcc: eve@example.org", "aino@example.org\r\n", "a@b.fi,c@d.fi"])
def test_an_address_cannot_carry_a_header(address: str) -> None:
    assert not a_message(to=address)
    assert not Outgoing.objects.exists()


@pytest.mark.django_db
def test_a_calendars_method_cannot_carry_a_header(mailbox: Mailbox) -> None:
    for method in ("PUBLISH", "", "REQUEST; x=1", "REQUEST\r\nBcc: eve@example.org"):
        with pytest.raises(ValueError, match="REQUEST or CANCEL"):
            a_message(calendar=ICS, calendar_method=method)


@pytest.mark.django_db
def test_text_from_outside_stays_in_the_body(mailbox: Mailbox) -> None:
    a_message(kind="sign_in_code", context={"code": "AB12\nBcc: eve@example.org", "url": URL})
    deliver_all()
    (message,) = mailbox.messages
    assert message["Bcc"] is None
    assert message["X-Envelope-To"] == "aino@example.org"
    assert message["Subject"] == "Kirjautumiskoodisi"


@pytest.mark.django_db
def test_a_calendar_comes_with_buttons_and_as_a_file(mailbox: Mailbox) -> None:
    a_message(kind="meeting_agreed", calendar=ICS, calendar_method="REQUEST")
    deliver_all()
    (message,) = mailbox.messages
    assert message.get_content_type() == "multipart/mixed"
    alternative, attached = message.iter_parts()
    assert alternative.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in alternative.iter_parts()] == ["text/plain", "text/calendar"]
    calendar = list(alternative.iter_parts())[1]
    assert calendar.get_param("charset").lower() == "utf-8"
    assert calendar_of(message)[0] == "REQUEST"
    # On the wire the lines end as RFC 5545 asks for.
    assert calendar.get_payload(decode=True) == ICS.encode()
    assert attached.get_filename() == "invite.ics"
    assert attached.get_content_type() == "application/ics"
    assert attached.get_payload(decode=True) == ICS.encode()


@pytest.mark.django_db
def test_a_server_that_is_away_is_asked_again_after_pauses_that_grow(settings: Any, mailbox: Mailbox) -> None:
    there = settings.MAILERS
    settings.MAILERS = mailers_of("smtp://127.0.0.1:1?timeout=1")  # nobody listens there
    a_message()
    deliver_all()
    assert Outgoing.objects.get().tries == 1
    deliver_all()  # the pause is not over
    assert Outgoing.objects.get().tries == 1
    with later(2.1):
        deliver_all()
        assert Outgoing.objects.get().tries == 2
    settings.MAILERS = there
    with later(2.1 + 3):
        deliver_all()
        assert mailbox.messages == []  # the second pause is longer
    with later(2.1 + 4.1):
        deliver_all()
        assert len(mailbox.messages) == 1
    assert Outgoing.objects.get().sent_at is not None


@pytest.mark.django_db
def test_after_the_last_try_a_message_is_given_up_and_forgotten(settings: Any) -> None:
    settings.MAIL_ENABLED = True
    settings.MAILERS = mailers_of("smtp://127.0.0.1:1?timeout=1")
    a_message()
    for i in range(tasks.MOST_TRIES + 2):
        with later(60 * 24 * i):
            deliver_all()
    row = Outgoing.objects.get()
    assert (row.tries, row.sent_at, row.to, row.context) == (tasks.MOST_TRIES, None, "", {})
    assert tasks.deliver_waiting() == 0


@pytest.mark.django_db
def test_a_refused_address_is_kept_out_of_the_log_and_of_the_task(mailbox: Mailbox, caplog: Any) -> None:
    async def refuse(server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        return f"550 no {address} here"

    mailbox.handle_RCPT = refuse  # type: ignore[attr-defined]
    a_message()
    deliver_all()
    row = Outgoing.objects.get()
    assert (row.tries, row.sent_at, row.to, row.context) == (tasks.MOST_TRIES, None, "", {})
    assert "pair_published" in caplog.text
    assert smtplib.SMTPRecipientsRefused.__name__ in caplog.text
    kept = " ".join(f"{t.traceback} {t.args_kwargs}" for t in DBTaskResult.objects.all())
    assert "aino@example.org" not in caplog.text + kept


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_on")
class TestTheSweep:
    def test_leaves_alone_what_has_its_task(self) -> None:
        a_message()
        assert tasks.deliver_waiting() == 0
        assert DBTaskResult.objects.count() == 1

    def test_takes_up_a_message_whose_task_was_lost(self) -> None:
        a_message()
        DBTaskResult.objects.all().delete()
        assert tasks.deliver_waiting() == 1
        deliver_all()
        assert len(mail.outbox) == 1

    def test_takes_up_a_message_whose_worker_died_but_not_one_that_is_being_sent(self) -> None:
        a_message()
        DBTaskResult.objects.update(status=TaskResultStatus.RUNNING, started_at=timezone.now())
        assert tasks.deliver_waiting() == 0
        with later(16):
            assert tasks.deliver_waiting() == 1
            assert tasks.deliver_waiting() == 0

    def test_deletes_the_results_of_finished_tasks_after_a_day(self) -> None:
        a_message()
        deliver_all()
        tasks.deliver_waiting()
        assert DBTaskResult.objects.count() == 1
        with later(60 * 25):
            tasks.deliver_waiting()
        assert not DBTaskResult.objects.exists()


def test_links_are_absolute(settings: Any) -> None:
    settings.SITE_URL = "https://oppipari.example.org"
    assert link("/pair/7/") == URL
