"""One copy of everything, at any one moment, opens one version of a questionnaire and no session, and links nothing.

The adversary has the database with its write-ahead log, the keys and the installation's secret, as a copy of the data folder
has them, and knows the program.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from tests.attack import copying_story
from tests.attack.sqlite_log import versions
from tests.factories import RoundFactory, member_of, supervisor_of

from oppipari.evaluation.questionnaire.sealing import Unreadable, unseal

ROOT = Path(__file__).resolve().parents[2]
BACKEND = "django.contrib.auth.backends.ModelBackend"


def opened_by_the_adversary(copy: Path, scratch: Path, settings: Any) -> tuple[int, list[dict[str, Any]]]:
    """(how many versions of the box the copy holds, what the adversary reads in those that its keys open)."""
    settings.SECRET_KEY = (copy / "secret.key").read_text().strip()
    secrets = [p.read_bytes()[8:] for p in sorted((copy / "answer-keys").iterdir()) if p.name != "canary"]
    assert len(secrets) == 1
    sealed: set[bytes] = set()
    handles = set()
    for connection in versions(copy / "oppipari.sqlite3", scratch):
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'evaluation_box'").fetchone() is None:
            continue
        columns = {row[1] for row in connection.execute("PRAGMA table_info(evaluation_box)")}
        if "even" not in columns:
            continue
        for handle, *blobs in connection.execute("SELECT handle, even, odd FROM evaluation_box"):
            handles.add(handle)
            sealed.update(bytes(blob) for blob in blobs if blob)
    read = []
    for blob in sealed:
        for handle in handles:
            for number in range(2 * copying_story.PEOPLE):
                for secret in secrets:
                    try:
                        read.append(json.loads(unseal(secret, blob, f"{handle} {number}")))
                    except Unreadable:
                        continue
    return len(sealed), read


@pytest.mark.slow
def test_of_a_copy_of_everything_one_version_opens_at_any_moment(tmp_path: Path, settings: Any) -> None:
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "ANSWER_KEYS", "DJANGO_SETTINGS_MODULE")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.attack.copying_story", str(tmp_path)],
        cwd=ROOT, env=kept, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    copies = sorted((tmp_path / "copy").iterdir())
    assert len(copies) == 2 * copying_story.PEOPLE + 1
    counted = []
    for copy in copies:
        there, read = opened_by_the_adversary(copy, tmp_path / "scratch", settings)
        assert len(read) == 1, copy.name
        counted.append(read[0]["respondents"])
    # The log did hold them (some were moved into the file); whoever could open two would know what one person answered.
    assert there >= copying_story.PEOPLE
    assert counted == [n // 2 + n % 2 for n in range(2 * copying_story.PEOPLE)] + [copying_story.PEOPLE]


# -- sessions ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_copied_session_table_opens_no_session_and_shows_nothing_typed() -> None:
    round_ = RoundFactory()
    me = member_of(round_.unit)
    mine = Client()
    mine.force_login(me, backend=BACKEND)
    mine.get(reverse("join", args=[round_.invite_token]))
    session = mine.session
    session["typed"] = "SALAINEN-TEKSTI"
    session.save()
    home = reverse("home")
    assert mine.get(home).status_code == 200
    rows = list(Session.objects.all())
    assert rows
    for row in rows:
        assert "SALAINEN" not in row.session_data
        assert row.session_key != mine.cookies["sessionid"].value
        thief = Client()
        thief.cookies["sessionid"] = row.session_key
        assert thief.get(home).status_code == 302
        # Nor by putting one's own key in the place of another's.
        own = Client()
        own.force_login(supervisor_of(round_.unit), backend=BACKEND)
        own_row = Session.objects.exclude(pk__in=[r.pk for r in rows]).get()
        Session.objects.filter(pk=own_row.pk).update(session_data=row.session_data)
        assert own.get(home).status_code == 302
        Session.objects.filter(pk=own_row.pk).delete()
    assert mine.session["typed"] == "SALAINEN-TEKSTI"
    mine.session.flush()
    assert mine.get(home).status_code == 302
