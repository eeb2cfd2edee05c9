"""The processes of a service: one for the web and one a queue; they start, are watched, and stop together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

WEB = "web"
ENDINGS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
TICK_SECONDS = 0.1
RESTART_SECONDS = 5  # at least this long after its last start
WEB_STARTS_SECONDS = 20
# Asked to end, a worker finishes its task; asked twice, it gives the task up and says so; then it is ended.
ASKED_TWICE_SECONDS, KILLED_SECONDS = 1.0, 2.0
PARENT = "OPPIPARI_PARENT"


class Processes:
    """The processes that do the work of a service.

    Each has a session of its own, so that Ctrl-C in a terminal reaches only the one that started them, which then ends
    them in order: a web server that gets the terminal's signal and its parent's does not end at all.
    """

    def __init__(self, host: str, port: int, data: Path, queues: Iterable[str]) -> None:
        self.host, self.port = host, port
        module = [sys.executable, "-m"]
        self.commands = {WEB: [*module, "oppipari.site.web_server", host, str(port)]} | {
            queue: [*module, "oppipari", "worker", "--queue", queue, "--data", str(data)] for queue in queues
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.ending = False

    def start(self) -> None:
        """Start them all; from here on Ctrl-C (or the like) is heeded by `watch`."""
        for ending in ENDINGS:
            if signal.getsignal(ending) != signal.SIG_IGN:  # as nohup has it
                signal.signal(ending, self._end)
        for name in self.commands:
            self._start(name)

    def answers(self) -> bool:
        """Wait until the web answers; False where it ended, or somebody wants to stop."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        deadline = time.monotonic() + WEB_STARTS_SECONDS
        while not self.ending and self.running[WEB].poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection((host, self.port), timeout=1).close()
            except OSError:
                time.sleep(TICK_SECONDS)
            else:
                return True
        return False

    def watch(self) -> None:
        """Stay until somebody wants to stop; what ended by itself is started again."""
        while not self.ending:
            time.sleep(TICK_SECONDS)
            for name, process in self.running.items():
                if process.poll() is not None and time.monotonic() - self.started[name] > RESTART_SECONDS:
                    print(f"Oppipari: the process {name} ended and is started again.", file=sys.stderr)
                    self._start(name)

    def stop(self) -> None:
        """End them all, in two seconds at most."""
        self.ending = True
        started = time.monotonic()
        for wait in (ASKED_TWICE_SECONDS, KILLED_SECONDS):
            for process in self.running.values():
                if process.poll() is None:
                    process.terminate()
            for process in self.running.values():
                try:
                    process.wait(timeout=max(0.0, started + wait - time.monotonic()))
                except subprocess.TimeoutExpired:
                    continue
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # with what it started itself
                process.wait()

    def _start(self, name: str) -> None:
        environment = os.environ | {PARENT: str(os.getpid())}
        self.running[name] = subprocess.Popen(self.commands[name], env=environment, start_new_session=True)
        self.started[name] = time.monotonic()

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self.ending = True


def end_with_parent(parent: int | None = None) -> None:
    """From now on this process ends with the one of number `parent` (told by `Processes`), also if that one is killed.

    One that somebody started by hand has no such parent and is left alone.
    """
    told = parent or int(os.environ.get(PARENT, "0"))
    if told:
        threading.Thread(target=_end_with, args=(told,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    for _time in range(2):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(ASKED_TWICE_SECONDS)
    os._exit(1)
