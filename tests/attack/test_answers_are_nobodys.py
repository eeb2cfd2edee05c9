"""No row, page, log or copy of the database links an answer to a person: searched for, byte by byte.

The adversary of the first part keeps every version of the database that there ever was, with its free pages and its
write-ahead log, and the log of the service. The one of the second part has the secret too, but sees one moment.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.attack.answering_story import PEOPLE
from tests.attack.marks import lettered
from tests.conftest import require
from tests.factories import RoundFactory, SignUpFactory, pair_of, supervisor_of

from oppipari.evaluation import actions
from oppipari.evaluation.items import items
from oppipari.evaluation.models import Box, Questionnaire, StartQuestions
from oppipari.evaluation.questionnaire import boxes, keys
from oppipari.rounds.models import Round
from oppipari.site.logs import NoSecretAddresses

BACKEND = "django.contrib.auth.backends.ModelBackend"
# Another one in each run: the log of a PostgreSQL server remembers the runs before.
MARK = lettered("Zq7")
ROOT = Path(__file__).resolve().parents[2]


# -- all versions, without the secret -----------------------------------------------------------------------------------


def run_the_story(folder: Path, database: str = "") -> str:
    """Play it in a process of its own; returns its log."""
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "ANSWER_KEYS", "DJANGO_SETTINGS_MODULE")}
    told = kept | ({"DATABASE_URL": database} if database else {})
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack.answering_story", str(folder), MARK],
        cwd=ROOT, env=told, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert not done.stdout
    return done.stderr


def ways_to_write(text: str) -> list[bytes]:
    """How a text may stand in a file: as it is, in hexadecimal, in UTF-16, in base64 at each of three offsets."""
    plain = text.encode()
    coded = [base64.b64encode(b"\0" * shift + plain)[4:-4] for shift in range(3)]
    return [plain, plain.hex().encode(), text.encode("utf-16-le"), *coded]


def files_with(text: str, folder: Path) -> list[str]:
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if any(way in content for way in ways_to_write(text)):
            found.append(path.name)
    return found


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: Any) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    server = os.environ.get("POSTGRES_URL", "")
    if not server:
        require("POSTGRES", "POSTGRES_URL names no PostgreSQL server")
    import psycopg

    name = f"answers_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.slow
def test_whoever_keeps_every_version_of_the_database_reads_no_answer(tmp_path: Path, database: str) -> None:
    log = run_the_story(tmp_path, database)
    seen = sorted((tmp_path / "seen").iterdir())
    assert len(seen) == PEOPLE + 2
    for stage in seen[:-1]:
        assert files_with(MARK, stage) == [], stage.name
    # The search finds what is there: what was published at the end.
    assert files_with(f"{MARK}control", seen[-1])
    assert files_with(MARK, seen[-1])
    # And nothing that was posted is in the log, at its most talkative.
    assert MARK not in log
    assert not [line for line in log.splitlines() if "aino." in line.lower()]
    # What was kept of the time before stays noise: there is no secret any more.
    assert [p.name for p in (tmp_path / "data" / "answer-keys").iterdir()] == ["canary"]


@pytest.mark.django_db
def test_the_sealed_answers_keep_their_length_whatever_is_written() -> None:
    questionnaire, people, _boss = an_open_one()
    lengths = set()
    for number, person in enumerate(people):
        actions.answer(questionnaire, person, values(1 + number % 5), {"worth_spreading": "ä" * 60 * number})
        box = Box.objects.get()
        lengths |= {len(bytes(box.even)), len(bytes(box.odd))}
    assert len(lengths) == 1


@pytest.mark.django_db
def test_answering_writes_one_row_that_is_nobodys_and_nothing_else() -> None:
    questionnaire, people, _boss = an_open_one()
    client = Client()
    client.force_login(people[0], backend=BACKEND)
    url = reverse("answer", args=[questionnaire.pk])
    client.get(url)
    before = everything()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.post(url, {"learnt": "4", "worth_spreading": "Ajatus"}).status_code == 302
        assert client.get(url).status_code == 200
    written = [q["sql"] for q in asked if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert len(written) == 1
    assert written[0].startswith('UPDATE "evaluation_box" SET')
    after = everything()
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"evaluation.Box"}


@pytest.mark.django_db(transaction=True)
def test_no_row_is_of_the_same_transaction_as_the_answers() -> None:
    if connection.vendor != "postgresql":
        # SQLite keeps no trace of transactions in its rows; what it has, row numbers, is of the one row of the box.
        assert {f.name for f in Box._meta.get_fields()} == {"id", "handle", "even", "odd", "answers", "spent"}
        return
    questionnaire, people, _boss = an_open_one()
    client = Client()
    client.force_login(people[0], backend=BACKEND)
    assert client.post(reverse("answer", args=[questionnaire.pk]), {"learnt": "4"}).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM evaluation_box")
        moment = cursor.fetchone()[0]
        alike = []
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}" WHERE xmin::text = %s', [moment])
            alike += [model._meta.label] * cursor.fetchone()[0]
    assert alike == ["evaluation.Box"]


# -- one moment, with the secret -----------------------------------------------------------------------------------------


def an_open_one(pairs: int = 5) -> tuple[Questionnaire, list[Any], Any]:
    round_ = RoundFactory(state=Round.State.MEETING)
    people = [m.person for _ in range(pairs) for m in pair_of(round_).members.all()]
    boss = supervisor_of(round_.unit)
    return actions.open_questionnaire(round_, boss), people, boss


def values(value: int) -> dict[str, int | None]:
    return {i.key: value for i in items()}


def everything() -> dict[str, list[str]]:
    """All rows of all tables, as stored."""
    return {
        model._meta.label: sorted(str(row) for row in model._default_manager.values_list())  # type: ignore[attr-defined]
        for model in apps.get_models(include_auto_created=True)
    }


@pytest.mark.django_db
def test_whoever_opens_the_box_finds_counts_and_texts_of_nobody() -> None:
    questionnaire, people, _boss = an_open_one()
    for number, person in enumerate(people):
        actions.answer(questionnaire, person, values(1 + number % 5), {"worth_spreading": f"{number} sanoo"})
    contents = boxes.look_into(Box.objects.get())
    assert contents.respondents == 10
    assert all(counts == [2, 2, 2, 2, 2] for counts in contents.counts.values())
    written = contents.texts["worth_spreading"]
    assert sorted(written) == sorted(f"{n} sanoo" for n in range(10))
    # No two runs lie in the same order, so the order says nothing: that of coming is one of 3,628,800.
    assert written != [f"{n} sanoo" for n in range(10)]
    assert set(vars(contents)) == {"respondents", "counts", "texts", "checked", "other_texts"}


@pytest.mark.django_db
def test_nobody_without_the_secret_can_tell_who_has_answered() -> None:
    questionnaire, people, _boss = an_open_one()
    before = everything()
    actions.answer(questionnaire, people[3], values(4), {})
    changed = {name for name, rows in everything().items() if rows != before[name]}
    assert changed == {"evaluation.Box"}
    box = Box.objects.get()
    assert boxes.has_answered(box, people[3].pk)
    assert not boxes.has_answered(box, people[4].pk)
    keys.destroy(box.handle)
    assert not boxes.has_answered(box, people[3].pk)


@pytest.mark.django_db
def test_an_error_while_answering_is_logged_without_the_answer(caplog: Any, monkeypatch: Any) -> None:
    questionnaire, people, _boss = an_open_one()

    def fail(*args: Any, **more: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(boxes.OpenBox, "drop_in", fail)
    caplog.handler.addFilter(NoSecretAddresses())
    client = Client(raise_request_exception=False)
    client.force_login(people[0], backend=BACKEND)
    url = reverse("answer", args=[questionnaire.pk])
    assert client.post(url, {"learnt": "4", "worth_spreading": MARK}).status_code == 500
    assert "the disk is full" in caplog.text
    assert MARK not in caplog.text
    assert str(people[0].email) not in caplog.text


# -- the end -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("pairs", [2, 5])
def test_closing_destroys_the_secret_and_leaves_what_may_be_shown(pairs: int, settings: Any) -> None:
    questionnaire, people, boss = an_open_one(pairs)
    handle = Box.objects.get().handle
    assert (settings.ANSWER_KEYS / handle).stat().st_mode & 0o077 == 0
    for number, person in enumerate(people):
        actions.answer(questionnaire, person, values(2 + number % 3), {"worth_spreading": f"{MARK}{number}"})
    closed = actions.close_questionnaire(questionnaire, boss)
    assert [p.name for p in settings.ANSWER_KEYS.iterdir()] == ["canary"]
    assert not Box.objects.exists()
    where = [name for name, rows in everything().items() if any(MARK in row for row in rows)]
    # Fewer than eight: what they wrote was never asked for, and is nowhere.
    assert where == (["evaluation.Questionnaire"] if pairs == 5 else [])
    assert closed.released is not None
    frozen = json.dumps(closed.released)
    for person in people:
        person.delete()
    closed.refresh_from_db()
    assert json.dumps(closed.released, sort_keys=True) == json.dumps(json.loads(frozen), sort_keys=True)


@pytest.mark.django_db
def test_a_crash_between_closing_and_destroying_is_made_good_by_the_housekeeping(
    settings: Any, monkeypatch: Any
) -> None:
    questionnaire, _people, boss = an_open_one()

    def dies(_file: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(keys.KeyFile, "destroy", dies)
        with pytest.raises(KeyboardInterrupt):
            actions.close_questionnaire(questionnaire, boss)
    assert len(list(settings.ANSWER_KEYS.iterdir())) == 2
    assert actions.forget_strays() == 1
    assert [p.name for p in settings.ANSWER_KEYS.iterdir()] == ["canary"]
    assert not Box.objects.exists()


@pytest.mark.django_db
def test_start_questions_are_as_nobodys_as_the_others() -> None:
    sign_ups = [SignUpFactory(round=RoundFactory())]
    sign_ups += [SignUpFactory(round=sign_ups[0].round) for _ in range(5)]
    actions.answer_start(sign_ups[0].round, sign_ups[0].person, {"learnt": 1}, 1)
    before = everything()
    actions.answer_start(sign_ups[0].round, sign_ups[1].person, {"learnt": 5}, 1)
    changed = {name for name, rows in everything().items() if rows != before[name]}
    assert changed == {"evaluation.Box"}
    assert StartQuestions.objects.get().box_id == Box.objects.get().pk
