"""What a plan's proof takes as given because somebody chose it: no check can tell whether it should have been so.

A proof says that nothing better exists *under the same rules*. Whoever makes a plan may forbid the good pairs, lock the bad
ones, or give points as they like, and prove the rest truly. So everything that a problem contains beyond what people
answered, and that is not as usual, is listed here, to be shown wherever a plan is said to be the best.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from oppipari.pairing.criteria import Ints, Rule
from oppipari.pairing.people import DEFAULT_POINTS, Criterion, Odd, Policy
from oppipari.pairing.plan import Plan
from oppipari.pairing.problem import Problem

USUAL = Policy()


class Choice(StrEnum):
    """The kinds of conditions; the keys of their sentences in `words` ([conditions])."""

    FORBIDDEN = "forbidden"
    LOCKED = "locked"
    LOCKED_TRIOS = "locked_trios"
    SET_ASIDE = "set_aside"
    EARLIER = "earlier"
    SHOWN_BEFORE = "shown_before"
    POINTS = "points"
    COMMON_SLOTS = "common_slots"
    ANY_LANGUAGE = "any_language"
    APART_WITHIN_TEAM = "apart_within_team"
    STAGES = "stages"
    NO_FLOOR = "no_floor"
    FLOOR_PRICE = "floor_price"
    LEFT_OVER_JOIN = "left_over_join"
    LEFT_OVER_WAIT = "left_over_wait"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class Condition:
    """One choice: of whom it speaks (groups of keys, in order), and its figures or words by name."""

    choice: Choice
    people: tuple[tuple[str, ...], ...] = ()
    values: dict[str, int | str] = field(default_factory=dict)


def conditions(problem: Problem, plan: Plan, odd: Odd) -> tuple[Condition, ...]:
    """All that somebody chose for `plan`, where it is not as usual.

    That there are two sides is no choice of this kind: it is seen in the sign-ups. Nor is what people themselves excluded,
    which is shown to nobody.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    odd : Odd
        What was asked for those left over.

    Returns
    -------
    tuple of Condition
    """
    return (
        *_pairs(problem),
        *_shown_before(plan),
        *_policy(problem.policy),
        *_left_over(plan, odd),
        *([Condition(Choice.SEED, values={"text": problem.seed})] if problem.seed else []),
    )


def _pairs(problem: Problem) -> Iterator[Condition]:
    name = problem.keys.__getitem__
    trios = tuple(tuple(map(name, t)) for t in problem.locked_trios)
    result = {
        Choice.FORBIDDEN: _listed(problem, problem.listed[Rule.FORBIDDEN]),
        Choice.LOCKED: tuple((name(i), name(j)) for i, j in problem.locked),
        Choice.LOCKED_TRIOS: trios,
        Choice.SET_ASIDE: tuple((name(i),) for i in sorted(problem.set_aside)),
        Choice.EARLIER: _listed(problem, problem.listed[Rule.EARLIER_PAIR]),
    }
    yield from (Condition(choice, people) for choice, people in result.items() if people)


def _listed(problem: Problem, codes: Ints) -> tuple[tuple[str, ...], ...]:
    """Pairs listed as codes both ways round, once each."""
    n = len(problem)
    return tuple((problem.keys[c // n], problem.keys[c % n]) for c in codes.tolist() if c // n < c % n)


def _shown_before(plan: Plan) -> Iterator[Condition]:
    """Pairs that counted more because they were shown before, and the most that another plan could make without that.

    With the bonus nothing exceeds the bound, and a pair makes no less with it than without; so what is missing is at
    most the gap and the bonus of those kept pairs that are in the plan.
    """
    proof = plan.certificate
    if proof.kept:
        there = {g.members for g in plan.pairs if not g.locked} | {t.core.members for t in plan.joined if t.core}
        most = plan.gap + proof.bonus * len(there.intersection(proof.kept))
        yield Condition(Choice.SHOWN_BEFORE, proof.kept, {"bonus": proof.bonus, "most": most})


def _policy(policy: Policy) -> Iterator[Condition]:
    for criterion in Criterion:
        given, usual = policy.points.get(criterion, 0), DEFAULT_POINTS[criterion]
        if given != usual:
            values: dict[str, int | str] = {"criterion": str(criterion), "points": given, "usual": usual}
            yield Condition(Choice.POINTS, values=values)
    if policy.min_common_slots != USUAL.min_common_slots:
        yield Condition(Choice.COMMON_SLOTS, values={"least": policy.min_common_slots, "usual": USUAL.min_common_slots})
    if policy.require_common_language != USUAL.require_common_language:
        yield Condition(Choice.ANY_LANGUAGE)
    if policy.apart_within_team != USUAL.apart_within_team:
        yield Condition(Choice.APART_WITHIN_TEAM)
    if policy.stage_pairs != USUAL.stage_pairs:
        stages = sorted(" + ".join(sorted(str(s) for s in two)) for two in policy.stage_pairs)
        yield Condition(Choice.STAGES, values={"stages": ", ".join(stages)})
    if not policy.floor:
        yield Condition(Choice.NO_FLOOR)
    elif policy.floor_price != USUAL.floor_price:
        values = {"share": _percent(policy.floor_price), "usual": _percent(USUAL.floor_price)}
        yield Condition(Choice.FLOOR_PRICE, values=values)


def _percent(share: Fraction) -> str:
    return f"{float(100 * share):g}"


def _left_over(plan: Plan, odd: Odd) -> Iterator[Condition]:
    """What those left over do: joining is asked for, waiting is listed where somebody could have joined."""
    if odd == Odd.TRIO:
        yield Condition(Choice.LEFT_OVER_JOIN, values={"joined": len(plan.joined)})
    elif plan.suggested_trios:
        yield Condition(Choice.LEFT_OVER_WAIT, values={"could": len(plan.suggested_trios)})
