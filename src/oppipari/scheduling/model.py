"""A model of binary variables and linear rows, solved by CP-SAT; and its linear relaxation, by HiGHS, for shadow prices.

CP-SAT as this package uses it: one thread, a fixed seed, a budget of deterministic time instead of seconds, and Ctrl-C
heard. Models are written straight into the solver's own form: the layer above it would import pandas, which takes longer
than most searches. Either library is imported when it is first needed.
"""

import math
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# How often a waiting main thread checks for Ctrl-C, in seconds.
POLL_SECONDS = 0.05
# So many steps a linear program may take; a year of 150 pairs takes 20,000.
ITERATIONS = 100_000

# Farther than any sum reaches.
UNBOUNDED = 10**12

Terms = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class SolverResult:
    """What the solver returned.

    Parameters
    ----------
    chosen : frozenset of int, or None
        The variables that are 1; None if nothing was found.
    proven : bool
        Whether that is proven to be optimal (or that there is nothing).
    bound : int
        The least that the objective can be.
    work : float
        Deterministic time.
    """

    chosen: frozenset[int] | None
    proven: bool
    bound: int
    work: float


class Model:
    """Variables are numbers from 0 on; a row is low <= sum of weights times variables <= high (None: no limit).

    Examples
    --------
    >>> model = Model()
    >>> a, b = model.boolean(), model.boolean()
    >>> model.at_most_one([a, b])
    >>> result = model.solve([(a, -3), (b, -4)], {}, work=1.0, deadline=None)
    >>> sorted(result.chosen), result.proven, result.bound
    ([1], True, -4)
    """

    def __init__(self) -> None:
        self.size = 0
        self.rows: list[tuple[Sequence[int], Sequence[int] | None, int | None, int | None]] = []

    def boolean(self) -> int:
        """A new variable; its number."""
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
        """The sum of `some` equals the sum of `others`."""
        self.row([*((v, 1) for v in some), *((v, -1) for v in others)], 0, 0)

    def solve(
        self, objective: Terms, hint: Mapping[int, bool], work: float, deadline: float | None, constant: int = 0
    ) -> SolverResult:
        """Minimize the objective.

        The search runs in a thread of its own so that the caller's thread hears Ctrl-C, which stops it and propagates.

        Parameters
        ----------
        objective : sequence of (variable, weight)
        hint : mapping of variable to bool
            A feasible solution to start from.
        work : float
            Budget of deterministic time, about a second each.
        deadline : float or None
            Monotonic seconds.
        constant : int
            Added to the objective.

        Returns
        -------
        SolverResult
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
        result = _interruptible(lambda: solver.solve(proto), solver.stop_search)  # type: ignore[no-untyped-call]
        used, status = float(result.deterministic_time), cp.CpSolverStatus
        if result.status == status.INFEASIBLE:
            return SolverResult(None, True, 0, used)
        if result.status not in (status.OPTIMAL, status.FEASIBLE, status.UNKNOWN):
            raise RuntimeError(f"CP-SAT does not take the model: {result.status}")
        bound = math.ceil(result.best_objective_bound - 1e-6)
        if result.status != status.OPTIMAL and bound == 0:  # perhaps none yet, which it reports as 0
            bound = sum(min(0, n) for _, n in objective)
        bound += constant
        if result.status == status.UNKNOWN:
            return SolverResult(None, False, bound, used)
        chosen = frozenset(v for v, value in enumerate(result.solution) if value)
        return SolverResult(chosen, result.status == status.OPTIMAL, bound, used)

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
                row.linear.domain.extend((-UNBOUNDED if low is None else low, UNBOUNDED if high is None else high))
        proto.objective.vars.extend([v for v, _ in objective])
        proto.objective.coeffs.extend([n for _, n in objective])
        proto.solution_hint.vars.extend(list(hint))
        proto.solution_hint.values.extend([int(value) for value in hint.values()])
        return proto

    def shadow_prices(self, objective: Terms, rows: Sequence[int], deadline: float | None) -> list[float] | None:
        """By how much the objective of the linear relaxation would fall if each of `rows` (all with only `high`) allowed one more.

        Returns None where that could not be found in time.
        """
        from scipy.optimize import linprog
        from scipy.sparse import vstack

        every, low_of, high_of = self._matrix()
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
        result = _interruptible(
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
        if result.status != 0:
            return None
        dual = np.zeros(len(self.rows))
        dual[above] = -result.ineqlin.marginals[: len(above)]
        return [max(0.0, float(dual[r])) for r in rows]

    def _matrix(self) -> tuple[Any, NDArray[np.float64], NDArray[np.float64]]:
        """The rows as a sparse matrix, and the lower and the upper bound of each."""
        from scipy.sparse import csr_array

        at: tuple[list[int], list[int], list[int]] = ([], [], [])
        lows, highs = [], []
        for r, (some, weights, low, high) in enumerate(self.rows):
            at[0].extend([r] * len(some))
            at[1].extend(some)
            at[2].extend(weights if weights is not None else [1] * len(some))
            lows.append(-np.inf if low is None else low)
            highs.append(np.inf if high is None else high)
        every = csr_array((at[2], (at[0], at[1])), shape=(len(self.rows), self.size), dtype=float)
        return every, np.array(lows), np.array(highs)


def _interruptible(work: Callable[[], Any], stop: Callable[[], None] | None = None) -> Any:
    """What `work` returns, done in a thread while this one hears Ctrl-C; then `stop` is called and it propagates."""
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
            thread.join(POLL_SECONDS)
    except BaseException:
        if stop:
            stop()
            thread.join()
        raise
    if failed:
        raise failed[0]
    return done[0]
