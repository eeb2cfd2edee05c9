"""An organisation's questions as a file: written out for editing, and checked line by line when it comes back."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from oppipari.evaluation.items import END, LANGUAGES, START, Questions
from oppipari.evaluation.questionnaire.forms import TAKEN
from oppipari.organisation.text import one_line

LONGEST_FILE = 64 * 1024
FEWEST_AT_END, MOST_AT_END, MOST_AT_START, MOST_OPEN = 6, 8, 3, 2
LONGEST = {"text": 160, "short": 40, "scale": 40, "about": 300, "source": 400}
# What begins so is a document, an archive or a picture; no text holds the control characters below.
OTHER_FILES = (b"PK\x03\x04", b"%PDF", b"{\\rtf", b"\xd0\xcf\x11\xe0")
CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f")
OUR_TABLE = re.compile(rb"^[ \t]*\[+[ \t]*(?:items|open|scale|about)\b", re.MULTILINE)
KEY = re.compile(r"[a-z][a-z0-9_]{0,38}")
STATEMENT = {"key", "when", "source", *LANGUAGES, *(f"short_{lang}" for lang in LANGUAGES)}
OPEN = {"key", "source", *LANGUAGES}


def written(questions: Questions) -> str:
    """The questions as TOML, in the order and shape of data/items.toml."""
    content = questions.content
    lines = [f"# {line}" for line in _head()]
    for name in ("about", "scale"):
        if content.get(name):
            lines += ["", f"[{name}]", *_lines(content[name], LANGUAGES)]
    for name, fields in (
        ("items", ("key", "when", *LANGUAGES, *(f"short_{x}" for x in LANGUAGES))),
        ("open", ("key", *LANGUAGES)),
    ):
        for told in content.get(name, []):
            lines += ["", f"[[{name}]]", *_lines(told, (*fields, "source"))]
    return "\n".join(lines) + "\n"


def _head() -> list[str]:
    return [
        _("The questions of your organisation. Change words and order, take out or add, and bring the file back."),
        _("[[items]] are statements: 6 to 8 at the end of a round, up to 3 of them also at sign-up (when)."),
        _("[[open]] are open questions, at most 2. Each text is needed in Finnish, Swedish and English."),
        _("A new key, or a changed text, is a new statement: it is not compared with earlier rounds."),
    ]


def _lines(told: Mapping[str, Any], fields: tuple[str, ...]) -> list[str]:
    # A string or list of strings in JSON is one in TOML as well.
    return [f"{name} = {json.dumps(told[name], ensure_ascii=False)}" for name in fields if told.get(name)]


class NotUsable(Exception):
    """The file cannot be used; `lines` say why, one for each thing to mend."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines)
        self.lines = lines


def read(content: bytes) -> dict[str, Any]:
    """The questions in a file, cleaned, in the shape of data/items.toml; raises NotUsable with every line to mend."""
    start = content[:LONGEST_FILE]
    as_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not as_utf_16 and (content.startswith(OTHER_FILES) or CONTROLS & frozenset(start)):
        raise NotUsable([_not_ours()])
    if len(content) > LONGEST_FILE:
        raise NotUsable([_("The file is too large for questions. Choose the one that you downloaded and changed.")])
    try:
        told = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if not as_utf_16 and not OUR_TABLE.search(content):
            raise NotUsable([_not_ours()]) from error
        raise NotUsable([_("The file is not text in UTF-8. Save it as UTF-8 and choose it again.")]) from error
    except tomllib.TOMLDecodeError as error:
        if not OUR_TABLE.search(content):
            raise NotUsable([_not_ours()]) from error
        line = re.search(r"line (\d+)", str(error))
        number = line[1] if line else str(content.count(b"\n") + 1)
        raise NotUsable(
            [
                _("Line %(line)s cannot be read: a quotation mark, a comma or a bracket is missing there, or too many.")
                % {"line": number}
            ]
        ) from error
    except RecursionError as error:
        raise NotUsable([_("The file cannot be read. Choose the one that you downloaded and changed.")]) from error
    reading = _Reading(told)
    if reading.wrong:
        raise NotUsable(reading.wrong)
    return reading.content


def _not_ours() -> str:
    return _("This is not the file that you downloaded. Choose the one with the ending .toml.")


