"""Words of a release, a language a file; the same words whatever the number that is too small."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def texts(lang: str) -> dict[str, Any]:
    """The words of one language ("fi", "sv", "en"); raises FileNotFoundError for one that is not there."""
    return tomllib.loads((Path(__file__).parent / f"{lang}.toml").read_text(encoding="utf-8"))


def reason(code: str, lang: str) -> str:
    """Why a unit is not shown."""
    return str(texts(lang)["reason"][code])
