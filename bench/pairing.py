"""How fast pairs are formed and proven, beside other solvers and a greedy pairing on the same scores in the same run.

    python bench/pairing.py [--sizes 30,300,1000,3000,10000,40000] [--json FILE]

Everything is measured in processes of its own, whose peak memory is read when they end; their parent stays small, since a
child's peak counts what its parent held when it was started. Ours begins with the people's answers and
includes scoring, the fairness floor and the proof; the others get finished scores and solve once, without floor or proof.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from children import in_child

from oppipari import pairing

SIZES = (30, 300, 1000, 3000, 10_000, 40_000)
NETWORKX_UP_TO, RUSTWORKX_UP_TO, SCIPY_UP_TO, GREEDY_UP_TO = 100, 1000, 3000, 10_000
TAGS = [f"t{i}" for i in range(60)]


def people(n: int, seed: int) -> list[pairing.Participant]:
    r = random.Random(seed)
    return [
        pairing.Participant(
            key=f"p{i:05}",
            shares=tuple(r.sample(TAGS, r.randint(1, 5))),
            wants=tuple(r.sample(TAGS, r.randint(1, 5))),
            stage=r.choice(list(pairing.Stage)),
            wished_stages=frozenset(r.sample(list(pairing.Stage), r.randint(0, 1))),
            slots=frozenset(r.sample(range(21), r.randint(4, 10))),
            languages=frozenset(r.sample(["fi", "sv", "en"], r.randint(1, 3))),
            way=r.choice(list(pairing.Way)),
            unit=f"u{r.randint(0, 3)}",
        )
        for i in range(n)
    ]


def sides(mentors: int, mentees: int, most: int) -> list[pairing.Participant]:
    """A two-sided round: mentors take 1 to `most` mentees."""
    r = random.Random(2)
    from dataclasses import replace

    found = people(mentors + mentees, 2)
    return [replace(p, side=pairing.Side.MENTOR, capacity=r.randint(1, most)) for p in found[:mentors]] + [
        replace(p, side=pairing.Side.MENTEE) for p in found[mentors:]
    ]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def ours(make: Callable[..., list[pairing.Participant]], args: tuple[int, ...], two_sided: bool) -> dict[str, Any]:
    some = make(*args)

    def work() -> tuple[pairing.Problem, pairing.Solution]:
        problem = pairing.Problem.from_participants(some, policy=pairing.Policy(two_sided=two_sided))
        return problem, pairing.solution(problem)

    took, (problem, found) = timed(work)
    checking, verdict = timed(lambda: pairing.verify(problem, found.plan))
    assert verdict.holds
    return {
        "seconds": took,
        "verify": checking,
        "gap": found.plan.gap,
        "scans": found.matching.scans,
        "pairs": len(found.plan.pairs),
        "total": found.plan.total,
    }


def unfloored(n: int) -> dict[str, Any]:
    problem = pairing.Problem.from_participants(people(n, 1), policy=pairing.Policy(floor=False))
    plan = pairing.solve(problem)
    return {"total": plan.total, "pairs": len(plan.pairs)}


def others(n: int) -> dict[str, Any]:
    """The other solvers on the finished scores; quality in pairs and total, to hold beside ours without a floor."""
    import networkx
    import rustworkx
    from scipy.optimize import linear_sum_assignment

    some = people(n, 1)
    problem = pairing.Problem.from_participants(some)
    found: dict[str, Any] = {}
    everybody = np.arange(n)
    if n <= GREEDY_UP_TO:
        scores = problem.source.tile(everybody, everybody)
        np.fill_diagonal(scores, -1)
        took, (pairs, total) = timed(lambda: greedy(scores))
        found["greedy"] = {"seconds": took, "pairs": pairs, "total": total}
    if n <= SCIPY_UP_TO:
        cost = np.where(scores >= 0, -scores, 1e6)
        took, _ = timed(lambda: linear_sum_assignment(cost))
        found["scipy (assignment: bound only)"] = {"seconds": took}
    if n <= RUSTWORKX_UP_TO:
        u, v = np.nonzero(np.triu(scores >= 0, 1))
        edges = [(int(a), int(b), int(s)) for a, b, s in zip(u, v, scores[u, v], strict=True)]
        graph = rustworkx.PyGraph()
        graph.add_nodes_from(range(n))
        graph.add_edges_from(edges)
        took, match = timed(lambda: rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int))
        found["rustworkx"] = {"seconds": took, "pairs": len(match), "total": sum(int(scores[p]) for p in match)}
        if n <= NETWORKX_UP_TO:
            other = networkx.Graph()
            other.add_weighted_edges_from(edges)
            took, match = timed(lambda: networkx.max_weight_matching(other, maxcardinality=True))
            found["networkx"] = {"seconds": took, "pairs": len(match), "total": sum(int(scores[p]) for p in match)}
    return found


def greedy(scores: np.ndarray) -> tuple[int, int]:
    """Always the best pair that is left."""
    n = len(scores)
    order = np.argsort(-np.triu(scores, 1), axis=None, kind="stable")
    free = np.ones(n, dtype=bool)
    pairs = total = 0
    for code in order:
        u, v = divmod(int(code), n)
        if scores[u, v] < 0 or u >= v:
            if u < v:
                break
            continue
        if free[u] and free[v]:
            free[u] = free[v] = False
            pairs, total = pairs + 1, total + int(scores[u, v])
            if 2 * pairs >= n - 1:
                break
    return pairs, total


def edits(n: int) -> dict[str, Any]:
    """Ten changes one after the other at `n` people, then somebody leaves and somebody joins."""
    from dataclasses import replace

    r = random.Random(3)
    some = people(n, 1)
    problem = pairing.Problem.from_participants(some)
    now = pairing.solution(problem)
    locked: list[tuple[str, ...]] = []
    forbidden: list[tuple[str, ...]] = []
    took, moved = [], []

    def changed(before: pairing.Plan, after: pairing.Plan, meant: set[str]) -> int:
        a, b = ({g.members for g in p.groups} for p in (before, after))
        return len({k for g in b - a for k in g} - meant)

    for step in range(10):
        if step % 2:
            meant = r.choice([g for g in now.plan.pairs if not g.locked]).members
            forbidden.append(meant)
        else:  # two who suit each other nearly as well as their own pairs do: what a supervisor would lock
            a = r.choice([g for g in now.plan.pairs if not g.locked]).members[0]
            row = problem.row(problem.find(a))
            others = [k for k in np.argsort(-row)[:40].tolist() if row[k] >= 0]
            taken = {k for pair in locked for k in pair}
            mates = {k for g in now.plan.pairs for k in g.members if a in g.members}
            free = [problem.keys[k] for k in others if problem.keys[k] not in taken | mates]
            meant = (a, free[len(free) // 2])
            locked.append(meant)
        wanted = problem.changed(locked=locked, forbidden=forbidden)  # type: ignore[arg-type]
        seconds, after = timed(lambda wanted=wanted, now=now: pairing.resolve(wanted, now))
        took.append(seconds)
        moved.append(changed(now.plan, after.plan, set(meant)))
        assert after.plan.gap == 0
        now = after
    first = pairing.solution(problem)
    leaves, after = timed(lambda: pairing.resolve(pairing.Problem.from_participants(some[1:]), first))
    left = changed(first.plan, after.plan, set())
    joins, after = timed(
        lambda: pairing.resolve(pairing.Problem.from_participants([*some, replace(some[5], key="zz")]), first)
    )
    return {
        "edit_median": float(np.median(took)),
        "edit_worst": max(took),
        "moved_median": float(np.median(moved)),
        "moved_most": max(moved),
        "leaves": leaves,
        "leaves_moved": left,
        "joins": joins,
        "joins_moved": changed(first.plan, after.plan, {"zz"}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sizes = [int(s) for s in options.sizes.split(",")]
    rows: list[dict[str, Any]] = []
    print(
        f"{'':24}{'seconds':>9}{'verify':>9}{'peak MB':>9}{'scans':>7}{'gap':>5}{'pairs':>8}{'total':>10}", flush=True
    )

    def show(name: str, row: dict[str, Any]) -> None:
        rows.append({"name": name} | row)
        print(
            f"{name:24}{row['seconds']:9.3f}{row['verify']:9.3f}{row['peak_mb']:9.0f}{row['scans']:7}{row['gap']:5}"
            f"{row['pairs']:8}{row['total'] / 10:10.1f}",
            flush=True,
        )

    for n in sizes:
        show(f"{n} people", in_child(ours, people, (n, 1), False))
        beside = in_child(others, n) if n <= GREEDY_UP_TO else {}
        if beside:
            best = in_child(unfloored, n)
            print(f"    without a floor: {best['pairs']} pairs, {best['total'] / 10:.1f}; beside it:")
        beside.pop("peak_mb", None)
        for name, other in beside.items():
            quality = f", {other['pairs']} pairs, {other['total'] / 10:.1f}" if "total" in other else ""
            ratio = other["seconds"] / rows[-1]["seconds"]
            print(f"    {name}: {other['seconds']:.3f} s ({ratio:.1f} times ours){quality}", flush=True)
        rows[-1]["beside"] = beside
    if max(sizes) >= 1000:
        show("500 + 500, two sides", in_child(ours, sides, (500, 500, 1), True))
    if max(sizes) >= 10_000:
        show("2,500 x 1-3 + 5,000", in_child(ours, sides, (2500, 5000, 3), True))
        changes = in_child(edits, 10_000)
        rows.append({"name": "edits at 10,000"} | changes)
        print("edits at 10,000:", {k: round(v, 3) for k, v in changes.items()})
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
