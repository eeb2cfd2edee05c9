"""The words around the questions, from data/words.toml: each language can be read whatever language the page is in."""

import tomllib
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from oppipari.evaluation.items import LANGUAGES


@cache
def all_words() -> dict[str, dict[str, str]]:
    """{language: {name of a text: text}}."""
    path = Path(__file__).parent.parent / "data" / "words.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def language_of(asked: object) -> str:
    """The language to ask in: the one asked for where there is one such, else the page's."""
    if asked in LANGUAGES:
        return str(asked)
    page = (get_language() or "fi")[:2]
    return page if page in LANGUAGES else "en"


def languages() -> list[tuple[str, str]]:
    """[(language, its name in itself)]."""
    return [(code, all_words()[code]["name"]) for code in LANGUAGES]
