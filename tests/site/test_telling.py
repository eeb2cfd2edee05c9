"""What was told was told: no sentence promises a message where none leaves, in the three languages."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.site.test_without_mail import Reader, meetings, new_pairs, rosters
from tests.telling import APPS, LANGUAGES, ONLY_WITH_MAIL, PROMISES, SO_WITHOUT_MAIL, promised, texts

from oppipari.messages.models import Outgoing

LISTED = [msgid for listed in SO_WITHOUT_MAIL.values() for msgid in listed]
ASKS = re.compile(
    r"\bmail_enabled\b|\breached\b|\breach\.(all|none)|\btold\.(all|by_mail|way)|\bMAIL_ENABLED\b"
    r"|\bmail_leaves\(|\bway_to\(|\bdef (was_told|will_be_told)\(|if sent else"
)
# Pages that are only reached where there is mail, and the code that asks.
ASKED_BY = {"rounds/templates/rounds/invitation_whose.html": "rounds/views/signing/steps.py"}


def test_whoever_writes_a_promise_says_whether_it_is_so_without_mail() -> None:
    known = {*LISTED, *ONLY_WITH_MAIL}
    promising = {text.msgid: text.promises for text in texts() if text.promises}
    new = {msgid: langs for msgid, langs in promising.items() if msgid not in known}
    assert not new, "put these on a list of tests/telling.py, or say what is so"
    assert known <= set(promising), "no such sentences any more"
    assert len(LISTED) == len(set(LISTED))
    assert not set(LISTED) & set(ONLY_WITH_MAIL)


HAS_LEFT = {
    "fi": r"\bviesti\w* (lähti|lähetettiin|on lähetetty)\b|\b(lähti|saivat|sai) (siitä )?viesti|saanut viesti",
    "sv": r"meddelande (gick|skickades)|\b(fick|fått) (ett|något) meddelande",
    "en": r"\bmessages? (went|left|was sent)\b|\b(was|were) sent a message|\bgot a message|\bhave got a message",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_says_that_a_message_has_left(lang: str) -> None:
    """Pressed in the evening it leaves on the next working morning; pages say what is so at any hour."""
    found = {
        text.msgid for text in texts() for said in text.said[lang] if re.search(HAS_LEFT[lang], said, re.IGNORECASE)
    }
    # Said of one that was sent, at whatever hour.
    assert found <= {"Emptied when sent; that one was sent is known for six months."}


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("fi", "Pareille on kerrottu."),
        ("fi", "Kun julkaiset sen, tapaamiset on sovittu ja kutsut lähtevät kaikkien kalenteriin."),
        ("fi", "Muut saavat tiedon. Jos vain aika muuttuu, siirrä tapaaminen."),
        ("fi", "Tulos kerrotaan teille kaikille yhtä aikaa."),
        ("fi", "Ketään ei ilmoiteta: jokainen saa kutsun, jonka vahvistaa itse."),
        ("sv", "Paren har fått veta det. De kan flytta träffen med två tryck."),
        ("sv", "Ni får alla veta resultatet samtidigt."),
        ("sv", "De andra får veta det."),
        ("en", "The pairs have been told. They can move the meeting in two presses."),
        ("en", "Both are told when you publish."),
        ("en", "The trio was published, and all three are told."),
        ("en", "It leaves the calendars, and the pair is asked to propose another time."),
    ],
)
def test_what_was_said_and_was_not_so_is_found(lang: str, line: str) -> None:
    assert promised(line, lang)
    assert promised(f"Syksyn kierros. {line}", lang)


def test_what_is_so_is_let_through_also_between_other_words() -> None:
    assert not promised("Tallennettu. Viestiä ei lähde: asia näkyy kunkin omalla sivulla. Kiitos!", "fi")
    assert not promised("Nobody is told who wished for it. Your supervisor sees only that the pair has ended.", "en")
    assert promised("Nobody is told who wished for it. But all are told that it ended.", "en")


def sources() -> Iterator[tuple[Path, str]]:
    for path in sorted([*APPS.rglob("*.html"), *APPS.rglob("*.py")]):
        yield path, path.read_text(encoding="utf-8")


def as_written(msgid: str) -> list[str]:
    """How a text stands in sources: in templates with holes in braces, in code broken into pieces."""
    return [msgid, re.sub(r"%\((\w+)\)[sd]", r"{{ \1 }}", msgid), msgid.replace('"', '\\"')]


def asked_around(template: str, at: int) -> bool:
    """Whether a place in a template is within an `if` whose condition, or that of an earlier branch, asks."""
    open_: list[str] = []
    for tag in re.finditer(r"{% (if|elif|else|endif)\b([^%]*)%}", template[:at]):
        if tag[1] == "if":
            open_.append(tag[2])
        elif tag[1] == "elif":
            open_[-1] += tag[2]
        elif tag[1] == "endif":
            open_.pop()
    return any(ASKS.search(condition) for condition in open_)


def test_asking_around_a_place_ends_with_its_block() -> None:
    page = "{% if mail_enabled %}A{% elif x %}B{% else %}C{% endif %}D{% if x %}E{% endif %}"
    assert [letter for letter in "ABCDE" if asked_around(page, page.index(letter, 20))] == ["A", "B", "C"]


@pytest.mark.parametrize("msgid", ONLY_WITH_MAIL)
def test_what_is_so_only_with_mail_is_said_where_it_was_asked(msgid: str) -> None:
    """In a template within a block that asks, in code in a module that asks."""
    found = {}
    for path, text in sources():
        name = str(path.relative_to(APPS))
        for at in (m.start() for written in set(as_written(msgid)) for m in re.finditer(re.escape(written), text)):
            code = (APPS / ASKED_BY[name]).read_text(encoding="utf-8") if name in ASKED_BY else text
            by_code = path.suffix == ".py" or name in ASKED_BY
            found[name, at] = bool(ASKS.search(code)) if by_code else asked_around(text, at)
    assert found, "said nowhere"
    assert all(found.values()), found


@pytest.mark.one_database
@pytest.mark.django_db
@pytest.mark.parametrize("pressing", [new_pairs, meetings, rosters], ids=lambda f: f.__name__)
def test_with_mail_the_same_presses_say_that_a_message_leaves(pressing: Any, mail_on: None) -> None:
    reader = Reader("fi")
    pressing(reader)
    assert reader.found
    assert Outgoing.objects.exists()


def lines_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from lines_of(one)


# Of files that are shown as they are: what is said and is so without mail.
SO_IN_FILES = {
    "lähtivät mukaan",  # who joined
    "Luvut kerrotaan vain",  # on the very slide
    "osasta kerrotaan vain",
    "Counts are told only",
    "for some only a bound is told",
    "Mitään ei ole vielä lähetetty",  # one's own answer
    "Inget har skickats än",
    "Nothing has been sent yet",
    "with the code that comes to your e-mail",  # shown only where addresses are confirmed
    "koodilla, joka tulee sähköpostiisi",
    "med koden som kommer till din e-post",
}


@pytest.mark.parametrize(
    "path",
    [*APPS.glob("*/*.toml"), *APPS.glob("materials/slips/*.toml"), *APPS.glob("*/data/*.toml")],
    ids=lambda p: p.name,
)
def test_slides_slips_and_questionnaires_promise_nothing_either(path: Path) -> None:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    for lang in LANGUAGES:
        if lang not in content:
            continue
        for line in lines_of(content[lang]):
            for part in re.split(r"(?<=[.!?;:]) ", line):
                if PROMISES[lang].search(part):
                    assert any(so in part or so in line for so in SO_IN_FILES), (lang, part)


@pytest.mark.parametrize("lang", ["fi", "en"])
def test_the_guide_for_the_first_round_promises_nothing_either(lang: str) -> None:
    guide = (Path(__file__).parents[2] / "docs" / f"first-round.{lang}.md").read_text(encoding="utf-8")
    for part in re.split(r"(?<=[.!?]) ", " ".join(guide.split())):
        assert not PROMISES[lang].search(part), part
