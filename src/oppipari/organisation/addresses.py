"""Addresses that leave the page: on slides, in QR codes, on sheets handed over."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.http import HttpRequest

from oppipari.messages.actions import link


def opens_only_here(url: str) -> bool:
    """Whether phones cannot open `url`, since it names this machine to itself."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def shareable(request: HttpRequest, path: str) -> str:
    """The absolute address of `path` for other people's devices.

    Who reads the page on the service's own machine sees it at 127.0.0.1, where no phone finds it: then the
    installation's own address is given, if it has a better one. An address with https is always the one to give: it was
    set by the operator, and a request that a proxy has passed on may look like plain http.
    """
    here, told = request.build_absolute_uri(path), link(path)
    better = told.startswith("https://") or (opens_only_here(here) and not opens_only_here(told))
    return told if better else here
