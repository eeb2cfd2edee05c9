"""Text as it is stored and shown: what readers cannot see is not in it."""

import hashlib
import re
import unicodedata

from oppipari.organisation.text import BLANK

# More marks upon one letter than any language has would be drawn over the lines of others.
_MOST_MARKS = 4
# More lines than this are no longer an idea that is read in passing.
MOST_LINES = 30
# Cards of the wall show so many lines of so many letters; where only a few more follow they show them all.
_CARD, _SHOWN, _SPARED = 45, 10, 4


def plain(text: str) -> str:
    """`text` as it is stored: lines end alike, tabs are spaces, and nothing is in it that readers cannot see.

    Characters that turn the direction of writing could show another text than the one approved; the joiner inside
    emoji stays.
    """
    kept: list[str] = []
    marks = 0
    for c in re.sub(r"\r\n|[\r\v\f\x85\u2028\u2029]", "\n", text).replace("\t", " "):
        category = unicodedata.category(c)
        if c in BLANK or (category in ("Cc", "Cf", "Cs", "Co") and c not in "\n\u200d"):
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            kept.append(c)
    return "\n".join(line.rstrip() for line in "".join(kept).split("\n")).strip()


def has_words(text: str) -> bool:
    """Whether there is a letter or a figure in `text`: pictures alone cannot be read out or searched."""
    return any(c.isalnum() for c in text)


def reads_from_right(text: str) -> bool:
    """Whether `text` has letters of a script that is written from right to left."""
    return any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def fingerprint_of(text: str) -> str:
    """What tells whether a text is exactly another."""
    return hashlib.sha256(text.encode()).hexdigest()


def wrapped(text: str, letters: int) -> list[tuple[int, int]]:
    """Where each line of `text` begins and ends when `letters` fit on one; too long a word is broken."""
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        end, at = start + len(line), start
        while end - at > letters:
            space = text.rfind(" ", at, at + letters + 1)
            cut = space if space > at else at + letters
            found.append((at, cut))
            at = cut + (text[cut] == " ")
        found.append((at, end))
        start = end + 1
    return found


def opening(text: str) -> tuple[str, str]:
    """What a card shows of `text` at once, and what it shows on demand: "" where all is shown."""
    lines = wrapped(text, _CARD)
    if len(lines) <= _SHOWN + _SPARED:
        return text, ""
    end = lines[_SHOWN - 1][1]
    return text[:end].rstrip(), text[end:].strip()