class _Reading:
    def __init__(self, told: Mapping[str, Any]) -> None:
        self.wrong: list[str] = []
        self._keys: set[str] = set()
        # In the order of the file, so that one mends it from top to bottom.
        about, scale = self._about(told.get("about")), self._scale(told.get("scale"))
        items = [self._statement(n, i) for n, i in self._tables(told, "items", _("Statement %(n)d"))]
        opened = [self._open(n, i) for n, i in self._tables(told, "open", _("Open question %(n)d"))]
        self.content: dict[str, Any] = {"items": items, "open": opened, "scale": scale}
        if about:
            self.content["about"] = about
        for name in sorted(set(told) - {"version", "about", "scale", "items", "open"}):
            self.wrong.append(_("“%(name)s” is not known here. Take it out.") % {"name": one_line(str(name))[:40]})
        self._count(items, opened)

    def _count(self, items: list[dict[str, Any]], opened: list[dict[str, Any]]) -> None:
        at_end = sum(END in i["when"] for i in items)
        at_start = sum(START in i["when"] for i in items)
        if not FEWEST_AT_END <= at_end <= MOST_AT_END:
            self.wrong.append(
                _(
                    "At the end there are 6 to 8 statements, so that answering takes under three minutes; here are %(n)d."
                )
                % {"n": at_end}
            )
        if at_start > MOST_AT_START:
            self.wrong.append(_("At sign-up there are at most 3 statements; here are %(n)d.") % {"n": at_start})
        if len(opened) > MOST_OPEN:
            self.wrong.append(_("There are at most 2 open questions; here are %(n)d.") % {"n": len(opened)})

    def _tables(self, told: Mapping[str, Any], name: str, called: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        tables = told.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            self.wrong.append(_("Begin each with [[%(name)s]] on a line of its own.") % {"name": name})
            return
        for number, table in enumerate(tables[:40], start=1):
            where = called % {"n": number}
            key = table.get("key")
            yield (f"{where} ({key})" if isinstance(key, str) and KEY.fullmatch(key) else where), table

    def _say(self, where: str, text: str) -> None:
        self.wrong.append(f"{where}: {text}")

    def _statement(self, where: str, told: Mapping[str, Any]) -> dict[str, Any]:
        made = self._texts(where, told, STATEMENT)
        when = told.get("when", [END])
        if not isinstance(when, list) or not when or not all(w in (START, END) for w in when):
            self._say(where, _('“when” is ["end"], ["start", "end"] or ["start"].'))
            when = [END]
        made["when"] = [w for w in (START, END) if w in when]
        for lang in LANGUAGES:
            if f"short_{lang}" in told:
                made[f"short_{lang}"] = self._text(where, f"short_{lang}", told, LONGEST["short"])
        return made

    def _open(self, where: str, told: Mapping[str, Any]) -> dict[str, Any]:
        return self._texts(where, told, OPEN)

    def _texts(self, where: str, told: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
        made: dict[str, Any] = {"key": self._key(where, told.get("key"))}
        for lang in LANGUAGES:
            made[lang] = self._text(where, lang, told, LONGEST["text"], needed=True)
        if "source" in told:
            made["source"] = self._text(where, "source", told, LONGEST["source"])
        for name in sorted(set(told) - known):
            self._say(where, _("“%(name)s” is not known here. Take it out.") % {"name": one_line(str(name))[:40]})
        return made

    def _key(self, where: str, key: Any) -> str:
        if not isinstance(key, str) or not KEY.fullmatch(key) or key in TAKEN:
            self._say(where, _("its key is a short word of the letters a to z, digits and _, such as equal_time."))
            return ""
        if key in self._keys:
            self._say(where, _("the key %(key)s is there twice. Give each its own.") % {"key": key})
        self._keys.add(key)
        return key

    def _text(self, where: str, name: str, told: Mapping[str, Any], longest: int, *, needed: bool = False) -> str:
        value = told.get(name, "")
        text = one_line(value) if isinstance(value, str) else ""
        if not isinstance(value, str) or (needed and not text):
            self._say(where, _("the text “%(name)s” is missing: write it in quotation marks.") % {"name": name})
        elif len(text) > longest:
            self._say(
                where,
                _("the text “%(name)s” has %(count)d characters; at most %(most)d fit. Say it shorter.")
                % {"name": name, "count": len(text), "most": longest},
            )
        return text

    def _scale(self, told: Any) -> dict[str, list[str]]:
        scale = {}
        for lang in LANGUAGES:
            words = told.get(lang) if isinstance(told, dict) else None
            clean = [one_line(w) for w in words if isinstance(w, str)] if isinstance(words, list) else []
            if len(set(filter(None, clean))) != 5 or len(clean) != 5 or any(len(w) > LONGEST["scale"] for w in clean):
                self._say(
                    f"[scale] {lang}", _("five different words from least to most, each of at most 40 characters.")
                )
            scale[lang] = clean
        return scale

    def _about(self, told: Any) -> dict[str, str]:
        if told is None:
            return {}
        if not isinstance(told, dict):
            self._say("[about]", _("one sentence in each language that says what kind of questions these are."))
            return {}
        return {lang: self._text("[about]", lang, told, LONGEST["about"]) for lang in LANGUAGES if lang in told}
