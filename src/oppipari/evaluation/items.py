"""Questions as they are asked: statements on a scale, open questions, in their order and words."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

START, END = "start", "end"
LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True)
class Item:
    """One statement on the 5-point scale, or an open question."""

    key: str
    texts: dict[str, str]
    when: tuple[str, ...] = (END,)
    source: str = ""

    def text(self, lang: str) -> str:
        return self.texts.get(lang) or self.texts["en"]

    def short(self, lang: str) -> str:
        return self.texts.get(f"short_{lang}") or self.text(lang)

    def asks_like(self, other: "Item") -> bool:
        """Whether both ask the same in the very same words: another wording is another question."""
        return self.key == other.key and _wording(self) == _wording(other)


@dataclass(frozen=True, slots=True)
class Questions:
    """One version of the questions; `content` is in the shape of data/items.toml."""

    content: Mapping[str, Any]

    def items(self, when: str = END) -> list[Item]:
        """The statements asked at the start or the end, in their order."""
        return [item for item in map(_item, self.content["items"]) if when in item.when]

    def all_items(self) -> list[Item]:
        return [_item(i) for i in self.content["items"]]

    def open_items(self) -> list[Item]:
        """The open questions of the end."""
        return [_item(i) for i in self.content.get("open", [])]

    def scale(self, lang: str) -> list[tuple[int, str]]:
        """The scale's values with their words."""
        words = self.content["scale"].get(lang) or self.content["scale"]["en"]
        return list(enumerate(words, start=1))

    def about(self, lang: str) -> str:
        """What kind of questions these are, in a sentence."""
        about: Mapping[str, str] = self.content.get("about", {})
        return about.get(lang) or about.get("en", "")

    def asked_alike(self, other: "Questions") -> set[str]:
        """Keys of the statements that both ask in the very same words and on the same scale; only those compare."""
        if self.content["scale"] != other.content["scale"]:
            return set()
        mine = {i.key: _wording(i) for i in self.all_items()}
        return {i.key for i in other.all_items() if mine.get(i.key) == _wording(i)}


def _item(told: Mapping[str, Any]) -> Item:
    texts = {k: v for k, v in told.items() if k not in ("key", "when", "source")}
    return Item(told["key"], texts, tuple(told.get("when", (END,))), told.get("source", ""))


def _wording(item: Item) -> tuple[str, ...]:
    return tuple(item.texts.get(lang, "") for lang in LANGUAGES)


@cache
def ours() -> Questions:
    """The questions that come with the program."""
    return Questions(tomllib.loads((Path(__file__).parent / "data" / "items.toml").read_text(encoding="utf-8")))


def items() -> list[Item]:
    """The statements of our own at the end, in their order."""
    return ours().items(END)


def open_items() -> list[Item]:
    """The open questions of our own."""
    return ours().open_items()


def scale(lang: str) -> list[tuple[int, str]]:
    """Our own scale's values with their words."""
    return ours().scale(lang)


def asked_in(released: Mapping[str, Any]) -> Questions:
    """The questions that figures were released of, in the words of that time."""
    return Questions(released["questions"]) if "questions" in released else ours()
