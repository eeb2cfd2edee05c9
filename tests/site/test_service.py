"""The service as it is started, and what every page carries."""

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from tests.conftest import require

# The terminal's process is another program a moment after it was forked.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]
linux = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes under /proc")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "OPPIPARI_DATA")}
    return kept | {"PYTHONUNBUFFERED": "1"} | more


class Started:
    """The service in a terminal of its own, as `make run` is: Ctrl-C goes to everything in the foreground there."""

    def __init__(self, folder: Path, command: str = "serve") -> None:
        self.port, self.data, self.printed = free_port(), folder / "data", ""
        self.process, self.terminal = pty.fork()
        if not self.process:
            arguments = [sys.executable, "-m", "oppipari", command, "--port", str(self.port), "--data", str(self.data)]
            os.execve(sys.executable, arguments, environment())

    def reads(self) -> bool:
        """Take in what was printed since; False when everybody who could print has ended."""
        try:
            read = os.read(self.terminal, 65536)
        except OSError:
            return False
        self.printed += read.decode()
        return bool(read)

    def family(self) -> list[int]:
        """The processes that the service has started."""
        mark, found = f"OPPIPARI_DATA={self.data.resolve()}".encode(), []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdecimal() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def until(self, moment: str) -> None:
        """Let it get as far as that."""
        if moment == "the processes start":
            while not self.family():
                time.sleep(0.01)
        else:
            while moment not in self.printed:
                assert self.reads(), self.printed

    def ends(self) -> int:
        """The exit status (minus the signal that ended it), once it and all its processes are gone."""
        deadline = time.monotonic() + 120
        while True:
            ended, status = os.waitpid(self.process, os.WNOHANG)
            if ended:
                break
            assert time.monotonic() < deadline, "it does not end"
            time.sleep(0.02)
        while self.family():
            assert time.monotonic() < deadline, "its processes do not end"
            time.sleep(0.02)
        while self.reads():
            pass
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)

    def clear_away(self) -> None:
        """Leave nothing behind where a test failed."""
        for number in (*self.family(), self.process):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    made: list[Started] = []

    def start(command: str = "serve") -> Started:
        made.append(Started(tmp_path, command))
        return made[-1]

    yield start
    for one in made:
        one.clear_away()


def page(address: str) -> str:
    deadline = time.monotonic() + 120
    while True:
        try:
            found: str = urllib.request.urlopen(address, timeout=5).read().decode()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            return found


@linux
@pytest.mark.parametrize(("command", "stopped_by"), [("serve", "process"), ("demo", "terminal")])
def test_one_command_starts_everything_and_another_stops_it(started: Any, command: str, stopped_by: str) -> None:
    service = started(command)
    service.until("Ctrl-C")
    links = re.findall(r"http://127\.0\.0\.1:\d+/link/\S+", service.printed)
    assert len(links) == (3 if command == "demo" else 1)
    assert "Oppipari" in page(links[0])
    assert (service.data / "secret.key").stat().st_mode & 0o077 == 0
    _stop(service, stopped_by)
    assert service.ends() == 0
    assert "Traceback" not in service.printed
    assert "has stopped" in service.printed


def _stop(service: Started, to_whom: str) -> None:
    """As somebody at the terminal does, a service manager that tells all its processes, or one that tells the first."""
    if to_whom == "terminal":
        os.write(service.terminal, b"\x03")
    elif to_whom == "group":
        os.killpg(service.process, signal.SIGINT)
    else:
        os.kill(service.process, signal.SIGTERM)


@linux
@pytest.mark.parametrize(
    ("moment", "to_whom"),
    [("preparing", "terminal"), ("the processes start", "terminal"), ("the processes start", "process")],
)
def test_it_can_be_stopped_while_it_starts(started: Any, moment: str, to_whom: str) -> None:
    service = started()
    service.until(moment)
    _stop(service, to_whom)
    # Before there is anything to stop, it ends as any other program does that gets the signal.
    assert service.ends() == (-signal.SIGINT if moment == "preparing" else 0)
    assert "Traceback" not in service.printed


@linux
@pytest.mark.parametrize("moment", ["the processes start", "Ctrl-C"])
def test_its_processes_end_with_it_when_it_is_killed(started: Any, moment: str) -> None:
    service = started()
    service.until(moment)
    os.kill(service.process, signal.SIGKILL)
    assert service.ends() == -signal.SIGKILL
    assert "Traceback" not in service.printed


@linux
def test_a_process_that_ended_by_itself_is_started_again(started: Any) -> None:
    service = started()
    service.until("Ctrl-C")
    before = set(service.family())
    for number in before:
        os.kill(number, signal.SIGKILL)
    service.until("started again")
    assert page(f"http://127.0.0.1:{service.port}/healthz") == "ok"
    assert not before & set(service.family())
    _stop(service, "group")
    assert service.ends() == 0
    assert "Traceback" not in service.printed


def test_a_taken_port_is_told_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "oppipari", "serve", "--port", str(port), "--data", str(tmp_path)],
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


@linux
def test_the_address_that_the_operator_told_is_answered_and_printed(started: Any, monkeypatch: Any) -> None:
    """As behind a proxy that ends TLS: nothing but `SITE_URL` is set, and the proxy's headers come with each request."""
    monkeypatch.setenv("SITE_URL", "https://oppipari.example.org")
    service = started("serve")
    service.until("Ctrl-C")
    assert "Oppipari is at https://oppipari.example.org\r\n" in service.printed
    assert "https://oppipari.example.org/link/" in service.printed
    asked = urllib.request.Request(
        f"http://127.0.0.1:{service.port}/sign-in/",
        headers={"Host": "oppipari.example.org", "X-Forwarded-Proto": "https"},
    )
    answer = urllib.request.urlopen(asked, timeout=20)
    assert answer.status == 200
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    _stop(service, "process")
    assert service.ends() == 0
