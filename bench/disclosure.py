"""How fast figures are released, how much is shown, and what one or two who compare get, beside every mean of five or more.

    python bench/disclosure.py [--cases small,town,city] [--json FILE]

Each case is a made-up organisation of three levels with eight questions; its seconds count from a CSV file in hand to the JSON,
and of these those of the release alone. The yardstick tells the mean of every unit and every place with five answers, as is
often done. For each question the adversary counts sets of fewer than five people that linear algebra isolates, and groups in
which somebody's answer follows from that of one, or of any two; over the organisations of the tests, since exactness takes
time. A last table goes through all ways to answer in units where people answer as usual, or are very content: how often some two
know all others' answers, and how much is told, by the rules for one insider and for two.
"""

import argparse
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

ITEMS = [f"q{i}" for i in range(1, 9)]
# Units, answers altogether, how alike those of a unit answer.
CASES: dict[str, tuple[int, int, float]] = {
    "town": (60, 900, 0.9),
    "city": (2000, 40_000, 0.9),
    "city of one mind": (2000, 40_000, 0.35),
    "city of small units": (4000, 40_000, 0.9),
}
ORGANISATIONS = 1000

Row = tuple[str, list[int]]


def answers(units: int, people: int, spread: float) -> list[Row]:
    """Units of all sizes in places of ten in districts of ten places; one answer in twenty is left empty."""
    r = random.Random(1)
    weights = [r.gammavariate(2.5, 1) for _ in range(units)]
    likes = [[r.choice([2, 3, 4, 4, 4, 5]) for _ in ITEMS] for _ in range(units)]
    found = []
    for u in r.choices(range(units), weights, k=people):
        path = f"City/District {u // 100:02}/Place {u // 10 % 10}/Unit {u:04}"
        row = [0 if r.random() < 0.05 else min(5, max(1, round(r.gauss(like, spread)))) for like in likes[u]]
        found.append((path, row))
    return found


def in_child(work: Callable[..., dict[str, Any]], *args: Any) -> dict[str, Any]:
    """What `work` measures in a new process, with its peak memory in MB."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(sender, work, args))
    child.start()
    found: dict[str, Any] = receiver.recv()
    child.join()
    return found


def _child(sender: Any, work: Callable[..., dict[str, Any]], args: tuple[Any, ...]) -> None:
    found = work(*args)
    sender.send(found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})


def ours(name: str) -> dict[str, Any]:
    from oppipari.disclosure import release_units
    from oppipari.exchange.release.files import Released, write_json
    from oppipari.exchange.release.reading import gather_answers, read_answers

    rows = answers(*CASES[name])
    data = "\n".join([",".join(["unit", *ITEMS]), *(",".join([u, *(str(v or "") for v in row)]) for u, row in rows)])
    content = data.encode()
    with tempfile.TemporaryDirectory() as folder:
        started, busy = time.perf_counter(), time.process_time()
        read = gather_answers([read_answers("answers.csv", content)])
        begun = time.perf_counter()
        found = release_units(read.units, read.answers, read.items)
        alone = time.perf_counter() - begun
        write_json(Path(folder) / "out.json", Released(found, read.remarks, alone), "en")
        seconds = {
            "seconds": time.perf_counter() - started,
            "cpu_seconds": time.process_time() - busy,
            "release": alone,
        }
    return seconds | {"people": len(rows), "units": len({u for u, _ in rows})} | shown(rows, found)


def shown(rows: list[Row], found: Any) -> dict[str, Any]:
    """Of the units with eight answers or more, how many see their own; of all answers, how many are in a figure."""
    sizes = Counter(u for u, row in rows if any(row))
    own = {g.units[0]: g.items.values() for g in found.groups if len(g.units) == 1}
    large = [u for u, n in sizes.items() if n >= 8]
    silent = {w.unit for w in found.withheld}
    totals = [f for g in found.groups if len(g.units) > 1 for f in g.items.values()]
    return {
        "large": len(large),
        "own": sum(u in own and any(not f.withheld for f in own[u]) for u in large),
        "own_all": sum(u in own and all(not f.withheld for f in own[u]) for u in large),
        "heard": 1 - sum(sizes[u] for u in silent) / len(rows),
        "totals": len(totals),
        "totals_mean": sum(f.mean is not None for f in totals),
        "totals_figure": sum(not f.withheld for f in totals),
        "totals_full": sum(len(f.distribution or ()) == 5 for f in totals),
    }


def attacked(most_units: int) -> dict[str, Any]:
    """The adversary of the tests against ours and against the yardstick, over made-up organisations."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from tests.disclosure.adversary import Attack
    from tests.disclosure.organisations import ITEMS as QUESTIONS
    from tests.disclosure.organisations import Organisation, organisation

    from oppipari.disclosure import release_units

    def plain(o: Organisation) -> list[dict[str, Any]]:
        places: defaultdict[str, set[str]] = defaultdict(set)
        for unit in set(o.units):
            parts = unit.split("/")
            for depth in range(len(parts) + 1):
                places["/".join(parts[:depth]) if depth else "all"].add(unit)
            places[unit + " alone"].add(unit)
        groups = []
        for inside in places.values():
            figures = {}
            for k, item in enumerate(QUESTIONS):
                values = [row[k] for u, row in zip(o.units, o.answers, strict=True) if u in inside and row[k]]
                n = len(values)
                mean = (20 * sum(values) + n) // (2 * n) / 10 if n >= 5 else None
                empty = {"at_least": None, "at_most": None, "distribution": None}
                figures[item] = {"n": n if n >= 5 else None, "mean": mean} | empty
            groups.append({"units": sorted(inside), "items": figures})
        return groups

    counts: Counter[str] = Counter()
    for seed in range(ORGANISATIONS):
        o = organisation(seed, most_units)
        found = release_units(o.units, o.answers, QUESTIONS)
        # Beside the yardstick the adversary has much to solve: a hundred are enough to see it.
        for name, groups in (("ours", found.to_dict()["groups"]), ("yardstick", plain(o) if seed < 100 else None)):
            if groups is None:
                continue
            attacks = [Attack(groups, item, o.histograms(k)) for k, item in enumerate(QUESTIONS)]
            counts[f"{name} organisations"] += 1
            counts[f"{name} isolated"] += any(a.isolates_few() for a in attacks)
            counts[f"{name} known to one"] += any(a.exposed(1) is not None for a in attacks)
            counts[f"{name} known to two"] += any(a.exposed(2) is not None for a in attacks)
        for key, value in shown(list(zip(o.units, o.answers, strict=True)), found).items():
            if key in ("large", "own", "own_all"):
                counts[key] += value
    return dict(counts)


