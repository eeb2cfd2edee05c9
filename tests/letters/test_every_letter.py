"""Every kind of letter in three languages, whole as it is sent: headers, text, calendar texts.

The files beside this one are what the code sends; after a change that is meant, they are written anew with
`OPPIPARI_REWRITE_LETTERS=1 python -m pytest tests/letters`, and the difference is read.
"""

import difflib
import email
import email.policy
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from tests.clock import Clock
from tests.clock import clock as clock
from tests.ids import count_anew
from tests.letters.scene import Scene
from tests.letters.stories import STORIES

import oppipari.messages
from oppipari.messages.letters import letter_of
from oppipari.messages.models import Outgoing

HERE = Path(__file__).parent
KINDS = {p.stem for p in (Path(oppipari.messages.__file__).parent / "templates" / "messages").glob("*.txt")}
LANGUAGES = ["fi", "sv", "en"]
# The same stories in each; a quick run plays them once.
PLAYED = ["fi", *(pytest.param(language, marks=pytest.mark.slow) for language in ("sv", "en"))]
REWRITE = os.environ.get("OPPIPARI_REWRITE_LETTERS") == "1"
# What is drawn at random: ids, secrets in links, the code, what divides the parts.
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
SECRET = re.compile(r"/(invitation|link|met|reminders)/[^/\s>]+")
CODE = re.compile(r"(?<= (?:on|is|är) )[A-Z0-9-]{6,9}$", re.MULTILINE)


@contextmanager
def world(clock: Clock) -> Iterator[None]:
    """Play, then roll everything back, also what wants to be a transaction of its own."""
    start = clock.now
    cache.clear()
    count_anew()
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)
    clock.now = start


def on_the_wire(outgoing: Outgoing) -> EmailMessage:
    raw = letter_of(outgoing).message().as_bytes(policy=email.policy.SMTP)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def shown(message: EmailMessage) -> str:
    """The whole message, to be read: what stands at the end of a line as a space is marked, files that were seen are named."""
    lines = [f"{name}: {value}" for name, value in message.items() if name != "Content-Type"]
    seen: set[str] = set()
    for part in message.walk():
        kind = re.sub(r'; boundary="?[^";]+"?', "", " ".join(str(part["Content-Type"]).split()))
        head = f"[{kind}{', ' + str(part['Content-Transfer-Encoding']) if not part.is_multipart() else ''}]"
        lines += ["", head]
        if part.is_multipart():
            continue
        content = part.get_content()
        text = (content if isinstance(content, str) else content.decode()).replace("\r\n", "\n")
        lines += ["as above"] if text in seen else re.sub(r" $", "␣", text, flags=re.MULTILINE).splitlines()
        seen.add(text)
    ids: dict[str, str] = {}
    told = UUID.sub(lambda m: ids.setdefault(m[0], f"id-{len(ids) + 1}"), "\n".join(lines) + "\n")
    return CODE.sub("CODE", SECRET.sub(r"/\1/…", told))


