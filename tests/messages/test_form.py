"""The form of a letter on the wire: lines, languages, threads, and to whom an answer goes."""

import email
import email.policy
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.messages.actions import drop_letters_to, send
from oppipari.messages.flowing import flowed
from oppipari.messages.letters import letter_of
from oppipari.messages.models import Outgoing

ICS = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nX-N:{}\r\nEND:VCALENDAR\r\n"
LONG = "https://oppipari.example.org/reminders/" + "a1B2" * 40 + "/"


def a_letter(**changes: Any) -> bool:
    context = {"url": LONG, "stop": LONG}
    return send(**{"to": "aino@example.org", "kind": "reminder_pair", "language": "sv", "context": context} | changes)


@pytest.mark.django_db
def test_lines_are_under_78_columns_and_links_are_whole(mailbox: Mailbox) -> None:
    a_letter()
    deliver_all()
    (message,) = mailbox.messages
    raw = message.get_body(("plain",))
    assert raw is not None
    lines = raw.get_content().splitlines()
    assert all(len(line) < 78 for line in lines if line != LONG)
    assert lines.count(LONG) == 2
    assert "-- " in lines
    assert raw["Content-Transfer-Encoding"] == "quoted-printable"
    assert (raw.get_content_charset(), raw.get_param("format")) == ("utf-8", "flowed")
    # And for who joins the lines again each paragraph is one.
    assert "Påminnelser kommer bara på vardagar, högst en gång i veckan. Du stänger" in text_of(message)


@pytest.mark.django_db
def test_what_mail_programs_read_in_the_head_is_whole(settings: Any) -> None:
    """As it is on the wire: a program that looks for a link or an id does not read encoded words."""
    settings.DEFAULT_FROM_EMAIL = f"Oppipari <oppipari@{'pitkä'.encode('idna').decode()}-{'a' * 40}.example.org>"
    ids = [str(uuid.uuid4()) for _ in range(3)]
    settings.MAIL_ENABLED = True
    a_letter(context={"url": LONG, "stop": LONG, "threads": ids})
    head = letter_of(Outgoing.objects.get()).message().as_bytes(policy=email.policy.SMTP).partition(b"\r\n\r\n")[0]
    assert f"\r\nList-Unsubscribe: <{LONG}>\r\n".encode() in head
    domain = settings.DEFAULT_FROM_EMAIL.partition("@")[2].strip(">")
    parts = [f"<meeting-{one}@{domain}>" for one in ids]
    assert ("\r\nReferences: " + "\r\n ".join(parts) + "\r\n").encode() in head
    assert f"\r\nIn-Reply-To: {parts[-1]}\r\n".encode() in head


@given(
    st.lists(
        st.lists(st.sampled_from(["a", "öö", "-", ">", "From", "--", "x" * 90, "kahdeksan"]), max_size=30), max_size=4
    )
)
def test_what_is_joined_again_is_what_was_written(lines: list[list[str]]) -> None:
    written = [" ".join(words) for words in lines if words != ["--"]]
    text = flowed("\n".join(written))
    joined = ""
    for line in text.split("\n"):
        line = line.removeprefix(" ")
        joined += line if line.endswith(" ") else f"{line}\n"
    assert joined == "\n".join(written) + "\n"
    assert all(len(line) < 78 or " " not in line.strip() for line in text.split("\n"))


@pytest.mark.django_db
def test_the_language_of_a_letter_is_in_its_head(mailbox: Mailbox) -> None:
    for language in ("fi", "sv", "en"):
        a_letter(language=language)
    a_letter(language="en", kind="meeting_agreed", calendar=ICS.format(1), calendar_method="REQUEST")
    deliver_all()
    assert [m["Content-Language"] for m in mailbox.messages] == ["fi", "sv", "en", "en"]


@pytest.mark.django_db
def test_one_meetings_letters_belong_together_in_mail_programs(mailbox: Mailbox) -> None:
    one, other = (str(uuid.uuid4()) for _ in range(2))
    for threads in ([one, other], [other], []):
        a_letter(kind="meeting_moved", context={"url": LONG, "threads": threads})
    deliver_all()
    both, second, none = mailbox.messages
    assert both["References"] == f"<meeting-{one}@localhost> <meeting-{other}@localhost>"
    assert second["References"] == second["In-Reply-To"] == both["In-Reply-To"] == f"<meeting-{other}@localhost>"
    assert (none["References"], none["In-Reply-To"]) == (None, None)


@pytest.mark.django_db
def test_an_answer_goes_to_a_person_and_never_to_the_mailbox_of_the_service(mailbox: Mailbox) -> None:
    a_letter(reply_to="ritva@example.org")
    a_letter()
    deliver_all()
    assert [m["Reply-To"] for m in mailbox.messages] == ["ritva@example.org", "aino@example.org"]
    assert "ritva@example.org" in text_of(mailbox.messages[0])  # and the letter says so
    assert "aino@example.org" not in text_of(mailbox.messages[1])
    assert not Outgoing.objects.exclude(reply_to="").exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_on")
def test_who_is_erased_is_no_longer_whom_answers_of_waiting_letters_go_to() -> None:
    a_letter(reply_to="ritva@example.org")
    assert drop_letters_to("ritva@example.org") == 0
    assert Outgoing.objects.get().reply_to == ""


@pytest.mark.django_db
def test_several_calendar_texts_are_a_file_each_and_the_first_is_shown(mailbox: Mailbox) -> None:
    texts = [ICS.format(i) for i in range(3)]
    a_letter(kind="meeting_agreed", calendar="".join(texts), calendar_method="REQUEST")
    deliver_all()
    (message,) = mailbox.messages
    shown = [p.get_payload(decode=True) for p in message.walk() if p.get_content_type() == "text/calendar"]
    files = {p.get_filename(): p.get_payload(decode=True) for p in message.iter_attachments()}
    assert shown == [texts[0].encode()]
    assert files == {f"invite-{i + 1}.ics": text.encode() for i, text in enumerate(texts)}


@pytest.mark.django_db
@pytest.mark.usefixtures("mail_on")
def test_a_calendar_text_that_was_cut_off_is_refused() -> None:
    with pytest.raises(ValueError, match="does not end"):
        a_letter(calendar="BEGIN:VCALENDAR\r\n", calendar_method="REQUEST")
