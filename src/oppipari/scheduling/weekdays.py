"""Weekdays as people write them, in English, Finnish and Swedish."""

import re

# Monday 0. Short forms are listed, since "to" and "on" mean a day in one language and nothing in another.
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
WHOLE = {word: day for word, day in DAYS.items() if len(word) > 5}
SHORTEST = 2
EVERY_DAY = re.compile(r"\b(joka päivä|päivittäin|every day|daily|varje dag|dagligen|alla dagar)\b")
WORKDAYS = re.compile(r"\b(arkisin|arkipäivisin|arki|weekdays|on weekdays|vardagar|vardag)\b")
WEEKEND = re.compile(r"\b(viikonloppuisin|viikonloppu|weekends?|helger|helg|veckoslut)\b")
# "On Mondays" is no onsdag.
PREPOSITION = re.compile(r"\bon (?=(mon|tue|wed|thu|fri|sat|sun))")
BETWEEN = ("ja", "sekä", "och", "and", "klo", "kl", "at")


def read_weekday(word: str) -> int | None:
    """The day (Monday 0) that a word names, in small letters: "ma", "keskiv", "maanantaisin", "mondays"; else None."""
    for short in (word, word.removesuffix("s")):
        if short in DAYS:
            return DAYS[short]
    named = {day for whole, day in WHOLE.items() if word.startswith(whole)}
    if len(word) >= SHORTEST:
        named |= {day for whole, day in WHOLE.items() if whole.startswith(word)}
    return named.pop() if len(named) == 1 else None


def read_weekdays(text: str) -> frozenset[int] | None:
    """The days of "ma-pe", "ti, to ja la", "arkisin"; empty for every day; None where a word is no day.

    `text` is as `hours.plain` makes it: in small letters, dashes as hyphens.
    """
    days: set[int] = set()
    rest, every = EVERY_DAY.subn(" ", text)
    for pattern, meant in ((WORKDAYS, range(5)), (WEEKEND, (5, 6))):
        rest, count = pattern.subn(" ", rest)
        days |= set(meant) if count else set()
    rest = re.sub(r"\s*-\s*", "-", PREPOSITION.sub("", rest))
    for word in re.findall(r"[^\s,;/+&.:()]+", rest):
        if word in BETWEEN:
            continue
        first, dash, last = word.partition("-")
        a, b = read_weekday(first), read_weekday(last) if dash else read_weekday(first)
        if a is None or b is None:
            return None
        days |= {d % 7 for d in range(a, b + 1 if b >= a else b + 8)}
    return frozenset() if every else frozenset(days)
