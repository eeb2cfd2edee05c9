"""The planner: times for all groups at once, by lexicographic optimization of the objectives."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from oppipari.scheduling.components import Agreed, Component, GroupDomain, components
from oppipari.scheduling.greedy import GreedySearch
from oppipari.scheduling.lagrangian import SCALE, LayeredGraph, Multipliers, lagrangian_bound, layered_graph
from oppipari.scheduling.master_problem import MasterProblem
from oppipari.scheduling.placement import find_starts
from oppipari.scheduling.problem import Problem
from oppipari.scheduling.reasons import unplaced
from oppipari.scheduling.start_times import Starts
from oppipari.scheduling.timetable import Objective, Placed, Stage, Timetable
from oppipari.scheduling.timetable_state import State
from oppipari.scheduling.work import Group, Rules, Worker

Progress = Callable[[str, float], None]
OBJECTIVES = tuple(Objective)
# So often days are opened one by one before all are.
MAX_REFINEMENTS = 4
# The work that a component may take (deterministic time, half a second to a second each): once and for each group; an objective may
# take this share of what is left.
WORK, WORK_EACH, SHARE = 4.0, 0.2, 0.5
# From so many arcs between days on, multipliers are found first.
MANY_ARCS = 1000
# And among at most about so many.
ENOUGH_ARCS = 100_000
# More than any objective can be.
INFEASIBLE = 10**9


def plan(
    workers: Sequence[Worker],
    groups: Sequence[Group],
    rules: Rules,
    *,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Timetable:
    """The best timetable for `groups`, with what is proven of it; the same for the same problem in any order.

    Parameters
    ----------
    workers : sequence of Worker
    groups : sequence of Group
    rules : Rules
    time_limit : float, optional
        Seconds; ends the search early. The timetable then has a gap, and only then may two runs differ.
    progress : callable, optional
        Takes what is being done and a share from 0 to 1.

    Returns
    -------
    Timetable
        The objectives in order (`Objective`), each kept before the next is optimized.

    Raises
    ------
    SchedulingError
        Names what is wrong with the problem.
    """
    started = time.monotonic()
    deadline = None if time_limit is None else started + time_limit

    def report(what: str, share: float) -> None:
        if progress:
            progress(what, share)

    report("times", 0.0)
    problem = Problem.of(workers, groups, rules)
    starts = Starts(problem)
    result, without_start = components(starts)
    size = sum(len(c.domains) for c in result) or 1
    searches = []
    done = 0
    for component in result:
        share = len(component.domains) / size
        begun = done / size

        def report_component(objective: str, fraction: float, share: float = share, begun: float = begun) -> None:
            report(objective, begun + share * fraction)

        searches.append(_LexicographicSearch(component, deadline, report_component).run())
        done += len(component.domains)
    meetings = [
        Placed(domain.group.key, number, problem.span(starts.window.origin + minute))
        for s in searches
        for domain, ms in zip(s.component.domains, s.state.meetings, strict=True)
        for number, (_, minute) in enumerate(ms, 1)
    ]
    summed = [_sum_of(objective, [s.stages[k] for s in searches]) for k, objective in enumerate(OBJECTIVES)]
    stages = _with_unplaceable(summed, without_start, result, Agreed.of(starts))
    report("done", 1.0)
    return Timetable(
        meetings=tuple(sorted(meetings, key=lambda m: (m.group, m.number))),
        unplaced=unplaced(starts, [(s.component, s.state, s.stages[0].proven) for s in searches]),
        bound=stages[0].bound,
        proven=stages[0].proven,
        stages=stages,
        seconds=round(time.monotonic() - started, 3),
    )


def _sum_of(objective: Objective, stages: Sequence[Stage]) -> Stage:
    return Stage(objective, sum(s.value for s in stages), sum(s.bound for s in stages), all(s.proven for s in stages))


def _with_unplaceable(
    stages: Sequence[Stage], without_start: Sequence[GroupDomain], result: Sequence[Component], agreed: Agreed
) -> tuple[Stage, ...]:
    """With what groups add that can place nothing: their agreed meetings at bad hours, and what they were shown."""
    searched = {m for c in result for p in c.domains for m in p.group.members}
    people = {m for p in without_start for m in p.group.members} - searched
    more = {
        Objective.ALL_BAD: len((people & agreed.with_meeting) - agreed.with_good_hour),
        Objective.CHANGES: sum(len(p.shown) for p in without_start),
    }
    return tuple(Stage(s.name, s.value + more.get(s.name, 0), s.bound + more.get(s.name, 0), s.proven) for s in stages)


def _number(graphs: Sequence[LayeredGraph]) -> int:
    return sum(len(level) for graph in graphs for level in graph.arcs)


@dataclass
class _LexicographicSearch:
    """One component on its way through the objectives."""

    component: Component
    deadline: float | None
    report: Progress
    stages: list[Stage] = field(default_factory=list)
    opened: set[int] = field(default_factory=set)
    rounds: int = 0

    def __post_init__(self) -> None:
        domains = self.component.domains
        self.size = sum(p.wanted for p in domains)
        self.budget = WORK + WORK_EACH * len(domains)
        self.multipliers = Multipliers.none(self.component)
        # A lower bound of the deviation, in parts of a day; the days that objectives after spacing may use.
        self.lagrangian = 0
        self.graphs: list[LayeredGraph] | None = None

    def run(self) -> "_LexicographicSearch":
        """Optimize the objectives in order; `stages` has what was reached."""
        self.state = GreedySearch(self.component).run(self.deadline)
        bounds = []
        for k, objective in enumerate(OBJECTIVES):
            self.report(str(objective), k / len(OBJECTIVES))
            allowed = self.budget * (1.0 if k == len(OBJECTIVES) - 1 else SHARE)
            if objective == Objective.SPACING:
                bounds.append(self._solve_spacing(allowed))
            else:
                bounds.append(-self.size if objective == Objective.MEETINGS else 0)
                if self.state.score[k] > bounds[k] and not self._late():
                    result, _ = self._improve(k, self._restricted(k), allowed)
                    assert result < INFEASIBLE  # the incumbent is among them
                    bounds[k] = max(bounds[k], result)
        # A later objective may have improved an earlier one that was not proven; what was proven of that is true all the same.
        for objective, value, bound in zip(OBJECTIVES, self.state.score, bounds, strict=True):
            sign = -1 if objective == Objective.MEETINGS else 1
            self.stages.append(Stage(objective, sign * value, sign * min(bound, value), bound >= value))
        return self

    def _late(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def _restricted(self, k: int) -> list[LayeredGraph] | None:
        """The days for an objective after spacing: all that keep the deviation as it is."""
        if k > 1 and self.graphs is None:
            self.graphs = self._layered_graphs(self.state.score[1], self.lagrangian)
        return self.graphs

    def _fewest(self) -> list[int]:
        """How many meetings every domain has at least, if the whole has as many as now."""
        missing = self.size + self.state.score[0]
        return [max(0, p.wanted - missing) for p in self.component.domains]

    def _layered_graphs(self, deviation: int, lagrangian: int) -> list[LayeredGraph]:
        """The days of every domain, if the whole deviates by at most `deviation` days; `lagrangian` is a lower bound in parts."""
        spare = deviation * SCALE - lagrangian
        domains, fewest = self.component.domains, self._fewest()
        return [layered_graph(p, n, spare, t) for p, n, t in zip(domains, fewest, self.multipliers.choice, strict=True)]

    def _solve_spacing(self, allowed: float) -> int:
        """Spacing: with multipliers where there is much to choose from, and first as if the bound were attained. Returns what is
        proven.
        """
        self.lagrangian = lagrangian = lagrangian_bound(self.component, self._fewest(), self.multipliers)
        bound, deviation = -(-lagrangian // SCALE), self.state.score[1]
        if self._late():
            return bound
        if deviation > bound and _number(graphs := self._layered_graphs(deviation, lagrangian)) > MANY_ARCS:
            # Any multipliers give a valid bound; those from a part of the arcs are nearly as good.
            reach = deviation - bound
            while reach > 1 and _number(graphs) > ENOUGH_ARCS:
                reach //= 2
                graphs = self._layered_graphs(bound + reach, lagrangian)
            self.lagrangian = lagrangian = self._find_multipliers(graphs, lagrangian)
            bound = max(bound, -(-lagrangian // SCALE))
            deviation = bound
        left, farther = allowed, 1
        while self.state.score[1] > bound and left > 0 and not self._late():
            deviation = min(deviation, self.state.score[1])
            result, used = self._improve(1, self._layered_graphs(deviation, lagrangian), left)
            left -= used
            bound = max(bound, min(result, deviation + 1))
            if deviation >= self.state.score[1] and result <= deviation:
                break
            deviation, farther = max(bound, deviation + farther), 2 * farther
        return bound

    def _find_multipliers(self, graphs: list[LayeredGraph], lagrangian: int) -> int:
        """Find multipliers of the capacity cuts; the lower bound with them, in parts of a day."""
        master = self._master(1, graphs)
        prices = master.model.shadow_prices(master.deviation_terms, [row for _, row in master.shared], self.deadline)
        if prices is None:
            return lagrangian
        before = self.multipliers
        self.multipliers = Multipliers.of(self.component, [cut for cut, _ in master.shared], prices)
        with_prices = lagrangian_bound(self.component, self._fewest(), self.multipliers)
        if with_prices <= lagrangian:
            self.multipliers = before
        return max(lagrangian, with_prices)

    def _improve(self, k: int, graphs: list[LayeredGraph] | None, allowed: float) -> tuple[int, float]:
        """Improve the objective with number `k` within `graphs`, as far as `allowed` work goes.

        Returns the bound of all timetables within the graphs (INFEASIBLE where there is none), and the work done.
        """
        objective, bound, left = OBJECTIVES[k], -INFEASIBLE, allowed
        while left > 0 and not self._late():
            master = self._master(k, graphs)
            constant = sum(len(p.shown) for p in self.component.domains) if objective == Objective.CHANGES else 0
            solved = master.model.solve(
                master.objective_terms(objective), master.hint(self.state), left, self.deadline, constant
            )
            left -= solved.work
            self.budget -= solved.work
            if solved.chosen is None:
                bound = INFEASIBLE if solved.proven else max(bound, solved.bound)
                break
            bound = max(bound, solved.bound)
            chosen = [(p, c) for p, ys in enumerate(master.choice) for c, y in ys.items() if y in solved.chosen]
            from_model = {(p, c): m for p, c, m, x in master.starts if x in solved.chosen}
            placement = find_starts(self.component, chosen, from_model, self.deadline)
            if not placement.overfull_days:
                self._take(k, placement.starts)
                break
            if placement.overfull_days <= self.opened:
                break
            self._refine(placement.overfull_days)
        return bound, allowed - left

    def _take(self, k: int, starts: Mapping[tuple[int, int], int]) -> None:
        """Keep what was found for the objective with number `k`, and what improves it at once, if it is better than the incumbent.

        Later objectives do not touch the number of meetings: all that was proven since rests on it.
        """
        meetings: list[list[tuple[int, int]]] = [[] for _ in self.component.domains]
        for (p, c), minute in starts.items():
            meetings[p].append((c, minute))
        self._keep_if_better(k, State.of(self.component, meetings))
        self._keep_if_better(k, GreedySearch(self.component, self.state).run(self.deadline))

    def _keep_if_better(self, k: int, result: State) -> None:
        if result.score < self.state.score and (k == 0 or result.score[0] == self.state.score[0]):
            self.state = result

    def _refine(self, overfull_days: frozenset[int]) -> None:
        self.rounds += 1
        self.opened |= overfull_days
        if self.rounds >= MAX_REFINEMENTS:
            self.opened |= {d for p in self.component.domains for d in p.days.tolist()}

    def _master(self, k: int, graphs: list[LayeredGraph] | None) -> MasterProblem:
        """The master problem for the objective with number `k`, with all earlier ones as constraints."""
        master = MasterProblem(self.component, self._fewest(), -self.state.score[0], graphs, self.opened)
        for earlier in range(1, k):
            if terms := master.objective_terms(OBJECTIVES[earlier]):
                master.model.row(terms, None, self.state.score[earlier])
        return master
