"""Folding of text: one way to compare addresses, names and words, since databases differ on letters like Ö."""

import unicodedata

# Letters and marks that show as nothing at all, beside those that Unicode itself calls formatting.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def fold(text: str) -> str:
    """Return `text` for comparison: normalised, without case, runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def one_line(text: str) -> str:
    """Return `text` without control and formatting characters, as one line: names go into headers and calendars."""
    kept = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf")
    )
    return " ".join(kept.split())


def is_name(text: str) -> bool:
    """Whether `text` can be somebody's name, rather than nothing or an address."""
    return bool(text.strip()) and "@" not in text
