"""Made-up rosters and pairs for the tests, each from a seed."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from oppipari.scheduling import Group, Quiet, Rules, Span, Worker

HELSINKI = ZoneInfo("Europe/Helsinki")
MONDAY = date(2026, 3, 2)
SHIFTS = {"A": (time(7), time(15)), "I": (time(14), time(22)), "Y": (time(21, 30), time(7, 30))}

Instance = tuple[list[Worker], list[Group], Rules]


def at(day: int, clock: str, first: date = MONDAY) -> datetime:
    """A local time: "13.30" on the day with this number, from `first` on."""
    hour, minute = clock.split(".")
    return datetime.combine(first + timedelta(days=day), time(int(hour), int(minute)), HELSINKI)


def span(day: int, start: str, end: str, first: date = MONDAY) -> Span:
    """From one clock to another, past midnight when the second is the earlier."""
    over = float(end) <= float(start)
    return Span(at(day, start, first), at(day + over, end, first))


def worker(key: str, *shifts: Span, team: str = "", busy: Sequence[Span] = ()) -> Worker:
    return Worker(key, team, tuple(shifts), tuple(busy))


def pair(key: str = "ab", meetings: int = 1, **more: object) -> Group:
    """A group of the people whose keys are the letters of its key."""
    return Group(key, tuple(key), meetings, **more)  # type: ignore[arg-type]


def shift(code: str, day: int, first: date = MONDAY) -> Span:
    start, end = SHIFTS[code]
    on = first + timedelta(days=day)
    ends_on = on + timedelta(days=1) if end <= start else on
    return Span(datetime.combine(on, start, HELSINKI), datetime.combine(ends_on, end, HELSINKI))


def roster(first: date, days: int, r: random.Random) -> tuple[Span, ...]:
    """Runs of shifts and days off, night shifts and short rests among them."""
    found: list[Span] = []
    day = -2
    while day < days:
        for _ in range(r.randint(1, 5)):
            if r.random() < 0.1:  # a divided day
                found += [span(day, "7.00", "11.00", first), span(day, "15.00", "19.00", first)]
            else:
                found.append(shift(r.choice("AAAIIY"), day, first))
            day += 1
        day += r.randint(0, 3)
    return tuple(found)


def instance(seed: int) -> Instance:
    """A unit of 4 to 14 people in pairs and trios over 1 to 5 weeks, with rules of every kind."""
    r = random.Random(seed)
    first = r.choice([MONDAY, date(2026, 3, 23), date(2026, 10, 19), date(2026, 12, 24), date(2026, 3, 26)])
    weeks = r.randint(1, 5)
    people = r.randint(4, 14)
    teams = r.choice([["x", "y"], ["x", "y", ""], ["x", "y", "z"], list("xyzu")])
    minutes = r.choice([30, 45, 60, 60, 90])
    rosters = [roster(first, weeks * 7, r) for _ in range(max(2, people // 3))]
    workers = [
        Worker(
            f"w{i}",
            r.choice(teams),
            r.choice(rosters),
            tuple(_some_time(r, first, weeks, r.choice([20, 60, 180])) for _ in range(r.choice([0, 0, 1, 3]))),
            usual=r.choice(rosters) if r.random() < 0.2 else (),
        )
        for i in range(people)
    ]
    keys = [w.key for w in workers]
    r.shuffle(keys)
    groups = []
    while len(keys) >= 2:
        size = 3 if len(keys) >= 3 and r.random() < 0.15 else 2
        members = tuple(keys.pop() for _ in range(size))
        groups.append(
            Group(
                f"g{len(groups)}",
                members,
                r.choice([0, 1, 1, 2, 3, 4]),
                kept=_apart(r, first, weeks, minutes),
                shown=tuple(r.choice([None, _some_time(r, first, weeks, minutes)]) for _ in range(r.randint(0, 3))),
                needs_room=r.random() < 0.7,
            )
        )
    if r.random() < 0.4:  # somebody is in two pairs
        a, b = r.sample([w.key for w in workers], 2)
        groups.append(Group("again", (a, b), r.randint(1, 2)))
    spacing = r.choice([1, 2, 5, 7, 14])
    rules = Rules(
        first,
        weeks,
        minutes=minutes,
        spacing_days=spacing,
        least_days=r.choice([None, 1, spacing]),
        away_per_team=r.choice([None, 0, 1, 1, 1, 1, 2, 2]),
        quiet=tuple(_quiet(r) for _ in range(r.choice([0, 0, 1, 2]))),
        rooms=r.choice([None, None, None, None, 0, 1, 1, 2]),
        rest_hours=r.choice([0, 11, 11, 9]),
        step_minutes=r.choice([15, 15, 30, 20]),
    )
    return workers, groups, rules


def tiny(seed: int) -> Instance:
    """So small that everything can be tried: two or three pairs, a handful of possible times each."""
    r = random.Random(seed)
    first = r.choice([MONDAY, date(2026, 3, 27), date(2026, 10, 23)])
    hours = [
        ("8.00", "10.00"),
        ("9.00", "10.30"),
        ("9.30", "12.00"),
        ("22.00", "0.30"),
        ("23.00", "1.30"),
        ("2.00", "5.00"),
    ]
    days = r.choice([3, 5, 7])
    step, minutes = r.choice([(60, 60), (30, 60), (60, 45), (30, 30)])

    def some_shifts() -> tuple[Span, ...]:
        return tuple(
            span(day, *r.choice(hours[: r.choice([2, 3, 6])]), first) for day in range(days) if r.random() < 0.6
        )

    teams = r.choice([["x"], ["x", "y"], ["x", ""]])
    keys = "abcdef"
    workers = [Worker(k, r.choice(teams), some_shifts()) for k in keys]
    for k in (1, 3, 5):  # partners mostly work together
        workers[k] = Worker(keys[k], workers[k].team, workers[k - 1].shifts if r.random() < 0.7 else workers[k].shifts)
    members = [("a", "b"), ("c", "d"), ("e", "f")][: r.choice([2, 3])]
    if r.random() < 0.3:
        members[-1] = ("a", members[-1][1])
    groups = [
        Group(
            "".join(m),
            m,
            r.choice([1, 2, 2]) if len(members) == 3 else r.choice([1, 2, 3]),
            kept=() if r.random() < 0.7 else (span(r.randint(-3, days), "9.00", "10.00", first),),
            shown=() if r.random() < 0.5 else (span(r.randint(0, days - 1), "9.00", "10.00", first), None),
            needs_room=r.random() < 0.7,
        )
        for m in members
    ]
    rules = Rules(
        first,
        1,
        minutes=minutes,
        spacing_days=r.choice([1, 2, 3]),
        least_days=r.choice([None, 1]),
        away_per_team=r.choice([None, 1, 1, 2]),
        quiet=() if r.random() < 0.7 else (_quiet(r),),
        rooms=r.choice([None, 1, 1]),
        rest_hours=r.choice([0, 11]),
        step_minutes=step,
    )
    return workers, groups, rules


def crowded(seed: int) -> Instance:
    """Many pairs, some people in several, who all want into the same few short stretches of time."""
    r = random.Random(seed)
    weeks, people, teams = r.randint(1, 3), r.randint(8, 20), r.randint(2, 5)
    minutes = r.choice([60, 45, 50, 30, 90])
    stretches = [
        (d, hour, r.choice([60, 75, 90, 120, 150]))
        for d in range(weeks * 7)
        for hour in ("8.00", "13.00", "23.00")
        if r.random() < 0.4
    ]

    def shifts() -> tuple[Span, ...]:
        found = []
        for d, hour, length in stretches:
            if r.random() < 0.75:
                start = at(d, hour) + timedelta(minutes=r.choice([0, 0, 15, 30, 45]))
                found.append(Span(start, start + timedelta(minutes=length + r.choice([0, 0, 30, 60]))))
        return tuple(found)

    workers = [Worker(f"w{i:02}", f"t{r.randrange(teams)}", shifts()) for i in range(people)]
    keys = [w.key for w in workers]
    members: list[tuple[str, ...]] = list(zip(keys[::2], keys[1::2], strict=False))
    members += [tuple(r.sample(keys, r.choice([2, 2, 3]))) for _ in range(r.choice([0, 0, 2, 4]))]
    groups = []
    for i, some in enumerate(members):
        seen = [at(r.randrange(weeks * 7), "8.30") for _ in range(r.choice([0, 1, 2]))]
        shown = tuple(Span(t, t + timedelta(minutes=minutes)) for t in seen)
        groups.append(Group(f"g{i:02}", some, r.randint(1, 3), shown=shown, needs_room=r.random() < 0.6))
    rules = Rules(
        MONDAY,
        weeks,
        minutes=minutes,
        step_minutes=r.choice([15, 30, 20, 5]),
        spacing_days=r.choice([1, 2, 4, 7]),
        least_days=r.choice([None, 1]),
        away_per_team=r.choice([None, 1, 1, 2, 2, 3]),
        rooms=r.choice([None, 1, 2, 3]),
        rest_hours=0,
    )
    return workers, groups, rules


def _some_time(r: random.Random, first: date, weeks: int, minutes: int) -> Span:
    start = at(r.randint(-2, weeks * 7 - 1), f"{r.randint(6, 22)}.{r.choice(['00', '15', '10'])}", first)
    return Span(start, datetime.fromtimestamp(start.timestamp() + 60 * minutes, HELSINKI))


def _apart(r: random.Random, first: date, weeks: int, minutes: int) -> tuple[Span, ...]:
    """No, one or two meetings that do not overlap."""
    found = sorted({_some_time(r, first, weeks, minutes) for _ in range(r.choice([0, 0, 1, 2]))}, key=_start)
    return tuple(found) if len(found) < 2 or _start(found[0]) + 60 * minutes <= _start(found[1]) else tuple(found[:1])


def _start(s: Span) -> float:
    return s.start.timestamp()


def _quiet(r: random.Random) -> Quiet:
    start, end = r.choice([(7, 9), (11, 12), (13, 15), (22, 6), (3, 4), (0, 9)])
    return Quiet(frozenset(r.sample(range(7), r.choice([0, 1, 5]))), time(start), time(end))
