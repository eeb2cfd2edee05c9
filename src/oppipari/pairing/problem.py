"""A pairing problem: people, scores of every two, and what is allowed, locked, set aside. Never changed once made."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from numbers import Integral, Rational
from typing import Self

import numpy as np

from oppipari.pairing.criteria import SLOTS, Bools, Criteria, Ints, Rule
from oppipari.pairing.errors import (
    BadCapacity,
    BadPolicy,
    BadWeights,
    ContradictoryLocks,
    LockedTwice,
    LockNotAllowed,
    NoSide,
    NotForEach,
    NotThree,
    PairOfOne,
    SamePersonTwice,
    UnknownPerson,
)
from oppipari.pairing.people import Criterion, Participant, Policy, Side
from oppipari.pairing.sources import MAX_SCORE, Dense, Source, Sparse

Keys = Iterable[tuple[str, str]]
# Hard rules that are listed pair by pair; the others follow from what people told.
LISTED = (Rule.OWN_SUPERVISOR, Rule.EARLIER_PAIR, Rule.FORBIDDEN, Rule.NOT_POSSIBLE)
# A person may take this many others at most in a two-sided round.
MOST_PLACES = 100


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
        _check_policy(policy)
        self.listed = {rule: self._codes((listed or {}).get(rule, ())) for rule in LISTED}
        self.blocked: Ints = np.unique(np.concatenate(list(self.listed.values())))
        self.capacities = self._places(capacities)
        self.sides = self._numbered_sides(sides)
        self.waited = frozenset(self.find(k) for k in waited)
        self.locked = tuple(sorted(self._pair(a, b) for a, b in locked))
        self.locked_trios = tuple(sorted(self._trio(t) for t in trios))
        self.set_aside = frozenset(self.find(k) for k in set_aside)
        self._check_locks()

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
        _check_policy(policy)
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
        _check_lengths(keys, sides, capacities)
        dense = Dense(scores, allowed, len(keys))
        order = sorted(range(len(keys)), key=lambda i: keys[i])
        pick = np.ix_(order, order)
        dense.scores, dense.signed = dense.scores[pick], dense.signed[pick]
        if sides is not None:
            dense.signed[_same_side([sides[i] for i in order])] = -1
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
        _check_lengths(keys, sides, capacities)
        order = sorted(range(len(keys)), key=lambda i: keys[i])
        index = {keys[i]: place for place, i in enumerate(order)}
        listed = list(triples)
        for a, b, _score in listed:
            for k in (a, b):
                if k not in index:
                    raise UnknownPerson(person=k)
        side = {index[k]: s for k, s in zip(keys, sides, strict=True)} if sides is not None else {}
        rows = [(index[a], index[b], s) for a, b, s in listed]
        if side:
            rows = [(i, j, s) for i, j, s in rows if side[i] != side[j]]
        i = np.array([r[0] for r in rows], dtype=np.int64)
        j = np.array([r[1] for r in rows], dtype=np.int64)
        source = Sparse(i, j, [r[2] for r in rows] or np.zeros(0, dtype=np.int64), len(keys))
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
        order = sorted(range(len(keys)), key=lambda i: keys[i])
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
        h = hashlib.blake2b(digest_size=16)
        h.update("\x00".join(self.keys).encode())
        # The people and their scores are hashed once, however often locks change.
        if self.source.digest is None:
            self.source.digest = self._source_digest()
        h.update(self.source.digest)
        policy = self.policy
        pairs = sorted(sorted(str(s) for s in two) for two in policy.stage_pairs)
        h.update(repr((sorted((str(c), p) for c, p in policy.points.items()), pairs)).encode())
        h.update(
            repr([getattr(policy, f.name) for f in fields(policy) if f.name not in ("points", "stage_pairs")]).encode()
        )
        h.update(self.blocked.tobytes() + self.capacities.tobytes() + self.sides.tobytes())
        h.update(repr((self.locked, self.locked_trios, sorted(self.set_aside), self.seed)).encode())
        return h.hexdigest()

    def _source_digest(self) -> bytes:
        h = hashlib.blake2b(digest_size=16)
        if isinstance(self.source, Criteria):
            # Sets have no order of their own; sorted they read the same in every process.
            for p in self.source.people:
                told = [getattr(p, f.name) for f in fields(p)]
                h.update(repr([sorted(t) if isinstance(t, frozenset) else t for t in told]).encode())
        elif isinstance(self.source, Dense):
            h.update(self.source.signed.tobytes())
        elif isinstance(self.source, Sparse):
            h.update(self.source.codes.tobytes() + self.source.values.tobytes())
        return h.digest()

    # -- checks ----------------------------------------------------------------------------------------------------

    def _codes(self, pairs: Keys) -> Ints:
        """Sorted codes of pairs of keys, both ways round; raises PairOfOne."""
        n = len(self)
        rows = np.array([(self.find(a), self.find(b)) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
        if len(alone := np.flatnonzero(rows[:, 0] == rows[:, 1])):
            raise PairOfOne(person=self.keys[rows[alone[0], 0]])
        return np.unique(np.concatenate([rows[:, 0] * n + rows[:, 1], rows[:, 1] * n + rows[:, 0]]))

    def _places(self, capacities: Sequence[int] | None) -> Ints:
        if capacities is None:
            return np.ones(len(self), dtype=np.int64)
        for key, places in zip(self.keys, capacities, strict=True):
            if not isinstance(places, Integral) or not 1 <= places <= MOST_PLACES:
                raise BadCapacity(person=key)
        return np.array(capacities, dtype=np.int64)

    def _numbered_sides(self, sides: Sequence[Side | None] | None) -> Ints:
        """Sides as numbers, -1 for none; in a round of two sides everybody has one, in another nobody."""
        order = list(Side)
        found = np.array([-1 if s is None else order.index(s) for s in sides or [None] * len(self)], dtype=np.int64)
        wrong = np.flatnonzero((found < 0) == self.policy.two_sided)
        if len(wrong):
            raise NoSide(person=self.keys[int(wrong[0])])
        return found

    def _trio(self, keys: Sequence[str]) -> tuple[int, ...]:
        if len(keys) != 3:
            raise NotThree(members=", ".join(keys))
        return tuple(sorted(self.find(k) for k in keys))

    def _pair(self, a: str, b: str) -> tuple[int, int]:
        i, j = sorted((self.find(a), self.find(b)))
        return i, j

    def _check_locks(self) -> None:
        if self.policy.two_sided and self.locked_trios:
            raise LockNotAllowed(a=self.keys[self.locked_trios[0][0]], b=self.keys[self.locked_trios[0][1]])
        if len(set(self.sides[self.capacities > 1].tolist())) > 1 or (self.capacities[self.sides < 0] > 1).any():
            raise BadCapacity(person=self.keys[int(np.flatnonzero(self.capacities > 1)[0])])
        places = self.capacities.copy()
        seen: set[tuple[int, ...]] = set()
        for group in (*self.locked, *self.locked_trios):
            for x, i in enumerate(group):
                for j in group[x + 1 :]:
                    names = {"a": self.keys[i], "b": self.keys[j]}
                    if self.rule_between(i, j) == Rule.FORBIDDEN:
                        raise ContradictoryLocks(**names)
                    if self.score_if_allowed(i, j) < 0:
                        raise LockNotAllowed(**names)
            for i in group:
                places[i] -= 1
                if places[i] < 0 or i in self.set_aside or group in seen:
                    raise LockedTwice(person=self.keys[i])
            seen.add(group)


def among(codes: Ints, wanted: Ints) -> Bools:
    """Which of `wanted` are in the sorted `codes`."""
    if not len(codes):
        return np.zeros(len(wanted), dtype=bool)
    places = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    found: Bools = codes[places] == wanted
    return found


def _same_side(sides: Sequence[Side | None]) -> Bools:
    side = np.array([str(s or "") for s in sides])
    same: Bools = side[:, None] == side[None, :]
    return same


def _check_lengths(keys: Sequence[str], *lists: Sequence[object] | None) -> None:
    """Raises NotForEach unless sides and capacities, where given, are as many as the keys."""
    for what, values in zip(("sides", "capacities"), lists, strict=True):
        if values is not None and len(values) != len(keys):
            raise NotForEach(what=what)


def _check_policy(policy: Policy) -> None:
    """Raises BadWeights unless the points are whole, not negative, and at most 100 in all; BadPolicy for other settings."""
    for criterion, points in policy.points.items():
        if isinstance(points, bool) or not isinstance(points, int) or points < 0:
            raise BadWeights(criterion=str(criterion))
    if sum(policy.points.values()) > 100:
        raise BadWeights(criterion="")
    whole = {"stay_bonus": MAX_SCORE, "min_common_slots": SLOTS}
    for name, most in whole.items():
        value = getattr(policy, name)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise BadPolicy(setting=name)
    if not isinstance(policy.floor_price, Rational) or not 0 <= policy.floor_price <= 1:
        raise BadPolicy(setting="floor_price")
