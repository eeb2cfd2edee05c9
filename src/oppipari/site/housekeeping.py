"""What is done by itself, every few minutes: named jobs, each in its own guard, by one process at a time over all machines."""

import fcntl
import logging
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections, transaction
from django.utils import timezone

from oppipari.evaluation import actions as evaluation
from oppipari.evaluation.questionnaire import canary
from oppipari.exchange.feeds import refreshing
from oppipari.exchange.graph import linking
from oppipari.insights import actions as insights
from oppipari.insights.lets_try.actions import tell_counts
from oppipari.meetings import actions as meetings
from oppipari.messages import tasks as messages
from oppipari.organisation.actions import forget_old_links
from oppipari.organisation.deleted import Rewriting
from oppipari.pairs import actions as pairs
from oppipari.privacy.actions import retention
from oppipari.site import reminding
from oppipari.site.models import Housekeeper

log = logging.getLogger(__name__)
# Three rounds of silence, and another machine takes over.
AWAY = timedelta(seconds=3 * settings.HOUSEKEEPING_SECONDS)
# What was deleted is gone from the files within ten minutes, also where a first try failed.
LOOK_SECONDS = min(60, settings.HOUSEKEEPING_SECONDS)


@dataclass(frozen=True)
class Job:
    """One thing that is done by itself; what `run` returns is of no account."""

    name: str
    run: Callable[[], object]


def _now(do: Callable[[datetime], object]) -> Callable[[], object]:
    return lambda: do(timezone.now())


def jobs() -> list[Job]:
    """All of it, in its order."""
    return [
        Job("deliver what a crash left behind", messages.deliver_waiting),
        Job("take up Teams links that a crash left behind", linking.take_up_left_behind),
        Job("fetch rosters", refreshing.queue_due),
        # Before the reminders: nobody is reminded of meetings of a pair that ends this morning.
        *(Job(name, _now(do)) for name, do in pairs.MORNING.items()),
        Job("let meeting times hold", _now(meetings.let_times_hold)),
        Job("remind", reminding.remind_all),
        Job("forget old links", forget_old_links),
        Job("tell counts", _now(tell_counts)),
        Job("take down what nobody kept", _now(insights.take_down_unkept)),
        Job("close start questions", evaluation.settle_start_questions),
        # What remained of a session would tell when somebody was here.
        Job("forget sessions", SessionStore.clear_expired),
        Job("retention", lambda: retention(timezone.localdate())),
    ]


def _leave_broken_connections() -> None:
    """Let go of connections that broke or grew old, as a request does; within a transaction they are still in use."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def run_all(all_jobs: Iterable[Job]) -> list[str]:
    """Run each in its own guard, so that one that fails stops no other; returns the names of those that failed."""
    failed = []
    for job in all_jobs:
        try:
            _leave_broken_connections()
            job.run()
        except Exception:  # whatever it is, the others go on
            log.exception('housekeeping: "%s" failed; it is tried again', job.name)
            failed.append(job.name)
    return failed


def me() -> str:
    """By what other machines know this one."""
    return f"{socket.gethostname()}:{Path(settings.DATA_DIR)}"[:300]


@transaction.atomic
def is_my_turn() -> bool:
    """Whether this machine keeps house now: nobody does, or this one does already, or who did is away.

    Where it does, it is noted, so that the others leave it alone.
    """
    now = timezone.now()
    row, made = Housekeeper.objects.select_for_update().get_or_create(pk=1, defaults={"who": me(), "seen_at": now})
    if not made and row.who != me() and now - AWAY < row.seen_at <= now + AWAY:
        return False
    row.who, row.seen_at = me(), now
    row.save()
    return True


@contextmanager
def alone_on_this_machine() -> Iterator[bool]:
    """Whether no other process with the same data folder keeps house; for the block, none will."""
    with (Path(settings.DATA_DIR) / "housekeeping.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def keep_house() -> list[str] | None:
    """One round of it; returns the names of the jobs that failed, None where it is not this process's turn.

    Keys of boxes that are gone are destroyed by whoever holds them, whoever's turn it is.
    """
    seen = canary.sight()
    if seen is not canary.Sight.ALL:
        log.error("no housekeeping is done here: %s; %s", seen.value, canary.HELP)
        return None
    failed = run_all([Job("destroy keys of boxes that are gone", evaluation.forget_strays)])
    if not is_my_turn():
        return failed or None
    return failed + run_all(jobs())


def keep_house_forever() -> None:
    """Keep house every ten minutes, and keep what was deleted out of the files, until the process ends."""
    rewriting, due = Rewriting(0.4 * settings.HOUSEKEEPING_SECONDS), 0.0
    while True:
        with alone_on_this_machine() as alone:
            while alone:
                if time.monotonic() >= due:
                    run_all([Job("housekeeping", keep_house)])
                    due = time.monotonic() + settings.HOUSEKEEPING_SECONDS
                run_all([Job("empty the database of what was deleted", rewriting.run)])
                time.sleep(LOOK_SECONDS)
        time.sleep(LOOK_SECONDS)
