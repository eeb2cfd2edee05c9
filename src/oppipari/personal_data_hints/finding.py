"""Finding what might tell of one person, with word lists and patterns; the text is read here and kept nowhere.

It helps to remember, and no more: it knows neither whose names are here nor who takes part, it misses much that only a
colleague would recognise, and some of what it tells is an ordinary word.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from oppipari.personal_data_hints.inflecting import forms_of


class Kind(StrEnum):
    NAME = "name"
    CLIENT = "client"
    DIAGNOSIS = "diagnosis"
    DATE = "date"
    IDENTITY_CODE = "identity_code"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Hint:
    """What was found: `words` as they stand in the text, from the letter `start` on."""

    kind: Kind
    words: str
    start: int


@dataclass(frozen=True, slots=True)
class _Words:
    names: frozenset[str]
    also_words: frozenset[str]
    surnames: frozenset[str]
    beginnings: tuple[str, ...]
    whole: frozenset[str]
    phrases: tuple[str, ...]


@cache
def _words() -> _Words:
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        data = tomllib.load(file)
    lists, never = data["names"], frozenset(data["names"]["never"].split())
    ambiguous = set(lists["also_words"].split())
    sure = {n for language in ("fi", "sv", "en", "other") for n in lists[language].split()} - ambiguous

    def all_forms(names: set[str]) -> frozenset[str]:
        return frozenset(form for name in names for form in forms_of(name.casefold())) - never

    return _Words(
        all_forms(sure),
        all_forms(ambiguous),
        all_forms(set(lists["surnames"].split())),
        tuple(data["diagnoses"]["beginnings"].split()),
        frozenset(data["diagnoses"]["whole"].split()),
        tuple(data["diagnoses"]["phrases"]),
    )


_WORD = re.compile(r"[^\W\d_]+(?:[-'’:][^\W\d_]+)*")
# A sentence begins after these, and a line, a list's item and what is quoted after a colon do, too.
_ENDS = ".!?:;…\n•*–—-(/#|>"
_SURNAME_ENDS = re.compile(r".{3,}(?:nen|selle|sell[aä]|selt[aä]|sson|ssons|ström|qvist)\Z")

_UNITS = r"(?!\s*(?:min|h\b|t\b|tunt|kerta|kertaa|aste|°|%|prosent|henk|ihmi|hoitaj|asuk|päiv|viik|vuot|vuor|cm|m²|m2|neliö|timm|grader|person|gång|dag|hour|day|people|times|degree|week))"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    # Kela and the Digital and Population Data Services Agency: six figures, a sign of the century, three and one more.
    (Kind.IDENTITY_CODE, re.compile(r"(?<!\d)\d{6}[-+A-FU-Y]\d{3}[0-9A-Y](?!\w)", re.IGNORECASE)),
    (Kind.IDENTITY_CODE, re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+]\d{4}(?!\d)")),
    (Kind.EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (Kind.PHONE, re.compile(r"(?<![\d.,])(?:\+\d{1,3}[ -]?\(?0?\)?|0)\d{1,3}(?:[ -]?\d){5,9}(?![\d.,]\d)")),
    (Kind.CLIENT, re.compile(r"\bhuone(?:essa|esta|eseen|ella|elle|elta|en|tta)?\s*(?:nro|nr|numero)?\.?\s*\d{1,4}\b" + _UNITS, re.IGNORECASE)),
    (Kind.CLIENT, re.compile(r"\b(?:rum(?:met)?|säng)\s*(?:nr|nummer)?\.?\s*\d{1,4}\b" + _UNITS, re.IGNORECASE)),
    (Kind.CLIENT, re.compile(r"\b(?:room|bed)\s*(?:no|nr|number)?\.?\s*\d{1,4}\b" + _UNITS, re.IGNORECASE)),
    (Kind.CLIENT, re.compile(r"\b(?:[Rr]ouva|[Hh]erra)(?:n|a|lle|lla|lta|sta|ssa|kin)?\b(?:\s+[A-ZÅÄÖ]\w*)?")),
    (Kind.CLIENT, re.compile(r"\b(?:[Ff]ru|[Hh]err|Mr|Mrs|Ms|Miss)\.?\s+[A-ZÅÄÖ]\w*")),
    (Kind.CLIENT, re.compile(r"\b(?i:asukas|asukkaan|asukkaalle|asukkaalla|asukkaalta|asukasta|potilas|potilaan|potilaalle|potilaalla|potilasta|asiakas|asiakkaan|asiakkaalle|asiakkaalla|asiakasta|boende|klient|klienten|patient|patienten|vårdtagare)\s+(?:[A-ZÅÄÖ](?:\.|:\w+)?(?!\w)|\d{1,3}\b" + _UNITS + ")")),
    (Kind.CLIENT, re.compile(r"\b(?i:resident|client|patient)\s+(?:[B-HJ-Z]\.?(?!\w)|\d{1,3}\b" + _UNITS + ")")),
    (Kind.CLIENT, re.compile(r"\b\d{2,3}[- ]?(?:vuotia\w+|vuotta vanha\w*|åring\w*|årig\w*|years?[- ]olds?)\b", re.IGNORECASE)),
    (Kind.DATE, re.compile(r"(?<![\d.,:])(?<!klo )(?<!kl )(?<!kl\. )(?<!kello )(?:3[01]|[12]\d|0?[1-9])\.(?:1[0-2]|0?[1-9])\.(?:(?:19|20)?\d\d)?(?![\d.])")),
    (Kind.DATE, re.compile(r"(?<![\d-])(?:19|20)\d\d-(?:1[0-2]|0[1-9])-(?:3[01]|[12]\d|0[1-9])(?![\d-])")),
    (Kind.DATE, re.compile(r"(?<![\d/])(?:3[01]|[12]\d|0?[1-9])/(?:1[0-2]|0?[1-9])/(?:(?:19|20)\d\d)(?![\d/])")),
    (Kind.DATE, re.compile(r"(?<![\d.,])(?:3[01]|[12]\d|[1-9])\.?\s+(?:tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu)kuu(?:ta|n|ssa)?\b", re.IGNORECASE)),
    (Kind.DATE, re.compile(r"(?<![\d.,])(?:3[01]|[12]\d|[1-9])\.?\s+(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)\b", re.IGNORECASE)),
    (Kind.DATE, re.compile(r"(?<![\d.,])(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?(?:\s+of)?\s+(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")),
    (Kind.DATE, re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\s+(?:3[01]|[12]\d|[1-9])(?:st|nd|rd|th)?\b(?!\s*(?:%|min))")),
    (Kind.DATE, re.compile(r"\bviime\s+(?:maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai)\w*|\bi\s+(?:måndags|tisdags|onsdags|torsdags|fredags|lördags|söndags)\b|\blast\s+(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b", re.IGNORECASE)),
)  # fmt: skip


def _begins_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \t\"'”“»«’‘)[")
    return not before or before[-1] in _ENDS


def _names(text: str) -> Iterator[Hint]:
    """First names with what is written with a capital letter after them, and surnames inside a sentence."""
    words = _words()
    letters = [c for c in text if c.isalpha()]
    small = not any(c.isupper() for c in letters)
    # Where everything is in capitals, a capital letter tells nothing.
    loud = sum(c.isupper() for c in letters) > len(letters) / 2
    found = list(_WORD.finditer(text))
    skip = -1
    for number, match in enumerate(found):
        if match.start() < skip:
            continue
        word = match.group()
        capital = word[0].isupper()
        if not (capital or small):
            continue
        parts = [word.casefold(), *re.split(r"[-'’:]", word.casefold())[:1]]
        known = any(p in words.names for p in parts)
        inside = capital and not loud and not _begins_sentence(text, match.start())
        if not known and inside:
            known = any(p in words.also_words or p in words.surnames for p in parts) or bool(_SURNAME_ENDS.match(parts[0]))  # fmt: skip
        if not known:
            continue
        end = match.end()
        for following in found[number + 1 :]:
            if text[end : following.start()] != " " or not following.group()[0].isupper() or loud:
                break
            end = following.end()
        skip = end
        yield Hint(Kind.NAME, text[match.start() : end], match.start())


def _diagnoses(text: str) -> Iterator[Hint]:
    words = _words()
    for match in _WORD.finditer(text):
        word = match.group().casefold()
        if word in words.whole or word.startswith(words.beginnings):
            yield Hint(Kind.DIAGNOSIS, match.group(), match.start())
    low = text.casefold()
    for phrase in words.phrases:
        if (at := low.find(phrase)) >= 0:
            yield Hint(Kind.DIAGNOSIS, text[at : at + len(phrase)], at)


def find_hints(text: str) -> list[Hint]:
    """Find what in `text` seems to tell of one person.

    Returns
    -------
    list of Hint
        In the order of the text, each thing once; empty where nothing does.

    Examples
    --------
    >>> find_hints("Raportti luetaan taululta.")
    []
    """
    found = [*_names(text), *_diagnoses(text)]
    for kind, pattern in _PATTERNS:
        found += [Hint(kind, match.group().strip(), match.start()) for match in pattern.finditer(text)]
    found.sort(key=lambda n: (n.start, -len(n.words)))
    kept: list[Hint] = []
    told: set[tuple[Kind, str]] = set()
    end = -1
    for one in found:
        # "Rouva Virtanen" is one thing, however many rules it fits; so is a date inside an identity code.
        if one.start < end or (one.kind, one.words.casefold()) in told:
            continue
        told.add((one.kind, one.words.casefold()))
        kept.append(one)
        end = one.start + len(one.words)
    return kept


def find_hints_in(*texts: str) -> list[Hint]:
    """Find the hints of several texts, each thing once."""
    told: dict[tuple[Kind, str], Hint] = {}
    for text in texts:
        for one in find_hints(text):
            told.setdefault((one.kind, one.words.casefold()), one)
    return list(told.values())
