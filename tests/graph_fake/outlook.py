"""Microsoft Graph: the events of a mailbox, checked as Graph checks them."""

import datetime
import json
import re
import secrets
import uuid
from typing import Any
from urllib.parse import parse_qs, unquote

from django.utils import timezone
from tests.graph_fake.answers import MAILBOX, OTHER_MAILBOX, TENANT, Answer, graph_error
from tests.graph_fake.entra import Token

# Fields of an event that may be written (microsoft.graph.event).
WRITABLE = {
    "subject", "start", "end", "isOnlineMeeting", "onlineMeetingProvider", "transactionId", "attendees", "body",
    "allowNewTimeProposals", "responseRequested", "isReminderOn", "sensitivity", "showAs", "location", "categories",
    "singleValueExtendedProperties", "hideAttendees", "importance",
}  # fmt: skip


class Outlook:
    """The part of the fake that keeps events."""

    origin: str
    tokens: dict[str, Token]
    secrets: set[str]

    def __init__(self) -> None:
        self.events: dict[str, dict[str, Any]] = {}
        self.properties: dict[str, dict[str, str]] = {}
        self.sent: list[dict[str, Any]] = []
        self.licence = True
        self.links_late = 0
        self.mailboxes = {MAILBOX, OTHER_MAILBOX}
        self.may_write = {MAILBOX}
        self.conflicts = False  # a repeated transactionId is answered with 409 instead of the event made first

    def graph(self, method: str, path: str, query: str, headers: Any, body: bytes) -> Answer:
        token = self.tokens.get(headers.get("Authorization", "").removeprefix("Bearer "))
        if token is None or token.expires < timezone.now().timestamp():
            return graph_error(
                401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.",
                {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'},
            )  # fmt: skip
        parts = [unquote(p) for p in path.removeprefix("/v1.0/").split("/")]
        if parts[0] == "me" and token.user is None:
            return graph_error(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
        mailbox = token.user if parts[0] == "me" else parts[1] if parts[0] == "users" else None
        rest = parts[1:] if parts[0] == "me" else parts[2:]
        if mailbox is None or rest[:1] != ["events"] or len(rest) > 2:
            return graph_error(400, "BadRequest", f"Resource not found for the segment '{parts[0]}'.")
        if mailbox not in self.mailboxes:
            return graph_error(404, "ErrorInvalidUser", f"The requested user '{mailbox}' is invalid.")
        if "Calendars.ReadWrite" not in token.scopes or mailbox not in self.may_write:
            return graph_error(
                403, "ErrorAccessDenied", f"Access is denied to {mailbox}. Check credentials and try again."
            )
        if len(rest) == 1:
            if method == "GET":
                return self._find(query)
            return self._post(_json(headers, body))
        event = self.events.get(rest[1])
        if event is None:
            return graph_error(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        if method == "DELETE":
            del self.events[rest[1]]
            return Answer(204)
        if method == "PATCH":
            change = _json(headers, body)
            _check(change)
            if "transactionId" in change:
                return graph_error(400, "ErrorInvalidRequest", "transactionId cannot be changed.")
            if "body" in change:
                event |= {"isOnlineMeeting": False, "onlineMeeting": None}  # what made it one was in its body
            event |= change
            self.sent.append(change)
        return Answer(200, self._shown(event))

    def _post(self, given: dict[str, Any]) -> Answer:
        _check(given)
        for name in ("start", "end"):
            if name not in given:
                return graph_error(400, "ErrorPropertyValidationFailure", "At least one property failed validation.")
        transaction = given.get("transactionId")
        known = next((e for e in self.events.values() if transaction and e["transactionId"] == transaction), None)
        if known is not None:
            if self.conflicts:
                return graph_error(409, "ErrorDuplicateTransactionId", "The transactionId was used already.")
            return Answer(201, self._shown(known))
        event_id = "AAMkAG" + secrets.token_urlsafe(96) + "="
        online = bool(given.get("isOnlineMeeting")) and self.licence
        thread = secrets.token_urlsafe(24)
        self.secrets.add(thread)
        url = f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{thread}%40thread.v2/0?context=%7b%22Tid%22%3a%22{TENANT}%22%2c%22Oid%22%3a%22x%22%7d"
        properties = {p["id"]: p["value"] for p in given.pop("singleValueExtendedProperties", [])}
        event = (
            {"transactionId": None} | given | {"id": event_id, "iCalUId": uuid.uuid4().hex, "isOnlineMeeting": online}
        )
        event["onlineMeetingProvider"] = given.get("onlineMeetingProvider", "unknown") if online else "unknown"
        event["onlineMeeting"] = {"joinUrl": url} if online else None
        self.events[event_id], self.properties[event_id] = event, properties
        self.sent.append(given)
        return Answer(201, self._shown(event))

    def _shown(self, event: dict[str, Any]) -> dict[str, Any]:
        shown = dict(event)
        for name in ("start", "end"):
            shown[name] = {"dateTime": event[name]["dateTime"] + ".0000000", "timeZone": "UTC"}
        if self.links_late > 0:
            self.links_late -= 1
            shown["onlineMeeting"] = None
        return {
            "@odata.context": f"{self.origin}/v1.0/$metadata#users('x')/events/$entity",
            "@odata.etag": 'W/"x"',
        } | shown

    def _find(self, query: str) -> Answer:
        text = parse_qs(query).get("$filter", [""])[0]
        asked = re.fullmatch(
            r"singleValueExtendedProperties/Any\(ep: ep/id eq '(String \{[0-9a-f-]{36}\} Name \w+)' and ep/value eq '([^']*)'\)",
            text,
        )
        if asked is None:
            return graph_error(
                400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes."
            )
        name, value = asked.groups()
        found = [e for i, e in self.events.items() if self.properties[i].get(name) == value]
        return Answer(200, {"@odata.context": "x", "value": [self._shown(e) for e in found]})


def _json(headers: Any, body: bytes) -> dict[str, Any]:
    if headers.get("Content-Type", "").partition(";")[0] != "application/json":
        raise graph_error(400, "RequestBroker--ParseUri", "Entity only allows writes with a JSON Content-Type header.")
    try:
        found = json.loads(body)
    except ValueError:
        raise graph_error(400, "BadRequest", "Unable to read JSON request payload.") from None
    assert isinstance(found, dict)
    return found


def _check(given: dict[str, Any]) -> None:
    for name in given:
        if name not in WRITABLE:
            raise graph_error(
                400, "RequestBodyRead", f"The property '{name}' does not exist on type 'microsoft.graph.event'."
            )
    moments = []
    for name in ("start", "end"):
        if name in given:
            value = given[name]
            if set(value) != {"dateTime", "timeZone"} or value["timeZone"] != "UTC":
                raise graph_error(400, "ErrorInvalidRequest", "The time zone is invalid.")
            moments.append(datetime.datetime.strptime(value["dateTime"], "%Y-%m-%dT%H:%M:%S"))
    if len(moments) == 2 and moments[0] > moments[1]:
        raise graph_error(400, "ErrorPropertyValidationFailure", "At least one property failed validation.")
    if given.get("onlineMeetingProvider", "teamsForBusiness") not in (
        "teamsForBusiness",
        "skypeForBusiness",
        "unknown",
    ):
        raise graph_error(400, "RequestBodyRead", "Requested value was not found.")
