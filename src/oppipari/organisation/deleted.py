"""What was deleted goes from the database's files, too: from its free pages and from the write-ahead log.

SQLite zeroes what is deleted (`secure_delete`), but its log keeps older versions of pages until it is emptied, and pages
that were split keep copies of what moved to others until the file is written anew (VACUUM). PostgreSQL keeps dead rows until
a vacuum, and their bytes in the page until the table is written anew.
"""

import logging
import time
from typing import Any

from django.db import DatabaseError, connection, transaction

log = logging.getLogger(__name__)
# Written anew every few minutes, and no longer than for a sixtieth of the time: so ten minutes hold up to about a gigabyte.
PAUSE_SECONDS, SHARE = 240, 60
# A larger table of PostgreSQL is only vacuumed: to be written anew it would have to be locked for long.
LARGEST_REWRITTEN = 64 * 2**20
LOCK_WAIT = "1s"
TRIES = 5


def forget_deleted() -> None:
    """Empty the log of older versions once the running transaction is committed; the housekeeping makes up for what fails.

    Called where something ends that nobody shall read any more: a questionnaire closes, pairs are published.
    """
    if connection.vendor == "sqlite":
        transaction.on_commit(empty_log, robust=True)


def empty_log() -> bool:
    """Move what the write-ahead log holds into the database and cut the log to nothing (SQLite).

    False where somebody was reading or writing all the while; it is tried again then.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        for _try in range(TRIES):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy, _pages, _moved = cursor.fetchone()
            if not busy:
                return True
            time.sleep(0.05)
    return False


class Rewriting:
    """Writes anew what holds remains of deleted things, again and again, as one process's part of the housekeeping."""

    def __init__(self, pause: float = PAUSE_SECONDS) -> None:
        self._pause, self._not_before = pause, 0.0
        self._seen: dict[str, int] = {}
        self._samples_done = False

    def run(self) -> None:
        """Write anew what has changed, unless that was done a moment ago; then empty the log. Raises DatabaseError."""
        if connection.in_atomic_block:
            return
        if time.monotonic() >= self._not_before:
            began = time.monotonic()
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM")
            else:
                self._vacuum_tables()
            ended = time.monotonic()
            self._not_before = ended + max(self._pause, SHARE * (ended - began))
        if connection.vendor == "sqlite" and not empty_log():
            log.warning("the write-ahead log could not be emptied, somebody is reading all the time; it is tried again")

    def _vacuum_tables(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relid::regclass::text, n_tup_upd + n_tup_del, pg_total_relation_size(relid) FROM pg_stat_user_tables"
            )
            changed = [(name, n, size) for name, n, size in cursor.fetchall() if n and self._seen.get(name) != n]
            cursor.execute(f"SET lock_timeout = '{LOCK_WAIT}'")
            try:
                for name, changes, size in changed:
                    if _vacuumed(cursor, name, full=size <= LARGEST_REWRITTEN):
                        self._seen[name] = changes
                # The planner's samples of what stood in the columns, names and words among it.
                if changed or not self._samples_done:
                    self._samples_done = _vacuumed(cursor, "pg_statistic", full=True)
            finally:
                cursor.execute("RESET lock_timeout")


def _vacuumed(cursor: Any, table: str, *, full: bool) -> bool:
    """Vacuum a table of PostgreSQL, then write it anew where `full`; whether no dead row was left before that.

    In this order: what a vacuum removes stays in the page as bytes, and only writing anew drops them. A table that is
    written anew first keeps the rows that a transaction of any database on the server may still see; the vacuum after
    it would remove and not count them. Rows that somebody still reads are counted by a plain vacuum only.
    """
    try:
        cursor.execute(f"VACUUM {table}")
        cursor.execute("SELECT n_dead_tup FROM pg_stat_all_tables WHERE relid = %s::regclass", [table])
        clean = bool(cursor.fetchone() == (0,))
        cursor.execute(f"ANALYZE {table}")
        if full:
            cursor.execute(f"VACUUM (FULL) {table}")
    except DatabaseError as error:
        log.warning("%s could not be vacuumed (%s); it is tried again", table, type(error).__name__)
        return False
    return clean
