"""Every letter says that there is something to read, never what; in the reader's language, from whom and why."""

from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import oppipari.messages
from oppipari.messages.letters import letter_of
from oppipari.messages.models import Outgoing

TEXTS = Path(oppipari.messages.__file__).parent / "templates" / "messages"
FOUND = sorted(p.stem for p in TEXTS.glob("*.txt"))
KINDS = [
    "sign_in_code",
    "sign_in_unknown",
    "invitation",
    "sign_up_received",
    "pair_published",
    "pair_wanted_again",
    "meeting_proposed",
    "meeting_agreed",
    "meeting_moved",
    "meeting_cancelled",
    "meeting_waits",
    "meeting_unsuited",
    "meeting_link",
    "meeting_link_missing",
    "insight_waits",
    "pair_continues",
    "pair_finished",
    "pair_question",
    "questionnaire_open",
    "round_closed",
]
URL = "https://oppipari.example.org/somewhere/"


def letter(kind: str, language: str) -> Any:
    invited = {"supervisor": "Ritva Salo", "unit": "Kuusikoti", "round": "2027", "day": "2027-01-26"}
    context = {"url": URL, "code": "K7<&P2", **invited}
    return letter_of(Outgoing(to="aino@example.org", kind=kind, language=language, context=context))


def test_there_is_a_text_for_every_kind() -> None:
    assert set(KINDS) <= set(FOUND)


@pytest.mark.parametrize("kind", FOUND)
def test_a_letter_is_short_and_plain_and_differs_by_language(kind: str, settings: Any) -> None:
    settings.SITE_URL = "https://oppipari.example.org"
    letters = [letter(kind, language) for language in ("fi", "sv", "en")]
    for one in letters:
        assert 5 <= len(one.subject) <= 50
        assert "\n" not in one.subject
        assert len(one.body.split("\n-- \n")[0].split()) < 60
        assert one.body.count(URL) == 1
        assert "Oppipari (https://oppipari.example.org)" in one.body.split("\n-- \n")[1]  # from whom
        assert one.alternatives == []
    for one, other in combinations(letters, 2):
        assert one.subject != other.subject
        assert set(one.body.splitlines()) & set(other.body.splitlines()) <= {"", "-- ", URL}


def test_a_code_is_shown_as_it_is_in_plain_text_and_never_in_the_subject() -> None:
    one = letter("sign_in_code", "fi")
    assert "K7<&P2" in one.body
    assert "K7" not in one.subject


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("sign_in_code", "somebody asked for a sign-in code"),
        ("invitation", "your supervisor wrote your address"),
        ("meeting_waits", "you supervise"),
        ("meeting_agreed", "you signed up"),
        ("meeting_copy", "you supervise"),
        ("reminder_waits", "you supervise"),
        ("reminder_trial", "you supervise"),
        ("reminder_several", "you supervise"),
        ("reminder_pair", "you signed up"),
    ],
)
def test_the_letter_says_why_it_came(kind: str, why: str) -> None:
    assert why in letter(kind, "en").body
