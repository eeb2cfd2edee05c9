"""Trios for those left over: each joins the pair that suits all three best, without breaking up any other pair."""

from collections.abc import Sequence
from itertools import combinations

from oppipari.pairing.plan import Group
from oppipari.pairing.problem import Problem


def trio_score(problem: Problem, rows: Sequence[int]) -> int:
    """The mean of the three pairs' scores in tenths, rounded down: a trio never counts more than its best pair."""
    return sum(int(problem.scores[i, j]) for i, j in combinations(rows, 2)) // 3


def suits(problem: Problem, rows: Sequence[int]) -> bool:
    """Whether every two of the three may be together."""
    return all(problem.allowed_matrix[i, j] for i, j in combinations(rows, 2))


def best_trios(problem: Problem, pairs: list[Group], left: Sequence[str]) -> tuple[list[Group], list[Group]]:
    """Join each of `left` to one of `pairs`: returns the pairs that remain and the new trios.

    One after the other, always the joining that keeps the most points; locked pairs stay pairs.
    """
    pairs, trios, waiting = list(pairs), [], list(left)
    while waiting:
        options = [
            (g.score - trio_score(problem, rows), k, g, trio_score(problem, rows))
            for k in waiting
            for g in pairs
            if not g.locked
            for rows in [[problem.index[m] for m in (*g.members, k)]]
            if suits(problem, rows)
        ]
        if not options:
            break
        _loss, key, group, score = min(options, key=lambda o: (o[0], o[1], o[2].members))
        pairs.remove(group)
        waiting.remove(key)
        trios.append(Group(tuple(sorted((*group.members, key))), score))
    return pairs, trios
