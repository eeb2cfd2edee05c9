"""What was deleted is in no file of a running service: neither in the database, nor its free pages, nor its log."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.attack.marks import lettered
from tests.attack.test_answers_are_nobodys import files_with
from tests.clock import python_path
from tests.factories import PersonFactory
from tests.site.test_service import Started, environment, linux, started  # noqa: F401

from oppipari.organisation import deleted
from oppipari.organisation.deleted import Rewriting
from oppipari.organisation.models import Person

ROOT = Path(__file__).resolve().parents[2]
YEAR_OF_WISHES = "2091-07"
LONGEST_WAIT = 240


@linux
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_nothing_that_was_deleted_is_left_in_the_files_of_a_running_service(started: Any, monkeypatch: Any) -> None:  # noqa: F811
    mark = lettered("Zq9")
    # Ten minutes are three seconds here.
    monkeypatch.setenv("HOUSEKEEPING_SECONDS", "3")
    service: Started = started("serve")
    service.until("Ctrl-C")
    told = environment(
        OPPIPARI_DATA=str(service.data), DJANGO_SETTINGS_MODULE="oppipari.site.settings", PYTHONPATH=python_path(ROOT),
        ALLOWED_HOSTS="testserver",
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack.deleting_story", mark], cwd=ROOT, env=told, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    until = time.monotonic() + LONGEST_WAIT
    while (left := _left(mark, service.data)) and time.monotonic() < until:
        time.sleep(1)
    assert left == {}
    assert files_with(f"{mark}stays", service.data) == ["oppipari.sqlite3"]
    os.kill(service.process, signal.SIGINT)
    assert service.ends() == 0
    assert "Traceback" not in service.printed


def _left(mark: str, folder: Path) -> dict[str, list[str]]:
    """Which files still hold what was deleted."""
    found: dict[str, list[str]] = {}
    words = ("exclusion", "invited", "goal", "draft", "name", "share", "want", "typed", "l")
    for word in (*(mark + w for w in words), f"{mark.lower()}address", YEAR_OF_WISHES):
        for name in files_with(word, folder):
            found.setdefault(name, []).append(word)
    return found


@pytest.fixture
def tables_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are written anew however little of them is dead. SQLite has files instead, which the first test reads."""
    if connection.vendor != "postgresql":
        pytest.skip("about how PostgreSQL writes tables anew; SQLite's files are read while a service runs, above")
    monkeypatch.setattr(deleted, "SHARE", 0)


@pytest.mark.usefixtures("tables_of_postgresql")
@pytest.mark.django_db(transaction=True)
def test_tables_are_written_anew_so_that_no_page_keeps_what_was_deleted() -> None:
    """On PostgreSQL: tables, indexes and the planner's samples. What its log and archives keep is the operator's (docs/settings.md)."""
    mark = lettered("Zq8")
    people = _people(mark, 40)
    _without_the_databases_own_housekeeping("ANALYZE organisation_person")
    for person in people[:20]:
        person.name = "Toinen"
        person.save()
    Person.objects.filter(name__contains="gone").delete()
    assert _in_relations(f"{mark}gone")
    # Not at the first try where somebody reads meanwhile, as another test's service may.
    rewriting = Rewriting(pause=0)
    rewriting.run()
    assert _leaves_in_time(rewriting, f"{mark}gone")
    assert _in_relations(f"{mark}stays")


@pytest.mark.usefixtures("tables_of_postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_table_that_somebody_still_reads_is_written_anew_once_they_are_done() -> None:
    mark = lettered("Zq7")
    person, *others = _people(mark, 20)
    _without_the_databases_own_housekeeping("ANALYZE organisation_person")
    Person.objects.filter(pk__in=[other.pk for other in others]).delete()
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM django_migrations")
        person.delete()
        assert _in_relations(f"{mark}gone")
        rewriting = Rewriting(pause=0)
        rewriting.run()
        # Whoever began before still sees the row: it cannot be gone yet, and is not taken for gone.
        assert _in_relations(f"{mark}gone")
        reader.close()
        assert _leaves_in_time(rewriting, f"{mark}gone")
    finally:
        reader.close()


@pytest.mark.usefixtures("tables_of_postgresql")
@pytest.mark.django_db(transaction=True)
def test_a_table_is_written_anew_while_somebody_writes_in_another_database_of_the_server() -> None:
    import psycopg

    mark = lettered("Zq6")
    people = _people(mark, 20)
    _without_the_databases_own_housekeeping("ANALYZE organisation_person")
    with psycopg.connect(os.environ["POSTGRES_URL"]) as neighbour:
        neighbour.execute("SELECT pg_current_xact_id()")
        Person.objects.filter(pk__in=[person.pk for person in people]).delete()
        assert _in_relations(f"{mark}gone")
        Rewriting(pause=0).run()
        assert not _in_relations(f"{mark}gone")
        neighbour.rollback()


def _people(mark: str, count: int) -> list[Person]:
    """So many people who are to go, and one more who stays."""
    PersonFactory(name=f"{mark}stays")
    return [PersonFactory(name=f"{mark}gone{n}") for n in range(count)]


def _leaves_in_time(rewriting: Rewriting, word: str) -> bool:
    """Whether a word is in no file of the database any more, within a minute in which the rewriting tries again and again."""
    until = time.monotonic() + 60
    while (there := _in_relations(word)) and time.monotonic() < until:
        time.sleep(0.2)
        rewriting.run()
    return not there


def _without_the_databases_own_housekeeping(*statements: str) -> None:
    """It would come by at any moment and do in passing what is tested here."""
    with connection.cursor() as cursor:
        for statement in ("ALTER TABLE organisation_person SET (autovacuum_enabled = off)", *statements):
            cursor.execute(statement)


def _in_relations(word: str) -> bool:
    """Whether a word is in a file of the tables, their indexes, what is too long for them, or the planner's samples."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind IN ('r', 't', 'i') AND (nspname IN ('public', 'pg_toast') OR relname = 'pg_statistic')"
        )
        names = [row[0] for row in cursor.fetchall() if row[0] and row[0].startswith("base/")]
        for name in names:
            cursor.execute("SELECT position(%s::bytea IN pg_read_binary_file(%s)) > 0", [word.encode(), name])
            if cursor.fetchone()[0]:
                return True
    return False
