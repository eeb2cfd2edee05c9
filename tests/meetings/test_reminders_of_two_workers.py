"""Two real processes on one database come to remind at the same moment: everybody gets one reminder."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from tests.conftest import require
from tests.site.test_service import environment

MAKE = """
import django; django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories import RoundFactory, pair_of
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round
round_ = RoundFactory(state=Round.State.MEETING)
for _ in range(15):
    pair_of(round_)
Pair.objects.update(published_at=datetime(2026, 12, 1, tzinfo=UTC))
"""
REMIND = """
import django; django.setup()
import pathlib, sys, time, time_machine
from oppipari.meetings.reminders.actions import remind
from oppipari.meetings.clock import local
from oppipari.messages.models import Outgoing
from datetime import date, time as clock
name, gate = sys.argv[1], pathlib.Path(sys.argv[2])
(gate / name).touch()
while not (gate / "go").exists():
    time.sleep(0.005)
with time_machine.travel(local(date(2027, 1, 12), clock(10)), tick=False):
    print(remind())
"""
COUNT = """
import django; django.setup()
from django.db.models import Count
from oppipari.messages.models import Outgoing
print(Outgoing.objects.filter(kind="reminder_pair").count(), Outgoing.objects.values("to").distinct().count())
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """An empty database of its own, as what the environment says of it."""
    if request.param == "sqlite":
        yield {}
        return
    server = os.environ.get("POSTGRES_URL", "")
    if not server:
        require("POSTGRES", "POSTGRES_URL names no PostgreSQL server")
    name = f"oppipari_reminders_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_two_workers_at_once_remind_everybody_once(tmp_path: Path, database: dict[str, str]) -> None:
    env = environment(
        DJANGO_SETTINGS_MODULE="oppipari.site.settings", OPPIPARI_DATA=str(tmp_path), EMAIL_URL=f"file://{tmp_path}/mail",
        PYTHONPATH=str(Path(__file__).resolve().parents[2]), **database,
    )  # fmt: skip

    def run(code: str) -> str:
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(MAKE)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", REMIND, name, str(tmp_path)], env=env, stdout=subprocess.PIPE, text=True
        )
        for name in ("a", "b")
    ]
    deadline = time.monotonic() + 60
    while not all((tmp_path / name).exists() for name in ("a", "b")):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (tmp_path / "go").touch()
    counts = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert sum(counts) == 30
    assert run(COUNT).split() == ["30", "30"]
