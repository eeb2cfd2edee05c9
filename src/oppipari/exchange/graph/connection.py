"""Where Microsoft is and as whom Oppipari goes there: read from the settings, checked before anything starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

DELEGATED, APPLICATION = "delegated", "application"
AUTHORITY = "https://login.microsoftonline.com/organizations"
GRAPH = "https://graph.microsoft.com/v1.0"
SECONDS = 20


@dataclass(frozen=True)
class Connection:
    """How Microsoft Graph is reached. `user` is the mailbox where the application permission is used, else empty."""

    client_id: str
    authority: str
    graph: str
    token_file: Path
    secret: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    seconds: int = SECONDS

    @property
    def application(self) -> bool:
        return bool(self.user)

    @property
    def scope(self) -> str:
        """What is asked for; with the address of Graph, since national clouds have their own."""
        origin = "https://" + urlsplit(self.graph).netloc
        return f"{origin}/.default" if self.application else f"{origin}/Calendars.ReadWrite"

    @property
    def hosts(self) -> frozenset[str]:
        """The only hosts, with their ports, that anything is sent to."""
        return frozenset(urlsplit(url).netloc.lower() for url in (self.authority, self.graph))


def connection_of(given: Mapping[str, str], data: Path) -> Connection | None:
    """Return the connection that the settings TEAMS_... (`given`, by name) describe, None without TEAMS_CLIENT_ID.

    Raises ImproperlyConfigured with what to write instead; the message never repeats the secret.
    """
    client_id = given.get("TEAMS_CLIENT_ID", "")
    if not client_id:
        return None
    way = given.get("TEAMS_AUTH") or DELEGATED
    if way not in (DELEGATED, APPLICATION):
        raise ImproperlyConfigured(f"TEAMS_AUTH is {way!r}: write {DELEGATED} or {APPLICATION}.")
    secret, user = given.get("TEAMS_CLIENT_SECRET", ""), given.get("TEAMS_USER", "")
    authority = _address("TEAMS_AUTHORITY", given.get("TEAMS_AUTHORITY") or AUTHORITY)
    if way == APPLICATION:
        for name, value in (("TEAMS_CLIENT_SECRET", secret), ("TEAMS_USER", user)):
            if not value:
                raise ImproperlyConfigured(f"TEAMS_AUTH={APPLICATION} needs {name} too; see docs/teams.md.")
        if authority.rpartition("/")[2] in ("organizations", "common", "consumers"):
            raise ImproperlyConfigured(
                f"TEAMS_AUTH={APPLICATION} needs the organisation's own TEAMS_AUTHORITY: "
                "https://login.microsoftonline.com/ and the directory (tenant) id."
            )
    elif secret or user:
        raise ImproperlyConfigured(
            f"TEAMS_CLIENT_SECRET and TEAMS_USER belong to TEAMS_AUTH={APPLICATION}; without it the account is the "
            "one that signs in with `oppipari teams connect`."
        )
    try:
        seconds = int(given.get("TEAMS_TIMEOUT") or SECONDS)
    except ValueError:
        seconds = 0
    if not 1 <= seconds <= 60:
        raise ImproperlyConfigured("TEAMS_TIMEOUT is a number of seconds from 1 to 60.")
    graph = _address("TEAMS_GRAPH_URL", given.get("TEAMS_GRAPH_URL") or GRAPH)
    return Connection(client_id, authority, graph, data / "teams-token.json", secret, user, seconds)


def _address(name: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or not parts.path.strip("/"):
        raise ImproperlyConfigured(f"{name} is no https address with a path: {AUTHORITY} and {GRAPH} are examples.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{name} is an address only, without a password, a question mark or a hash.")
    return url.rstrip("/")