def compared(n: int) -> list[dict[str, Any]]:
    """For `n` answers: how often some two know all others', and what is told, by the rules for one and for two colluding."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from tests.disclosure.test_classes import USUAL, VERY_CONTENT, all_ways, chance, share_known

    from oppipari.disclosure import Rules
    from oppipari.disclosure.figures import protect

    found = []
    for name, usual in (("usual", USUAL), ("very content", VERY_CONTENT)):
        for coalition_size in (1, 2):
            rules = Rules(coalition_size=coalition_size)
            told = [(chance(h, usual), protect(h, rules)) for h in all_ways(n)]
            exact = sum(p for p, t in told if t and (t.mean is not None or t.full))
            width = sum(
                p * ((t.at_most or 50) - (t.at_least or 10)) / 10
                for p, t in told
                if t and t.mean is None and not t.full
            )
            row = {
                "n": n,
                "answers": name,
                "coalition": coalition_size,
                "known": share_known(n, usual, rules),
                "exact": exact,
            }
            found.append(row | {"seen": sum(p for p, t in told if t), "width": width / (1 - exact) if exact < 1 else 0})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=",".join(CASES), help="names of cases, separated by commas")
    parser.add_argument("--no-attack", action="store_true", help="leave the adversary out")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    print(
        f"{'':22}{'answers':>8}{'units':>7}{'seconds':>9}{'release':>9}{'peak MB':>9}{'own, of 8+':>12}{'all items':>11}"
        f"{'heard':>8}{'totals shown':>14}{'mean':>7}{'full':>7}"
    )
    for name in filter(None, options.cases.split(",")):
        row = in_child(ours, name)
        rows.append({"name": name} | row)
        large, totals = max(row["large"], 1), max(row["totals"], 1)
        print(
            f"{name:22}{row['people']:8}{row['units']:7}{row['seconds']:9.2f}{row['release']:9.2f}{row['peak_mb']:9.0f}"
            f"{row['own'] / large:12.1%}{row['own_all'] / large:11.1%}{row['heard']:8.1%}"
            f"{row['totals_figure'] / totals:14.1%}{row['totals_mean'] / totals:7.0%}{row['totals_full'] / totals:7.0%}",
            flush=True,
        )
    if not options.no_attack:
        row = in_child(attacked, 60)
        rows.append({"name": "adversary"} | row)
        print(
            f"\nadversary, organisations of 2 to 60 units; units of 8+ that see their own: {row['own']} of {row['large']}"
        )
        for name in ("ours", "yardstick"):
            print(
                f"    {name:12}{row[f'{name} organisations']:6} organisations, fewer than five isolated in "
                f"{row[f'{name} isolated']}, an answer known to one in {row[f'{name} known to one']}, to two in "
                f"{row[f'{name} known to two']}"
            )
    print(f"\n{'answers':>8}  {'':14}{'rules for':>10}{'known to two':>14}{'told':>7}{'exact':>8}{'width else':>12}")
    for n in (5, 6, 7, 8, 10, 12):
        for row in compared(n):
            rows.append({"name": "compared"} | row)
            print(
                f"{n:8}  {row['answers']:14}{row['coalition']:10}{row['known']:14.1%}{row['seen']:7.0%}{row['exact']:8.0%}"
                f"{row['width']:12.2f}"
            )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
