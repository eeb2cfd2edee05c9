"""The web server, a process of its own: `python -m oppipari.site.web_server HOST PORT`; settings come by environment."""

import os
import signal
import sys
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from oppipari.site.processes import end_with_parent


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM. Granian answers from a child process of its own, where `_application` is called."""
    end_with_parent()
    server: Any = Server(
        "oppipari.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_level=LogLevels.warning,
        websockets=False,
        workers_kill_timeout=1,
    )
    server.serve(target_loader=partial(_application, os.getpid()), wrap_loader=False)


def _application(parent: int) -> Any:
    # Until it serves, the child would only take note of a signal, as its parent does, and not end.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_parent(parent)
    from oppipari.site.wsgi import application

    return application


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
