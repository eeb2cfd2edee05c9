"""Priority: when somebody must be left over, it is nobody with priority as long as any arrangement allows that.

The sets of vertices that a maximum matching can cover are the bases of the *matching matroid* (Edmonds and Fulkerson 1965):
whoever some matching covers, a maximum one can cover too, since an augmenting path keeps every vertex it meets. So priority
costs no pair, only points. One maximum-weight matching (Galil 1986, by rustworkx) has a lexicographic weight: pairs, people
with priority, the total score, people who waited last round. Whom it leaves over is set aside, and the engine forms the
pairs of the others, with its fairness floor and its proof.
"""

from collections.abc import Iterable

import rustworkx

from oppipari.pairing.people import Odd
from oppipari.pairing.plan import Plan
from oppipari.pairing.problem import Problem
from oppipari.pairing.solver import solve

# The matching is of everybody with everybody: a tenth of a second for 400 people. Among more, the plan is the engine's
# own, and priority is ignored.
MOST_PEOPLE = 400


def solve_with_priority(problem: Problem, priority: Iterable[str], *, time_limit: float | None = None) -> Plan:
    """The best plan in which as few of `priority` are left over as any maximum matching allows; others wait.

    Parameters
    ----------
    problem : Problem
        Of pairs alone: nobody locked, in trios or set aside, capacity 1.
    priority : iterable of str
        Keys.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Plan
        Whom it leaves over counts as set aside. Among more than `MOST_PEOPLE` people priority is ignored.

    Raises
    ------
    UnknownPerson
        For a key that is not in the problem.
    NoAllowedPair, NothingToCompare
        As `solve`.

    Examples
    --------
    >>> problem = Problem.from_triples("abc", [("a", "b", 900), ("b", "c", 500)])
    >>> solve_with_priority(problem, ["c"]).waiting
    ('a',)
    """
    prioritised = {problem.find(key) for key in priority}
    plan = solve(problem, odd=Odd.WAIT, time_limit=time_limit)
    left = {problem.find(key) for key in plan.waiting}
    if not prioritised & left or len(prioritised) == len(problem) or len(problem) > MOST_PEOPLE:
        return plan
    over = [problem.keys[i] for i in _left_over(problem, prioritised)]
    return solve(problem.changed(set_aside=over), odd=Odd.WAIT, time_limit=time_limit)


def _left_over(problem: Problem, prioritised: set[int]) -> list[int]:
    """Rows that the matching of lexicographic weight leaves over."""
    edges = [(problem.find(a), problem.find(b), score) for a, b, score in problem.allowed_pairs()]
    # Each step outweighs all that lower ones can add up to; adding a constant to every pair changes nothing, since the
    # number of pairs is settled first.
    point_weight = len(problem) + 1
    priority_weight = (1000 * len(problem) + 1) * point_weight

    def weight(i: int, j: int, score: int) -> int:
        priorities = (i in prioritised) + (j in prioritised)
        waited = (i in problem.waited) + (j in problem.waited)
        return priorities * priority_weight + score * point_weight + waited

    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(problem)))
    graph.add_edges_from([(i, j, weight(i, j, score)) for i, j, score in edges])
    matching = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    matched = {i for two in matching for i in two}
    return [i for i in range(len(problem)) if i not in matched]
