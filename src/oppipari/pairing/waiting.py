"""Why somebody has no pair: a reason that is true by the certificate and reveals nothing of anybody's wishes."""

from collections.abc import Iterable

import numpy as np

from oppipari.pairing.certificate import Certificate
from oppipari.pairing.criteria import Rule
from oppipari.pairing.graph import Graph
from oppipari.pairing.plan import Wait
from oppipari.pairing.problem import Problem

_BY_RULE = {
    Rule.NO_COMMON_TIME: Wait.NO_COMMON_TIME,
    Rule.NO_COMMON_LANGUAGE: Wait.NO_COMMON_LANGUAGE,
    Rule.OWN_SUPERVISOR: Wait.ONLY_OWN_SUPERVISOR,
    Rule.EARLIER_PAIR: Wait.ONLY_EARLIER_PAIRS,
}


def reasons_of_waiting(problem: Problem, waiting: Iterable[str], certificate: Certificate) -> dict[str, Wait]:
    """A reason for each of `waiting`."""
    rows = {k: problem.index[k] for k in waiting}
    needed = _have_others(problem, set(rows.values()) - problem.set_aside, certificate)
    return {k: _reason(problem, i, i in needed) for k, i in rows.items()}


def _have_others(problem: Problem, rows: set[int], certificate: Certificate) -> set[int]:
    """Those of `rows` whose component has neighbours in the barrier of the proof, all of whom are needed elsewhere.

    The other components have no neighbours, so that nothing but their odd number makes somebody wait.
    """
    if problem.policy.two_sided or not certificate.barrier:
        return set()
    people = Graph.of(problem).rows
    barrier = people[list(certificate.barrier)]
    components: dict[int, list[int]] = {}
    for i, part in zip(people.tolist(), certificate.components, strict=True):
        components.setdefault(part, []).append(i)
    result = set()
    for members in components.values():
        theirs = rows & set(members)
        # Whoever waits first: mostly it is they who have neighbours in the barrier.
        if any((problem.row(i)[barrier] >= 0).any() for i in (*sorted(theirs), *members) if theirs):
            result |= theirs
    return result


def _reason(problem: Problem, i: int, needed_elsewhere: bool) -> Wait:
    if i in problem.set_aside:
        return Wait.SET_ASIDE
    if (problem.row(i) >= 0).any():
        if problem.policy.two_sided:
            return Wait.NO_PLACES
        return Wait.NEEDED_ELSEWHERE if needed_elsewhere else Wait.ODD_NUMBER
    others = np.delete(np.arange(len(problem)), i)
    if problem.policy.two_sided:
        others = others[problem.sides[others] != problem.sides[i]]
    me = np.full(len(others), i)
    # Only a rule that alone keeps everybody away is named; a mixture may hide an exclusion and stays unnamed.
    for rule, reason in _BY_RULE.items():
        if len(others) and problem.broken(rule, me, others).all():
            return reason
    return Wait.NOBODY_POSSIBLE
