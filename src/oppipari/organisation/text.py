"""Folding of text: one way to compare addresses, names and words, since databases differ on letters like Ö."""

import unicodedata


def fold(text: str) -> str:
    """Return `text` for comparison: normalised, without case, runs of white space as one space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def one_line(text: str) -> str:
    """Return `text` without control and formatting characters, as one line: names go into headers and calendars."""
    kept = "".join(
        " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf")
    )
    return " ".join(kept.split())
