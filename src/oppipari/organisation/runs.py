"""What the worker works out for somebody who waits at a page: how far it is, and why nothing came of it."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from oppipari.organisation.models import Person

# Progress is written at most this often, so that the engine is not held up by the database.
SECONDS_BETWEEN_WORDS = 1.0


class Run(models.Model):
    """One run of the worker. Who inherits it adds `state`, with these two values and more, and what it is about."""

    UNFINISHED = ("waiting", "working")
    # After this long without a word the worker is taken to have died.
    SILENT_AFTER = timedelta(minutes=5)

    asked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    # How much of the whole is done.
    percent = models.PositiveSmallIntegerField(default=0)
    # Why nothing came of it, as {"code", "params"} of the engine's error; rendered in the reader's language.
    failure = models.JSONField(default=dict)
    asked_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    @property
    def unfinished(self) -> bool:
        return self.state in self.UNFINISHED  # type: ignore[attr-defined]

    def is_silent(self, now: datetime) -> bool:
        """Whether nothing has been heard of it for so long that it may be started anew."""
        return self.unfinished and now - self.told_at > self.SILENT_AFTER


class Stopped(Exception):  # nothing went wrong
    """The run is not wanted any more: it was thrown away or started anew, or what it was for has changed."""


class Teller:
    """Writes an engine's progress into the row of its run; raises Stopped where the run is not wanted any more."""

    def __init__(self, mine: models.QuerySet[Any], step_in: str = "") -> None:
        """`mine` finds the row as long as it is wanted; `step_in` is the column that says what the engine is doing."""
        self.mine, self.step_in = mine, step_in
        self.step, self.percent, self.at = "", 0, 0.0

    def __call__(self, what: str, done: float) -> None:
        # A bar that goes backwards would look like a mistake.
        self.percent = max(self.percent, round(100 * min(max(done, 0.0), 1.0)))
        now = time.monotonic()
        if (what == self.step or not self.step_in) and now - self.at < SECONDS_BETWEEN_WORDS:
            return
        self.step, self.at = what, now
        step = {self.step_in: what[:20]} if self.step_in else {}
        if not self.mine.update(**step, percent=self.percent, told_at=timezone.now()):
            raise Stopped
