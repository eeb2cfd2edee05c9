"""One secret for each open questionnaire, in a file of its own: in no database, no backup of it, no write-ahead log.

Who has the database at every moment, but not this file, has only noise; when a questionnaire closes the file is
destroyed, and every older copy of the answers stays noise for good.
"""

import os
import re
import secrets
from pathlib import Path

from django.conf import settings

LENGTH = 32


class KeyMissing(Exception):
    """The secret is not here: a database was brought back without it, or processes do not share the folder."""


def _path(handle: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{32}", handle):
        raise KeyMissing(handle)
    return Path(settings.ANSWER_KEYS) / handle


def make() -> str:
    """Make a secret and return its handle (32 hex digits, drawn at random), under which it is found."""
    handle = secrets.token_hex(16)
    folder = Path(settings.ANSWER_KEYS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # On the disk before the database speaks of it: a crash must not leave answers that nobody can read.
    opened = os.open(folder / handle, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(opened, secrets.token_bytes(LENGTH))
        os.fsync(opened)
    finally:
        os.close(opened)
    at = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)
    return handle


def read(handle: str) -> bytes:
    """The secret of `handle`, 32 bytes; raises KeyMissing."""
    try:
        key = _path(handle).read_bytes()
    except OSError as error:
        raise KeyMissing(handle) from error
    if len(key) != LENGTH:
        raise KeyMissing(handle)
    return key


def destroy(handle: str) -> None:
    """Overwrite the secret and take it away; one that is gone already is fine."""
    path = _path(handle)
    try:
        # Where the file system writes in place, not even a search of the free disk finds it.
        opened = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        os.write(opened, bytes(LENGTH))
        os.fsync(opened)
    finally:
        os.close(opened)
    path.unlink(missing_ok=True)
