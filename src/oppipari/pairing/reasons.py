"""Why these two, why not those two, and what a change costs: facts, which `words` turns into sentences."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from oppipari.pairing.criteria import Rule
from oppipari.pairing.graph import Graph
from oppipari.pairing.people import Criterion
from oppipari.pairing.plan import Plan
from oppipari.pairing.problem import Problem


class Fit(StrEnum):
    """A word before a number: 48 points read as bad, though they may be a fine pair."""

    GREAT = "great"
    GOOD = "good"
    ONE_SIDED = "one_sided"
    FAIR = "fair"
    THIN = "thin"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What speaks for two people: `a_learns` are the competences that A wants and B can share."""

    a: str
    b: str
    score: int
    points: dict[Criterion, int]
    a_learns: tuple[str, ...]
    b_learns: tuple[str, ...]
    common_slots: tuple[int, ...]
    other_team: bool
    fit: Fit


class Fixed(StrEnum):
    """What the supervisor fixed and can undo: one of the two is in another locked group, or set aside."""

    LOCKED = "locked"
    SET_ASIDE = "set_aside"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A hard rule forbids the pair (NOT_POSSIBLE where it may be somebody's own matter), or something that is fixed does."""

    rule: Rule | Fixed


@dataclass(frozen=True, slots=True)
class Price:
    """Making the two a pair would cost the whole at least this many tenths of a point, if as many pairs are formed."""

    at_least: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a change cost: tenths lost of the total before (negative: gained), and how many other pairs changed."""

    lost: int
    total_before: int
    groups_changed: int
    waiting_change: int


def fit_of(a_learns: int, b_learns: int, score: int) -> Fit:
    """The word for a pair from what each may learn and the score."""
    if a_learns and b_learns:
        return Fit.GREAT if score >= 450 or a_learns + b_learns >= 3 else Fit.GOOD
    if a_learns or b_learns:
        return Fit.ONE_SIDED
    return Fit.FAIR if score >= 250 else Fit.THIN


def why(problem: Problem, a: str, b: str) -> Explanation:
    """What speaks for two people of a problem made from participants.

    Raises
    ------
    UnknownPerson
    """
    i, j = problem.find(a), problem.find(b)
    first, second = problem.participants[i], problem.participants[j]
    a_learns = tuple(w for w in first.wants if w in second.shares)
    b_learns = tuple(w for w in second.wants if w in first.shares)
    points = problem.points(a, b)
    score = problem.score(a, b)
    return Explanation(
        a=a,
        b=b,
        score=score,
        points=points,
        a_learns=a_learns,
        b_learns=b_learns,
        common_slots=tuple(sorted(first.slots & second.slots)),
        other_team=points[Criterion.OTHER_TEAM] > 0,
        fit=fit_of(len(a_learns), len(b_learns), score),
    )


def why_not(problem: Problem, plan: Plan, a: str, b: str) -> Obstacle | Price:
    """What forbids a pair, or a lower bound of what locking it would cost.

    At once, from the certificate: if the edge has slack s under the duals without a floor (a lock may lower the floor for the
    others), no plan *of as many pairs* that contains it exceeds that bound less s / 2: its reduced cost. With the lock fewer
    pairs may be possible; those may then make more points, of which the price says nothing (`price_of` does). Nor does it speak
    of trios: it compares the pairs that they were made of.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        Of `problem`; for a plan of another problem the price is 0, since nothing is known.
    a, b : str
        Keys.

    Returns
    -------
    Obstacle or Price

    Raises
    ------
    UnknownPerson
    """
    i, j = problem.find(a), problem.find(b)
    if i == j:
        return Obstacle(Rule.NOT_POSSIBLE)
    rule = problem.rule_between(i, j)
    if rule is not None or problem.score_if_allowed(i, j) < 0:
        # The supervisor made FORBIDDEN themselves and sees the others on the sign-ups; exclusions stay unnamed.
        return Obstacle(rule or Rule.NOT_POSSIBLE)
    if (min(i, j), max(i, j)) in problem.locked:
        return Price(0)
    if i in problem.set_aside or j in problem.set_aside:
        return Obstacle(Fixed.SET_ASIDE)
    graph = Graph.of(problem)
    us, vs = np.flatnonzero(graph.rows == i), np.flatnonzero(graph.rows == j)
    if not len(us) or not len(vs):
        return Obstacle(Fixed.LOCKED)
    proof = plan.certificate
    if proof.fingerprint != problem.fingerprint:
        return Price(0)
    duals = proof.unfloored or proof.duals
    score = problem.score_if_allowed(i, j)
    if not proof.unfloored and tuple(sorted((a, b))) in proof.kept:
        score += proof.bonus
    slacks = []
    for u in us.tolist():
        for v in vs.tolist():
            inside = sum(2 * s.dual for s in duals.blossoms if u in s.members and v in s.members)
            slacks.append(duals.vertices[u] + duals.vertices[v] + inside - 2 * duals.unit * score)
    locked = sum(g.score for g in plan.groups if g.locked)
    most = locked + (duals.doubled_bound - min(slacks)) // (2 * duals.unit)
    return Price(max(0, plan.paired - most))


def cost_of(before: Plan, after: Plan, *, meant: tuple[str, ...] = ()) -> Cost:
    """What changed from one plan to the next; groups of the people `meant` by the change itself are not counted."""
    old = {g.members for g in before.groups}
    new = {g.members for g in after.groups}
    gone = [members for members in old - new if not set(members) & set(meant)]
    return Cost(
        lost=before.total - after.total,
        total_before=before.total,
        groups_changed=len(gone),
        waiting_change=len(after.waiting) - len(before.waiting),
    )
