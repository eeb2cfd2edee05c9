"""How long a page takes with 300 people in the round, beside a bare Django page of the same process.

    python bench/pages.py [--json FILE]

Times are medians of 30 calls after 3 to warm up, through the whole stack but the network.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

from service import empty_service

PEOPLE, CALLS = 300, 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with empty_service():
        rows = measure()
    for name, milliseconds, ratio in rows:
        print(f"{name:<34}{milliseconds:9.1f} ms {ratio:7.1f} x bare")
    if options.json:
        options.json.write_text(
            json.dumps([dict(zip(("page", "ms", "ratio"), r, strict=True)) for r in rows], indent=2)
        )


def measure() -> list[tuple[str, float, float]]:
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path, reverse
    from tests.factories import RoundFactory, SignUpFactory, supervisor_of

    from oppipari.pairs import actions as pairs
    from oppipari.pairs.models import Board, PairMember
    from oppipari.rounds.models import Round
    from oppipari.site import urls

    urls.urlpatterns.append(path("bare/", lambda request: HttpResponse("bare")))
    round_ = RoundFactory(state=Round.State.PAIRING)
    boss = supervisor_of(round_.unit)
    for _ in range(PEOPLE):
        SignUpFactory(round=round_)
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")

    def median(url: str) -> float:
        for _ in range(3):
            assert client.get(url).status_code == 200, url
        times = []
        for _ in range(CALLS):
            start = time.perf_counter()
            client.get(url)
            times.append(1000 * (time.perf_counter() - start))
        return statistics.median(times)

    bare = median("/bare/")
    rows = [("bare Django page", bare, 1.0)]

    def add(name: str, url: str) -> None:
        took = median(url)
        rows.append((name, took, took / bare))

    add("sign-ups", reverse("round_sign_ups", args=[round_.pk]))
    start = time.perf_counter()
    pairs.suggest(round_, boss)
    took = 1000 * (time.perf_counter() - start)
    rows.append(("suggesting pairs (once)", took, took / bare))
    add("board", reverse("board", args=[round_.pk]))
    pairs.publish_pairs(round_, boss, Board.objects.get().version)
    for name in ("round", "board", "round_meetings", "round_evaluation"):
        add(f"{name}, published", reverse(name, args=[round_.pk]))
    place = PairMember.objects.earliest("pk")
    client.force_login(place.person, backend="django.contrib.auth.backends.ModelBackend")
    add("participant's own page", reverse("home"))
    add("pair", reverse("pair", args=[place.pair_id]))
    return rows


if __name__ == "__main__":
    main()
