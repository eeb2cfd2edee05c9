"""How fast meetings are placed, how many, and what is proven of them, beside a greedy planner on the same rosters.

    python bench/scheduling.py [--cases "15;50;150, 2 rooms"] [--json FILE]

Each case runs in a process of its own, whose peak memory is read when it ends; its seconds count from data in hand to the
finished timetable, the import of the solver included. The greedy planner takes pair after pair and gives each meeting the
earliest time that keeps all rules, as near after the wished spacing as it finds one.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from children import in_child

from oppipari import scheduling
from oppipari.scheduling import Group, Quiet, Rules, Span, Worker
from oppipari.scheduling.components import Component, components
from oppipari.scheduling.problem import Problem
from oppipari.scheduling.start_times import Starts
from oppipari.scheduling.timetable_state import ResourceProfile, State

ZONE = ZoneInfo("Europe/Helsinki")
FIRST = date(2026, 3, 2)
SHIFTS = {"A": (clock(7), clock(15)), "I": (clock(14), clock(22)), "Y": (clock(21, 30), clock(7, 30))}
TEAM = 9
# Everything but 13 to 15 on weekdays.
FRAME = (
    Quiet(frozenset(range(5)), clock(15), clock(13)),
    Quiet(frozenset({5, 6}), clock(13), clock(15)),
)
Case = tuple[int, int, int, dict[str, Any]]
# Pairs, weeks, wished spacing, other rules; three meetings a pair, or one a month over a year.
CASES: dict[str, Case] = {
    "15": (15, 6, 14, {}),
    "50": (50, 6, 14, {}),
    "150": (150, 6, 14, {}),
    "150 monthly": (150, 13, 28, {}),
    "150, 2 rooms": (150, 6, 14, {"rooms": 2}),
    "150, 13-15 only": (150, 6, 14, {"quiet": FRAME}),
    "50, 13-15, 1 room": (50, 6, 14, {"quiet": FRAME, "rooms": 1}),
    "500": (500, 6, 14, {}),
    "150 for a year": (150, 52, 28, {}),
}


def shift(code: str, day: int) -> Span:
    start, end = SHIFTS[code]
    on = FIRST + timedelta(days=day)
    return Span(datetime.combine(on, start, ZONE), datetime.combine(on + timedelta(days=end <= start), end, ZONE))


def worked(days: int, r: random.Random) -> tuple[Span, ...]:
    """Runs of two to four shifts and one to three days off: mornings and evenings, for some people mostly nights."""
    found: list[Span] = []
    nights = r.random() < 0.15
    day = -1
    while day < days:
        run = "Y" if nights and r.random() < 0.7 else r.choice("AAAII")
        for _ in range(r.randint(2, 4)):
            code = run if run == "Y" or r.random() < 0.75 else "A"
            if not found or found[-1].end <= shift(code, day).start:
                found.append(shift(code, day))
            day += 1
        day += r.randint(1, 3)
    return tuple(found)


def problem(pairs: int, weeks: int, spacing: int, more: dict[str, Any]) -> tuple[list[Worker], list[Group], Rules]:
    """Pairs across teams of about nine."""
    r = random.Random(1)
    people = 2 * pairs
    teams = max(2, round(people / TEAM))
    workers = [Worker(f"w{i:04}", f"t{i % teams:03}", worked(weeks * 7, r)) for i in range(people)]
    left = list(range(people))
    r.shuffle(left)
    groups = []
    while left:
        a = left.pop()
        b = next((k for k in reversed(range(len(left))) if left[k] % teams != a % teams), len(left) - 1)
        meetings = weeks // 4 - 1 if weeks > 20 else 3
        groups.append(Group(f"p{len(groups):03}", (workers[a].key, workers[left.pop(b)].key), meetings))
    return workers, groups, Rules(FIRST, weeks, spacing_days=spacing, **more)


def timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """What it takes by the clock, and of the processor alone: nearly the same where nothing else runs."""
    start, busy = time.perf_counter(), time.process_time()
    result = work()
    return {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - busy}, result


def ours(case: Case) -> dict[str, Any]:
    workers, groups, rules = problem(*case)
    seconds, table = timed(lambda: scheduling.plan(workers, groups, rules))
    assert not scheduling.check(workers, groups, rules, table.meetings)
    return {
        **seconds,
        "wanted": sum(g.meetings for g in groups),
        "placed": len(table.meetings),
        "bound": table.bound,
        "stages": {str(s.name): {"value": s.value, "bound": s.bound, "proven": s.proven} for s in table.stages},
    }


def beside(case: Case) -> dict[str, Any]:
    workers, groups, rules = problem(*case)

    def work() -> tuple[int, ...]:
        found, _ = components(Starts(Problem.of(workers, groups, rules)))
        scores = [greedy(component, rules).score for component in found]
        return tuple(map(sum, zip(*scores, strict=True)))

    seconds, score = timed(work)
    names = [str(a) for a in scheduling.Objective]
    return {**seconds, "placed": -score[0], "stages": dict(zip(names[1:], score[1:], strict=True))}


def greedy(component: Component, rules: Rules) -> State:
    """Pair after pair, meeting after meeting: the earliest time after the wished spacing, else after the least."""
    profile = ResourceProfile(component)
    taken = []
    for domain, use in zip(component.domains, component.uses, strict=True):
        mine: list[tuple[int, int]] = []
        last: int | None = None
        for _ in range(domain.group.meetings):
            found = None
            for apart in (rules.spacing_days, rules.least):
                after = -1 if last is None else last + apart
                later = [(m, k) for k, c in enumerate(domain.choices) if c.day >= after for m in c.minutes]
                found = next(((k, m) for m, k in sorted(later) if profile.fits(use, m)), None)
                if found:
                    break
            if not found:
                break
            profile.add(use, found[1])
            last = domain.choices[found[0]].day
            mine.append(found)
        taken.append(mine)
    return State.of(component, taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", default=";".join(CASES), help="names of cases, separated by semicolons")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if unknown := set(options.cases.split(";")) - set(CASES):
        parser.error(f"no such case: {'; '.join(sorted(unknown))} (there are: {'; '.join(CASES)})")
    names = [str(a) for a in scheduling.Objective][1:]
    rows: list[dict[str, Any]] = []
    print(
        f"{'':20}{'seconds':>8}{'cpu':>7}{'peak MB':>8}{'placed of':>12}{'bound':>7}  "
        + "".join(f"{n:>16}" for n in names)
    )
    for name in options.cases.split(";"):
        row = in_child(ours, CASES[name])
        row["greedy"] = in_child(beside, CASES[name])
        rows.append({"name": name} | row)
        told = []
        for n in names:
            stage = row["stages"][n]
            gap = "" if stage["proven"] else f" (>= {stage['bound']})"
            told.append(f"{stage['value']}{gap}")
        print(
            f"{name:20}{row['seconds']:8.2f}{row['cpu_seconds']:7.2f}{row['peak_mb']:8.0f}{row['placed']:6} of {row['wanted']:4}{row['bound']:6}  "
            + "".join(f"{t:>16}" for t in told),
            flush=True,
        )
        other = row["greedy"]
        print(
            f"    greedy          {other['seconds']:8.2f}{other['cpu_seconds']:7.2f}{other['peak_mb']:8.0f}{other['placed']:6}{'':14}  "
            + "".join(f"{other['stages'][n]:>16}" for n in names),
            flush=True,
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
