"""How fast pairs are formed and proven, beside other solvers on the same scores in the same run.

    python bench/pairing.py [--json FILE]

Ours includes the scores, the fairness floor (a search over several complete solutions) and the proof; the others get
the finished scores and solve once, without a floor or a proof.
"""

import argparse
import json
import random
import resource
import time
from pathlib import Path
from typing import Any

import networkx
import rustworkx

from oppipari import pairing

SIZES = (9, 30, 100, 300, 1000)
NETWORKX_UP_TO, RUSTWORKX_UP_TO = 100, 1000


def people(n: int, seed: int) -> list[pairing.Participant]:
    r = random.Random(seed)
    tags = [f"t{i}" for i in range(60)]
    return [
        pairing.Participant(
            key=f"p{i:05}",
            shares=tuple(r.sample(tags, r.randint(1, 5))),
            wants=tuple(r.sample(tags, r.randint(1, 5))),
            stage=r.choice(list(pairing.Stage)),
            wished_stages=frozenset(r.sample(list(pairing.Stage), r.randint(0, 1))),
            slots=frozenset(r.sample(range(21), r.randint(4, 10))),
            languages=frozenset(r.sample(["fi", "sv", "en"], r.randint(1, 3))),
            way=r.choice(list(pairing.Way)),
            unit=f"u{r.randint(0, 3)}",
        )
        for i in range(n)
    ]


def timed(work: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = []
    print(
        f"{'people':>7}{'ours':>9}{'proven':>8}{'verify':>9}{'rustworkx':>11}{'networkx':>10}{'peak MB':>9}   (seconds)"
    )
    for n in SIZES:
        some = people(n, 1)
        took, (problem, plan) = timed(
            lambda some=some: (p := pairing.Problem.from_participants(some), pairing.solve(p))
        )
        checking, verdict = timed(lambda problem=problem, plan=plan: pairing.verify(problem, plan))
        assert verdict.holds
        edges = list(problem.allowed_pairs())
        row: dict[str, Any] = {"people": n, "seconds": took, "proven": plan.proven, "verify": checking}
        if n <= RUSTWORKX_UP_TO:
            graph = rustworkx.PyGraph()
            graph.add_nodes_from(problem.keys)
            graph.add_edges_from([(problem.index[a], problem.index[b], s) for a, b, s in edges])
            row["rustworkx"], _m = timed(
                lambda graph=graph: rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
            )
        if n <= NETWORKX_UP_TO:
            other = networkx.Graph()
            other.add_weighted_edges_from(edges)
            row["networkx"], _m = timed(lambda other=other: networkx.max_weight_matching(other, maxcardinality=True))
        row["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows.append(row)
        shown = [f"{row[k]:>{w}.3f}" if k in row else f"{'–':>{w}}" for k, w in (("rustworkx", 11), ("networkx", 10))]
        print(f"{n:>7}{took:>9.3f}{plan.proven!s:>8}{checking:>9.3f}{shown[0]}{shown[1]}{row['peak_mb']:>9.0f}")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
