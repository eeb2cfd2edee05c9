"""What a file shows held against what it should show, field by field."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST_SHOWN = 60  # characters of a value


class _Nothing:
    """Stands for a field that is not there."""


NOTHING = _Nothing()


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, written as in pairs[0].points.wishes, that holds `found` in place of `due`; either may be NOTHING."""

    where: str
    found: Any
    due: Any

    def sentence(self, texts: Mapping[str, str]) -> str:
        """In words; `texts` has a sentence each for "other", "missing" and "extra"."""
        kind = "missing" if self.found is NOTHING else "extra" if self.due is NOTHING else "other"
        return texts[kind].format(where=self.where, found=_shown(self.found), due=_shown(self.due))


def differences(found: Any, due: Any, where: str = "") -> Iterator[Difference]:
    """Where `found` (out of a JSON file) is not what it should be; a whole number and the same with a point are equal."""
    if isinstance(due, Mapping) and isinstance(found, Mapping):
        for name in [*due, *(n for n in found if n not in due)]:
            yield from differences(found.get(name, NOTHING), due.get(name, NOTHING), _inside(where, name))
    elif isinstance(due, list | tuple) and isinstance(found, list | tuple):
        for number in range(max(len(found), len(due))):
            ours = due[number] if number < len(due) else NOTHING
            theirs = found[number] if number < len(found) else NOTHING
            yield from differences(theirs, ours, f"{where}[{number}]")
    elif _kind(found) != _kind(due) or found != due:
        yield Difference(where, found, due)


def _inside(where: str, name: str) -> str:
    if not name.isidentifier():  # an address, for example
        return f"{where}[{json.dumps(name, ensure_ascii=False)}]"
    return f"{where}.{name}" if where else name


def _kind(value: Any) -> type:
    for kind in (bool, str, type(None), _Nothing):
        if isinstance(value, kind):
            return kind
    return float if isinstance(value, int | float) else type(value)


def _shown(value: Any) -> str:
    if value is NOTHING:
        return ""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
