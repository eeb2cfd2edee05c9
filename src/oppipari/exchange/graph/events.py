"""What Microsoft Graph is asked for: an event with an online meeting in one calendar, moved, found again, deleted.

https://learn.microsoft.com/graph/api/user-post-events, .../event-update, .../event-delete,
.../singlevaluelegacyextendedproperty-get
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from oppipari.exchange.graph.connection import Connection
from oppipari.exchange.graph.door import Door, answer_of
from oppipari.exchange.graph.tokens import token
from oppipari.exchange.graph.troubles import Later, Refused, SignIn, Trouble, Vanished

# Ours alone: an event that carries it can be found again after a crash before its id was kept.
PROPERTY = "String {6b1d2c0e-5a0f-4e3b-9f5a-0c6f4d1e7a52} Name OppipariTransaction"
HEADERS = {
    "Accept": "application/json",
    # Ids that outlive a move between calendars, and times as they were sent.
    "Prefer": 'IdType="ImmutableId", outlook.timezone="UTC"',
}
LONGEST_URL = 2000


@dataclass(frozen=True)
class Wanted:
    """The event as it should be; `transaction` is the same for the same event for ever."""

    transaction: str
    subject: str
    starts_at: datetime
    minutes: int

    def times(self) -> dict[str, Any]:
        """The part of it that may change."""
        ends_at = self.starts_at + timedelta(minutes=self.minutes)
        return {"subject": self.subject, "start": _moment(self.starts_at), "end": _moment(ends_at)}

    def whole(self) -> dict[str, Any]:
        """All of it. Nobody is invited: the invitations are Oppipari's own, and Graph would send others."""
        return self.times() | {
            "isOnlineMeeting": True,
            "onlineMeetingProvider": "teamsForBusiness",
            "transactionId": self.transaction,
            "attendees": [],
            "allowNewTimeProposals": False,
            "responseRequested": False,
            "isReminderOn": False,
            "sensitivity": "private",
            # Many pairs may meet at the same time: the calendar itself is never busy.
            "showAs": "free",
            "singleValueExtendedProperties": [{"id": PROPERTY, "value": self.transaction}],
        }


@dataclass(frozen=True)
class Event:
    """What Graph has; `join_url` is empty while Teams has not made the link yet."""

    id: str
    join_url: str
    starts: str


def _moment(moment: datetime) -> dict[str, str]:
    return {"dateTime": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}


class Events:
    """The calendar of the connected account, or of the mailbox of the settings."""

    def __init__(self, connection: Connection, door: Door) -> None:
        self._connection, self._door = connection, door
        whose = f"users/{quote(connection.user, safe='@')}" if connection.application else "me"
        self._url = f"{connection.graph}/{whose}/events"

    def create(self, wanted: Wanted) -> Event:
        """Make the event, or take the one that was made with the same transaction already."""
        response = self._send("POST", self._url, json=wanted.whole())
        if response.status_code == 409:
            found = self.find(wanted.transaction)
            if found is None:
                raise Later("conflict")
            return self.update(found.id, wanted)
        event = _event(self._good(response, (200, 201), Refused("mailbox")))
        if event.starts[:19] != wanted.times()["start"]["dateTime"]:
            # It was made before the meeting was moved.
            return self.update(event.id, wanted)
        return event

    def update(self, event_id: str, wanted: Wanted) -> Event:
        """Move the event. Raises Vanished where it is no longer there.

        Its body is left alone: that is where Teams keeps what makes it an online meeting.
        """
        return _event(
            self._good(self._send("PATCH", self._one(event_id), json=wanted.times()), (200,), Vanished("vanished"))
        )

    def find(self, transaction: str) -> Event | None:
        """The event that was made with `transaction`, if any."""
        text = transaction.replace("'", "''")
        query = f"singleValueExtendedProperties/Any(ep: ep/id eq '{PROPERTY}' and ep/value eq '{text}')"
        response = self._send("GET", self._url, params={"$filter": query, "$top": "1"})
        values = answer_of(self._good(response, (200,), Refused("mailbox"))).get("value")
        if not isinstance(values, list):
            raise Later("unreadable")
        return _event_in(values[0]) if values else None

    def delete(self, event_id: str) -> None:
        """Delete the event; one that is not there is as good as deleted."""
        response = self._send("DELETE", self._one(event_id))
        if response.status_code not in (404, 410):
            self._good(response, (200, 204), Vanished("vanished"))

    def _one(self, event_id: str) -> str:
        return f"{self._url}/{quote(event_id, safe='')}"

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send as the account; a token that is not taken is renewed once."""
        for fresh in (False, True):
            key = token(self._connection, self._door, fresh=fresh)
            headers = HEADERS | {"Authorization": f"Bearer {key}"}
            response = self._door.request(method, url, headers=headers, **options)
            if response.status_code != 401:
                return response
        raise SignIn("sign_in")

    def _good(self, response: httpx.Response, expected: tuple[int, ...], missing: Trouble) -> httpx.Response:
        """The answer if it is an expected one; `missing` says what it means that there is nothing at the address."""
        code = response.status_code
        if code in expected:
            return response
        if code in (404, 410):
            raise missing
        if code in (409, 412):
            raise Later("conflict")
        raise Refused("denied" if code == 403 else "refused")


def _event(response: httpx.Response) -> Event:
    return _event_in(answer_of(response))


def _event_in(found: Any) -> Event:
    """Read an event; raises Later where it is none. A link that is no https address counts as none."""
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or not 0 < len(found["id"]) <= 500:
        raise Later("unreadable")
    online, start = found.get("onlineMeeting"), found.get("start")
    url = online.get("joinUrl") if isinstance(online, dict) else None
    starts = start.get("dateTime") if isinstance(start, dict) else None
    return Event(found["id"], url if isinstance(url, str) and _is_link(url) else "", str(starts or ""))


def _is_link(url: str) -> bool:
    """Whether `url` may go into a calendar and a page as it is."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or any(c in url for c in ' "<>\\^`{|}'):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
