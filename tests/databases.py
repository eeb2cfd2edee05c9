"""Databases of their own for processes that meet in them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from tests.clock import python_path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """An empty database of its own, as what the environment says of it."""
    from tests.conftest import require

    if request.param == "sqlite":
        yield {}
        return
    server = os.environ.get("POSTGRES_URL", "")
    if not server:
        require("POSTGRES", "POSTGRES_URL names no PostgreSQL server")
    name = f"oppipari_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield {"DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Installation:
    """Processes that share one data folder and one database."""

    def __init__(self, folder: Path, database: dict[str, str]) -> None:
        from tests.site.test_service import environment

        self.folder = folder
        self.env = environment(
            DJANGO_SETTINGS_MODULE="oppipari.site.settings", OPPIPARI_DATA=str(folder), EMAIL_URL=f"file://{folder}/mail",
            MAIL_FROM="Oppipari <oppipari@example.org>",
            PYTHONPATH=python_path(Path(__file__).resolve().parents[1]), **database,
        )  # fmt: skip

    def run(self, code: str) -> str:
        """What a process prints that runs `code` to its end."""
        done = subprocess.run([sys.executable, "-c", code], env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run_at_once(self, code: str) -> list[str]:
        """What two processes print that run `code` at the same time; they know their `name`, "a" or "b".

        Both begin after `together(step)` at the same moment, as often as they like.
        """
        (self.folder / "gate").mkdir()
        workers = [
            subprocess.Popen(
                [sys.executable, "-c", TOGETHER + code, name, str(self.folder / "gate")],
                env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for name in ("a", "b")
        ]  # fmt: skip
        try:
            said = [worker.communicate(timeout=90) for worker in workers]
        finally:
            for worker in workers:
                worker.kill()
        assert [worker.returncode for worker in workers] == [0, 0], said
        return [out for out, _errors in said]


@pytest.fixture
def installation(tmp_path: Path, database: dict[str, str]) -> Installation:
    return Installation(tmp_path, database)


TOGETHER = """
import django; django.setup()
import pathlib, sys, time
name, gate = sys.argv[1], pathlib.Path(sys.argv[2])
def together(step):
    (gate / f"{step}-{name}").touch()
    until = time.monotonic() + 60
    while not all((gate / f"{step}-{n}").exists() for n in "ab"):
        assert time.monotonic() < until, step
        time.sleep(0.005)
"""
