"""People with scores of every two and the pairs that hard rules forbid: what is read of a problem, whatever is locked."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from oppipari.pairing.criteria import Bools, Criteria, Ints, Rule
from oppipari.pairing.errors import UnknownPerson
from oppipari.pairing.people import Criterion, Participant
from oppipari.pairing.problem.codes import in_sorted
from oppipari.pairing.sources import Source


class ScoredPeople:
    """The people in the order of their keys, and the scores of every two.

    Attributes
    ----------
    keys : (people,) tuple of str
    index : dict of str to int
        The row of each key.
    source : Source
        Scores in tenths of a point, 0..1000.
    listed : mapping of Rule to sorted codes
        Pairs that a rule forbids one by one, as codes row * people + row, both ways round.
    blocked : (blocked,) array of int
        All of `listed` together.
    seed : str
        Text that decides among equally good plans.
    """

    keys: tuple[str, ...]
    index: dict[str, int]
    source: Source
    listed: Mapping[Rule, Ints]
    blocked: Ints
    seed: str

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def participants(self) -> tuple[Participant, ...]:
        """The people, in order, of a problem made from participants; else empty."""
        return self.source.people if isinstance(self.source, Criteria) else ()

    def find(self, key: str) -> int:
        """The row of a person; raises UnknownPerson."""
        if key not in self.index:
            raise UnknownPerson(person=key)
        return self.index[key]

    def at(self, i: Ints, j: Ints) -> Ints:
        """(pairs,) scores of pairs of rows, below zero where a hard rule forbids the pair."""
        result = self.source.at(i, j)
        result[in_sorted(self.blocked, i.astype(np.int64) * len(self) + j)] = -1
        result[i == j] = -1
        return result

    def score(self, a: str, b: str) -> int:
        """Tenths of a point 0..1000 for two people, whether or not they may be a pair."""
        return int(self.source.raw(np.array([self.find(a)]), np.array([self.find(b)]))[0])

    def score_if_allowed(self, i: int, j: int) -> int:
        """The score of two rows; below zero where they may not be a pair."""
        return int(self.at(np.array([i]), np.array([j]))[0])

    def allowed(self, a: str, b: str) -> bool:
        """Whether no hard rule forbids the pair."""
        return self.score_if_allowed(self.find(a), self.find(b)) >= 0

    def row(self, i: int) -> Ints:
        """(people,) everybody's score with row `i`, below zero where they may not be a pair."""
        n = len(self)
        result: Ints = self.source.tile(np.array([i]), np.arange(n))[0].astype(np.int64)
        first, last = np.searchsorted(self.blocked, (i * n, (i + 1) * n))
        result[self.blocked[first:last] - i * n] = -1
        result[i] = -1
        result[result < 0] = -1
        return result

    @cached_property
    def number_allowed(self) -> int:
        """Number of allowed pairs."""
        counted = self.source.counted
        if counted is None:
            everybody = np.arange(len(self))
            counted = 0
            for start in range(0, len(self), 512):
                rows = everybody[start : start + 512]
                tile = self.source.tile(rows, everybody)
                tile[np.arange(len(rows)), rows] = -1
                counted += int((tile >= 0).sum())
            self.source.counted = counted
        n = len(self)
        listed = self.blocked[self.blocked // max(n, 1) != self.blocked % max(n, 1)]
        return (counted - int((self.source.at(listed // max(n, 1), listed % max(n, 1)) >= 0).sum())) // 2

    def allowed_pairs(self) -> Iterator[tuple[str, str, int]]:
        """Every allowed pair with its score, in the order of the keys."""
        for i in range(len(self)):
            row = self.row(i)
            for j in (np.flatnonzero(row[i + 1 :] >= 0) + i + 1).tolist():
                yield self.keys[i], self.keys[j], int(row[j])

    def broken(self, rule: Rule, i: Ints, j: Ints) -> Bools:
        """(pairs,) which pairs of rows break a rule."""
        if rule in self.listed:
            return in_sorted(self.listed[rule], i.astype(np.int64) * len(self) + j)
        if isinstance(self.source, Criteria):
            return self.source.breaks(rule, i, j)
        return np.zeros(len(i), dtype=bool)

    def rule_between(self, i: int, j: int) -> Rule | None:
        """The first hard rule that two rows break, or None."""
        one, other = np.array([i]), np.array([j])
        return next((rule for rule in Rule if self.broken(rule, one, other)[0]), None)

    def points(self, a: str, b: str) -> dict[Criterion, int]:
        """Tenths by criterion for two people of a problem made from participants; they add up to the score."""
        if not isinstance(self.source, Criteria):
            return {}
        i, j = np.array([self.find(a)]), np.array([self.find(b)])
        return {c: int(p[0]) for c, p in self.source.parts(i, j).items()}

    @cached_property
    def hashes(self) -> np.ndarray:
        """(people,) 64-bit hashes of the seed text and each key, from which tie-breaks are made."""
        own = [hashlib.blake2b(f"{self.seed}\x00{k}".encode(), digest_size=8).digest() for k in self.keys]
        return np.array([int.from_bytes(d, "big") for d in own], dtype=np.uint64)
