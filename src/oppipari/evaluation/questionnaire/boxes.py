"""The ballot box: what was answered, mixed when it is put in, and whose tokens are spent.

Nothing in it belongs to a person: of statements only how often each value was chosen, of open questions the texts in an
order drawn anew each time. It lies in the database as two sealed fields of one row, which are sealed anew with every
answer. Beside them nothing is written when somebody answers.
"""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from oppipari.evaluation.questionnaire import keys
from oppipari.evaluation.questionnaire.models import Box
from oppipari.evaluation.questionnaire.sealing import Unreadable, seal, token, unseal

SCALE = (1, 2, 3, 4, 5)
# Room for the answers of some hundred people, so that the sealed fields keep their length.
ROOM_FOR_ANSWERS, ROOM_FOR_TOKENS = 64 * 1024, 8 * 1024
_random = random.SystemRandom()


@dataclass
class Contents:
    """`respondents` people chose an answer to a statement; `counts[key]` how many gave 1, 2, 3, 4, 5; `texts[key]`."""

    respondents: int = 0
    counts: dict[str, list[int]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)

    def put(self, values: Mapping[str, int | None], texts: Mapping[str, str]) -> None:
        """Mix one person's answers in; None and empty texts are no answers. Raises ValueError outside the scale."""
        given = {key: value for key, value in values.items() if value is not None}
        if any(value not in SCALE for value in given.values()):
            raise ValueError("an answer outside the scale")
        self.respondents += bool(given)
        for key, value in given.items():
            self.counts.setdefault(key, [0] * len(SCALE))[value - 1] += 1
        for key, text in texts.items():
            if text:
                self.texts.setdefault(key, []).append(text)
        for written in self.texts.values():
            _random.shuffle(written)

    def columns(self, items: Iterable[str]) -> list[dict[str, int | None]]:
        """As many mappings as there were respondents, for `disclosure`, which looks at one item at a time.

        They are nobody's: which values stand in one mapping has no meaning.
        """
        sheets: list[dict[str, int | None]] = [{} for _ in range(self.respondents)]
        for item in items:
            counts = self.counts.get(item, [0] * len(SCALE))
            column = [value for value, count in zip(SCALE, counts, strict=True) for _ in range(count)]
            column += [None] * (self.respondents - len(column))  # type: ignore[list-item]
            _random.shuffle(column)
            for sheet, value in zip(sheets, column, strict=True):
                sheet[item] = value
        return sheets


def make_box() -> Box:
    """An empty box with a secret of its own (inside the caller's transaction)."""
    box = Box(handle=keys.make())
    lock_away(box, Contents(), set())
    box.save(force_insert=True)
    return box


def drop_in(box: Box, person: int, values: Mapping[str, int | None], texts: Mapping[str, str]) -> bool:
    """Put one person's answers in and spend their token; False when it was spent before (nothing is put in then).

    The caller holds the row. Raises KeyMissing and Unreadable.
    """
    key = keys.read(box.handle)
    spent = _spent(box, key)
    mine = token(key, person)
    if mine in spent:
        return False
    contents = look_into(box)
    contents.put(values, texts)
    lock_away(box, contents, spent | {mine})
    box.save(update_fields=["answers", "spent"])
    return True


def look_into(box: Box) -> Contents:
    """What was answered so far; only for the counting and for mixing more in. Raises KeyMissing and Unreadable."""
    kept = json.loads(unseal(keys.read(box.handle), bytes(box.answers), f"{box.handle} answers"))
    return Contents(**kept)


def has_answered(box: Box, person: int) -> bool:
    """Whether the person's token is spent; False where that cannot be known."""
    try:
        key = keys.read(box.handle)
        return token(key, person) in _spent(box, key)
    except (keys.KeyMissing, Unreadable):
        return False


def can_be_read(box: Box) -> bool:
    """Whether the box's secret is here and fits."""
    try:
        _spent(box, keys.read(box.handle))
    except (keys.KeyMissing, Unreadable):
        return False
    return True


def empty(box: Box) -> None:
    """Take everything out for good (inside the caller's transaction); `forget` then destroys the secret."""
    box.answers = box.spent = b""
    box.is_over = True
    box.save(update_fields=["answers", "spent", "is_over"])


def forget() -> int:
    """Destroy the secrets of boxes that are over, once their end is in the database; returns how many there were.

    Called when a closing is committed and by the housekeeping, so that a crash between the two leaves no secret behind.
    """
    over = list(Box.objects.filter(is_over=True))
    for box in over:
        keys.destroy(box.handle)
        box.delete()
    return len(over)


def _spent(box: Box, key: bytes) -> set[str]:
    return set(json.loads(unseal(key, bytes(box.spent), f"{box.handle} spent")))


def lock_away(box: Box, contents: Contents, spent: set[str]) -> None:
    """Seal both into the box's fields; the caller saves."""
    key = keys.read(box.handle)
    kept = {"respondents": contents.respondents, "counts": contents.counts, "texts": contents.texts}
    plain = json.dumps(kept, ensure_ascii=False).encode()
    box.answers = seal(key, plain, f"{box.handle} answers", ROOM_FOR_ANSWERS)
    # Sorted: in the order of coming they would tell it.
    box.spent = seal(key, json.dumps(sorted(spent)).encode(), f"{box.handle} spent", ROOM_FOR_TOKENS)
