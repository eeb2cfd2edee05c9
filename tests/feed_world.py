"""An internet in small for roster feeds: names that tests make lead anywhere, and servers with TLS on loopback.

Addresses are told apart as outside (public) and inside (the operator's own network); both are reached by real sockets, and
who resolves a name a second time gets what the name says the second time.
"""

import datetime
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from oppipari.exchange.feeds import door

ROSTER, SECRET = "vuorot.example.org", "SALAINEN-OSOITE"
ADDRESS = f"https://{ROSTER}/kalenteri/{SECRET}.ics?avain={SECRET}"
OUTSIDE, INSIDE = "93.184.215.14", "10.20.30.40"


def calendar_of(
    *shifts: tuple[datetime.datetime, datetime.datetime], title: str = "Aamuvuoro", more: str = ""
) -> bytes:
    """A calendar whose events have a title that nobody is to keep."""
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:{_utc(a)}\r\nDTEND:{_utc(b)}\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n"
        for n, (a, b) in enumerate(shifts)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}{more}END:VCALENDAR\r\n".encode()


def _utc(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def setup(self) -> None:
        time.sleep(self.server.silent_for)  # before the handshake, which begins with the first reading
        super().setup()

    def log_message(self, *_args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.server.heard.append((self.path, dict(self.headers)))
        try:
            self.server.answer(self)
        except OSError:
            self.close_connection = True  # who asked has gone

    do_CONNECT = do_GET

    def give(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    """Answers as `answer` does, by TLS or without; what it was asked is in `heard`."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[str, dict[str, str]]] = []
        self.answer: Callable[[Handler], None] = lambda handler: handler.give(b"", 404)
        self.silent_for = 0.0
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, *_args: Any) -> None:
        pass  # handshakes that the other side broke off

    def gives(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.answer = lambda handler: handler.give(body, status, **headers)


class FeedWorld(httpcore.SyncBackend):
    """What names lead to (`names`: one answer a time, the last for ever), and who is where."""

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "authority.pem"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(
            *_certificate(folder, self.authority, [ROSTER, "muutti.example.org", "sisa.example.org"])
        )
        self.outside, self.inside = Server(context), Server(context)
        self.plain = Server(None)
        self.names: dict[str, list[list[str]]] = {ROSTER: [[OUTSIDE]]}
        self.resolved: list[str] = []
        self.connected: list[tuple[str, int]] = []
        self.nowhere: set[str] = set()
        self.world = door.World(self.resolve, self, door.Patience(10, 10, 30))

    def resolve(self, host: str, seconds: float = 0) -> list[str]:
        self.resolved.append(host)
        try:
            return [str(ip_address(host))]
        except ValueError:
            pass
        answers = self.names.get(host)
        if not answers:
            raise OSError("no such name")
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        self.connected.append((host, port))
        (address, *_others) = self.resolve(host)  # as the machine's own connecting does with a name
        if address in self.nowhere:
            raise httpcore.ConnectError
        server = self.outside if port == 443 and address == OUTSIDE else self.inside
        return super().connect_tcp("127.0.0.1", server.server_address[1], *args, **kwargs)

    def patience(self, **seconds: float) -> door.World:
        """The same world for somebody of less patience."""
        return replace(self.world, patience=replace(self.world.patience, **seconds))

    def close(self) -> None:
        for server in (self.outside, self.inside, self.plain):
            server.shutdown()
            server.server_close()


@pytest.fixture
def feed_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[FeedWorld]:
    """An installation that allows roster feeds, in a small internet of its own."""
    made = FeedWorld(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    monkeypatch.setattr(door, "WORLD", made.world)
    settings.ROSTER_FEEDS = True
    yield made
    made.close()


def _certificate(folder: Path, authority: Path, names: list[str]) -> tuple[Path, Path]:
    """A certificate for `names` by an authority of its own, which is written to `authority`."""
    issuer_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "An authority for tests")])

    def made(subject: x509.Name, of: Any, extensions: list[x509.ExtensionType]) -> bytes:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(of.public_key())
            .serial_number(x509.random_serial_number())
            # OpenSSL reads the machine's clock, the tests have theirs: it is valid on any day.
            .not_valid_before(datetime.datetime(2000, 1, 1))
            .not_valid_after(datetime.datetime(2200, 1, 1))
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    authority.write_bytes(
        made(
            issuer,
            issuer_key,
            [
                x509.BasicConstraints(ca=True, path_length=None),
                x509.SubjectKeyIdentifier.from_public_key(issuer_key.public_key()),
                x509.KeyUsage(False, False, False, False, False, True, True, False, False),
            ],
        )
    )
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    certificate, key_file = folder / "feed.pem", folder / "feed.key"
    certificate.write_bytes(made(subject, key, [x509.SubjectAlternativeName([x509.DNSName(n) for n in names])]))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, key_file
