"""A pairing problem: people, scores of every two, and what is allowed, locked, set aside. Never changed once made."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Self

import numpy as np

from oppipari.pairing.criteria import Bools, Criteria, Ints, Rule
from oppipari.pairing.errors import NotThree, PairOfOne, SamePersonTwice, UnknownPerson
from oppipari.pairing.people import Criterion, Participant, Policy, Side
from oppipari.pairing.problem.checks import check_lengths, check_locks, check_policy, numbered_sides, places_of
from oppipari.pairing.problem.codes import among
from oppipari.pairing.problem.fingerprint import fingerprint_of
from oppipari.pairing.problem.finished import dense_of, order_of, sparse_of
from oppipari.pairing.sources import Source

Keys = Iterable[tuple[str, str]]
# Hard rules that are listed pair by pair; the others follow from what people told.
LISTED = (Rule.OWN_SUPERVISOR, Rule.EARLIER_PAIR, Rule.FORBIDDEN, Rule.NOT_POSSIBLE)


class Problem:
    """Everything the engine needs; the people in the order of their keys, so that input order means nothing.

    `source` tells scores in tenths of a point 0..1000; `blocked` are sorted codes (row * people + row, both ways) of
    pairs that a listed rule forbids; `capacities` is (people,), 1 but for mentors of a two-sided round; `sides` is
    (people,), 0 and 1 for the two sides and -1 where there are none.
    """

    def __init__(
        self,
        keys: Sequence[str],
        source: Source,
        *,
        policy: Policy,
        listed: Mapping[Rule, Keys] | None = None,
        locked: Keys = (),
        set_aside: Iterable[str] = (),
        trios: Iterable[tuple[str, str, str]] = (),
        seed: str = "",
        capacities: Sequence[int] | None = None,
        sides: Sequence[Side | None] | None = None,
        waited: Iterable[str] = (),
    ) -> None:
        self.keys = tuple(keys)
        self.index = {k: i for i, k in enumerate(self.keys)}
        if len(self.index) != len(self.keys):
            raise SamePersonTwice(person=next(k for i, k in enumerate(self.keys) if self.index[k] != i))
        self.source, self.policy, self.seed = source, policy, seed
        check_policy(policy)
        self.listed = {rule: self._codes((listed or {}).get(rule, ())) for rule in LISTED}
        self.blocked: Ints = np.unique(np.concatenate(list(self.listed.values())))
        self.capacities = places_of(self.keys, capacities)
        self.sides = numbered_sides(self.keys, sides, policy.two_sided)
        self.waited = frozenset(self.find(k) for k in waited)
        self.locked = tuple(sorted(self._pair(a, b) for a, b in locked))
        self.locked_trios = tuple(sorted(self._trio(t) for t in trios))
        self.set_aside = frozenset(self.find(k) for k in set_aside)
        check_locks(self)

    # -- ways to make one ------------------------------------------------------------------------------------------

    @classmethod
    def from_participants(
        cls,
        people: Sequence[Participant],
        *,
        policy: Policy | None = None,
        forbidden: Keys = (),
        exclusions: Keys = (),
        earlier: Keys = (),
        locked: Keys = (),
        set_aside: Iterable[str] = (),
        trios: Iterable[tuple[str, str, str]] = (),
        seed: str = "",
    ) -> Self:
        """Score every two of `people` by `policy` and apply the hard rules.

        In a round of two sides everybody has one. `forbidden` are pairs the supervisor forbade, `exclusions` what people declared themselves, `earlier` pairs of
        earlier rounds, `locked` and `trios` what the supervisor fixed, `set_aside` who waits by the supervisor's
        choice. Raises a PairingError for unknown keys, for impossible weights, settings, places and times, and for locks
        that contradict each other or a hard rule.
        """
        policy = policy or Policy()
        check_policy(policy)
        people = sorted(people, key=lambda p: p.key)
        there = {p.key for p in people}
        return cls(
            [p.key for p in people],
            Criteria(people, policy),
            policy=policy,
            listed={
                Rule.OWN_SUPERVISOR: [(p.key, k) for p in people for k in p.supervisors if k in there and k != p.key],
                Rule.EARLIER_PAIR: earlier,
                Rule.FORBIDDEN: forbidden,
                Rule.NOT_POSSIBLE: exclusions,
            },
            locked=locked,
            set_aside=set_aside,
            trios=trios,
            seed=seed,
            capacities=[p.capacity if policy.two_sided and p.side == Side.MENTOR else 1 for p in people],
            sides=[p.side if policy.two_sided else None for p in people],
            waited=[p.key for p in people if p.waited_last_round],
        )

    @classmethod
    def from_scores(
        cls,
        keys: Sequence[str],
        scores: object,
        allowed: object = None,
        *,
        policy: Policy | None = None,
        capacities: Sequence[int] | None = None,
        sides: Sequence[Side | None] | None = None,
        locked: Keys = (),
        set_aside: Iterable[str] = (),
        seed: str = "",
    ) -> Self:
        """Take anybody's problem: `scores` (n, n) whole numbers 0..1000, the same both ways; `allowed` (n, n) bool.

        With `sides` only pairs across are allowed, and `capacities` (n,) may be more than 1 on one of them. Raises
        BadScores for a wrong shape, NaN, infinite, negative, too large, fractional or one-way numbers.
        """
        check_lengths(keys, sides, capacities)
        dense = dense_of(keys, scores, allowed, sides)
        return cls._from_source(keys, dense, policy, capacities, sides, locked=locked, set_aside=set_aside, seed=seed)

    @classmethod
    def from_triples(
        cls,
        keys: Sequence[str],
        triples: Iterable[tuple[str, str, int]],
        *,
        policy: Policy | None = None,
        capacities: Sequence[int] | None = None,
        sides: Sequence[Side | None] | None = None,
        locked: Keys = (),
        set_aside: Iterable[str] = (),
        seed: str = "",
    ) -> Self:
        """A problem in which only the listed (a, b, score) are allowed; raises BadScores and UnknownPerson."""
        check_lengths(keys, sides, capacities)
        source = sparse_of(keys, triples, sides)
        return cls._from_source(keys, source, policy, capacities, sides, locked=locked, set_aside=set_aside, seed=seed)

    @classmethod
    def _from_source(
        cls,
        keys: Sequence[str],
        source: Source,
        policy: Policy | None,
        capacities: Sequence[int] | None,
        sides: Sequence[Side | None] | None,
        *,
        locked: Keys,
        set_aside: Iterable[str],
        seed: str,
    ) -> Self:
        """`source` has the people in the order of their keys; the rest is as the caller gave it."""
        order = order_of(keys)
        return cls(
            [keys[i] for i in order],
            source,
            policy=policy or Policy(two_sided=sides is not None),
            capacities=[capacities[i] for i in order] if capacities is not None else None,
            sides=[sides[i] for i in order] if sides is not None else None,
            locked=locked,
            set_aside=set_aside,
            seed=seed,
        )

    def changed(
        self,
        *,
        locked: Keys | None = None,
        forbidden: Keys | None = None,
        set_aside: Iterable[str] | None = None,
        trios: Iterable[tuple[str, str, str]] | None = None,
    ) -> "Problem":
        """The same people and scores with other locks, forbidden pairs, trios or people set aside; what is None stays.

        Nothing is scored anew. Raises as `from_participants` does.
        """
        name = self.keys.__getitem__

        def pairs_of(rule: Rule) -> list[tuple[str, str]]:
            n = len(self)
            return [(name(c // n), name(c % n)) for c in self.listed[rule].tolist() if c // n < c % n]

        listed: dict[Rule, Keys] = {rule: pairs_of(rule) for rule in LISTED}
        if forbidden is not None:
            listed[Rule.FORBIDDEN] = forbidden
        sides = list(Side)
        return Problem(
            self.keys,
            self.source,
            policy=self.policy,
            listed=listed,
            locked=[(name(i), name(j)) for i, j in self.locked] if locked is None else locked,
            set_aside=[name(i) for i in self.set_aside] if set_aside is None else set_aside,
            trios=[(name(i), name(j), name(k)) for i, j, k in self.locked_trios] if trios is None else trios,
            seed=self.seed,
            capacities=self.capacities.tolist(),
            sides=[None if s < 0 else sides[s] for s in self.sides.tolist()],
            waited=[name(i) for i in self.waited],
        )

    # -- reading ---------------------------------------------------------------------------------------------------

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
        """Scores of the listed rows, below zero where a hard rule stands in the way."""
        found = self.source.at(i, j)
        found[among(self.blocked, i.astype(np.int64) * len(self) + j)] = -1
        found[i == j] = -1
        return found

    def score(self, a: str, b: str) -> int:
        """Tenths of a point 0..1000 for two people, whether or not they may be a pair."""
        return int(self.source.raw(np.array([self.find(a)]), np.array([self.find(b)]))[0])

    def score_if_allowed(self, i: int, j: int) -> int:
        """The score of two rows; below zero where they may not be a pair."""
        return int(self.at(np.array([i]), np.array([j]))[0])

    def allowed(self, a: str, b: str) -> bool:
        """Whether no hard rule stands between the two."""
        return self.score_if_allowed(self.find(a), self.find(b)) >= 0

    def row(self, i: int) -> Ints:
        """Everybody's score with row `i`, below zero where they may not be a pair; (people,)."""
        n = len(self)
        found: Ints = self.source.tile(np.array([i]), np.arange(n))[0].astype(np.int64)
        first, last = np.searchsorted(self.blocked, (i * n, (i + 1) * n))
        found[self.blocked[first:last] - i * n] = -1
        found[i] = -1
        found[found < 0] = -1
        return found

    @cached_property
    def number_allowed(self) -> int:
        """How many pairs are allowed."""
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
        """Which of the listed pairs of rows break a rule."""
        if rule in self.listed:
            return among(self.listed[rule], i.astype(np.int64) * len(self) + j)
        if isinstance(self.source, Criteria):
            return self.source.breaks(rule, i, j)
        return np.zeros(len(i), dtype=bool)

    def rule_between(self, i: int, j: int) -> Rule | None:
        """The first hard rule that stands between two rows, or None."""
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
        """A 64-bit hash of the seed text and each key, from which tie-breaks are made."""
        own = [hashlib.blake2b(f"{self.seed}\x00{k}".encode(), digest_size=8).digest() for k in self.keys]
        return np.array([int.from_bytes(d, "big") for d in own], dtype=np.uint64)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all that a plan's proof depends on."""
        return fingerprint_of(self)

    # -- keys into rows --------------------------------------------------------------------------------------------

    def _codes(self, pairs: Keys) -> Ints:
        """Sorted codes of pairs of keys, both ways round; raises PairOfOne."""
        n = len(self)
        rows = np.array([(self.find(a), self.find(b)) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
        if len(alone := np.flatnonzero(rows[:, 0] == rows[:, 1])):
            raise PairOfOne(person=self.keys[rows[alone[0], 0]])
        return np.unique(np.concatenate([rows[:, 0] * n + rows[:, 1], rows[:, 1] * n + rows[:, 0]]))

    def _trio(self, keys: Sequence[str]) -> tuple[int, ...]:
        if len(keys) != 3:
            raise NotThree(members=", ".join(keys))
        return tuple(sorted(self.find(k) for k in keys))

    def _pair(self, a: str, b: str) -> tuple[int, int]:
        i, j = sorted((self.find(a), self.find(b)))
        return i, j
