"""A pairing problem: people, scores of every two, and what is allowed, locked, set aside. Never changed once made."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Self

import numpy as np

from oppipari.pairing.errors import (
    BadScores,
    ContradictoryLocks,
    LockedTwice,
    LockNotAllowed,
    SamePersonTwice,
    UnknownPerson,
)
from oppipari.pairing.people import Criterion, Participant, Policy, Side
from oppipari.pairing.scores import Bools, Facts, Ints, gather, points_by_criterion

MAX_SCORE = 1000
# Up to this many people the points of every two are kept, to answer at once; above, two are scored anew.
KEEP_POINTS = 1000
Keys = Iterable[tuple[str, str]]


class Rule(StrEnum):
    """The hard rules: why two people cannot be a pair. The first that applies is kept."""

    OWN_SUPERVISOR = "own_supervisor"
    SAME_SIDE = "same_side"
    NO_COMMON_LANGUAGE = "no_common_language"
    NO_COMMON_TIME = "no_common_time"
    EARLIER_PAIR = "earlier_pair"
    FORBIDDEN = "forbidden"
    # Somebody's own exclusion, or anything else that is not told to others.
    NOT_POSSIBLE = "not_possible"


class Problem:
    """Everything the engine needs; the people in the order of their keys, so that input order means nothing.

    `scores` is (n, n) int64 in tenths of a point 0..1000, symmetric; `allowed` is (n, n) bool, symmetric, with a false
    diagonal. `capacities` is (n,), 1 but for mentors of a two-sided round.
    """

    def __init__(
        self,
        keys: Sequence[str],
        scores: Ints,
        allowed: Bools,
        *,
        policy: Policy,
        rules: dict[Rule, Bools] | None = None,
        locked: Keys = (),
        set_aside: Iterable[str] = (),
        trios: Iterable[tuple[str, str, str]] = (),
        seed: str = "",
        capacities: Sequence[int] | None = None,
        waited: Iterable[str] = (),
        participants: Sequence[Participant] = (),
        facts: Facts | None = None,
    ) -> None:
        self.keys = tuple(keys)
        self.index = {k: i for i, k in enumerate(self.keys)}
        if len(self.index) != len(self.keys):
            raise SamePersonTwice(person=next(k for i, k in enumerate(self.keys) if self.index[k] != i))
        self.scores, self.allowed_matrix, self.policy, self.seed = scores, allowed, policy, seed
        self.rules = rules or {}
        self.capacities = np.array(capacities if capacities is not None else [1] * len(self.keys), dtype=np.int64)
        self.waited = frozenset(self.find(k) for k in waited)
        self.participants, self.facts = tuple(participants), facts
        self.by_criterion: dict[Criterion, Ints] = {}
        self.locked = tuple(sorted(self._pair(a, b) for a, b in locked))
        self.locked_trios = tuple(sorted(tuple(sorted(self.find(k) for k in t)) for t in trios))
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

        `forbidden` are pairs the supervisor forbade, `exclusions` what people declared themselves, `earlier` pairs of
        earlier rounds, `locked` and `trios` what the supervisor fixed, `set_aside` who waits by the supervisor's
        choice. Raises a PairingError for unknown keys and for locks that contradict each other or a hard rule.
        """
        policy = policy or Policy()
        people = sorted(people, key=lambda p: p.key)
        keys = [p.key for p in people]
        index = {k: i for i, k in enumerate(keys)}
        n = len(people)
        facts = gather(people)
        by_criterion = points_by_criterion(people, facts, policy)
        scores = np.zeros((n, n), dtype=np.int64)
        for points in by_criterion.values():
            scores += points

        def matrix_of(pairs: Keys) -> Bools:
            found = np.zeros((n, n), dtype=bool)
            for a, b in pairs:
                for k in (a, b):
                    if k not in index:
                        raise UnknownPerson(person=k)
                i, j = index[a], index[b]
                found[i, j] = found[j, i] = True
            return found

        own = np.zeros((n, n), dtype=bool)
        for i, p in enumerate(people):
            for k in p.supervisors:
                if k in index:
                    own[i, index[k]] = own[index[k], i] = True
        side = np.array([str(p.side or "") for p in people])
        same_side = (side[:, None] == side[None, :]) if policy.two_sided else np.zeros((n, n), dtype=bool)
        rules = {
            Rule.OWN_SUPERVISOR: own,
            Rule.SAME_SIDE: same_side,
            Rule.NO_COMMON_LANGUAGE: (facts.common_languages == 0)
            & facts.both_told_languages
            & policy.require_common_language,
            Rule.NO_COMMON_TIME: (facts.common_slots < policy.min_common_slots) & facts.both_told_slots,
            Rule.EARLIER_PAIR: matrix_of(earlier),
            Rule.FORBIDDEN: matrix_of(forbidden),
            Rule.NOT_POSSIBLE: matrix_of(exclusions),
        }
        allowed = ~np.eye(n, dtype=bool)
        for blocked in rules.values():
            allowed &= ~blocked
        capacities = [max(1, p.capacity) if policy.two_sided and p.side == Side.MENTOR else 1 for p in people]
        made = cls(
            keys,
            scores,
            allowed,
            policy=policy,
            rules=rules,
            locked=locked,
            set_aside=set_aside,
            trios=trios,
            seed=seed,
            capacities=capacities,
            waited=[p.key for p in people if p.waited_last_round],
            participants=people,
            facts=facts,
        )
        if n <= KEEP_POINTS:
            made.by_criterion = by_criterion
        return made

    @classmethod
    def from_scores(
        cls,
        keys: Sequence[str],
        scores: object,
        allowed: object = None,
        *,
        policy: Policy | None = None,
        capacities: Sequence[int] | None = None,
        locked: Keys = (),
        set_aside: Iterable[str] = (),
        seed: str = "",
    ) -> Self:
        """Take anybody's problem: `scores` (n, n) whole numbers 0..1000, the same both ways; `allowed` (n, n) bool.

        Raises BadScores for a wrong shape, NaN, infinite, negative, too large, fractional or one-way numbers.
        """
        matrix = np.asarray(scores)
        n = len(keys)
        if matrix.shape != (n, n) or not np.issubdtype(matrix.dtype, np.number):
            raise BadScores(reason="shape")
        if not np.all(np.isfinite(matrix)) or np.any(matrix != np.floor(matrix)):
            raise BadScores(reason="number")
        if np.any(matrix < 0) or np.any(matrix > MAX_SCORE):
            raise BadScores(reason="range")
        mask = np.ones((n, n), dtype=bool) if allowed is None else np.asarray(allowed, dtype=bool)
        if mask.shape != (n, n) or np.any(matrix != matrix.T) or np.any(mask != mask.T):
            raise BadScores(reason="symmetry")
        order = sorted(range(n), key=lambda i: keys[i])
        pick = np.ix_(order, order)
        return cls(
            [keys[i] for i in order],
            matrix[pick].astype(np.int64),
            mask[pick] & ~np.eye(n, dtype=bool),
            policy=policy or Policy(),
            capacities=[capacities[i] for i in order] if capacities is not None else None,
            locked=locked,
            set_aside=set_aside,
            seed=seed,
        )

    # -- reading ---------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, key: str) -> int:
        """The row of a person; raises UnknownPerson."""
        if key not in self.index:
            raise UnknownPerson(person=key)
        return self.index[key]

    def score(self, a: str, b: str) -> int:
        """Tenths of a point 0..1000 for two people, whether or not they may be a pair."""
        return int(self.scores[self.find(a), self.find(b)])

    def allowed(self, a: str, b: str) -> bool:
        """Whether no hard rule stands between the two."""
        return bool(self.allowed_matrix[self.find(a), self.find(b)])

    @property
    def number_allowed(self) -> int:
        """How many pairs are allowed."""
        return int(self.allowed_matrix.sum()) // 2

    def allowed_pairs(self) -> Iterator[tuple[str, str, int]]:
        """Every allowed pair with its score, in the order of the keys."""
        for i, j in zip(*np.nonzero(np.triu(self.allowed_matrix)), strict=True):
            yield self.keys[i], self.keys[j], int(self.scores[i, j])

    def rule_between(self, i: int, j: int) -> Rule | None:
        """The first hard rule that stands between two rows, or None."""
        return next((rule for rule, blocked in self.rules.items() if blocked[i, j]), None)

    def points(self, a: str, b: str) -> dict[Criterion, int]:
        """Tenths by criterion for two people; they add up to the score."""
        i, j = self.find(a), self.find(b)
        if self.by_criterion:
            return {c: int(m[i, j]) for c, m in self.by_criterion.items()}
        two = [self.participants[i], self.participants[j]]
        return {c: int(m[0, 1]) for c, m in points_by_criterion(two, gather(two), self.policy).items()}

    def fingerprint(self) -> str:
        """A hash of all that a plan's proof depends on."""
        h = hashlib.blake2b(digest_size=16)
        for part in (
            "\x00".join(self.keys).encode(),
            np.where(self.allowed_matrix, self.scores, -1).tobytes(),
            self.capacities.tobytes(),
            repr((self.locked, self.locked_trios, sorted(self.set_aside))).encode(),
        ):
            h.update(part)
        return h.hexdigest()

    # -- checks ----------------------------------------------------------------------------------------------------

    def _pair(self, a: str, b: str) -> tuple[int, int]:
        i, j = sorted((self.find(a), self.find(b)))
        return i, j

    def _check_locks(self) -> None:
        places = self.capacities.copy()
        for group in (*self.locked, *self.locked_trios):
            for x, i in enumerate(group):
                for j in group[x + 1 :]:
                    rule = self.rule_between(i, j)
                    names = {"a": self.keys[i], "b": self.keys[j]}
                    if rule == Rule.FORBIDDEN:
                        raise ContradictoryLocks(**names)
                    if not self.allowed_matrix[i, j]:
                        raise LockNotAllowed(**names)
            for i in group:
                places[i] -= 1
                if places[i] < 0 or i in self.set_aside:
                    raise LockedTwice(person=self.keys[i])
