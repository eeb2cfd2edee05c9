"""Who is first in line: when somebody must be left over, it is not one of them as long as any arrangement allows that.

Whom a largest set of pairs can hold is settled by exchange: whoever some pairs hold, as many pairs as possible can hold
too (an augmenting path keeps everybody it meets; Edmonds and Fulkerson 1965 call these sets a matroid). So putting some
people first costs no pair, only points. One heaviest matching (Galil 1986, by rustworkx) weighs, in this order: pairs,
people first in line, the total score, people who waited last round. Whom it leaves over is set aside, and the engine
forms the pairs of the others, with its fairness floor and its proof.
"""

from collections.abc import Iterable

import rustworkx

from oppipari.pairing.people import Odd
from oppipari.pairing.plan import Plan
from oppipari.pairing.problem import Problem
from oppipari.pairing.solver import solve

# The matching is of everybody with everybody: a tenth of a second for 400 people. Among more, the plan is the engine's
# own, and people first in line have no place before others in it.
MOST_PEOPLE = 400


def solve_in_line(problem: Problem, first: Iterable[str], *, time_limit: float | None = None) -> Plan:
    """The best plan in which as few of `first` (keys) are left over as any largest set of pairs allows; others wait.

    For problems of pairs alone: nobody locked, in trios or set aside, one place each. Whom it leaves over counts as set
    aside in the plan. Raises UnknownPerson for a key that is not in the problem, and what `solve` raises.
    """
    before = {problem.find(key) for key in first}
    plan = solve(problem, odd=Odd.WAIT, time_limit=time_limit)
    left = {problem.find(key) for key in plan.waiting}
    if not before & left or len(before) == len(problem) or len(problem) > MOST_PEOPLE:
        return plan
    over = [problem.keys[i] for i in _left_over(problem, before)]
    return solve(problem.changed(set_aside=over), odd=Odd.WAIT, time_limit=time_limit)


def _left_over(problem: Problem, before: set[int]) -> list[int]:
    """Rows that the heaviest matching leaves over, those in `before` as few as can be."""
    edges = [(problem.find(a), problem.find(b), score) for a, b, score in problem.allowed_pairs()]
    # Each step outweighs all that lower ones can add up to; adding a constant to every pair changes nothing, since the
    # number of pairs is settled first.
    a_point = len(problem) + 1
    a_place = (1000 * len(problem) + 1) * a_point

    def weight(i: int, j: int, score: int) -> int:
        places = (i in before) + (j in before)
        waited = (i in problem.waited) + (j in problem.waited)
        return places * a_place + score * a_point + waited

    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(problem)))
    graph.add_edges_from([(i, j, weight(i, j, score)) for i, j, score in edges])
    matched = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    held = {i for two in matched for i in two}
    return [i for i in range(len(problem)) if i not in held]
