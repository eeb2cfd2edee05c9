"""Keyed hashes of two people, and which of many people stand behind stored ones.

A hash cannot be looked up the other way round, and hashing every two of 3,000 people takes seconds. So a key starts
with a hint: 24 bits that both people's secret numbers give, quick to compute for all twos at once. Only twos whose hint
is among the stored ones are hashed, so the answer is exact. A hint tells nothing without the installation's secret: the
numbers come from a keyed hash themselves and are multiplied, so that equal people in two keys leave no trace.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

import numpy as np
from django.conf import settings

_HINT_LETTERS, _HASH_LETTERS = 6, 58
_HINTS = 16**_HINT_LETTERS
_SHIFT = 64 - 4 * _HINT_LETTERS
# The golden ratio as a 64-bit fraction: multiplying by it spreads all bits into the upper ones.
_SPREAD = 0x9E3779B97F4A7C15
_ALL = 2**64 - 1


class _Hasher:
    """HMAC-SHA256 with the installation's secret, prepared once."""

    def __init__(self, purpose: str) -> None:
        self.start = hmac.new(settings.SECRET_KEY.encode(), f"{purpose}:".encode(), hashlib.sha256)

    def __call__(self, text: str) -> bytes:
        one = self.start.copy()
        one.update(text.encode())
        return one.digest()

    def secret(self, person: int) -> int:
        """A number of one person that only this installation knows; odd, so that a product keeps all bits."""
        return int.from_bytes(self(f"one {person}")[:8], "big") | 1

    def both(self, a: int, b: int) -> str:
        """The hash that makes a key certain; 58 letters."""
        return self(f"{min(a, b)}|{max(a, b)}").hex()[:_HASH_LETTERS]

    def key(self, a: int, b: int) -> str:
        return f"{_hint(self.secret(a), self.secret(b)):06x}{self.both(a, b)}"


def _hint(x: int, y: int) -> int:
    """The hint of two people's secret numbers; the same whichever comes first, and the same as `_hints`."""
    mixed = ((x + y) & _ALL) ^ (((x * y) & _ALL) >> 29)
    return ((mixed * _SPREAD) & _ALL) >> _SHIFT


def _hints(
    x: np.uint64, others: "np.ndarray[tuple[int], np.dtype[np.uint64]]"
) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """The hints of one person with each of `others`, by their secret numbers."""
    mixed = (others + x) ^ ((others * x) >> np.uint64(29))
    mixed *= np.uint64(_SPREAD)
    mixed >>= np.uint64(_SHIFT)
    return mixed


def key_of_two(purpose: str, a: int, b: int) -> str:
    """The key of two people for one purpose, whichever comes first; 64 letters."""
    return _Hasher(purpose).key(a, b)


def twos_among(purpose: str, people: Sequence[int], known: Iterable[str]) -> list[tuple[int, int]]:
    """Which two of `people` (person ids, each once) stand behind `known` keys, exactly."""
    keys = set(known)
    if not keys or len(people) < 2:
        return []
    is_known = np.zeros(_HINTS, dtype=bool)
    is_known[[int(key[:_HINT_LETTERS], 16) for key in keys]] = True
    certain = {key[_HINT_LETTERS:] for key in keys}
    hasher = _Hasher(purpose)
    secrets = np.array([hasher.secret(p) for p in people], dtype=np.uint64)
    found = []
    for i in range(len(people) - 1):
        for j in np.flatnonzero(is_known[_hints(secrets[i], secrets[i + 1 :])]).tolist():
            two = people[i], people[i + 1 + j]
            if hasher.both(*two) in certain:
                found.append(two)
    return found
