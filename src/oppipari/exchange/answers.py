"""Single answers in three languages: working times, stages, ways of meeting, languages."""

import re

from oppipari.organisation.text import fold
from oppipari.scheduling.weekdays import DAYS

PARTS = {
    part: number
    for number, words in enumerate(
        [
            "aamu aamut aamuvuoro aamuvuorot aamulla aamuisin aamupäivä morning mornings day days morgon morgnar dag",
            "ilta illat iltavuoro iltavuorot illalla iltaisin iltapäivä evening evenings afternoon afternoons kväll kvällar eftermiddag",
            "yö yöt yövuoro yövuorot yöllä öisin night nights natt nätter",
        ]
    )
    for part in words.split()
}
ANY_TIME = {
    fold(t) for t in ("milloin vain", "milloin tahansa", "aina", "any time", "anytime", "när som helst", "alltid")
}

# An answer that wishes for nothing in particular.
NO_MATTER = re.compile(
    r"väliä|sama se|kuka vain|kuka tahansa|\bany(body|one)?\b|matter|no preference|roll\b|vem som helst"
)

# "inexperienced" and "oerfaren" are no "experienced": words begin where the pattern does.
STAGES = {
    "early": r"alussa|alkuvai|\buusi|\bnuori|\bearly|beginning|\bjunior|newcomer|\bnew\b|starting|inexperienced|not .*experienced|"
    r"kokematon|i början|\bny\b|\boerfaren",
    "mid": r"\bkeskivai|puolivälissä|\bmid\b|\bmid-|\bmiddle|intermediate|mitt i|\bmellan",
    "experienced": r"\bkokenut|konkari|\bpitkä|\bexperienced|\bsenior|veteran|\berfaren|rutinerad",
}
WAYS = {
    "either": r"kumpi|molemmat|either|\bboth\b|\bany\b|väliä|no preference|matter|båda|bägge|vilket som|ingen roll",
    "teams": r"teams|etä|online|remote|video|distans|nät",
    "face_to_face": r"kasvok|\blähi|paikan päällä|livenä|\bface|in person|ansikte|på plats",
}
LANGUAGES = {
    "fi": r"suomi|suomeksi|finnish|finska|^fi$",
    "sv": r"ruotsi|swedish|svenska|^sv$",
    "en": r"englan|english|engelska|^en$",
    "ru": r"venäjä|russian|ryska|^ru$",
    "et": r"viro|eesti|estonian|estniska|^et$",
    "so": r"somali|^so$",
    "ar": r"arabia|arabic|arabiska|^ar$",
    "uk": r"ukrain|^uk$",
}


RANGE = re.compile(r"^(\w+)\s*[-–—]\s*(\w+)\b(.*)$")
WEEKDAYS = re.compile(r"^(arkisin|arki|weekdays?|vardag(ar)?)\b(.*)$")


def read_slots(text: str) -> tuple[int, ...]:
    """Working-time slots 0..20 from words such as "ma aamu", "Tue night", "må-fr kväll"; () where none is understood."""
    folded = fold(text)
    days: list[int] = []
    rest = folded
    if (span := RANGE.match(folded)) and span[1] in DAYS and span[2] in DAYS and DAYS[span[1]] < DAYS[span[2]]:
        days, rest = list(range(DAYS[span[1]], DAYS[span[2]] + 1)), span[3]
    elif weekdays := WEEKDAYS.match(folded):
        days, rest = list(range(5)), weekdays[3]
    words = re.findall(r"\w+", rest)
    days += [DAYS[w] for w in words if w in DAYS]
    parts = [PARTS[w] for w in words if w in PARTS]
    one_day = len(days) == 1 or not any(w in DAYS for w in words)
    return tuple(d * 3 + parts[0] for d in days) if one_day and len(parts) == 1 else ()


def is_any_time(text: str) -> bool:
    """Whether an answer says that every working time suits."""
    return fold(text).rstrip(".!") in ANY_TIME


def _by_pattern(text: str, table: dict[str, str]) -> str | None:
    folded = fold(text)
    found = [key for key, pattern in table.items() if folded and re.search(pattern, folded)]
    return found[0] if len(found) == 1 or (found and found[0] == "either") else None


def read_stage(text: str) -> str | None:
    """A career stage: early, mid or experienced."""
    return _by_pattern(text, STAGES)


def read_way(text: str) -> str | None:
    """A way of meeting: face_to_face, teams or either."""
    return _by_pattern(text, WAYS)


def read_language(text: str) -> str | None:
    """A language's code."""
    return _by_pattern(text, LANGUAGES)
