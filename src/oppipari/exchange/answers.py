"""Single answers in three languages: working times, stages, ways of meeting, languages."""

import re

from oppipari.organisation.text import fold

DAYS = {
    day: number
    for number, words in enumerate(
        [
            "ma maanantai mon monday må mån måndag",
            "ti tiistai tue tues tuesday tis tisdag",
            "ke keskiviikko wed wednesday on ons onsdag",
            "to torstai thu thur thurs thursday tor tors torsdag",
            "pe perjantai fri friday fr fre fredag",
            "la lauantai sat saturday lö lör lördag",
            "su sunnuntai sun sunday sö sön söndag",
        ]
    )
    for day in words.split()
}
PARTS = {
    part: number
    for number, words in enumerate(
        [
            "aamu aamuvuoro aamulla morning mornings day morgon dag aamupäivä",
            "ilta iltavuoro illalla iltapäivä evening evenings afternoon kväll eftermiddag",
            "yö yövuoro yöllä night nights natt",
        ]
    )
    for part in words.split()
}
ANY_TIME = {
    fold(t) for t in ("milloin vain", "milloin tahansa", "aina", "any time", "anytime", "när som helst", "alltid")
}

STAGES = {
    "early": r"alussa|alkuvai|uusi|nuori|early|beginning|junior|newcomer|starting|i början|ny\b|\bearly\b",
    "mid": r"keskivai|keski|mid|middle|intermediate|mitt i|mellan",
    "experienced": r"kokenut|konkari|pitkä|experienced|senior|veteran|erfaren|rutinerad",
}
WAYS = {
    "either": r"kumpi|molemmat|either|both|any|båda|bägge|vilket som",
    "teams": r"teams|etä|online|remote|video|distans|nät",
    "face_to_face": r"kasvok|lähi|paikan päällä|livenä|face|in person|ansikte|på plats",
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


def read_slot(text: str) -> int | None:
    """A working-time slot 0..20 from words such as "ma aamu", "Tue night", "on kväll"."""
    words = [w for w in re.split(r"[^\w]+", fold(text)) if w]
    days = [DAYS[w] for w in words if w in DAYS]
    parts = [PARTS[w] for w in words if w in PARTS]
    return days[0] * 3 + parts[0] if len(days) == 1 and len(parts) == 1 else None


def _by_pattern(text: str, table: dict[str, str]) -> str | None:
    folded = fold(text)
    found = [key for key, pattern in table.items() if folded and (folded == key or re.search(pattern, folded))]
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
