"""The one way out: https only, to the two hosts of the settings only, no redirects, timed out, and nothing is logged."""

import json
import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any

import httpx
from django.utils import timezone

from oppipari.exchange.graph.connection import Connection
from oppipari.exchange.graph.troubles import Later, Refused

# httpx logs every address, and with it the mailbox; msal logs answers that it cannot read, tokens and all.
for _name in ("httpx", "httpcore", "msal"):
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

LONGEST_PAUSE = timedelta(days=1)
# Answers that say "not now": throttled, locked, and all kinds of being out of order.
NOT_NOW = (408, 423, 425, 429)
# Until when Microsoft asked this process to wait: asking on for other meetings would only prolong it.
_asked_to_wait: dict[Connection, datetime] = {}


def pause_of(response: httpx.Response) -> timedelta | None:
    """How long Retry-After asks to wait, given as seconds or as a date (RFC 9110, 10.2.3); None where it says nothing."""
    text = response.headers.get("Retry-After", "").strip()
    if not text:
        return None
    if text.isdecimal() and len(text) < 10:
        pause = timedelta(seconds=int(text))
    else:
        try:
            date = parsedate_to_datetime(text)
        except ValueError:
            return None
        pause = (date if date.tzinfo else date.replace(tzinfo=UTC)) - timezone.now().astimezone(UTC)
    return min(max(pause, timedelta(seconds=1)), LONGEST_PAUSE)


def answer_of(response: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer; raises Later where it is none."""
    try:
        found = json.loads(response.text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Later("unreadable")
    return found


class Door:
    """Sends requests; also what msal takes as its http_client. Raises Later and Refused, of which it keeps no words."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._hosts = connection, connection.hosts
        self._client = httpx.Client(
            timeout=connection.seconds,
            follow_redirects=False,
            headers={"User-Agent": "Oppipari"},
            event_hooks={"request": [self._check]},
        )

    def __enter__(self) -> "Door":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def _check(self, request: httpx.Request) -> None:
        # The sign-in service tells where its endpoints are: that must not lead a token to somebody else.
        if request.url.scheme != "https" or request.url.netloc.decode("ascii").lower() not in self._hosts:
            raise Refused("elsewhere")

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send one request and return the answer, whatever it says but "not now" and "go elsewhere"."""
        until, now = _asked_to_wait.get(self._connection), timezone.now()
        if until is not None and until > now:
            raise Later("throttled", until - now)
        try:
            response = self._client.request(method, url, **options)
        except httpx.HTTPError as error:
            # Without the cause: its words and its request hold addresses and tokens.
            raise Later("slow" if isinstance(error, httpx.TimeoutException) else "unreachable") from None
        if response.is_redirect:
            raise Refused("elsewhere")
        if response.status_code in NOT_NOW or response.status_code >= 500:
            if pause := pause_of(response):
                _asked_to_wait[self._connection] = timezone.now() + pause
            raise Later("throttled" if response.status_code == 429 else "out_of_order", pause)
        return response

    def get(self, url: str, **options: Any) -> httpx.Response:
        """For msal: an answer that is no JSON never reaches it, since it would log it."""
        return self._for_msal("GET", url, options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self._for_msal("POST", url, options)

    def _for_msal(self, method: str, url: str, options: dict[str, Any]) -> httpx.Response:
        response = self.request(method, url, **options)
        answer_of(response)
        return response
