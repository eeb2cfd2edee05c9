"""Searching by words: without case and diacritics, in the searcher's language and the two others."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import snowballstemmer

from oppipari.insights.trials.models import folded
from oppipari.rounds.vocabulary import SYNONYMS, competences

MOST_WORDS, LONGEST = 8, 80
_NAMES = {"fi": "finnish", "sv": "swedish", "en": "english"}
# A shorter beginning stands for other words as well: Swedish "möte" (meeting) and "mot" (against).
_SHORTEST = {"fi": 4, "sv": 4, "en": 3}


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or several that belong together, as shown; `language` "" where it is anybody's guess."""

    shown: str
    language: str

    @property
    def folded(self) -> str:
        return folded(self.shown)


@dataclass(frozen=True, slots=True)
class Term:
    """One word (or name of a competence) of a search: `wanted` as searched, `others` what it means in other languages.

    `patterns` are regular expressions; a text in which one of them is found holds the term.
    """

    wanted: str
    others: tuple[str, ...]
    patterns: tuple[str, ...]


def stem(word: str) -> str:
    """The part of a folded word that stays in most of its forms; the last three letters go, four remain at least.

    So for Finnish, where endings change the word before them, too.
    """
    return " ".join(part if len(part) <= 4 else part[: max(4, len(part) - 3)] for part in word.split())


@cache
def _stemmer(language: str) -> Any:
    return snowballstemmer.stemmer(_NAMES[language])


def snowball(word: str, language: str) -> str:
    """The stem of one folded word by Snowball's rules; the word itself, where that would be too short."""
    left = str(_stemmer(language).stemWord(word))
    return left if len(left) >= _SHORTEST[language] else word


def _beginning(word: str, language: str) -> str:
    """How all forms of a folded word begin: the stem of "family" and "families" is "famili", which one does not hold."""
    left = snowball(word, language)
    if language == "en" and len(left) > 4:
        left = left.removesuffix("i")
    alike = (n for n, (a, b) in enumerate(zip(word, left, strict=False)) if a != b)
    return word[: next(alike, min(len(word), len(left)))]


def pattern(word: str, language: str) -> str:
    """The regular expression that finds a folded word of `language` in its other forms.

    Finnish beginnings are found inside compounds, too; short ones of other languages only where a word begins, else
    "ring" would be found in every word that ends so; two letters are a word by themselves.
    """
    if len(word) <= 2:
        return rf"(^|\W){re.escape(word)}(\W|$)"
    parts = [stem(part) if language in ("fi", "") else _beginning(part, language) for part in word.split()]
    text = r"\w*\s+".join(re.escape(part) for part in parts)
    return text if language == "fi" or len(parts[0]) > 4 else rf"(^|\W){text}"


@cache
def _file() -> dict[str, Any]:
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _groups() -> list[tuple[Word, ...]]:
    """Words that mean the same: of everyday work, and the names of competences in three languages."""
    groups = [tuple(Word(w, lang) for lang, ws in group.items() for w in ws) for group in _file()["groups"]]
    return groups + [
        (Word(c.fi, "fi"), Word(c.sv, "sv"), Word(c.en, "en"), *(Word(w, "") for w in SYNONYMS.get(c.key, ())))
        for c in competences().values()
    ]


@cache
def _by_word() -> dict[str, list[tuple[str, tuple[Word, ...]]]]:
    """By a folded word: the languages it is of, and the groups it is in."""
    found: dict[str, list[tuple[str, tuple[Word, ...]]]] = {}
    for group in _groups():
        for word in group:
            found.setdefault(word.folded, []).append((word.language, group))
    return found


@cache
def _by_stem() -> dict[tuple[str, str], list[tuple[str, tuple[Word, ...]]]]:
    found: dict[tuple[str, str], list[tuple[str, tuple[Word, ...]]]] = {}
    for group in _groups():
        for word in group:
            if word.language in ("sv", "en") and " " not in word.folded:
                key = (word.language, snowball(word.folded, word.language))
                found.setdefault(key, []).append((word.language, group))
    return found


def _alike(a: str, known: str) -> bool:
    """Whether a word may be a Finnish form of a known one: their stems are equal, or one goes on from the other.

    Long words may go on for longer, since Finnish endings do: haavanho, haavanhoido; omai, omaisi.
    """
    short, long = sorted((stem(a), stem(known)), key=len)
    more = (2 if len(known) >= 7 else 0) if len(short) < 5 else 2 if len(short) < 7 else 4
    return len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= more


def _known(word: str) -> list[tuple[str, tuple[Word, ...]]]:
    """The groups of a folded word, each with the language it is of there: its own, else those of a word it is a form of."""
    if word in _by_word():
        return _by_word()[word]
    forms = [one for lang in ("sv", "en") for one in _by_stem().get((lang, snowball(word, lang)), [])]
    return forms or [
        (lang, group)
        for known, ones in _by_word().items()
        for lang, group in ones
        if lang in ("fi", "") and " " not in known and _alike(word, known)
    ]


def _term(wanted: str) -> Term:
    known = _known(wanted)
    others = {word.folded: word for _lang, group in known for word in group}
    others.pop(wanted, None)
    # What is known to be Swedish is not looked for as if it were Finnish; what is not known may be of any language.
    languages = [lang for lang, _group in known if lang] or list(_NAMES)
    found = [pattern(wanted, lang) for lang in dict.fromkeys(languages)]
    if "fi" in languages and " " not in wanted and len(wanted) > 2:
        found.append(re.escape(_beginning(wanted, "fi")))
    found += [pattern(word.folded, word.language) for word in others.values()]
    shown = sorted((word.shown for word in others.values()), key=folded)
    return Term(wanted, tuple(shown), tuple(dict.fromkeys(found)))


def terms(query: str) -> list[Term]:
    """What is searched: the name of a competence as one, else every word by itself; [] where there is no letter or figure.

    Small words (and, the) are left out where there are others.
    """
    clean = folded(query[:LONGEST])
    if " " in clean and clean in _by_word():
        return [_term(clean)]
    words = "".join(c if c.isalnum() or c == "-" else " " for c in clean).split()
    words = list(dict.fromkeys(word for word in (w.strip("-") for w in words) if word))
    small = {folded(word) for word in _file()["small"]}
    words = [word for word in words if word not in small] or words
    return [_term(word) for word in words[:MOST_WORDS]]