def letter_in(scene: Scene, name: str) -> Outgoing:
    to = STORIES[name](scene)
    found = [o for o in scene.letters(name.partition("-")[0]) if to is None or o.to == to.email]
    assert found, f"no letter came of {name}"
    return found[-1]


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.usefixtures("mail_on")
@pytest.mark.parametrize("language", PLAYED)
def test_every_letter_is_as_it_was(clock: Clock, settings: Any, language: str) -> None:
    settings.SITE_URL = "https://oppipari.example.org"
    settings.DEFAULT_FROM_EMAIL = "Oppipari <oppipari@example.org>"
    folder = HERE / language
    differences = []
    for name in STORIES:
        with world(clock):
            message = on_the_wire(letter_in(Scene(clock, language), name))
        now, path = shown(message), folder / f"{name}.txt"
        if REWRITE:
            folder.mkdir(exist_ok=True)
            path.write_text(now, encoding="utf-8")
        was = path.read_text(encoding="utf-8") if path.exists() else ""
        if now != was:
            lines = difflib.unified_diff(
                was.splitlines(), now.splitlines(), f"{language}/{name}.txt", "now", lineterm=""
            )
            differences.append("\n".join(lines))
    assert not differences, "\n\n".join(differences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_files_and_every_file_its_story(language: str) -> None:
    files = {p.stem for p in (HERE / language).glob("*.txt")}
    assert {name.partition("-")[0] for name in files} == KINDS
    assert files == set(STORIES)


def letters() -> Iterator[tuple[str, str]]:
    for path in sorted(HERE.glob("??/*.txt")):
        yield f"{path.parent.name}/{path.stem}", path.read_text(encoding="utf-8")


def body_of(text: str) -> list[str]:
    """The lines of a letter's text above the signature."""
    return text.partition("[text/plain")[2].partition("--␣")[0].splitlines()[1:]


ENDINGS = {
    "fi": r"päätty|päätt|lopet|jatka|vastasi|vastannut|ei halu|haluaa|uusi pari|eron",
    "sv": r"avslut|slutat|upphör|fortsätt|svarade|svarat|vill inte|nytt par",
    "en": r"\bend|finish|continue|go on\b|answered|does not want|new pair",
}


def test_no_subject_and_no_first_line_tells_of_an_ending_or_an_answer() -> None:
    told = []
    for name, text in letters():
        if name[3:] in ("round_closed", "reminder_trial", "questionnaire_open", "address_taken"):
            continue  # that a round or a trial is over, that all are asked, or that an address is to change, is no such thing
        subject = re.search(r"^Subject: (.*)$", text, re.MULTILINE)
        first = "\n".join(body_of(text)).partition("\n\n")[0].replace("␣\n", " ")
        assert subject
        if found := re.search(ENDINGS[name[:2]], f"{subject[1]} {first}", re.IGNORECASE):
            told.append((name, found[0]))
    assert told == []


# Their links need no sign-in.
OPEN_LINKS = {"reminder_met"}


def test_no_letter_counts_presses_where_a_sign_in_comes_first() -> None:
    counted = re.compile(r"painallu|\btryck|\bpress", re.IGNORECASE)
    found = [name for name, text in letters() if counted.search("\n".join(body_of(text)))]
    assert {name[3:].partition("-")[0] for name in found} <= OPEN_LINKS


def test_letters_that_tell_of_opposite_things_look_alike() -> None:
    for language in LANGUAGES:
        for one, other in (("pair_continues", "pair_finished"), ("pair_off", "pair_wanted_again")):
            assert (
                body_of((HERE / language / f"{one}.txt").read_text())[:1]
                == body_of((HERE / language / f"{other}.txt").read_text())[:1]
            )


def test_the_form_of_every_letter() -> None:
    for name, text in letters():
        language, kind = name.split("/")
        head = text.partition("\n\n")[0]
        assert f"Content-Language: {language}" in head, name
        assert "\nReply-To: " in head, name
        assert "oppipari@example.org" not in re.search(r"\nReply-To: (.*)", head)[1], name  # type: ignore[index]
        assert ("List-Unsubscribe: " in head) == kind.startswith("reminder_"), name
        of_one_meeting = kind.startswith("meeting_") and not kind.startswith("meeting_off")
        assert ("References: " in head) == (of_one_meeting or kind == "reminder_met"), name
        plain = text.partition("[text/plain")[2].partition("\n\n[")[0].splitlines()
        assert all(len(line) < 78 for line in plain if "://" not in line), name
        assert "RSVP=TRUE" not in text, name


def test_three_are_never_called_a_pair() -> None:
    pair = {"fi": r"\bpari(?!p)|kumpi|molem", "sv": r"\b(ert|ditt|ett) par\b|båda", "en": r"\bpair|\bboth\b"}
    for name, text in letters():
        if "-trio" in name:
            assert not re.search(
                pair[name[:2]], "\n".join(line for line in body_of(text) if "://" not in line), re.IGNORECASE
            ), name
