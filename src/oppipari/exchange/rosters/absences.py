"""Which codes and words of a roster say that somebody is not at work; the reason is not looked at and not kept."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from oppipari.scheduling.hours import plain


@cache
def _tables() -> tuple[frozenset[str], re.Pattern[str], frozenset[str]]:
    """The codes, the words and the ways to say "not at work" of absences.toml, folded."""
    with (files(__package__) / "absences.toml").open("rb") as file:
        told = tomllib.load(file)
    codes = frozenset(plain(code) for some in told["codes"].values() for code in some)
    words = re.compile("|".join(word for some in told["words"].values() for word in some))
    return codes, words, frozenset(plain(text) for text in told["not_at_work"]["any"])


def is_absence_code(text: str) -> bool:
    """Whether a cell's whole text (or one part of a divided one) is a usual code for being away."""
    written = plain(text).strip("*!.()[] ")
    codes, _words, nothing = _tables()
    return written in codes or written in nothing


def speaks_of_absence(text: str) -> bool:
    """Whether a longer text, such as an event's title, says that somebody is away: by a word, or by a code in it."""
    written = plain(text)
    codes, words, _nothing = _tables()
    return bool(words.search(written)) or written.strip("*!.()[] ") in codes


def means_not_at_work(text: str) -> bool:
    """Whether a legend's text gives a code as being no work."""
    _codes, words, nothing = _tables()
    written = plain(text)
    return written in nothing or bool(words.search(written))
