"""A pairing problem: people, scores of every two, and what is allowed, locked, set aside. Never changed once made."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Self

import numpy as np

from oppipari.pairing.criteria import Criteria, Ints, Rule
from oppipari.pairing.errors import NotThree, PairOfOne, SamePersonTwice
from oppipari.pairing.people import Participant, Policy, Side
from oppipari.pairing.problem.checks import capacities_of, check_lengths, check_locks, check_policy, numbered_sides
from oppipari.pairing.problem.fingerprint import fingerprint_of
from oppipari.pairing.problem.given_scores import dense_of, order_of, sparse_of
from oppipari.pairing.problem.scored_people import ScoredPeople
from oppipari.pairing.sources import Source

Keys = Iterable[tuple[str, str]]
# Hard rules that are listed pair by pair; the others follow from people's answers.
LISTED = (Rule.OWN_SUPERVISOR, Rule.EARLIER_PAIR, Rule.FORBIDDEN, Rule.NOT_POSSIBLE)


class Problem(ScoredPeople):
    """Everything the engine needs; the people in the order of their keys, so that input order means nothing.

    Attributes
    ----------
    policy : Policy
    capacities : (people,) array of int
        1 but for mentors of a two-sided round.
    sides : (people,) array of int
        0 and 1 for the two sides, -1 in a round without.
    locked : tuple of (int, int)
        Rows of locked pairs.
    locked_trios : tuple of (int, int, int)
    set_aside : frozenset of int
        Rows of people who wait by the supervisor's choice.
    waited : frozenset of int
        Rows of people who waited in the round before.
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
        self.capacities = capacities_of(self.keys, capacities)
        self.sides = numbered_sides(self.keys, sides, policy.two_sided)
        self.waited = frozenset(self.find(k) for k in waited)
        self.locked = tuple(sorted(self._pair(a, b) for a, b in locked))
        self.locked_trios = tuple(sorted(self._trio(t) for t in trios))
        self.set_aside = frozenset(self.find(k) for k in set_aside)
        check_locks(self)

    # -- constructors -----------------------------------------------------------------------------------------------

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

        Parameters
        ----------
        people : sequence of Participant
            In a round of two sides everybody has one.
        policy : Policy, optional
        forbidden : pairs of keys
            Pairs that the supervisor forbade.
        exclusions : pairs of keys
            What people declared themselves.
        earlier : pairs of keys
            Pairs of earlier rounds.
        locked, trios : pairs and triples of keys
            What the supervisor fixed.
        set_aside : keys
            Who waits by the supervisor's choice.
        seed : str
            Decides among equally good plans.

        Raises
        ------
        PairingError
            For unknown keys, for impossible weights, settings, capacities and times, and for locks that contradict each other or a
            hard rule; the subclass names which.
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
        """A problem of given scores.

        Parameters
        ----------
        keys : (n,) sequence of str
        scores : (n, n) array-like
            Integers 0..1000, symmetric, in tenths of a point.
        allowed : (n, n) array-like of bool, optional
            Symmetric.
        policy : Policy, optional
        capacities : (n,) sequence of int, optional
            With `sides`: may be more than 1 on one of them.
        sides : (n,) sequence of Side or None, optional
            With them only pairs across are allowed.
        locked, set_aside, seed
            As in `from_participants`.

        Raises
        ------
        BadScores
            For a wrong shape, NaN, infinite, negative, too large, fractional or asymmetric numbers.

        Examples
        --------
        >>> problem = Problem.from_scores("ab", [[0, 700], [700, 0]])
        >>> problem.score("a", "b"), problem.number_allowed
        (700, 1)
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
        """A problem in which only the listed (a, b, score) are allowed; else as `from_scores`.

        Raises
        ------
        BadScores, UnknownPerson
        """
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
