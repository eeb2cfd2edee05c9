"""One key for each open questionnaire, in a file of its own: in no database, no dump of it, no write-ahead log.

The file holds one version of the key and its number. With every version of the box the next one is written over it, in
place: at no moment are there two keys, so that whoever copies everything at one moment opens one version of the box. Who
has the database at every moment, but not this file, has only noise; when a questionnaire closes the file is destroyed.
"""

import fcntl
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

LENGTH = 32
NUMBER = 8
HANDLE = re.compile(r"[0-9a-f]{32}")


class KeyMissing(Exception):
    """The key is not here: a database was brought back without it, or this process has another folder."""


@dataclass(frozen=True)
class Key:
    """One version of a box's key: its number, from 0 on, and 32 bytes."""

    number: int
    secret: bytes

    def next(self) -> "Key":
        """A key drawn at random, for the version after this one; nothing leads from one to the other."""
        return Key(self.number + 1, secrets.token_bytes(LENGTH))


class KeyFile:
    """An open key file that no other process or thread works with meanwhile."""

    def __init__(self, path: Path, opened: int) -> None:
        self._path, self._opened = path, opened
        self.handle = path.name

    def read(self) -> Key:
        """The key as it is now; raises KeyMissing where the file is none of ours (one of an earlier version is not)."""
        content = os.pread(self._opened, NUMBER + LENGTH + 1, 0)
        if len(content) != NUMBER + LENGTH:
            raise KeyMissing(self._path.name)
        return Key(int.from_bytes(content[:NUMBER], "big"), content[NUMBER:])

    def read_earlier(self) -> bytes | None:
        """The 32 bytes that version 0.1 kept here; None where the file is of this version."""
        content = os.pread(self._opened, NUMBER + LENGTH + 1, 0)
        return content if len(content) == LENGTH else None

    def write(self, key: Key) -> None:
        """Put `key` in the place of the one before, which is gone with it; on the disk when this returns.

        Forty bytes at the start of a file lie in one sector: a crash leaves the one key or the other.
        """
        os.pwrite(self._opened, key.number.to_bytes(NUMBER, "big") + key.secret, 0)
        os.fsync(self._opened)

    def destroy(self) -> None:
        """Overwrite the key, so that where the file system writes in place not even a search of the disk finds it."""
        os.pwrite(self._opened, bytes(NUMBER + LENGTH), 0)
        os.fsync(self._opened)
        self._path.unlink(missing_ok=True)


def folder() -> Path:
    """Where the keys lie (the setting ANSWER_KEYS)."""
    return Path(settings.ANSWER_KEYS)


def handles() -> set[str]:
    """The handles of all keys that lie in the folder."""
    there = folder()
    return {path.name for path in there.iterdir() if HANDLE.fullmatch(path.name)} if there.is_dir() else set()


def make_folder() -> Path:
    """The folder, made for its owner alone if there is none."""
    there = folder()
    there.mkdir(mode=0o700, parents=True, exist_ok=True)
    return there


def write_once(name: str, content: bytes) -> None:
    """Put a whole file into the folder, unless there is one of this name; of two who try at once, one does."""
    path = make_folder() / name
    beside = path.with_name(f"{name}.{secrets.token_hex(8)}")
    os.close(_write_new(beside, content))
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()


@contextmanager
def made() -> Iterator[KeyFile]:
    """Make a key under a handle (32 hex digits) drawn at random; if the block fails, it is destroyed.

    On the disk before the database speaks of it: a crash must not leave answers that nobody can read. To be entered
    before the transaction that keeps the handle and left after its commit, so that no key is taken for a stray one.
    """
    path = make_folder() / secrets.token_hex(16)
    opened = _write_new(path, (0).to_bytes(NUMBER, "big") + secrets.token_bytes(LENGTH))
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        file = KeyFile(path, opened)
        try:
            yield file
        except BaseException:
            file.destroy()
            raise
    finally:
        os.close(opened)


@contextmanager
def held(handle: str) -> Iterator[KeyFile]:
    """The key file of `handle` for this block alone, over all processes and threads that see the folder.

    To be entered before a transaction begins and left after it ended. Raises KeyMissing.
    """
    with _locked(_path(handle), fcntl.LOCK_EX) as file:
        yield file


def read(handle: str) -> Key:
    """The key of `handle` as it is now; raises KeyMissing."""
    path = _path(handle)
    try:
        opened = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise KeyMissing(handle) from error
    try:
        return KeyFile(path, opened).read()
    finally:
        os.close(opened)


def destroy(handle: str) -> None:
    """Destroy the key of `handle`; one that is gone already is fine."""
    try:
        with held(handle) as file:
            file.destroy()
    except KeyMissing:
        return


def destroy_ended(is_over: Callable[[str], bool]) -> int:
    """Destroy the keys whose box `is_over` knows to be gone; returns how many. One at work is left alone.

    One that nobody knows is left alone, too: it may be of a newer database that will be brought back.
    """
    count = 0
    for handle in sorted(handles()):
        if not is_over(handle):
            continue
        try:
            with _locked(folder() / handle, fcntl.LOCK_EX | fcntl.LOCK_NB) as file:
                file.destroy()
                count += 1
        except (KeyMissing, BlockingIOError):
            continue
    return count


def _write_new(path: Path, content: bytes) -> int:
    """Make a file for its owner alone and put it on the disk; returns it open."""
    opened = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(opened, content)
    os.fsync(opened)
    at = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)
    return opened


def _path(handle: str) -> Path:
    if not HANDLE.fullmatch(handle):
        raise KeyMissing(handle)
    return folder() / handle


@contextmanager
def _locked(path: Path, how: int) -> Iterator[KeyFile]:
    try:
        opened = os.open(path, os.O_RDWR)
    except OSError as error:
        raise KeyMissing(path.name) from error
    try:
        fcntl.flock(opened, how)
        if not path.exists():  # destroyed while this waited for it
            raise KeyMissing(path.name)
        yield KeyFile(path, opened)
    finally:
        os.close(opened)
