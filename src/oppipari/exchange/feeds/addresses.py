"""What the address of a feed may be, and to which machines it may lead: public ones by https, and no others."""

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

from oppipari.exchange.feeds.troubles import Trouble

LONGEST = 1000
PORT = 443
# Names that lead nowhere public by what they are (RFC 6761, 6762, 8375, and ICANN's .internal).
NOT_PUBLIC = ("localhost", "local", "internal", "home.arpa", "localdomain", "invalid", "test", "onion")
# The only part of IPv6 that is given out to machines of the internet (IANA, IPv6 global unicast address assignments).
GLOBAL_UNICAST = IPv6Network("2000::/3")
# IPv4 in IPv6 clothes: the last 32 bits say where it leads (RFC 4291, 6052).
MAPPED, NAT64 = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")
# Tunnels, which lead to whatever IPv4 address is written in them (RFC 3056, 4380), and documentation (RFC 3849, 9637).
REFUSED = tuple(IPv6Network(n) for n in ("2002::/16", "2001::/32", "2001:db8::/32", "3fff::/20"))


@dataclass(frozen=True)
class Address:
    """An address as it may be asked: https, port 443, no password. `target` is the path with its query, secret."""

    host: str
    target: bytes = field(repr=False)


def address_of(text: str, own_host: str = "") -> Address:
    """The address that somebody pasted; webcal:// is what calendars call https. Raises Trouble.

    Says nothing of where it leads: that is known only when its name is resolved (`is_public`).
    """
    text = text.strip()
    for scheme in ("webcal://", "webcals://"):
        if text.lower().startswith(scheme):
            text = "https://" + text[len(scheme) :]
    if len(text) > LONGEST or any(c.isspace() for c in text):
        raise Trouble("no_address")
    try:
        url = httpx.URL(text)
        host, port = url.raw_host.decode("ascii").lower().rstrip("."), url.port
    except (httpx.InvalidURL, ValueError, TypeError):
        raise Trouble("no_address") from None
    if url.scheme not in ("http", "https") or not host:
        raise Trouble("no_address")
    if url.scheme != "https":
        raise Trouble("not_https")
    if url.userinfo:
        raise Trouble("password")
    if port not in (None, PORT):
        raise Trouble("port")
    if own_host and host == own_host.lower():
        raise Trouble("own")
    if not _may_be_public(host):
        raise Trouble("no_server")
    return Address(host, url.raw_path)


def _may_be_public(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(tuple(f".{name}" for name in NOT_PUBLIC))
    return is_public(host)


def is_public(text: str) -> bool:
    """Whether an IP address, as text, is one of a single machine on the public internet."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address in MAPPED or address in NAT64:
            return is_public(str(IPv4Address(int(address) & 0xFFFFFFFF)))
        if address not in GLOBAL_UNICAST or any(address in network for network in REFUSED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
