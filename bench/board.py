"""How long the pairing board takes to answer with many people, the solving told apart.

    python bench/board.py [--people 300 3000] [--json FILE]

Every number is a median of some presses through the whole stack but the network, as htmx presses them. "solving" is the
time spent in the engine's own functions (build, solve, resolve, why_not) during the press; the rest is the board's.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from service import empty_service

PRESSES = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="*", default=[300, 3000])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with empty_service():
        rows = [row for people in options.people for row in measure(people)]
    print(f"{'people':>6}  {'press':<30}{'seconds':>9}{'solving':>9}{'the rest':>9}{'kB':>7}{'queries':>9}")
    for r in rows:
        rest = r["seconds"] - r["solving"]
        print(
            f"{r['people']:>6}  {r['press']:<30}{r['seconds']:9.3f}{r['solving']:9.3f}{rest:9.3f}{r['kilobytes']:7}{r['queries']:9}"
        )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2))


class Solving:
    """Adds up the time spent in the engine."""

    def __init__(self) -> None:
        from oppipari import pairing

        self.seconds, self.depth = 0.0, 0
        for owner, name in (
            (pairing, "solve"),
            (pairing, "resolve"),
            (pairing, "why_not"),
            (pairing.Problem, "from_participants"),
        ):
            setattr(owner, name, self.timed(getattr(owner, name)))

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            self.depth += 1
            try:
                return function(*args, **kwargs)
            finally:
                self.depth -= 1
                if not self.depth:
                    self.seconds += time.perf_counter() - start

        return called


def a_round(people: int) -> tuple[Any, Any]:
    """A round in which pairs are formed, with exclusions and pairs of earlier rounds, made in bulk."""
    from django.utils import timezone
    from tests.factories import RoundFactory, supervisor_of

    from oppipari.organisation.models import Person, Role
    from oppipari.pairs.models import EarlierPair
    from oppipari.rounds import vocabulary
    from oppipari.rounds.models import Exclusion, Round, SignUp

    r = random.Random(people)
    round_ = RoundFactory(state=Round.State.PAIRING)
    boss = supervisor_of(round_.unit)
    organisation = round_.unit.organisation
    first = ["Aino", "Eino", "Fatima", "Kari", "Leena", "Mikko", "Noora", "Olli", "Päivi", "Sanna", "Timo", "Åsa"]
    last = ["Laine", "Mäkelä", "Hassan", "Niemi", "Virtanen", "Saari", "Koski", "Heikkinen", "Lahti", "Tran", "Rinne"]
    made = Person.objects.bulk_create(
        Person(
            organisation=organisation,
            name=f"{r.choice(first)} {r.choice(last)}-{r.choice(last)} {i}",
            email=f"p{people}.{i}@example.org",
        )
        for i in range(people)
    )
    Role.objects.bulk_create(Role(person=p, kind=Role.Kind.MEMBER, unit=round_.unit) for p in made)
    tags = sorted(vocabulary.competences())
    now = timezone.now()
    signed = SignUp.objects.bulk_create(
        SignUp(
            round=round_,
            person=p,
            shares=r.sample(tags, 4),
            wants=r.sample(tags, 4),
            stage=r.choice(SignUp.Stage.values),
            slots=sorted(r.sample(range(21), 6)),
            languages=["fi"],
            confirmed_at=now,
        )
        for p in made
    )
    Exclusion.objects.bulk_create(
        Exclusion(sign_up=s, text=r.choice(made).name) for s in r.sample(signed, len(signed) // 20)
    )
    earlier = [r.sample(made, 2) for _ in range(people)]
    EarlierPair.objects.bulk_create(
        [EarlierPair(organisation=organisation, key=EarlierPair.key_of((a.pk, b.pk))) for a, b in earlier],
        ignore_conflicts=True,
    )
    return round_, boss


def measure(people: int) -> list[dict[str, Any]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from oppipari.pairs.actions import ask_for_suggestion
    from oppipari.pairs.actions.suggesting import work_out_suggestion
    from oppipari.pairs.models import Board

    solving = Solving()
    round_, boss = a_round(people)
    rows: list[dict[str, Any]] = []
    client = Client(headers={"HX-Request": "true"})
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")

    def add(
        press: str, call: Callable[[], Any], *, times: int = PRESSES, before: Callable[[], Any] | None = None
    ) -> None:
        took, engine, size, queries = [], [], 0, 0
        for _ in range(times):
            if before:
                before()
            solving.seconds = 0.0
            with CaptureQueriesContext(connection) as seen:
                start = time.perf_counter()
                response = call()
                took.append(time.perf_counter() - start)
            engine.append(solving.seconds)
            queries = len(seen)
            if response is not None:
                assert response.status_code == 200, (press, response.status_code)
                size = len(response.content) // 1024
        rows.append(
            {
                "people": people,
                "press": press,
                "seconds": round(statistics.median(took), 3),
                "solving": round(statistics.median(engine), 3),
                "kilobytes": size,
                "queries": queries,
            }
        )

    url = {n: reverse(n, args=[round_.pk]) for n in ("board", "board_edit", "board_undo", "board_redo", "board_price", "board_run", "board_people", "board_publish")}  # fmt: skip

    def suggest() -> None:
        run = ask_for_suggestion(round_, boss)
        if run is not None:
            work_out_suggestion(run.pk)

    def version() -> int:
        return Board.objects.get(round=round_).version

    def post(name: str, **data: Any) -> Any:
        return client.post(url[name], {"version": version(), **data})

    add("suggest (once, in the worker)", suggest, times=1)
    plan = Board.objects.get(round=round_).current.plan
    groups = [g["members"] for g in plan["pairs"]]
    r = random.Random(1)
    add("open the board", lambda: client.get(url["board"]))
    add("find by name", lambda: client.get(url["board"], {"find": "virtanen 1"}))
    add("names while writing", lambda: client.get(url["board_people"], {"a_name": "virt"}))
    add("ask how far it is", lambda: client.get(url["board_run"]))
    add("lock a pair", lambda: post("board_edit", edit=f"lock {' '.join(groups.pop())}"), times=3)
    add("undo", lambda: post("board_undo"), times=3)
    add("redo", lambda: post("board_redo"), times=3)
    add("forbid a pair", lambda: post("board_edit", edit=f"forbid {' '.join(groups.pop())}"), times=3)
    add("price of a pair", lambda: post("board_price", a=r.choice(groups)[0], b=r.choice(groups)[1]), times=3)
    add("look before publishing", lambda: client.get(url["board_publish"]), times=1)
    return rows


if __name__ == "__main__":
    main()
