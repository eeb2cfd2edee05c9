"""Trios for those left over: each joins the pair that suits all three best, without breaking up any other pair."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from oppipari.pairing.plan import Group
from oppipari.pairing.problem import Problem


def trio_score(problem: Problem, rows: Sequence[int]) -> int:
    """The mean of the three pairs' scores in tenths, rounded down: a trio never counts more than its best pair."""
    return sum(problem.score(problem.keys[i], problem.keys[j]) for i, j in combinations(rows, 2)) // 3


def suits(problem: Problem, rows: Sequence[int]) -> bool:
    """Whether every two of the three may be together."""
    return all(problem.score_if_allowed(i, j) >= 0 for i, j in combinations(rows, 2))


def best_trios(problem: Problem, pairs: list[Group], left: Sequence[str]) -> tuple[list[Group], list[Group]]:
    """Join each of `left` to one of `pairs`: returns the pairs that remain and the new trios.

    One after the other, always the joining that keeps the most points; locked pairs stay pairs.
    """
    open_pairs = [g for g in pairs if not g.locked]
    i = np.array([problem.index[g.members[0]] for g in open_pairs], dtype=np.int64)
    j = np.array([problem.index[g.members[1]] for g in open_pairs], dtype=np.int64)
    score = np.array([g.score for g in open_pairs], dtype=np.int64)
    joined: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for key in left:
        k = np.full(len(i), problem.index[key])
        one, other = problem.at(i, k), problem.at(j, k)
        joined[key] = ((one + other + score) // 3, (one >= 0) & (other >= 0))
    taken = np.zeros(len(open_pairs), dtype=bool)
    trios, waiting = [], list(left)
    while waiting:
        best = None
        for key in waiting:
            worth, suits_all = joined[key]
            loss = np.where(suits_all & ~taken, score - worth, np.iinfo(np.int64).max)
            at = int(np.argmin(loss)) if len(loss) else -1
            if at >= 0 and suits_all[at] and not taken[at]:
                option = (int(loss[at]), key, at)
                best = min(best, option) if best else option
        if best is None:
            break
        _loss, key, at = best
        taken[at] = True
        waiting.remove(key)
        core = open_pairs[at]
        trios.append(Group(tuple(sorted((*core.members, key))), int(joined[key][0][at]), core=core))
    gone = {open_pairs[at].members for at in np.flatnonzero(taken).tolist()}
    return [g for g in pairs if g.members not in gone or g.locked], trios
