"""The one way out to roster feeds: each control with real sockets, and a test that fails without it."""

import gzip
import logging
import socket
import time
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from tests.feed_world import ADDRESS, INSIDE, OUTSIDE, ROSTER, SECRET, FeedWorld, Handler, calendar_of

from oppipari.exchange.feeds import door
from oppipari.exchange.feeds.addresses import address_of, is_public
from oppipari.exchange.feeds.troubles import SENTENCES, Trouble

START = datetime(2026, 11, 24, 7, tzinfo=UTC)
CALENDAR = calendar_of((START, START + timedelta(hours=8)))
PADDING = "X-PADDING:" + "x" * 60 + "\r\n"
# A machine of the operator's own network, in all clothes it may come in.
PRIVATE = [
    "10.20.30.40", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "100.64.0.1", "0.0.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%lo", "fc00::1", "fec0::1", "ff0e::1",
    "::ffff:10.20.30.40", "::ffff:127.0.0.1", "::7f00:1", "64:ff9b::a14:1e28", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "2002:a14:1e28::1", "2002:5db8:d70e::1", "2001:0:a14:1e28::1", "2001:db8::1", "3fff::1", "4000::1",
]  # fmt: skip


def trouble(text: str = ADDRESS, world: door.World | None = None) -> str:
    """The word for what is wrong with fetching from `text`."""
    with pytest.raises(Trouble) as raised:
        door.fetch(address_of(text), world)
    assert raised.value.word in SENTENCES
    assert raised.value.__cause__ is None
    assert SECRET not in str(raised.value) + raised.value.sentence
    return raised.value.word


def nobody_heard(world: FeedWorld) -> bool:
    return not (world.outside.heard or world.inside.heard or world.plain.heard)


def test_a_calendar_is_fetched_with_no_more_said_than_needed(feed_world: FeedWorld) -> None:
    feed_world.outside.gives(CALENDAR, Set_Cookie="seuraa=minua; Path=/", Content_Type="text/calendar")
    for _ in range(2):
        assert door.fetch(address_of(ADDRESS)) == CALENDAR
    assert feed_world.connected == [(OUTSIDE, 443)] * 2
    for path, headers in feed_world.outside.heard:
        assert path == f"/kalenteri/{SECRET}.ics?avain={SECRET}"
        assert headers == {
            "Host": ROSTER,
            "User-Agent": "Oppipari",
            "Accept": "text/calendar",
            "Accept-Encoding": "gzip",
        }


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f"http://{ROSTER}/a.ics", "not_https"),
        (f"https://{ROSTER}:8443/a.ics", "port"),
        (f"https://{ROSTER}:80/a.ics", "port"),
        (f"https://aino:salasana@{ROSTER}/a.ics", "password"),
        (f"https://aino@{ROSTER}/a.ics", "password"),
        ("ftp://vuorot.example.org/a.ics", "no_address"),
        ("file:///etc/passwd", "no_address"),
        ("vuorot.example.org/a.ics", "no_address"),
        ("https:///a.ics", "no_address"),
        ("https://[::1/a.ics", "no_address"),
        (f"https://{ROSTER}/a b.ics", "no_address"),
        (f"https://{ROSTER}/" + "a" * 1000, "no_address"),
        ("https://oppipari.example.org/calendar/x.ics", "own"),
        ("https://OPPIPARI.example.org./calendar/x.ics", "own"),
        ("https://localhost/a.ics", "no_server"),
        ("https://vuorot/a.ics", "no_server"),
        ("https://metadata.google.internal/a.ics", "no_server"),
        ("https://tulostin.local/a.ics", "no_server"),
        ("https://a.localhost./a.ics", "no_server"),
        *(
            (f"https://[{ip}]/a.ics" if ":" in ip else f"https://{ip}/a.ics", "no_server")
            for ip in PRIVATE
            if "%" not in ip
        ),
    ],
)
def test_what_an_address_may_not_be_is_said_before_anything_is_asked(text: str, word: str) -> None:
    with pytest.raises(Trouble) as raised:
        address_of(text, "oppipari.example.org")
    assert raised.value.word == word


def test_calendars_call_https_webcal() -> None:
    found = address_of(" webcal://Vuorot.Example.org/a.ics?b=c ")
    assert (found.host, found.target) == (ROSTER, b"/a.ics?b=c")
    assert "a.ics" not in repr(found)
    assert address_of("https://työvuorot.example.org/ä.ics").host == "xn--tyvuorot-o4a.example.org"


