"""Check a plan's claims from the problem and the certificate, in whole numbers, without solving anything."""

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from oppipari.pairing.field import Field
from oppipari.pairing.matching import berge_bound, slack
from oppipari.pairing.plan import Plan
from oppipari.pairing.problem import Problem
from oppipari.pairing.trios import suits, trio_score


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the plan holds; if not, `failed` names the first claim that does not."""

    holds: bool
    failed: str | None = None


class _Broken(Exception):
    pass


def _claim(true: object, name: str) -> None:
    if not true:
        raise _Broken(name)


def verify(problem: Problem, plan: Plan) -> Verdict:
    """Re-score all allowed pairs and check every claim of `plan` against `problem`."""
    try:
        _check_groups(problem, plan)
        _check_proof(problem, plan)
    except _Broken as broken:
        return Verdict(False, str(broken))
    except (IndexError, KeyError, ValueError, TypeError, OverflowError):
        return Verdict(False, "readable certificate")
    return Verdict(True)


def _check_groups(problem: Problem, plan: Plan) -> None:
    _claim(plan.certificate.fingerprint == problem.fingerprint(), "same problem")
    _claim(plan.people == len(problem), "number of people")
    _claim(plan.allowed_pairs == problem.number_allowed, "number of allowed pairs")
    places: Counter[int] = Counter()
    for group in plan.groups:
        rows = [problem.find(k) for k in group.members]
        _claim(len(set(rows)) == len(rows) in (2, 3), "two or three different people in a group")
        _claim(suits(problem, rows), "only allowed pairs")
        score = int(problem.scores[rows[0], rows[1]]) if len(rows) == 2 else trio_score(problem, rows)
        _claim(group.score == score, "scores of the groups")
        places.update(rows)
    _claim(all(len(g.members) == 2 for g in plan.pairs) and all(len(g.members) == 3 for g in plan.trios), "kinds")
    _claim(all(count <= problem.capacities[i] for i, count in places.items()), "nobody in too many groups")
    _claim(len({g.members for g in plan.groups}) == len(plan.groups), "no pair twice")
    _claim(sorted(plan.waiting) == sorted(k for i, k in enumerate(problem.keys) if i not in places), "who waits")
    _claim(set(plan.waiting_reasons) == set(plan.waiting), "a reason for everyone who waits")
    _claim(
        not any(problem.index[k] in problem.set_aside for g in plan.groups for k in g.members),
        "set aside waits",
    )
    locked = {tuple(problem.keys[i] for i in group) for group in (*problem.locked, *problem.locked_trios)}
    _claim({tuple(sorted(t)) for t in locked} == {g.members for g in plan.groups if g.locked}, "locks kept")
    _claim(plan.total == sum(g.score for g in plan.groups), "total")


def _check_proof(problem: Problem, plan: Plan) -> None:
    proof = plan.certificate
    field = Field.of(problem)
    n = len(field.rows)
    free_pairs = sum(1 for g in plan.pairs if not g.locked) + sum(1 for g in plan.trios if not g.locked)
    _claim(proof.size == free_pairs and proof.seats == n - 2 * proof.size, "number of pairs")
    _claim(all(0 <= v < n for v in proof.removed), "proof of the number of pairs")
    _claim(berge_bound(field.allowed, proof.removed) == proof.size, "as many pairs as possible")
    _claim(plan.possible_pairs == proof.size + len(problem.locked), "possible pairs")
    _claim(plan.floor == proof.floor, "floor")
    if proof.floor is not None:
        _claim(all(g.score >= proof.floor for g in plan.pairs if not g.locked), "no pair under the floor")
    bonus = {(problem.find(a), problem.find(b)): proof.bonus for a, b in proof.kept}
    _claim(0 <= proof.bonus <= problem.policy.stay_bonus and (not bonus or proof.bonus), "bonus")
    weights, allowed, _ties = field.with_seats(proof.seats, proof.floor, bonus, frozenset())
    duals = proof.duals
    _claim(len(duals.vertices) == n + proof.seats, "a dual for every vertex")
    for odd in duals.odd_sets:
        members = set(odd.members)
        _claim(
            len(members) == len(odd.members) and len(members) % 2 == 1 and len(members) >= 3,
            "odd sets are odd",
        )
        _claim(members <= set(range(n + proof.seats)) and odd.dual >= 0, "odd sets")
    _claim(np.all(slack(duals, weights)[allowed] >= 0), "the duals cover every allowed pair")
    if proof.unfloored is not None:
        plain, allowed, _ties = field.with_seats(proof.seats, None, {}, frozenset())
        _claim(len(proof.unfloored.vertices) == n + proof.seats, "a dual for every vertex without a floor")
        _claim(not any(o.dual < 0 or len(set(o.members)) % 2 == 0 for o in proof.unfloored.odd_sets), "odd sets")
        _claim(np.all(slack(proof.unfloored, plain)[allowed] >= 0), "the duals without a floor cover every pair")
    locked = sum(g.score for g in plan.groups if g.locked)
    shown = {tuple(sorted(pair)) for pair in proof.kept}
    kept = proof.bonus * sum(1 for g in plan.pairs if not g.locked and g.members in shown)
    kept += proof.bonus * sum(
        1 for t in plan.trios if not t.locked and any(p in shown for p in combinations(t.members, 2))
    )
    _claim(plan.bound == locked + duals.bound - kept, "bound")
    _claim(plan.total <= plan.bound, "nothing above the bound")
