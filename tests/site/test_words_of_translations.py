"""Finnish and Swedish say neither more nor less than the English, where that was found to go wrong: see each test."""

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext

import oppipari

APPS = Path(oppipari.__file__).parent
# Words that speak of two people.
OF_TWO = {
    "fi": re.compile(r"kumpi(?! vain)|kumm(an|alle|asta|as)|molem|\bpari(si|nne|stasi|nsa|ltasi|llesi)|te kaksi", re.IGNORECASE),
    "sv": re.compile(r"\bbåda|\bbägge|vardera|(ditt|ert) par\b|\bni två\b", re.IGNORECASE),
}  # fmt: skip
ENGLISH_OF_TWO = re.compile(r"\bboth\b|\bpairs?\b|\btwo\b|\bpartner|\beither\b", re.IGNORECASE)
# Read by two alone, since three have a sentence of their own; or not about people.
SO_ALL_THE_SAME = {
    "Half of the time for each.",
    "What did each of you learn? What will you do differently?",
    "the key %(key)s is there twice. Give each its own.",
}
# One thing has one word; the others that once stood for it.
OTHER_WORDS = {
    "fi": re.compile(r"Teamsillä|yksityisesti|samana ihmisenä"),
    "sv": re.compile(r"turlist|skiftsförteckning|medeltal|förblir du samma person", re.IGNORECASE),
}


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Every text of every app with its translation; of plurals each form."""
    for path in sorted(APPS.glob(f"*/locale/{language}/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            if entry.msgid_plural:
                yield entry.msgid, entry.msgstr_plural[0]
                yield entry.msgid_plural, entry.msgstr_plural[1]
            else:
                yield entry.msgid, entry.msgstr


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_two_are_spoken_of_only_where_the_english_does(language: str) -> None:
    """Else three read of two: "Kumpikin vastaa yksin"."""
    found = [
        (source, told)
        for source, told in texts(language)
        if OF_TWO[language].search(told) and not ENGLISH_OF_TWO.search(source) and source not in SO_ALL_THE_SAME
    ]
    assert found == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_one_thing_has_one_word(language: str) -> None:
    assert [told for _source, told in texts(language) if OTHER_WORDS[language].search(told)] == []


@pytest.mark.parametrize(
    ("language", "last"), [("fi", r"\bviimei"), ("sv", r"\b(de|den|det) sista\b|\blängst|\bsenast")]
)
def test_where_a_day_is_the_last_of_several_that_is_said(language: str, last: str) -> None:
    """One pair of two may have less time than that."""
    of_several = [(s, t) for s, t in texts(language) if re.search(r"\b(the last (until|on)|at the longest until)\b", s)]
    assert len(of_several) >= 4
    assert [t for _source, t in of_several if not re.search(last, t, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_nothing_is_called_held_or_agreed_to_that_was_not(language: str) -> None:
    """A pair that met once of three has no meetings behind it that were held, and the supervisor may have said yes."""
    with translation.override(language):
        over = gettext("Your meetings together are over. Thank you for the shared learning!")
        passed = gettext("the time passed before all had agreed to it.")
        both = ngettext("%(count)d meeting was agreed.", "%(count)d meetings were agreed.", 2)
    assert not re.search(r"pidet|håll", over)
    assert not re.search(r"hyväks|godkän", passed)
    assert re.search(r"sovi|avtal", passed)
    assert re.search(r"sovi|avtal", both)


# Said in another way than it is meant: of every weekday what leaves once; in Finland's Swedish "yet" for what goes on,
# which elsewhere is "one more", and the past for what could be.
NOT_SO_MEANT = {
    "fi": re.compile(r"arkisin kello|pitää sanansa"),
    "sv": re.compile(r"vardagar kl|behåller sina ord|\bännu (öppen|kan|hör|en)\b|pågår ännu|\bkunde (gissa|berätta|hjälpa)", re.IGNORECASE),
}  # fmt: skip


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_nothing_says_another_thing_than_is_meant(language: str) -> None:
    assert [told for _source, told in texts(language) if NOT_SO_MEANT[language].search(told)] == []


def test_a_finnish_sentence_does_not_end_with_a_day() -> None:
    """A day has its own stop, "ke 19.5.", and has none in another year: "ke 19.5..", or "ke 19.5.2027 Sitten"."""
    days = r"%\((day|until|last|made|first_day|last_day)\)s"
    found = [
        told
        for source, told in texts("fi")
        if re.search(rf"{days}(\.| [A-ZÅÄÖ])", told) or (source.endswith(".") and re.search(rf"{days}$", told))
    ]
    assert found == []
