"""One command starts everything: database, secrets, static files, background worker, web server."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOUSEKEEPING_SECONDS = 600
# What takes minutes has a queue, and a worker, of its own.
QUEUES = ("default", "pairs")
WATCH_SECONDS = 5


def prepare(data: Path) -> None:
    """Point Django at the data folder and set it up."""
    os.environ["OPPIPARI_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oppipari.site.settings")
    import django

    django.setup()


def local_address() -> str:
    """This machine's address in the local network; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def port_is_free(host: str, port: int) -> bool:
    """Whether nobody listens at `host`:`port` yet."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@dataclass
class Service:
    """The whole service on one machine."""

    host: str
    port: int
    data: Path
    demo: bool = False

    def run(self) -> int:
        """Start everything, print where it is, and stay until stopped; returns the exit status."""
        if not port_is_free(self.host, self.port):
            command = "make demo" if self.demo else "make run"
            print(
                f"Port {self.port} is already in use on this machine. "
                f"Choose another one, for example: {command} PORT={self.port + 1}",
                file=sys.stderr,
            )
            return 1
        self._announce_address()
        prepare(self.data)
        print("Oppipari: preparing the database ...", flush=True)
        self._prepare_database_and_files()
        workers = Workers(self.data)
        workers.start()
        try:
            self._print_welcome()
            self._serve()
        finally:
            workers.stop()
        print("Oppipari has stopped. Everything is saved in", self.data, flush=True)
        return 0

    @property
    def url(self) -> str:
        shown = local_address() if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{shown}:{self.port}"

    def _announce_address(self) -> None:
        """Settings read the environment: the address that links and QR codes carry, unless the operator told one."""
        os.environ.setdefault("SITE_URL", self.url)
        os.environ.setdefault(
            "ALLOWED_HOSTS",
            ",".join({"127.0.0.1", "localhost", "[::1]", self.url.split("//")[1].rsplit(":", 1)[0]}),
        )

    def _prepare_database_and_files(self) -> None:
        from django.conf import settings
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        marker = Path(settings.STATIC_ROOT) / ".made-of"
        made_of = _fingerprint_of_static_files()
        if not marker.exists() or marker.read_text() != made_of:
            shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
            call_command("collectstatic", verbosity=0, interactive=False)
            marker.write_text(made_of)

    def _print_welcome(self) -> None:
        from oppipari.organisation.actions import first_start

        print(f"\n  Oppipari is at {self.url}", flush=True)
        if self.demo:
            from oppipari.site.demo import fill

            for who, token in fill():
                print(f"  {who}:\n    {self.url}/link/{token}/", flush=True)
        elif first := first_start():
            print(f"  Sign in for the first time (once, within a day):\n    {self.url}/link/{first}/")
        print("  Stop with Ctrl-C.\n", flush=True)

    def _serve(self) -> None:
        from granian.constants import Interfaces
        from granian.log import LogLevels
        from granian.server import Server

        server: Any = Server(
            "oppipari.site.wsgi:application",
            address=self.host,
            port=self.port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=4,
            log_level=LogLevels.warning,
            websockets=False,
        )
        server.serve()


class Workers:
    """The background workers of this service, one a queue; one that ended by itself is started again."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = threading.Event()

    def start(self) -> None:
        for queue in QUEUES:
            self._start(queue)
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        self.stopping.set()
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        for process in self.processes.values():
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _start(self, queue: str) -> None:
        # Its own process group: Ctrl-C reaches only this process, which then stops the workers when the web is down.
        command = [sys.executable, "-m", "oppipari.cli", "worker", "--queue", queue, "--data", str(self.data)]
        self.processes[queue] = subprocess.Popen(command, start_new_session=True)

    def _watch(self) -> None:
        while not self.stopping.wait(WATCH_SECONDS):
            for queue, process in self.processes.items():
                if process.poll() is not None and not self.stopping.is_set():
                    print(f"Oppipari: the worker of the queue {queue} ended and is started again.", file=sys.stderr)
                    self._start(queue)


def _fingerprint_of_static_files() -> str:
    """Changes when any static file of the package does."""
    from django.contrib.staticfiles.finders import get_finders

    newest, count = 0.0, 0
    for finder in get_finders():
        for path, storage in finder.list([]):
            newest = max(newest, storage.get_modified_time(path).timestamp())
            count += 1
    return f"{count} {newest}"


def work(queue: str = "*") -> None:
    """Run the tasks of one queue, or of all, until stopped; the housekeeping goes beside the everyday queue."""
    from django.core.management import call_command

    parent = os.getppid()
    if queue in ("default", "*"):
        threading.Thread(target=_housekeep, daemon=True).start()
    threading.Thread(target=_stop_with_parent, args=(parent,), daemon=True).start()
    call_command("db_worker", queue_name=queue, interval=1, startup_delay=False, verbosity=0)


def _stop_with_parent(parent: int) -> None:
    """End with the process that started the worker, also when that one was killed."""
    while os.getppid() == parent:
        time.sleep(2)
    os.kill(os.getpid(), signal.SIGTERM)


def _housekeep() -> None:
    """Every ten minutes: send what a crash left behind, delete what has had its time."""
    import logging

    from django.db import close_old_connections
    from django.utils import timezone

    from oppipari.messages.tasks import deliver_waiting
    from oppipari.organisation.actions import forget_old_links
    from oppipari.privacy.actions import retention

    while True:
        try:
            close_old_connections()
            deliver_waiting()
            forget_old_links()
            retention(timezone.localdate())
        except Exception:  # the worker must outlive a bad moment of the database
            logging.getLogger(__name__).exception("housekeeping failed; it is tried again")
        time.sleep(HOUSEKEEPING_SECONDS)


def print_link(email: str) -> int:
    """Print a sign-in link for the person with this address; returns the exit status."""
    from django.conf import settings

    from oppipari.organisation.models import Person, PersonalLink

    person = Person.objects.of_address(email)
    if person is None:
        print(f"Nobody here has the address {email}.", file=sys.stderr)
        return 1
    print(f"{settings.SITE_URL}/link/{PersonalLink.make(person, PersonalLink.Kind.HANDED)}/")
    return 0
