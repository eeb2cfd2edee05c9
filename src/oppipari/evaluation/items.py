"""The questionnaire's items, from a file beside the code."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One statement on the 5-point scale, or an open question."""

    key: str
    texts: dict[str, str]

    def text(self, lang: str) -> str:
        return self.texts.get(lang, self.texts["en"])

    def short(self, lang: str) -> str:
        return self.texts.get(f"short_{lang}", self.text(lang))


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "data" / "items.toml").read_text(encoding="utf-8"))


def items() -> list[Item]:
    """The statements in their order."""
    return [Item(i["key"], {k: v for k, v in i.items() if k != "key"}) for i in _file()["items"]]


def open_items() -> list[Item]:
    """The open questions."""
    return [Item(i["key"], {k: v for k, v in i.items() if k != "key"}) for i in _file()["open"]]


def scale(lang: str) -> list[tuple[int, str]]:
    """The scale's values with their words."""
    words = _file()["scale"].get(lang, _file()["scale"]["en"])
    return list(enumerate(words, start=1))
