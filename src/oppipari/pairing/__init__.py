"""Who with whom: scores, the solver, the proof, reasons. Arrays in, a plan out; no web, no database.

Start with `Problem.from_participants` (or `from_scores`), then `solve`, then `verify`; see docs/pairing.md, and
docs/glossary.md for the terms of matching theory.

Examples
--------
>>> from oppipari import pairing
>>> problem = pairing.Problem.from_triples("abcd", [("a", "b", 900), ("b", "c", 800), ("a", "d", 800), ("c", "d", 100)])
>>> plan = pairing.solve(problem)
>>> [pair.members for pair in plan.pairs], plan.total, plan.bound, plan.proven
([('a', 'd'), ('b', 'c')], 1600, 1600, True)
>>> pairing.verify(problem, plan).holds
True
"""

from oppipari.pairing.certificate import Certificate
from oppipari.pairing.conditions import Choice, Condition, conditions
from oppipari.pairing.criteria import Rule
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
from oppipari.pairing.people import Criterion, Odd, Participant, Policy, Side, Stage, Way
from oppipari.pairing.plan import Group, Plan, Wait
from oppipari.pairing.priority import solve_with_priority
from oppipari.pairing.problem import Problem
from oppipari.pairing.reasons import Cost, Explanation, Fit, Fixed, Obstacle, Price, cost_of, why, why_not
from oppipari.pairing.reoptimization import price_of, reoptimize
from oppipari.pairing.solver import Solution, solution, solve
from oppipari.pairing.verify import Verdict, verify

__all__ = [
    "BadCapacity",
    "BadPolicy",
    "BadScores",
    "BadSlot",
    "BadWeights",
    "Certificate",
    "Choice",
    "Condition",
    "ContradictoryLocks",
    "Cost",
    "Criterion",
    "Explanation",
    "Fit",
    "Fixed",
    "Group",
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
    "conditions",
    "cost_of",
    "price_of",
    "reoptimize",
    "solution",
    "solve",
    "solve_with_priority",
    "verify",
    "why",
    "why_not",
]
