"""A stand-in for Microsoft Entra ID and Microsoft Graph: a real server with TLS on loopback that keeps their contract.

What it answers follows https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code (device code, refresh
tokens, errors of RFC 6749 and RFC 8628), .../v2-oauth2-client-creds-grant-flow, https://learn.microsoft.com/graph/api/
user-post-events, event-update, event-delete, singlevaluelegacyextendedproperty-get, /graph/errors and /graph/throttling.
It is stricter than they are where that finds mistakes: refresh tokens are good for one use, and unknown fields refused.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.graph_fake.answers import CLIENT, MAILBOX, OTHER_MAILBOX, SECRET
from tests.graph_fake.server import GraphFake

__all__ = ["CLIENT", "MAILBOX", "OTHER_MAILBOX", "SECRET", "GraphFake", "graph"]


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[GraphFake]:
    """Microsoft, and an installation whose settings lead there with nobody signed in yet."""
    fake = GraphFake(tmp_path)
    # As an operator does whose network has a certificate authority of its own.
    monkeypatch.setenv("SSL_CERT_FILE", str(fake.certificate))
    settings.TEAMS = fake.connection(tmp_path)
    yield fake
    fake.close()
