"""The one way out to feeds: a checked address in, the bytes of a calendar out, and nothing is logged.

A name is resolved once, here; every address that it has must be public, and the connection goes to one of these very
addresses, so that a name which changes its mind in between (DNS rebinding) gains nothing. The certificate is checked
against the name. httpcore itself follows no redirects, keeps no cookies and reads no proxies from the environment.
"""

import logging
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from oppipari.exchange.feeds.addresses import PORT, Address, is_public
from oppipari.exchange.feeds.troubles import Trouble

# Both log addresses and headers, and with them the secret.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

MOST_BYTES = 1_000_000
# A name with more addresses than these is tried no further.
MOST_TRIED = 4
HEADERS = [("User-Agent", "Oppipari"), ("Accept", "text/calendar"), ("Accept-Encoding", "gzip")]
OF_STATUS = {401: "not_allowed", 403: "not_allowed", 404: "gone", 410: "gone"}

Resolve = Callable[[str, float], Sequence[str]]


@dataclass(frozen=True)
class Patience:
    """In seconds: to be let in, for the next piece, and for everything together."""

    connect: float = 5
    read: float = 5
    whole: float = 10


def resolved(host: str, seconds: float) -> Sequence[str]:
    """All addresses of a name by the machine's own resolver, for which it may take so many seconds. Raises OSError."""
    answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(sockaddr[0]) for *_rest, sockaddr in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError())

    # getaddrinfo knows no timeout of its own.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=max(seconds, 0))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


@dataclass(frozen=True)
class World:
    """What lies outside: who tells the addresses of names, and who connects."""

    resolve: Resolve = resolved
    network: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)
    patience: Patience = field(default_factory=Patience)


WORLD = World()


class _Clock:
    """What is left of the time for everything."""

    def __init__(self, whole: float) -> None:
        self._end = time.monotonic() + whole

    def within(self, seconds: float | None) -> float:
        """So many seconds, but no more than are left. Raises Trouble when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise Trouble("slow")
        return left if seconds is None else min(seconds, left)


class _Timed(httpcore.NetworkStream):
    """A connection of which each piece waits for the time that is left at most: a slow drip does not hold us."""

    def __init__(self, stream: httpcore.NetworkStream, clock: _Clock) -> None:
        self._stream, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._clock.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._clock.within(timeout))
        return _Timed(stream, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Pinned(httpcore.NetworkBackend):
    """Connects to public addresses only, and to those it has checked: nobody after it resolves the name again."""

    def __init__(self, world: World, clock: _Clock) -> None:
        self._world, self._clock = world, clock

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            addresses = self._world.resolve(host, self._clock.within(timeout))
        except TimeoutError:
            raise Trouble("slow") from None
        except OSError:
            raise Trouble("no_server") from None
        if not addresses or not all(is_public(a) for a in addresses):
            raise Trouble("no_server")
        for address in addresses[:MOST_TRIED]:
            try:
                stream = self._world.network.connect_tcp(address, port, self._clock.within(timeout))
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return _Timed(stream, self._clock)
        raise Trouble("unreachable")

    def connect_unix_socket(self, *_args: Any, **_kwargs: Any) -> httpcore.NetworkStream:
        raise Trouble("no_server")


def fetch(address: Address, world: World | None = None) -> bytes:
    """What is at an address, at most a megabyte, also when unpacked. Raises Trouble.

    Trusts the authorities that the installation trusts (SSL_CERT_FILE where the operator set it).
    """
    world = world or WORLD
    clock, patience = _Clock(world.patience.whole), world.patience
    url = httpcore.URL(scheme=b"https", host=address.host.encode("ascii"), port=PORT, target=address.target)
    timeouts = {"connect": patience.connect, "read": patience.read, "write": patience.read, "pool": patience.connect}
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=httpx.create_ssl_context(), network_backend=_Pinned(world, clock), retries=0
            ) as pool,
            pool.stream("GET", url, headers=HEADERS, extensions={"timeout": timeouts}) as response,
        ):
            return _body(response)
    # Without the cause, whose words and request hold the address.
    except httpcore.TimeoutException:
        raise Trouble("slow") from None
    except httpcore.ConnectError as error:
        # httpcore hands on what was the matter as its error's only argument.
        bad = any(isinstance(what, ssl.SSLCertVerificationError) for what in error.args)
        raise Trouble("certificate" if bad else "unreachable") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol):
        raise Trouble("unreachable") from None


def _body(response: httpcore.Response) -> bytes:
    if 300 <= response.status < 400:
        raise Trouble("moved")
    if response.status != 200:
        raise Trouble(OF_STATUS.get(response.status, "out_of_order"))
    how = b",".join(value for name, value in response.headers if name.lower() == b"content-encoding")
    packed = how.strip().lower()
    if packed not in (b"", b"identity", b"gzip", b"x-gzip"):
        raise Trouble("not_calendar")
    unpack = zlib.decompressobj(wbits=31) if packed.endswith(b"gzip") else None
    arrived, body = 0, bytearray()
    for piece in response.iter_stream():
        arrived += len(piece)
        try:
            # Unpacked no further than to the first byte too many: what a bomb would become never exists.
            body += unpack.decompress(piece, MOST_BYTES + 1 - len(body)) if unpack else piece
        except zlib.error:
            raise Trouble("not_calendar") from None
        if arrived > MOST_BYTES or len(body) > MOST_BYTES:
            raise Trouble("too_large")
    if unpack and not unpack.eof:
        raise Trouble("bad_calendar")
    return bytes(body)
