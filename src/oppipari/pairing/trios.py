"""Trios for those left over: each joins the pair that suits all three best, without breaking up any other pair.

The rule is greedy and deterministic, so that `verify` works the trios out again and compares.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import combinations

import numpy as np

from oppipari.pairing.people import Odd
from oppipari.pairing.plan import Group
from oppipari.pairing.problem import Problem


def trio_score(problem: Problem, rows: Sequence[int]) -> int:
    """The mean of the three pairs' scores in tenths, rounded down: a trio never counts more than its best pair."""
    return sum(problem.score(problem.keys[i], problem.keys[j]) for i, j in combinations(rows, 2)) // 3


def suits(problem: Problem, rows: Sequence[int]) -> bool:
    """Whether every two of the three may be together."""
    return all(problem.score_if_allowed(i, j) >= 0 for i, j in combinations(rows, 2))


def trios_for(
    problem: Problem, pairs: Sequence[Group], left: Sequence[str], odd: Odd
) -> tuple[list[Group], list[Group], list[Group]]:
    """What `odd` makes of those `left` without a pair.

    In a round of two sides a mentor whom nobody needed is not left over, and a mentee joins no trio; nobody does who was set
    aside.

    Returns
    -------
    pairs : list of Group
        The pairs that remain.
    made : list of Group
        The trios that are made.
    suggested : list of Group
        The trios that are only suggested.
    """
    free = [] if problem.policy.two_sided else [k for k in left if problem.index[k] not in problem.set_aside]
    if not free:
        return list(pairs), [], []
    remaining, trios = join_leftovers(problem, pairs, free)
    return (remaining, trios, []) if odd == Odd.TRIO else (list(pairs), [], trios)


def join_leftovers(problem: Problem, pairs: Sequence[Group], left: Sequence[str]) -> tuple[list[Group], list[Group]]:
    """Join each of `left` to one of `pairs`: the pairs that remain and the new trios, in the order of joining.

    One after the other, always the joining that keeps the most points: the pair's less the trio's. Of equal ones the first by
    the key of who joins, then by the pair's keys. Locked pairs stay pairs.
    """
    open_pairs = sorted((g for g in pairs if not g.locked), key=lambda g: g.members)
    i = np.array([problem.index[g.members[0]] for g in open_pairs], dtype=np.int64)
    j = np.array([problem.index[g.members[1]] for g in open_pairs], dtype=np.int64)
    score = np.array([g.score for g in open_pairs], dtype=np.int64)
    taken = np.zeros(len(open_pairs), dtype=bool)

    def best_for(key: str) -> tuple[int, str, int, int] | None:
        """The joining of `key` that loses least among pairs not taken: loss, key, the pair's position, the trio's score."""
        k = np.full(len(i), problem.index[key])
        one, other = problem.at(i, k), problem.at(j, k)
        possible = np.flatnonzero((one >= 0) & (other >= 0) & ~taken)
        if not len(possible):
            return None
        worth = (one + other + score)[possible] // 3
        best = int(np.argmin(score[possible] - worth))
        at = int(possible[best])
        return int(score[at] - worth[best]), key, at, int(worth[best])

    # What is best for somebody stays so until somebody else takes that pair, and is then only worse: so the least loss is
    # always on top, once it was recomputed where its pair is gone.
    offers = [offer for key in left if (offer := best_for(key))]
    heapify(offers)
    trios = []
    while offers:
        _loss, key, at, worth = heappop(offers)
        if taken[at]:
            if again := best_for(key):
                heappush(offers, again)
            continue
        taken[at] = True
        core = open_pairs[at]
        trios.append(Group(tuple(sorted((*core.members, key))), worth, core=core))
    gone = {open_pairs[at].members for at in np.flatnonzero(taken).tolist()}
    return [g for g in pairs if g.members not in gone or g.locked], trios
