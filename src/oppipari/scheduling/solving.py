"""A model of yes-or-no variables and sums of them, solved by CP-SAT; and its linear relaxation, by HiGHS, for prices.

CP-SAT as this package uses it: one thread, a fixed seed, a budget in steps instead of seconds, and Ctrl-C heard. Models are
written straight into the solver's own form: the layer above it would import pandas, which takes longer than most searches.
Either library is imported when it is first needed.
"""

import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

# How often a waiting main thread looks up, in seconds.
LOOK_UP = 0.05
# So many steps a linear program may take; a year of 150 pairs takes 20,000.
ITERATIONS = 100_000

# Farther than any sum reaches.
FAR = 10**12

Terms = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Answer:
    """What the solver says: the variables that are `on` (None: nothing found), whether that is `proven` the best (or
    that there is nothing), the least that the objective can be, and what it cost."""

    on: frozenset[int] | None
    proven: bool
    bound: int
    work: float


class Model:
    """Variables are numbers from 0 on; a row is low <= sum of weights times variables <= high (None: no limit)."""

    def __init__(self) -> None:
        self.size = 0
        self.rows: list[tuple[Sequence[int], Sequence[int] | None, int | None, int | None]] = []

    def boolean(self) -> int:
        """A new variable."""
        self.size += 1
        return self.size - 1

    def row(self, terms: Terms, low: int | None, high: int | None) -> int:
        """A new row; its number."""
        self.rows.append(([v for v, _ in terms], [n for _, n in terms], low, high))
        return len(self.rows) - 1

    def at_most_one(self, some: Iterable[int]) -> None:
        """Of some variables at most one."""
        self.rows.append((list(some), None, None, 1))

    def exactly_one(self, some: Iterable[int]) -> None:
        """Of some variables one."""
        self.rows.append((list(some), None, 1, 1))

    def same(self, some: Iterable[int], others: Iterable[int]) -> None:
        """As many of the ones as of the others."""
        self.row([*((v, 1) for v in some), *((v, -1) for v in others)], 0, 0)

    def solve(
        self, objective: Terms, hint: Mapping[int, bool], work: float, deadline: float | None, constant: int = 0
    ) -> Answer:
        """Make the objective (terms and a constant) least, within `work` (deterministic time, about a second each) and
        before `deadline` (monotonic seconds), beginning from what is known to be possible.

        The search runs in a thread of its own so that the caller's thread hears Ctrl-C, which stops it and goes on upwards.
        """
        from ortools.sat.python import cp_model_helper as cp

        proto = self._written(cp.CpModelProto(), objective, hint)
        parameters = cp.SatParameters()
        parameters.num_workers = 1
        parameters.random_seed = 5
        # The linear relaxation is nearly whole for these problems; without all of it nothing is proven.
        parameters.linearization_level = 2
        parameters.catch_sigint_signal = False
        parameters.max_deterministic_time = max(0.0, work)
        if deadline is not None:
            parameters.max_time_in_seconds = max(0.0, deadline - time.monotonic())
        solver = cp.SolveWrapper()
        solver.set_parameters(parameters)
        found = _heeding(lambda: solver.solve(proto), solver.stop_search)  # type: ignore[no-untyped-call]
        used, status = float(found.deterministic_time), cp.CpSolverStatus
        if found.status == status.INFEASIBLE:
            return Answer(None, True, 0, used)
        if found.status not in (status.OPTIMAL, status.FEASIBLE, status.UNKNOWN):
            raise RuntimeError(f"CP-SAT does not take the model: {found.status}")
        bound = math.ceil(found.best_objective_bound - 1e-6)
        if found.status != status.OPTIMAL and bound == 0:  # perhaps none yet, which it tells as 0
            bound = sum(min(0, n) for _, n in objective)
        bound += constant
        if found.status == status.UNKNOWN:
            return Answer(None, False, bound, used)
        chosen = frozenset(v for v, value in enumerate(found.solution) if value)
        return Answer(chosen, found.status == status.OPTIMAL, bound, used)

    def _written(self, proto: Any, objective: Terms, hint: Mapping[int, bool]) -> Any:
        """The model in the solver's own form."""
        for _ in range(self.size):
            proto.variables.add().domain.extend((0, 1))
        for some, weights, low, high in self.rows:
            row = proto.constraints.add()
            if weights is None:
                (row.at_most_one if low is None else row.exactly_one).literals.extend(some)
            else:
                row.linear.vars.extend(some)
                row.linear.coeffs.extend(weights)
                row.linear.domain.extend((-FAR if low is None else low, FAR if high is None else high))
        proto.objective.vars.extend([v for v, _ in objective])
        proto.objective.coeffs.extend([n for _, n in objective])
        proto.solution_hint.vars.extend(list(hint))
        proto.solution_hint.values.extend([int(on) for on in hint.values()])
        return proto

    def prices(self, objective: Terms, rows: Sequence[int], deadline: float | None) -> list[float] | None:
        """By how much the objective of the linear relaxation would fall if each of `rows` (all with only `high`) allowed
        one more; None where that could not be found in time."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, vstack

        at: tuple[list[int], list[int], list[int]] = ([], [], [])
        lows, highs = [], []
        for r, (some, weights, low, high) in enumerate(self.rows):
            at[0].extend([r] * len(some))
            at[1].extend(some)
            at[2].extend(weights if weights is not None else [1] * len(some))
            lows.append(-np.inf if low is None else low)
            highs.append(np.inf if high is None else high)
        every = csr_array((at[2], (at[0], at[1])), shape=(len(self.rows), self.size), dtype=float)
        low_of, high_of = np.array(lows), np.array(highs)
        equal = np.flatnonzero(low_of == high_of)
        above = np.flatnonzero(np.isfinite(high_of) & (low_of != high_of))
        below = np.flatnonzero(np.isfinite(low_of) & (low_of != high_of))
        cost = np.zeros(self.size)
        for v, n in objective:
            cost[v] += n
        options: dict[str, Any] = {"maxiter": ITERATIONS}
        if deadline is not None:
            options["time_limit"] = max(0.0, deadline - time.monotonic())
        # Nothing can stop this library, so on Ctrl-C it is left behind.
        found = _heeding(
            lambda: linprog(
                cost,
                A_ub=vstack([every[above], -every[below]]) if len(above) + len(below) else None,
                b_ub=np.concatenate([high_of[above], -low_of[below]]) if len(above) + len(below) else None,
                A_eq=every[equal] if len(equal) else None,
                b_eq=high_of[equal] if len(equal) else None,
                bounds=(0, 1),
                method="highs",
                options=options,
            )
        )
        if found.status != 0:
            return None
        price = np.zeros(len(self.rows))
        price[above] = -found.ineqlin.marginals[: len(above)]
        return [max(0.0, float(price[r])) for r in rows]


def _heeding(work: Callable[[], Any], stop: Callable[[], None] | None = None) -> Any:
    """What `work` returns, done in a thread while this one hears Ctrl-C; then `stop` is called and it goes on upwards."""
    done: list[Any] = []
    failed: list[BaseException] = []

    def inside() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=inside, daemon=True)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(LOOK_UP)
    except BaseException:
        if stop:
            stop()
            thread.join()
        raise
    if failed:
        raise failed[0]
    return done[0]
