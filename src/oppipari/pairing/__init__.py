"""Who with whom: scores, the solver, the proof, reasons. Arrays in, a plan out; no web, no database.

Start with `Problem.from_participants` (or `from_scores`), then `solve`, then `verify`; see docs/pairing.md.
"""

from oppipari.pairing.criteria import Rule
from oppipari.pairing.editing import price_of, resolve
from oppipari.pairing.errors import (
    BadCapacity,
    BadPolicy,
    BadScores,
    BadSlot,
    BadWeights,
    ContradictoryLocks,
    LockedTwice,
    LockNotAllowed,
    NoAllowedPair,
    NoSide,
    NotForEach,
    NothingToCompare,
    NotThree,
    PairingError,
    PairOfOne,
    SamePersonTwice,
    UnknownPerson,
)
from oppipari.pairing.first_in_line import solve_in_line
from oppipari.pairing.people import Criterion, Odd, Participant, Policy, Side, Stage, Way
from oppipari.pairing.plan import Certificate, Group, Plan, Wait
from oppipari.pairing.problem import Problem
from oppipari.pairing.reasons import Cost, Explanation, Fit, Held, Obstacle, Price, cost_of, why, why_not
from oppipari.pairing.solver import Solution, solution, solve
from oppipari.pairing.verify import Verdict, verify

__all__ = [
    "BadCapacity",
    "BadPolicy",
    "BadScores",
    "BadSlot",
    "BadWeights",
    "Certificate",
    "ContradictoryLocks",
    "Cost",
    "Criterion",
    "Explanation",
    "Fit",
    "Group",
    "Held",
    "LockNotAllowed",
    "LockedTwice",
    "NoAllowedPair",
    "NoSide",
    "NotForEach",
    "NotThree",
    "NothingToCompare",
    "Obstacle",
    "Odd",
    "PairOfOne",
    "PairingError",
    "Participant",
    "Plan",
    "Policy",
    "Price",
    "Problem",
    "Rule",
    "SamePersonTwice",
    "Side",
    "Solution",
    "Stage",
    "UnknownPerson",
    "Verdict",
    "Wait",
    "Way",
    "cost_of",
    "price_of",
    "resolve",
    "solution",
    "solve",
    "solve_in_line",
    "verify",
    "why",
    "why_not",
]
