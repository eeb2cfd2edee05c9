"""One questionnaire from opening to closing, on a database of its own, seen by somebody who keeps every version of it.

`python -m tests.attack.answering_story FOLDER MARK`: the installation lies in FOLDER/data; after each step everything of it but
the secrets is copied to FOLDER/seen/NUMBER, as a thief of nightly, or hourly, backups would have it. Answers are posted
as people do it, with MARK in each. Prints nothing; what is logged, at the most talkative level, goes to standard error.
"""

import itertools
import logging
import os
import shutil
import sys
from pathlib import Path

PEOPLE = 10


def main(folder: Path, mark: str) -> None:
    os.environ |= {
        "OPPIPARI_DATA": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "oppipari.site.settings",
        "LOG_LEVEL": "DEBUG",
        "ALLOWED_HOSTS": "testserver",
    }
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client, override_settings
    from django.urls import reverse
    from tests.factories import RoundFactory, pair_of, supervisor_of

    from oppipari.evaluation import actions
    from oppipari.evaluation.items import items
    from oppipari.evaluation.together import actions as together
    from oppipari.rounds.models import Round

    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    call_command("migrate", verbosity=0, interactive=False)
    if connection.vendor == "postgresql":
        _store_uncompressed(connection)
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for _ in range(PEOPLE // 2) for m in pair_of(round_).members.all()]
    boss = supervisor_of(round_.unit)
    steps = itertools.count()

    def seen() -> None:
        """Everything on the disk as it is now, the write-ahead log with it: the connection stays open."""
        target = folder / "seen" / f"{next(steps):02}"
        if connection.vendor == "sqlite":
            shutil.copytree(folder / "data", target, ignore=shutil.ignore_patterns("answer-keys"))
        else:
            target.mkdir(parents=True)
            _copy_postgres(connection, target)

    # No pictures and styles are gathered here.
    plain_files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    questionnaire = actions.open_questionnaire(round_, boss)
    seen()
    for number, person in enumerate(people):
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        told = {i.key: str(1 + (number + k) % 5) for k, i in enumerate(items())}
        # What may tell of somebody is shown before it is sent, and may lie nowhere either.
        with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain_files}):
            url = reverse("answer", args=[questionnaire.pk])
            shown = client.post(url, told | {"worth_spreading": f"{mark}{number} sanoo Aino"})
        assert shown.status_code == 200, shown.content
        response = client.post(
            reverse("answer", args=[questionnaire.pk]),
            told | {"worth_spreading": f"{mark}{number} {'x' * 40 * number}"},
        )
        assert response.status_code == 302, response.content
        seen()
    actions.close_questionnaire(questionnaire, boss)
    together.add(round_, boss, "worked", f"{mark}control")
    seen()
    connection.close()


def _store_uncompressed(connection) -> None:  # type: ignore[no-untyped-def]
    """Long values as they are: compressed ones would hide from a search for their letters, not from somebody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('ALTER TABLE %I ALTER COLUMN %I SET STORAGE EXTERNAL', relname, attname) FROM pg_attribute "
            "JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace "
            "WHERE relkind = 'r' AND nspname = 'public' AND attnum > 0 AND NOT attisdropped AND attstorage IN ('x', 'm')"
        )
        for row in cursor.fetchall():
            cursor.execute(row[0])


def _copy_postgres(connection, target: Path) -> None:  # type: ignore[no-untyped-def]
    """The database's files and the write-ahead log of the server, as its superuser may read them."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        base = f"base/{cursor.fetchone()[0]}"
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        log = f"pg_wal/{cursor.fetchone()[0]}"
        cursor.execute(
            "SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 't', 'i') AND nspname IN ('public', 'pg_toast')"
        )
        files = [row[0] for row in cursor.fetchall() if row[0] and row[0].startswith(base)]
        for name in [*files, log]:
            cursor.execute("SELECT pg_read_binary_file(%s)", [name])
            content = cursor.fetchone()[0]
            if content:
                (target / name.replace("/", "-")).write_bytes(bytes(content))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
