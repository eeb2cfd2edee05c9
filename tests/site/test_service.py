"""The service as it is started, and what every page carries."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from tests.conftest import require


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "OPPIPARI_DATA")}
    return kept | {"PYTHONUNBUFFERED": "1"} | more


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_one_command_starts_everything_and_stops_cleanly(tmp_path: Path, command: str) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "oppipari.cli", command, "--port", str(port), "--data", str(tmp_path / "data")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment(),
    )  # fmt: skip
    try:
        printed = ""
        assert process.stdout
        while "Ctrl-C" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        links = re.findall(r"http://127\.0\.0\.1:\d+/link/\S+", printed)
        assert len(links) == (3 if command == "demo" else 1)
        deadline = time.monotonic() + 20
        while True:
            try:
                page = urllib.request.urlopen(links[0], timeout=5).read().decode()  # noqa: S310
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        assert "Oppipari" in page
        assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o077 == 0
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=30)[0]
    assert process.returncode == 0
    assert "Traceback" not in printed + rest
    assert "has stopped" in rest


def test_a_taken_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "oppipari.cli", "serve", "--port", str(port), "--data", str(tmp_path)],
            capture_output=True, text=True, env=environment(), check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"make run PORT={port + 1}" in done.stderr


@pytest.mark.postgres
def test_everything_migrates_on_postgresql(tmp_path: Path) -> None:
    url = os.environ.get("POSTGRES_URL", "")
    if not url:
        require("POSTGRES", "POSTGRES_URL names no PostgreSQL server")
    code = "from django.core.management import call_command as c; import django; django.setup(); c('migrate', verbosity=0); c('makemigrations', '--check', '--dry-run', verbosity=0)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        env=environment(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="oppipari.site.settings", OPPIPARI_DATA=str(tmp_path)),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.django_db
def test_every_page_forbids_inline_scripts_and_foreign_hosts(client: Any) -> None:
    answer = client.get(reverse("start"))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = answer.content.decode()
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page)
    assert not re.search(r"(src|href)=\"https?://", page)
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.django_db
def test_language_is_chosen_by_the_person(client: Any) -> None:
    assert 'lang="fi"' in client.get("/").content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    page = client.get("/").content.decode()
    assert 'lang="en"' in page
    assert "Two colleagues, both learn" in page
    elsewhere = client.post(reverse("set_language"), {"language": "fi", "next": "https://evil.example.org/"})
    assert elsewhere.headers["Location"] == "/"


@pytest.mark.django_db
def test_health_and_unknown_pages(client: Any) -> None:
    assert client.get(reverse("health")).content == b"ok"
    answer = client.get("/eiole/")
    assert answer.status_code == 404
    assert "Tällaista sivua ei ole" in answer.content.decode()


def test_first_load_stays_light() -> None:
    import gzip

    static = Path(settings.PACKAGE_DIR) / "site" / "static"
    files = [
        "vendor/oppipari-theme.css",
        "vendor/designsystemet.css",
        "site/site.css",
        "vendor/htmx.min.js",
        "site/oppipari.js",
    ]
    assert sum(len(gzip.compress((static / f).read_bytes())) for f in files) < 90_000
