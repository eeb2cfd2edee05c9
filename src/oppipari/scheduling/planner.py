"""The planner: times for all groups at once, aim by aim, each kept before the next is looked at."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from oppipari.scheduling.first import Search
from oppipari.scheduling.master import Master
from oppipari.scheduling.parts import Agreed, Component, Part, components
from oppipari.scheduling.placing import place
from oppipari.scheduling.problem import Problem
from oppipari.scheduling.reasons import unplaced
from oppipari.scheduling.starts import Starts
from oppipari.scheduling.state import State
from oppipari.scheduling.steps import PARTS, Steps, Tolls, least_of, steps_of
from oppipari.scheduling.timetable import Aim, Placed, Stage, Timetable
from oppipari.scheduling.work import Group, Rules, Worker

Progress = Callable[[str, float], None]
AIMS = tuple(Aim)
# So often days are opened one by one before all are.
PATIENCE = 4
# The work that a component may take (deterministic time, half a second to a second each): once and for each group; an aim may
# take this share of what is left.
WORK, WORK_EACH, SHARE = 4.0, 0.2, 0.5
# From so many steps between days on, prices are found first.
MANY = 1000
# And among at most about so many.
ENOUGH = 100_000
# More than any aim can be.
NOTHING = 10**9


def plan(
    workers: Sequence[Worker],
    groups: Sequence[Group],
    rules: Rules,
    *,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Timetable:
    """The best timetable for `groups`, with what is proven of it; the same for the same problem in any order.

    The aims in order (`Aim`), each kept before the next is looked at. `time_limit` (seconds) ends the search early; the
    timetable then tells its honest gap, and only then may two runs differ. `progress` is told what is being done and a
    share from 0 to 1. Raises a SchedulingError that names what is wrong with the problem.
    """
    started = time.monotonic()
    deadline = None if time_limit is None else started + time_limit

    def tell(what: str, share: float) -> None:
        if progress:
            progress(what, share)

    tell("times", 0.0)
    problem = Problem.of(workers, groups, rules)
    starts = Starts(problem)
    found, stuck = components(starts)
    size = sum(len(c.parts) for c in found) or 1
    settled = []
    done = 0
    for component in found:
        share = len(component.parts) / size
        begun = done / size

        def tell_part(aim: str, part: float, share: float = share, begun: float = begun) -> None:
            tell(aim, begun + share * part)

        settled.append(_Settling(component, deadline, tell_part).run())
        done += len(component.parts)
    meetings = [
        Placed(part.group.key, number, problem.span(starts.window.origin + minute))
        for s in settled
        for part, ms in zip(s.component.parts, s.state.meetings, strict=True)
        for number, (_, minute) in enumerate(ms, 1)
    ]
    summed = [_summed(aim, [s.stages[k] for s in settled]) for k, aim in enumerate(AIMS)]
    stages = _with_stuck(summed, stuck, found, Agreed.of(starts))
    tell("done", 1.0)
    return Timetable(
        meetings=tuple(sorted(meetings, key=lambda m: (m.group, m.number))),
        unplaced=unplaced(starts, [(s.component, s.state, s.stages[0].proven) for s in settled]),
        bound=stages[0].bound,
        proven=stages[0].proven,
        stages=stages,
        seconds=round(time.monotonic() - started, 3),
    )


def _summed(aim: Aim, stages: Sequence[Stage]) -> Stage:
    return Stage(aim, sum(s.value for s in stages), sum(s.bound for s in stages), all(s.proven for s in stages))


def _with_stuck(
    stages: Sequence[Stage], stuck: Sequence[Part], found: Sequence[Component], agreed: Agreed
) -> tuple[Stage, ...]:
    """With what those add who can place nothing: their agreed meetings at bad hours, and what they were shown."""
    searched = {m for c in found for p in c.parts for m in p.group.members}
    people = {m for p in stuck for m in p.group.members} - searched
    more = {Aim.ALL_BAD: len((people & agreed.met) - agreed.well), Aim.CHANGES: sum(len(p.shown) for p in stuck)}
    return tuple(Stage(s.name, s.value + more.get(s.name, 0), s.bound + more.get(s.name, 0), s.proven) for s in stages)


def _number(steps: Sequence[Steps]) -> int:
    return sum(len(level) for part in steps for level in part.steps)


@dataclass
class _Settling:
    """One component on its way through the aims."""

    component: Component
    deadline: float | None
    tell: Progress
    stages: list[Stage] = field(default_factory=list)
    opened: set[int] = field(default_factory=set)
    rounds: int = 0

    def __post_init__(self) -> None:
        parts = self.component.parts
        self.size = sum(p.wanted for p in parts)
        self.budget = WORK + WORK_EACH * len(parts)
        self.tolls = Tolls.none(self.component)
        # What the whole strays at least, in parts of a day; the days that aims after spacing may use.
        self.least = 0
        self.steps: list[Steps] | None = None

    def run(self) -> "_Settling":
        self.state = Search(self.component).run(self.deadline)
        bounds = []
        for k, aim in enumerate(AIMS):
            self.tell(str(aim), k / len(AIMS))
            allowed = self.budget * (1.0 if k == len(AIMS) - 1 else SHARE)
            if aim == Aim.SPACING:
                bounds.append(self._spaced(allowed))
            else:
                bounds.append(-self.size if aim == Aim.MEETINGS else 0)
                if self.state.score[k] > bounds[k] and not self._late():
                    found, _ = self._reach(k, self._kept_steps(k), allowed)
                    assert found < NOTHING  # the best known is among them
                    bounds[k] = max(bounds[k], found)
        # A later aim may have bettered an earlier one that was not proven; what was proven of that is true all the same.
        for aim, value, bound in zip(AIMS, self.state.score, bounds, strict=True):
            sign = -1 if aim == Aim.MEETINGS else 1
            self.stages.append(Stage(aim, sign * value, sign * min(bound, value), bound >= value))
        return self

    def _late(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline

    def _kept_steps(self, k: int) -> list[Steps] | None:
        """What an aim after spacing may use: all that keeps spacing as good as it is."""
        if k > 1 and self.steps is None:
            self.steps = self._steps(self.state.score[1], self.least)
        return self.steps

    def _fewest(self) -> list[int]:
        """How many meetings every part has at least, if the whole has as many as now."""
        missing = self.size + self.state.score[0]
        return [max(0, p.wanted - missing) for p in self.component.parts]

    def _steps(self, most: int, least: int) -> list[Steps]:
        """The days of every part, if the whole strays at most `most` days; `least` is what it strays at least, in parts."""
        spare = most * PARTS - least
        parts, fewest = self.component.parts, self._fewest()
        return [steps_of(p, n, spare, t) for p, n, t in zip(parts, fewest, self.tolls.choice, strict=True)]

    def _spaced(self, allowed: float) -> int:
        """Spacing: with prices where there is much to choose from, and first as if nobody had to stray farther than the
        prices say. Returns what is proven."""
        self.least = least = least_of(self.component, self._fewest(), self.tolls)
        bound, most = -(-least // PARTS), self.state.score[1]
        if self._late():
            return bound
        if most > bound and _number(steps := self._steps(most, least)) > MANY:
            # Any prices are true; those from a part of the steps are nearly as good.
            reach = most - bound
            while reach > 1 and _number(steps) > ENOUGH:
                reach //= 2
                steps = self._steps(bound + reach, least)
            self.least = least = self._priced(steps, least)
            bound = max(bound, -(-least // PARTS))
            most = bound
        left, farther = allowed, 1
        while self.state.score[1] > bound and left > 0 and not self._late():
            most = min(most, self.state.score[1])
            found, used = self._reach(1, self._steps(most, least), left)
            left -= used
            bound = max(bound, min(found, most + 1))
            if most >= self.state.score[1] and found <= most:
                break
            most, farther = max(bound, most + farther), 2 * farther
        return bound

    def _priced(self, steps: list[Steps], least: int) -> int:
        """Find prices for what is crowded; what the whole strays at least with them, in parts of a day."""
        master = self._master(1, steps)
        prices = master.model.prices(master.strays, [row for _, row in master.shared], self.deadline)
        if prices is None:
            return least
        free = self.tolls
        self.tolls = Tolls.of(self.component, [squeeze for squeeze, _ in master.shared], prices)
        with_prices = least_of(self.component, self._fewest(), self.tolls)
        if with_prices <= least:
            self.tolls = free
        return max(least, with_prices)

    def _reach(self, k: int, steps: list[Steps] | None, allowed: float) -> tuple[int, float]:
        """Better the aim with number `k` within `steps`, as far as `allowed` work goes.

        Returns what no timetable within the steps is better than (NOTHING where there is none), and the work done.
        """
        aim, bound, left = AIMS[k], -NOTHING, allowed
        while left > 0 and not self._late():
            master = self._master(k, steps)
            constant = sum(len(p.shown) for p in self.component.parts) if aim == Aim.CHANGES else 0
            answer = master.model.solve(master.aim(aim), master.hint(self.state), left, self.deadline, constant)
            left -= answer.work
            self.budget -= answer.work
            if answer.on is None:
                bound = NOTHING if answer.proven else max(bound, answer.bound)
                break
            bound = max(bound, answer.bound)
            taken = [(p, c) for p, ys in enumerate(master.choice) for c, y in ys.items() if y in answer.on]
            known = {(p, c): m for p, c, m, x in master.starts if x in answer.on}
            placing = place(self.component, taken, known, self.deadline)
            if not placing.crowded:
                self._take(k, placing.starts)
                break
            if placing.crowded <= self.opened:
                break
            self._open(placing.crowded)
        return bound, allowed - left

    def _take(self, k: int, starts: Mapping[tuple[int, int], int]) -> None:
        """Keep what was found for the aim with number `k`, and what betters it at once, if it is better than the best
        known. Later aims do not touch the number of meetings: all that was proven since rests on it."""
        meetings: list[list[tuple[int, int]]] = [[] for _ in self.component.parts]
        for (p, c), minute in starts.items():
            meetings[p].append((c, minute))
        self._better(k, State.of(self.component, meetings))
        self._better(k, Search(self.component, self.state).run(self.deadline))

    def _better(self, k: int, found: State) -> None:
        if found.score < self.state.score and (k == 0 or found.score[0] == self.state.score[0]):
            self.state = found

    def _open(self, crowded: frozenset[int]) -> None:
        self.rounds += 1
        self.opened |= crowded
        if self.rounds >= PATIENCE:
            self.opened |= {d for p in self.component.parts for d in p.days.tolist()}

    def _master(self, k: int, steps: list[Steps] | None) -> Master:
        """The model for the aim with number `k`, with all earlier aims kept."""
        master = Master(self.component, self._fewest(), -self.state.score[0], steps, self.opened)
        for earlier in range(1, k):
            if terms := master.aim(AIMS[earlier]):
                master.model.row(terms, None, self.state.score[earlier])
        return master
