"""JSON out of a file that somebody may have written to be read in two ways: one meaning, or none.

Programs differ in what they make of a name that stands twice, of NaN, or of half a character. Whoever reads the file by
eye, or with another program, must see what we check; so anything that may be read differently is refused.
"""

import json
import re
from collections import Counter
from typing import Any

# Whole numbers beyond this do not keep their value in other programs (they read them as fractions).
LARGEST_WHOLE = 2**63
# How half a character is written in JSON; bytes in UTF-8 hold none.
HALF = re.compile(r"\\u[dD][89a-fA-F]", re.ASCII)


class TwoMeanings(ValueError):
    """What is wrong, as `code` (not_json, twice, number, text) and the `name` or figure concerned."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(code, name)
        self.code, self.name = code, name


def read_json(data: bytes) -> Any:
    """The content of a JSON file in UTF-8, with or without its mark. Raises TwoMeanings.

    Refused besides what is no JSON: a name twice in one object, NaN and infinity, -0, whole numbers beyond 64 bits,
    and texts with half a character (a lone surrogate).
    """
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_fraction, parse_int=_whole
        )
        if HALF.search(text):  # only then is it worth looking at every text
            _check_characters(found)
    except TwoMeanings:
        raise
    except (ValueError, RecursionError):
        raise TwoMeanings("not_json") from None
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise TwoMeanings("twice", Counter(name for name, _value in pairs).most_common(1)[0][0])
    return found


def _check_characters(value: Any) -> None:
    if isinstance(value, str):
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise TwoMeanings("text")
    elif isinstance(value, dict):
        for name, inside in value.items():
            _check_characters(name)
            _check_characters(inside)
    elif isinstance(value, list):
        for inside in value:
            _check_characters(inside)


def _no_number(text: str) -> Any:
    raise TwoMeanings("number", text)


def _whole(text: str) -> int:
    # Only so long as can be within the limit is it read at all.
    found = int(text) if len(text) <= 20 else LARGEST_WHOLE
    if text == "-0" or not -LARGEST_WHOLE < found < LARGEST_WHOLE:
        raise TwoMeanings("number", text)
    return found


def _fraction(text: str) -> float:
    found = float(text)
    if found in (float("inf"), float("-inf")) or (not found and text.startswith("-")):
        raise TwoMeanings("number", text)
    return found
