"""The ballot box: what was answered, mixed when it is put in, and whose tokens are spent.

Nothing in it belongs to a person: of statements only how often each value was chosen, of open questions the texts in an
order drawn anew each time. It lies in the database as one row with room for two sealed versions. Each answer makes a new
version under a key of its own, beside the one before; then that key takes the place of the key before it (`keys`), and with
that moment the new version counts and the old one is noise. Where a crash comes first, the old one counts, and nothing was
promised yet. Beside that row nothing is written when somebody answers.
"""

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

from oppipari.evaluation.questionnaire import keys
from oppipari.evaluation.questionnaire.keys import Key, KeyMissing
from oppipari.evaluation.questionnaire.models import Box
from oppipari.evaluation.questionnaire.sealing import Unreadable, seal, token, unseal

SCALE = (1, 2, 3, 4, 5)
# Room for the answers of some hundred people, so that the sealed fields keep their length.
ROOM = 64 * 1024
_random = random.SystemRandom()


@dataclass
class Contents:
    """`respondents` people chose an answer to a statement; `counts[key]` how many gave 1, 2, 3, 4, 5; `texts[key]`.

    `checked` of the respondents had confirmed an address. Of whoever does not count towards the minimum, statements are not
    kept, and texts apart, in `other_texts`.
    """

    respondents: int = 0
    counts: dict[str, list[int]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    checked: int = 0
    other_texts: dict[str, list[str]] = field(default_factory=dict)

    def put(
        self, values: Mapping[str, int | None], texts: Mapping[str, str], *, counts: bool = True, checked: bool = False
    ) -> None:
        """Mix one person's answers in; None and empty texts are no answers. Raises ValueError outside the scale.

        `counts` is whether the person counts towards the minimum, `checked` whether that was because of a confirmed address.
        """
        given = {key: value for key, value in values.items() if value is not None}
        if any(value not in SCALE for value in given.values()):
            raise ValueError("an answer outside the scale")
        if counts:
            self.respondents += bool(given)
            self.checked += bool(given) and checked
            for key, value in given.items():
                self.counts.setdefault(key, [0] * len(SCALE))[value - 1] += 1
        for key, text in texts.items():
            if text:
                (self.texts if counts else self.other_texts).setdefault(key, []).append(text)
        for written in (*self.texts.values(), *self.other_texts.values()):
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


@contextmanager
def new_box() -> Iterator[Box]:
    """An empty box, not yet in the database, with a key of its own; destroyed if the block fails or does not save the box.

    To be entered before the transaction that saves the box, and left after its commit.
    """
    with keys.made() as file:
        box = Box(handle=file.handle)
        lock_away(box, file.read(), Contents(), set())
        yield box
        if box.pk is None:
            file.destroy()


class OpenBox:
    """A box whose key no other process or thread works with; `contents` and `spent` are as the current version has them."""

    def __init__(self, box: Box, file: keys.KeyFile) -> None:
        self.box, self._file = box, file
        self._key = file.read()
        self.contents, self.spent = _opened(box, self._key)
        self._next: Key | None = None

    def drop_in(
        self,
        person: int,
        values: Mapping[str, int | None],
        texts: Mapping[str, str],
        *,
        counts: bool = True,
        checked: bool = False,
    ) -> bool:
        """Put one person's answers in and spend their token; False when it was spent before (nothing is put in then).

        `counts` and `checked` as for `Contents.put`.
        Inside the caller's transaction; the answers count once that is committed and `count` was called.
        """
        mine = token(self.box.handle, person)
        if mine in self.spent:
            return False
        self.contents.put(values, texts, counts=counts, checked=checked)
        self._next = self._key.next()
        lock_away(self.box, self._next, self.contents, self.spent | {mine})
        self.box.save(update_fields=[_place(self._next)])
        return True

    def count(self) -> None:
        """Let the version that was committed take the place of the one before, which nobody can open from now on."""
        if self._next is not None:
            self._file.write(self._next)


def look_into(box: Box) -> Contents:
    """What was answered so far. Raises KeyMissing and Unreadable."""
    return _now(box)[0]


def has_answered(box: Box, person: int) -> bool:
    """Whether the person's token is spent; False where that cannot be known."""
    try:
        return token(box.handle, person) in _now(box)[1]
    except (KeyMissing, Unreadable):
        return False


def _now(box: Box) -> tuple[Contents, set[str]]:
    """The current version, also where somebody answers between the reading of the row and of the key."""
    for _try in range(2):
        try:
            return _opened(box, keys.read(box.handle))
        except Unreadable:
            box = Box.objects.filter(pk=box.pk).first() or box
    return _opened(box, keys.read(box.handle))


def lock_away(box: Box, key: Key, contents: Contents, spent: set[str]) -> None:
    """Seal both into the box as the version of `key`; the caller saves."""
    # Sorted: in the order of coming the tokens would tell it.
    plain = json.dumps(asdict(contents) | {"spent": sorted(spent)}, ensure_ascii=False).encode()
    setattr(box, _place(key), seal(key.secret, plain, _purpose(box, key), ROOM))


def _opened(box: Box, key: Key) -> tuple[Contents, set[str]]:
    sealed = bytes(getattr(box, _place(key)))
    kept = json.loads(unseal(key.secret, sealed, _purpose(box, key)))
    spent = set(kept.pop("spent"))
    return Contents(**kept), spent


def _place(key: Key) -> str:
    """The field that the version of this key lies in; the other one holds the version before it, until it is the next."""
    return "odd" if key.number % 2 else "even"


def _purpose(box: Box, key: Key) -> str:
    # Bound to its box and version: an older one, or another's, that is put in its place does not open.
    return f"{box.handle} {key.number}"
