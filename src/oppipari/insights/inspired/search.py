"""Searching by words: without case and diacritics, in the searcher's language and the two others."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oppipari.insights.trials.models import folded
from oppipari.rounds.vocabulary import SYNONYMS, competences

MOST_WORDS, LONGEST = 8, 80


@dataclass(frozen=True, slots=True)
class Term:
    """One word (or name of a competence) of a search: `wanted` as searched, `others` what it means in other languages."""

    wanted: str
    others: tuple[str, ...] = ()

    @property
    def stems(self) -> list[str]:
        """What is looked for inside texts: beginnings, since Finnish words go on changing at their end."""
        return [stem(self.wanted), *(stem(folded(word)) for word in self.others)]


def stem(word: str) -> str:
    """The part of a folded word that stays in most of its forms; the last three letters go, four remain at least."""
    return " ".join(part if len(part) <= 4 else part[: max(4, len(part) - 3)] for part in word.split())


@cache
def _groups() -> list[tuple[str, ...]]:
    """Words that mean the same, as shown: of everyday work, and the names of competences in three languages."""
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        groups = [tuple(group) for group in tomllib.load(file)["groups"]]
    return groups + [(c.fi, c.sv, c.en, *SYNONYMS.get(c.key, ())) for c in competences().values()]


@cache
def _by_word() -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for group in _groups():
        for word in group:
            found.setdefault(folded(word), []).append(group)
    return found


def _alike(a: str, b: str) -> bool:
    """Whether two stems may be of one word: equal, or one goes on from the other (vuoronvai, vuoronvaih).

    Long words may go on for longer, since Finnish endings do: haavanho, haavanhoido.
    """
    short, long = sorted((a, b), key=len)
    more = 0 if len(short) < 5 else 2 if len(short) < 7 else 4
    return len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= more


def _meaning(word: str) -> tuple[str, ...]:
    """What a folded word is called otherwise: its own group, or that of the word it is a form or a part of."""
    groups = _by_word().get(word)
    if groups is None:
        groups = [g for known, gs in _by_word().items() for g in gs if " " not in known and _alike(stem(word), stem(known))]  # fmt: skip
    words = {folded(w): w for group in groups for w in group}
    words.pop(word, None)
    return tuple(sorted(words.values(), key=folded))


def terms(query: str) -> list[Term]:
    """What is searched: the name of a competence as one, else every word by itself; [] for nothing."""
    clean = folded(query[:LONGEST])
    if not clean:
        return []
    if " " in clean and clean in _by_word():
        return [Term(clean, _meaning(clean))]
    words = list(dict.fromkeys("".join(c if c.isalnum() or c == "-" else " " for c in clean).split()))
    return [Term(word, _meaning(word)) for word in words[:MOST_WORDS]]