def test_no_name_leads_into_the_operators_own_network(feed_world: FeedWorld) -> None:
    feed_world.inside.gives(CALENDAR)
    for ip in PRIVATE:
        assert not is_public(ip), ip
        feed_world.names[ROSTER] = [[ip]]
        assert trouble() == "no_server", ip
    assert nobody_heard(feed_world)


@pytest.mark.parametrize("ip", [OUTSIDE, "2a00:1450:4001:80b::200e", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"])
def test_public_machines_are_public_in_all_clothes(ip: str) -> None:
    assert is_public(ip)


def test_one_address_inside_is_one_too_many(feed_world: FeedWorld) -> None:
    feed_world.outside.gives(CALENDAR)
    for answer in ([OUTSIDE, INSIDE], [INSIDE, OUTSIDE], [OUTSIDE, "kukkuu"], []):
        feed_world.names[ROSTER] = [answer]
        assert trouble() == "no_server"
    assert nobody_heard(feed_world)


def test_numbers_that_stand_for_an_address_inside_lead_nowhere(
    feed_world: FeedWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed_world.inside.gives(CALENDAR)
    # As the machine's own resolver understands it.
    assert door.resolved("127.1", 5) == ["127.0.0.1"]
    world = door.World(door.resolved, feed_world)
    monkeypatch.setattr(feed_world, "resolve", lambda host, seconds=0: ["127.0.0.1"])
    assert trouble("https://127.1/a.ics", world) == "no_server"
    assert nobody_heard(feed_world)


def test_a_name_that_changes_its_mind_gains_nothing(feed_world: FeedWorld) -> None:
    feed_world.outside.gives(CALENDAR)
    feed_world.inside.gives(CALENDAR)
    feed_world.names[ROSTER] = [[OUTSIDE], [INSIDE]]
    assert door.fetch(address_of(ADDRESS)) == CALENDAR
    assert feed_world.resolved.count(ROSTER) == 1
    assert not feed_world.inside.heard
    assert len(feed_world.outside.heard) == 1


def test_a_server_with_several_addresses_is_reached_by_one_that_works(feed_world: FeedWorld) -> None:
    feed_world.outside.gives(CALENDAR)
    broken = "93.184.215.99"
    feed_world.nowhere = {broken}
    feed_world.names[ROSTER] = [[broken, OUTSIDE]]
    assert door.fetch(address_of(ADDRESS)) == CALENDAR
    feed_world.names[ROSTER] = [[broken]]
    assert trouble() == "unreachable"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["https://sisa.example.org/a.ics", "https://muutti.example.org/a.ics", "/b.ics"])
def test_no_redirect_is_followed(feed_world: FeedWorld, status: int, target: str) -> None:
    feed_world.names |= {"sisa.example.org": [[INSIDE]], "muutti.example.org": [[OUTSIDE]]}
    feed_world.inside.gives(CALENDAR)
    feed_world.outside.answer = lambda h: (
        h.give(b"", status, Location=target) if SECRET in h.path else h.give(CALENDAR)
    )  # fmt: skip
    assert trouble() == "moved"
    assert feed_world.resolved == [ROSTER, OUTSIDE]
    assert not feed_world.inside.heard


def test_the_certificate_must_be_of_the_name(feed_world: FeedWorld) -> None:
    feed_world.outside.gives(CALENDAR)
    feed_world.names["vieras.example.org"] = [[OUTSIDE]]
    assert trouble("https://vieras.example.org/a.ics") == "certificate"
    assert nobody_heard(feed_world)


def test_the_certificate_must_be_by_a_known_authority(feed_world: FeedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    feed_world.outside.gives(CALENDAR)
    monkeypatch.delenv("SSL_CERT_FILE")
    assert trouble() == "certificate"
    assert nobody_heard(feed_world)


def test_a_server_that_speaks_no_tls_hears_nothing(feed_world: FeedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    feed_world.plain.gives(CALENDAR)
    monkeypatch.setattr(feed_world, "outside", feed_world.plain)
    assert trouble() == "unreachable"
    assert not feed_world.plain.heard


def test_no_proxy_of_the_environment_hears_of_it(feed_world: FeedWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    feed_world.outside.gives(CALENDAR)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{feed_world.plain.server_address[1]}")
    assert door.fetch(address_of(ADDRESS)) == CALENDAR
    assert not feed_world.plain.heard


def drip(handler: Handler, data: bytes) -> None:
    for byte in data:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.02)


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_slow_drip_ends_with_the_time_for_everything(feed_world: FeedWorld, part: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(CALENDAR)}\r\n"

    def answer(handler: Handler) -> None:
        if part == "headers":
            handler.wfile.write(head.encode())
            drip(handler, b"X-Slow: " + b"z" * 400 + b"\r\n\r\n")
            handler.wfile.write(CALENDAR)
        else:
            handler.wfile.write(f"{head}\r\n".encode())
            drip(handler, CALENDAR)

    feed_world.outside.answer = answer
    assert trouble(world=feed_world.patience(whole=1)) == "slow"


def test_a_silent_server_is_not_waited_for(feed_world: FeedWorld) -> None:
    def answer(handler: Handler) -> None:
        time.sleep(4)
        handler.give(CALENDAR)

    feed_world.outside.answer = answer
    assert trouble(world=feed_world.patience(read=0.3)) == "slow"


def test_a_server_that_does_not_let_in_is_not_waited_for(feed_world: FeedWorld) -> None:
    feed_world.outside.gives(CALENDAR)
    feed_world.outside.silent_for = 4
    assert trouble(world=feed_world.patience(connect=0.3)) == "slow"


def test_a_resolver_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_args: object, **_kwargs: object) -> list[object]:
        time.sleep(4)
        return [(0, 0, 0, "", (OUTSIDE, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with pytest.raises(TimeoutError):
        door.resolved(ROSTER, 0.2)


def test_at_most_a_megabyte_is_read(feed_world: FeedWorld) -> None:
    start = datetime(2026, 11, 24, 7, tzinfo=UTC)
    big = calendar_of((start, start + timedelta(hours=8)), more=PADDING * 20_000)
    feed_world.outside.gives(big)
    assert trouble() == "too_large"

    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for _ in range(40):
            handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    feed_world.outside.answer = endless
    assert trouble() == "too_large"


def test_a_bomb_is_never_unpacked(feed_world: FeedWorld) -> None:
    bomb = gzip.compress(CALENDAR + bytes(60_000_000))
    assert len(bomb) < door.MOST_BYTES
    feed_world.outside.gives(bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        assert trouble() == "too_large"
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000
    # A thousand times the same bomb packed again is no larger, and no way around either.
    feed_world.outside.gives(gzip.compress(bomb), Content_Encoding="gzip, gzip")
    assert trouble() == "not_calendar"


def test_a_packed_calendar_is_unpacked(feed_world: FeedWorld) -> None:
    packed = gzip.compress(CALENDAR)
    feed_world.outside.gives(packed, Content_Encoding="gzip")
    assert door.fetch(address_of(ADDRESS)) == CALENDAR
    feed_world.outside.gives(packed[:-10], Content_Encoding="gzip")
    assert trouble() == "bad_calendar"
    for how, body in (("gzip", b"ei pakattu"), ("br", packed)):
        feed_world.outside.gives(body, Content_Encoding=how)
        assert trouble() == "not_calendar"


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (401, "not_allowed"),
        (403, "not_allowed"),
        (404, "gone"),
        (410, "gone"),
        (429, "out_of_order"),
        (503, "out_of_order"),
        (206, "out_of_order"),
    ],
)
def test_an_answer_that_is_none_is_said_as_what_it_is(feed_world: FeedWorld, status: int, word: str) -> None:
    feed_world.outside.gives(CALENDAR, status)
    assert trouble() == word


def test_an_answer_that_breaks_off_or_is_no_http_is_none(feed_world: FeedWorld) -> None:
    def breaks_off(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nBEGIN:VCALENDAR")
        handler.close_connection = True

    def babbles(handler: Handler) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n" * 10)
        handler.close_connection = True

    for answer in (breaks_off, babbles):
        feed_world.outside.answer = answer
        assert trouble() == "unreachable"


def test_nothing_of_it_is_logged(feed_world: FeedWorld, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    feed_world.outside.answer = lambda h: h.give(CALENDAR, X_Asked=h.path)
    door.fetch(address_of(ADDRESS))
    feed_world.names[ROSTER] = [[INSIDE]]
    trouble()
    assert SECRET not in caplog.text
    assert ROSTER not in caplog.text
