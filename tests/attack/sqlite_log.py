"""What a copy of an SQLite database and its write-ahead log lets one rebuild: every version that was committed.

The format is described at https://www.sqlite.org/fileformat2.html#walformat.
"""

import sqlite3
import struct
from collections.abc import Iterator
from pathlib import Path

HEADER, FRAME_HEADER = 32, 24


def versions(database: Path, scratch: Path) -> Iterator[sqlite3.Connection]:
    """The database as its file has it, and then after each commit of its log; each is closed when the next is asked for."""
    pages = database.read_bytes()
    log = database.with_name(database.name + "-wal")
    content = log.read_bytes() if log.exists() else b""
    yield from _opened(pages, scratch)
    if len(content) <= HEADER:
        return
    (size,) = struct.unpack(">I", content[8:12])
    now = bytearray(pages)
    for at in range(HEADER, len(content) - size - FRAME_HEADER + 1, FRAME_HEADER + size):
        number, length_after_commit = struct.unpack(">II", content[at : at + 8])
        page = content[at + FRAME_HEADER : at + FRAME_HEADER + size]
        start = (number - 1) * size
        now.extend(bytes(max(0, start + size - len(now))))
        now[start : start + size] = page
        if length_after_commit:
            yield from _opened(bytes(now[: length_after_commit * size]), scratch)


def _opened(pages: bytes, scratch: Path) -> Iterator[sqlite3.Connection]:
    if not pages:
        return
    # Bytes 18 and 19 tell that the database has a log; without one it is read as it is.
    scratch.write_bytes(pages[:18] + b"\x01\x01" + pages[20:])
    connection = sqlite3.connect(scratch)
    try:
        yield connection
    finally:
        connection.close()
