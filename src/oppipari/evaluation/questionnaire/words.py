"""Free text of an open answer: kept as written, but for what nobody sees and what could mark its writer."""

import unicodedata

UNSEEN = ("Cc", "Cf", "Co", "Cn", "Cs")
JOINER, NON_JOINER = "\u200d", "\u200c"
# Letters and marks that show as nothing at all, beside those that Unicode itself calls formatting.
BLANK = {"\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800", "\u3164", "\uffa0"}


def plain_text(text: str) -> str:
    """`text` in one line and composed form, without invisible characters.

    Kept of those: what joins emoji into one picture and what parts letters in Persian, each only where it does so.
    """
    composed = unicodedata.normalize("NFC", text)
    kept = []
    for place, char in enumerate(composed):
        before, after = composed[place - 1 : place], composed[place + 1 : place + 2]
        if char.isspace():
            kept.append(" ")
        elif char == JOINER:
            kept.append(char if _pictured(before) and _pictured(after) else "")
        elif char == NON_JOINER:
            kept.append(char if _joins(before) and _joins(after) else "")
        elif char == "\ufe0f":
            kept.append(char if _pictured(before) else "")
        elif not (unicodedata.category(char) in UNSEEN or char in BLANK or _selects(char)) or _new_emoji(char):
            kept.append(char)
    return " ".join("".join(kept).split())


def _new_emoji(char: str) -> bool:
    """Emoji that are newer than this Python's tables: phones draw them before that."""
    return "\U0001f000" <= char <= "\U0001faff" and unicodedata.category(char) == "Cn"


def _selects(char: str) -> bool:
    """Variation selectors choose a drawing, mostly the same one: 256 invisible letters to hide a name in."""
    return "\ufe00" <= char <= "\ufe0e" or "\U000e0100" <= char <= "\U000e01ef" or "\u180b" <= char <= "\u180d"


def _pictured(char: str) -> bool:
    return bool(char) and (unicodedata.category(char) in ("So", "Sk") or char in "\ufe0f♀♂#*0123456789")


def _joins(char: str) -> bool:
    """Letters of the scripts in which a non-joiner changes what one sees: the Arabic ones."""
    return bool(char) and unicodedata.bidirectional(char) == "AL"
