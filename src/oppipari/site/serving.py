"""One command starts everything: database, secrets, static files, background worker, web server."""

import os
import shutil
import signal
import socket
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from oppipari.site.link_command import how_to_return, remember_address
from oppipari.site.private_files import make_private, print_complaints
from oppipari.site.processes import Processes, end_with_parent

# What takes minutes, or waits for others, has a queue, and a worker, of its own.
QUEUES = ("default", "pairs")
QUEUE_OF_TEAMS, QUEUE_OF_FEEDS = "teams", "feeds"


def prepare(data: Path) -> None:
    """Point Django at the data folder, for this account alone, and set it up; what stands in the way is printed."""
    print_complaints(make_private(data))
    os.environ["OPPIPARI_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oppipari.site.settings")
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        print(f"Oppipari cannot start. {error}", file=sys.stderr)
        raise SystemExit(1) from None
    if not settings.ANSWER_KEYS.resolve().is_relative_to(data.resolve()):
        print_complaints(make_private(settings.ANSWER_KEYS))


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
        # Until there is something to stop, Ctrl-C just ends this.
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        self._announce_address()
        prepare(self.data)
        print("Oppipari: preparing the database ...", flush=True)
        self._prepare_database_and_files()
        links = self._links()
        processes = Processes(self.host, self.port, self.data, _queues())
        try:
            processes.start()
            if answers := processes.answers():
                remember_address()
                self._print_welcome(links)
                processes.watch()
            elif not processes.ending:
                print("Oppipari could not start its web server; the reason stands above.", file=sys.stderr)
        finally:
            asked = processes.ending
            processes.stop()
        print("Oppipari has stopped. Everything is saved in", self.data, flush=True)
        return 0 if answers or asked else 1

    @property
    def url(self) -> str:
        shown = local_address() if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{shown}:{self.port}"

    def _announce_address(self) -> None:
        """Settings read the environment: the address that links and QR codes carry, unless the operator told one."""
        os.environ.setdefault("SITE_URL", self.url)
        hosts = {"127.0.0.1", "localhost", "[::1]"}
        hosts |= {urlsplit(url).hostname or "" for url in (self.url, os.environ["SITE_URL"])} - {""}
        os.environ.setdefault("ALLOWED_HOSTS", ",".join(hosts))

    def _prepare_database_and_files(self) -> None:
        from django.conf import settings
        from django.core.management import call_command

        from oppipari.site.starting import begin

        call_command("migrate", verbosity=0, interactive=False)
        begin()
        marker = Path(settings.STATIC_ROOT) / ".made-of"
        made_of = _fingerprint_of_static_files()
        if not marker.exists() or marker.read_text() != made_of:
            shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
            call_command("collectstatic", verbosity=0, interactive=False)
            marker.write_text(made_of)

    def _links(self) -> list[tuple[str, str]]:
        """Whom the printed sign-in links are for, and their tokens: three in the demo, one at the very first start."""
        from oppipari.organisation.actions import first_start

        if self.demo:
            from oppipari.site.demo import fill

            return fill()
        first = first_start()
        return [("Sign in for the first time (once, within a day)", first)] if first else []

    def _print_welcome(self, links: list[tuple[str, str]]) -> None:
        from django.conf import settings

        print(f"\n  Oppipari is at {settings.SITE_URL}", flush=True)
        for who, token in links:
            print(f"  {who}:\n    {settings.SITE_URL}/link/{token}/", flush=True)
        if not links:
            for line in how_to_return(self.data):
                print(f"  {line}", flush=True)
        print("  Stop with Ctrl-C.\n", flush=True)


def _queues() -> tuple[str, ...]:
    from django.conf import settings

    where_allowed = {QUEUE_OF_TEAMS: bool(settings.TEAMS), QUEUE_OF_FEEDS: settings.ROSTER_FEEDS}
    return (*QUEUES, *(name for name, allowed in where_allowed.items() if allowed))


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

    from oppipari.site.housekeeping import keep_house_forever
    from oppipari.site.starting import begin

    end_with_parent()
    begin()
    if queue in ("default", "*"):
        threading.Thread(target=keep_house_forever, daemon=True).start()
    call_command("db_worker", queue_name=queue, interval=1, startup_delay=False, verbosity=0)
