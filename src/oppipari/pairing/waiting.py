"""Why somebody has no pair: a reason that is true by the certificate and tells nothing of anybody's wishes."""

from collections.abc import Iterable

import numpy as np

from oppipari.pairing.criteria import Rule
from oppipari.pairing.plan import Certificate, Wait
from oppipari.pairing.problem import Problem

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
    if (problem.row(i) >= 0).any():
        if problem.policy.two_sided:
            return Wait.NO_PLACES
        # With an empty set the proof of the number of pairs is parity alone: a group of people is odd.
        return Wait.NEEDED_ELSEWHERE if certificate.removed else Wait.ODD_NUMBER
    others = np.delete(np.arange(len(problem)), i)
    if problem.policy.two_sided:
        others = others[problem.sides[others] != problem.sides[i]]
    me = np.full(len(others), i)
    # Only a rule that alone keeps everybody away is named; a mixture may hide an exclusion and stays unnamed.
    for rule, reason in _BY_RULE.items():
        if len(others) and problem.broken(rule, me, others).all():
            return reason
    return Wait.NOBODY_POSSIBLE
