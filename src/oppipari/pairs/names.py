"""Whom a text means, who is called alike, and how namesakes are told apart; nothing is read from the database.

Two people are called alike when all words of one's name are in the other's, or when they have an address in common. What
is unnamed holds for all who are called alike, whoever wrote it and whoever came first. Otherwise a supervisor could let
somebody in under a name that a text means: only the writer would then be kept from that decoy.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from oppipari.organisation.text import fold
from oppipari.rounds.models import SignUp
from oppipari.rounds.queries import Named

Two = tuple[str, str]
Words = frozenset[str]

# What people write between two names.
_BETWEEN = re.compile(r"[,;/&\n]|\b(?:ja|tai|sekä|eikä|och|eller|and|or)\b")


def two(a: int, b: int) -> Two:
    """Two sign-ups as the engine's keys, always in the same order."""
    return str(min(a, b)), str(max(a, b))


def _words(text: str) -> Words:
    return frozenset(w.strip(".-'") for w in re.findall(r"[\w.+@'-]+", text)) - {""}


class NameIndex:
    """Finds people by name or address without comparing everybody with everybody; people are sign-up ids."""

    def __init__(self, sign_ups: Iterable[SignUp]) -> None:
        self.names: dict[int, Words] = {}
        self.addresses: dict[int, set[str]] = {}
        self.by_address: dict[str, set[int]] = defaultdict(set)
        for s in sign_ups:
            words = _words(fold(s.person.name))
            # Who is called by an address is looked for as its owner is.
            addresses = {fold(a) for a in (s.person.email, s.claimed_email) if a} | {w for w in words if "@" in w}
            self.names[s.pk], self.addresses[s.pk] = words - addresses, addresses
            for address in addresses:
                self.by_address[address].add(s.pk)
        self.count = Counter(word for name in self.names.values() for word in name)
        self.by_word: dict[str, set[int]] = defaultdict(set)
        self.by_rarest: dict[str, set[int]] = defaultdict(set)
        for pk, name in self.names.items():
            for word in name:
                self.by_word[word].add(pk)
            if name:
                self.by_rarest[self._rarest(name)].add(pk)

    def _rarest(self, words: Words) -> str:
        return min(words, key=lambda w: (self.count[w], w))

    def _inside(self, words: Words) -> set[int]:
        """People all of whose name is among the words."""
        return {pk for w in words for pk in self.by_rarest.get(w, ()) if self.names[pk] <= words}

    def _around(self, words: Words) -> set[int]:
        """People in whose name all of the words are."""
        if not words:
            return set()
        return {pk for pk in self.by_word.get(self._rarest(words), ()) if words <= self.names[pk]}

    def meant_by(self, text: str) -> set[int]:
        """The people a text like "Virtanen Maija ja Ossi" means, in any order and letters' case.

        Where it is not certain who is meant (only a first name, and there are two), all of them are: a pair too few is
        a smaller harm than the wrong pair. Whoever fits better comes before who fits less; those are called alike, so
        `for_namesakes_too` reaches them as well.
        """
        meant: set[int] = set()
        for chunk in (_words(part) for part in _BETWEEN.split(fold(text))):
            for word in chunk:
                meant |= self.by_address.get(word, set())
            around = self._around(chunk)
            exactly = {pk for pk in around if self.names[pk] == chunk}
            meant |= exactly or around or self._longest(self._inside(chunk))
        return meant

    def _longest(self, people: set[int]) -> set[int]:
        """Without those whose name is only a part of another's among them."""
        names = {self.names[pk] for pk in people}
        return {pk for pk in people if not any(self.names[pk] < name for name in names)}

    def alike(self, pk: int) -> set[int]:
        """All who are called alike, the person among them."""
        name = self.names[pk]
        found = {pk, *self._around(name), *self._inside(name)}
        for address in self.addresses[pk]:
            found |= self.by_address[address]
        return found


def for_namesakes_too(sign_ups: Iterable[SignUp], twos: set[Two]) -> set[Two]:
    """The pairs, and with each of them all pairs of people who are called alike."""
    if not twos:
        return set()
    index = NameIndex(sign_ups)
    alike = {pk: index.alike(pk) for each in twos for pk in map(int, each)}
    return {two(x, y) for a, b in twos for x in alike[int(a)] for y in alike[int(b)] if x != y}


def by_name(named: Sequence[Named]) -> tuple[tuple[int, str], ...]:
    """People as (id, name), by name; who share a name are told apart by their address, or else by a number."""
    folded = {s.pk: fold(s.name) for s in named}
    shared: dict[str, list[int]] = defaultdict(list)
    for s in named:
        shared[folded[s.pk]].append(s.pk)

    def told_apart(s: Named) -> str:
        same = shared[folded[s.pk]]
        return s.name if len(same) == 1 else f"{s.name} ({s.email or same.index(s.pk) + 1})"

    people = [(folded[s.pk], s.pk, told_apart(s)) for s in named]
    return tuple((pk, name) for _folded, pk, name in sorted(people))
