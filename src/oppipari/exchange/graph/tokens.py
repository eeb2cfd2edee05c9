"""Signing in at Microsoft Entra ID with msal. Tokens live in one file of the data folder, readable by its owner alone."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msal

from oppipari.exchange.graph.connection import Connection
from oppipari.exchange.graph.door import Door
from oppipari.exchange.graph.troubles import Later, Refused, SignIn, Trouble

# Errors of RFC 6749, RFC 8628 and OpenID Connect that only a person can clear away.
NEEDS_A_PERSON = {"invalid_grant", "interaction_required", "login_required", "consent_required", "expired_token"}
# An application's own tokens are kept by the running process only: they are asked for again at no cost.
_of_this_process: dict[Connection, msal.TokenCache] = {}


def token(connection: Connection, door: Door, *, fresh: bool = False) -> str:
    """Return an access token; `fresh` where Graph did not take the one before.

    Raises SignIn where a person has to sign in (again), Refused where the application itself is not let in, Later
    where the sign-in service cannot be reached.
    """
    if connection.application:
        return _token_of_application(connection, door, fresh)
    with _held(connection.token_file):
        cache = _read(connection.token_file)
        app = _app(connection, door, cache)
        accounts = app.get_accounts()
        if not accounts:
            raise SignIn("not_connected")
        result = app.acquire_token_silent_with_error([connection.scope], account=accounts[0], force_refresh=fresh)
        if cache.has_state_changed:
            _write(connection.token_file, cache.serialize())
    return _token_in(result)


def connect(connection: Connection, door: Door, show: Callable[[str, str], None]) -> None:
    """Sign in once by device code (RFC 8628): `show` gets the page's address and the code; waits until it is done."""
    cache = msal.SerializableTokenCache()
    app = _app(connection, door, cache)
    flow = app.initiate_device_flow(scopes=[connection.scope])
    if "user_code" not in flow:
        raise _trouble(flow)
    show(str(flow["verification_uri"]), str(flow["user_code"]))
    _token_in(app.acquire_token_by_device_flow(flow))
    # The cache began empty: an account that was connected before is forgotten.
    with _held(connection.token_file):
        _write(connection.token_file, cache.serialize())


def disconnect(connection: Connection) -> bool:
    """Forget the account; returns whether there was one."""
    with _held(connection.token_file):
        there = connection.token_file.exists()
        connection.token_file.unlink(missing_ok=True)
    return there


def account_of(connection: Connection) -> str:
    """The address of the account that is connected, for the one at the command line; empty where there is none."""
    found = _read(connection.token_file).search(msal.TokenCache.CredentialType.ACCOUNT)
    return next((str(a.get("username", "")) for a in found), "")


def _token_of_application(connection: Connection, door: Door, fresh: bool) -> str:
    cache = _of_this_process.setdefault(connection, msal.TokenCache())
    app = _app(connection, door, cache)
    if fresh:
        app.remove_tokens_for_client()
    return _token_in(app.acquire_token_for_client([connection.scope]))


def _app(connection: Connection, door: Door, cache: msal.TokenCache) -> Any:
    """msal's application. Whether the authority is a known one is not asked of Microsoft: the operator wrote it."""
    options = {"authority": connection.authority, "token_cache": cache, "http_client": door}
    try:
        if connection.application:
            return msal.ConfidentialClientApplication(
                connection.client_id, client_credential=connection.secret, instance_discovery=False, **options
            )
        return msal.PublicClientApplication(connection.client_id, instance_discovery=False, **options)
    except ValueError:
        raise Refused("authority") from None


def _token_in(result: dict[str, Any] | None) -> str:
    if result is None:
        raise SignIn("not_connected")
    found = result.get("access_token")
    if not isinstance(found, str) or not found:
        raise _trouble(result)
    return found


def _trouble(result: dict[str, Any]) -> Trouble:
    error = result.get("error")
    if error in NEEDS_A_PERSON:
        return SignIn("sign_in")
    if error in ("authorization_pending", "access_denied", "authorization_declined"):
        return SignIn("not_connected")
    if error in ("temporarily_unavailable", "server_error"):
        return Later("out_of_order")
    return Refused("client")


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """One process at a time reads and writes the file: a refresh token may be good for one use only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path.with_suffix(".lock"), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _read(path: Path) -> msal.SerializableTokenCache:
    cache = msal.SerializableTokenCache()
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text)
    except FileNotFoundError:
        return cache
    except ValueError:
        # Its words stay out of every traceback.
        found = None
    if not isinstance(found, dict) or not all(isinstance(part, dict) for part in found.values()):
        raise SignIn("not_connected")
    cache.deserialize(text)
    return cache


def _write(path: Path, text: str) -> None:
    """Write all or nothing, never readable by others even for a moment."""
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    handle = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
