"""What can be wrong with a pairing problem, as errors a page can put into words (`words.error`)."""


class PairingError(ValueError):
    """Base of all. `code` chooses the sentence, `params` fill it; people are named by their keys."""

    code = "pairing_error"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params


class UnknownPerson(PairingError):
    """A lock, a forbidden pair or the like names somebody who is not in the problem (`person`)."""

    code = "unknown_person"


class SamePersonTwice(PairingError):
    """Two participants carry the same key (`person`)."""

    code = "same_person_twice"


class PairOfOne(PairingError):
    """A pair that is forbidden, excluded or of an earlier round names the same person twice (`person`)."""

    code = "pair_of_one"


class NotThree(PairingError):
    """A locked trio does not have three members (`members`: their keys in one text)."""

    code = "not_three"


class LockedTwice(PairingError):
    """A person is in two locked groups (`person`)."""

    code = "locked_twice"


class ContradictoryLocks(PairingError):
    """The same two are both locked and forbidden (`a`, `b`)."""

    code = "contradictory_locks"


class LockNotAllowed(PairingError):
    """A hard rule stands in the way of a locked pair (`a`, `b`); which one is not said, it may be private."""

    code = "lock_not_allowed"


class BadScores(PairingError):
    """Scores are not a square matrix of whole numbers from 0 to 1000 that is symmetric."""

    code = "bad_scores"


class BadWeights(PairingError):
    """A policy's points are not whole numbers from 0 that make at most 100 in all (`criterion`, empty for the sum)."""

    code = "bad_weights"


class BadPolicy(PairingError):
    """A policy's setting is not what it may be (`setting`: its name): `floor_price` is a fraction from 0 to 1 (`Fraction(5, 100)`,
    not 0.05, which is no such fraction), `stay_bonus` whole tenths from 0 to 1000, `min_common_slots` a whole number from 0."""

    code = "bad_policy"


class BadSlot(PairingError):
    """A working time (`slot`) of somebody (`person`) is not a whole number from 0 to 20."""

    code = "bad_slot"


class NotForEach(PairingError):
    """There is not one value for each person (`what`: sides or capacities)."""

    code = "not_for_each"


class NoSide(PairingError):
    """In a round of two sides somebody has none (`person`), or sides are given to a round that has none."""

    code = "no_side"


class BadCapacity(PairingError):
    """Places are not a whole number from 1 to 100, or are more than one where the round has no sides (`person`)."""

    code = "bad_capacity"


class NothingToCompare(PairingError):
    """Nobody named a competence, so that nothing but luck would choose among the pairs."""

    code = "nothing_to_compare"


class NoAllowedPair(PairingError):
    """Nobody may pair with anybody."""

    code = "no_allowed_pair"
