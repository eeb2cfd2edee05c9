"""Why somebody has no pair: a reason that is true by the certificate and tells nothing of anybody's wishes."""

from collections.abc import Iterable

import numpy as np

from oppipari.pairing.plan import Certificate, Wait
from oppipari.pairing.problem import Problem, Rule

_BY_RULE = {
    Rule.NO_COMMON_TIME: Wait.NO_COMMON_TIME,
    Rule.NO_COMMON_LANGUAGE: Wait.NO_COMMON_LANGUAGE,
    Rule.OWN_SUPERVISOR: Wait.ONLY_OWN_SUPERVISOR,
    Rule.EARLIER_PAIR: Wait.ONLY_EARLIER_PAIRS,
}


def reasons_of_waiting(problem: Problem, waiting: Iterable[str], certificate: Certificate) -> dict[str, Wait]:
    """A reason for each of `waiting`."""
    return {k: _reason(problem, problem.index[k], certificate) for k in waiting}


def _reason(problem: Problem, i: int, certificate: Certificate) -> Wait:
    if i in problem.set_aside:
        return Wait.SET_ASIDE
    others = np.flatnonzero(problem.allowed_matrix[i])
    if len(others):
        if problem.policy.two_sided:
            return Wait.NO_PLACES
        # With an empty set the proof of the number of pairs is parity alone: a group of people is odd.
        return Wait.NEEDED_ELSEWHERE if certificate.removed else Wait.ODD_NUMBER
    if len(problem) == 1:
        return Wait.NOBODY_POSSIBLE
    mine = problem.participants[i].side if problem.participants else None
    candidates = [
        j
        for j in range(len(problem))
        if j != i and not (problem.policy.two_sided and problem.participants and problem.participants[j].side == mine)
    ]
    # Only a rule that alone keeps everybody away is named; a mixture may hide an exclusion and stays unnamed.
    for rule, reason in _BY_RULE.items():
        blocked = problem.rules.get(rule)
        if blocked is not None and candidates and all(blocked[i, j] for j in candidates):
            return reason
    return Wait.NOBODY_POSSIBLE
