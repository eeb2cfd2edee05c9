"""The server with TLS on loopback, and what tests make go wrong."""

import datetime
import ipaddress
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.graph_fake.answers import CLIENT, MAILBOX, SECRET, TENANT, Answer, entra_error
from tests.graph_fake.entra import Entra
from tests.graph_fake.outlook import Outlook

from oppipari.exchange.graph.connection import Connection, connection_of


@dataclass
class Hitch:
    """Something that goes wrong once: `first` does what was asked and only then fails, as a lost answer does."""

    method: str
    path: str
    status: int = 0
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    first: bool = False
    drop: bool = False


class GraphFake(Entra, Outlook):
    """What Microsoft knows, and what tests do to it. Everything asked is in `heard`, everything secret in `secrets`."""

    def __init__(self, folder: Path) -> None:
        Entra.__init__(self)
        Outlook.__init__(self)
        self.lock = threading.RLock()
        self.heard: list[tuple[str, str]] = []
        self.hitches: list[Hitch] = []
        self.certificate = folder / "certificate.pem"
        key = folder / "key.pem"
        _write_certificate(self.certificate, key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.origin = f"https://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settings(self, *, application: bool = False, **more: str) -> dict[str, str]:
        """The installation's settings that lead here."""
        found = {
            "TEAMS_CLIENT_ID": CLIENT,
            "TEAMS_AUTHORITY": f"{self.origin}/{TENANT}",
            "TEAMS_GRAPH_URL": f"{self.origin}/v1.0",
            "TEAMS_TIMEOUT": "1",
        }
        if application:
            found |= {"TEAMS_AUTH": "application", "TEAMS_CLIENT_SECRET": SECRET, "TEAMS_USER": MAILBOX}
        return found | more

    def connection(self, folder: Path, *, application: bool = False, **more: str) -> Connection:
        made = connection_of(self.settings(application=application, **more), folder)
        assert made is not None
        return made

    def hitch(self, method: str = "", path: str = "", times: int = 1, **what: Any) -> None:
        """The next `times` requests of this method whose path holds `path` meet a hitch."""
        self.hitches += [Hitch(method, path, **what) for _ in range(times)]

    def throttle(self, after: str, status: int = 429, times: int = 1, **where: Any) -> None:
        body = json.dumps({"error": {"code": "ApplicationThrottled", "message": "over its MailboxConcurrency limit"}})
        self.hitch(status=status, headers={"Retry-After": after}, body=body.encode(), times=times, **where)

    def count(self, method: str, path: str = "") -> int:
        return sum(m == method and path in p for m, p in self.heard)

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        split = urlsplit(target)
        path = split.path
        form = {k: v[0] for k, v in parse_qs(body.decode("utf-8", "replace")).items()}
        try:
            if path == f"/{TENANT}/v2.0/.well-known/openid-configuration":
                return self.openid()
            if path == "/common/discovery/instance":
                return Answer(200, {"tenant_discovery_endpoint": f"{self.origin}/{TENANT}/v2.0/.well-known/openid-configuration", "metadata": []})  # fmt: skip
            if path == f"/{TENANT}/oauth2/v2.0/devicecode":
                return self.devicecode(form)
            if path == f"/{TENANT}/oauth2/v2.0/token":
                return self.token(form)
            if path.startswith("/v1.0/"):
                return self.graph(method, path, split.query, headers, body)
        except Answer as given:
            return given
        return entra_error("invalid_tenant", 90002, "Tenant not found.")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args: Any) -> None:
                pass

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                method, path = self.command, urlsplit(self.path).path
                with fake.lock:
                    fake.heard.append((method, self.path))
                    hitch = next(
                        (h for h in fake.hitches if h.method in ("", method) and h.path in path), None
                    )  # fmt: skip
                    if hitch:
                        fake.hitches.remove(hitch)
                    answer = fake.answer(method, self.path, self.headers, body) if not hitch or hitch.first or hitch.seconds else None  # fmt: skip
                if hitch:
                    time.sleep(hitch.seconds)
                    if hitch.drop:
                        self.close_connection = True
                        return
                    if hitch.status:
                        answer = Answer(hitch.status, hitch.body, hitch.headers)
                assert answer is not None
                data = answer.body if isinstance(answer.body, bytes) else b"" if answer.body is None else json.dumps(answer.body).encode()  # fmt: skip
                try:
                    self.send_response(answer.status)
                    for name, value in ({"Content-Type": "application/json"} | answer.headers).items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    self.close_connection = True  # who asked has gone

            do_GET = do_POST = do_PATCH = do_DELETE = handle_any

        return Handler


def _write_certificate(certificate: Path, key_file: Path) -> None:
    """A certificate for 127.0.0.1 that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # OpenSSL reads the machine's clock, the tests have theirs: it is valid on any day.
        .not_valid_before(datetime.datetime(2000, 1, 1))
        .not_valid_after(datetime.datetime(2200, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
