"""The 45 minutes: four parts, each with what happens in it and what to ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the agenda, `minutes` long; `asks` are questions to think about together."""

    minutes: int
    title: Any
    says: Any
    asks: Sequence[Any] = ()


PARTS = (
    Part(
        5,
        _("Welcome"),
        _("Why we are here. What the pairs said to each other stays with them: everyone tells only what they want."),
    ),
    Part(
        15,
        _("Those who took part speak"),
        _("The others listen and do not comment yet."),
        (_("What did I learn that I can use?"), _("What surprised me?"), _("What made it hard?")),
    ),
    Part(
        10,
        _("Turn about: the others speak"),
        _("Now those who took part listen."),
        (_("What did I hear that touches my work?"), _("What has been seen of it in everyday work?")),
    ),
    Part(
        15,
        _("All together"),
        _("What we conclude goes into three columns: what worked, what we change, what we spread."),
        (
            _("What can be learnt from this?"),
            _("What next?"),
            _("What is worth spreading, and how?"),
            _("How can the others support it?"),
        ),
    ),
)
MINUTES = sum(p.minutes for p in PARTS)
LONG = timedelta(minutes=MINUTES)


@dataclass(frozen=True, slots=True)
class Step:
    """A part with its times: `state` is "done", "now" or "coming", `gone` the minutes of it that have passed."""

    part: Part
    starts: datetime
    ends: datetime
    state: str
    gone: int


def steps(begins: datetime, now: datetime | None) -> list[Step]:
    """The parts from `begins` on; without `now` the session has not begun and all of them are to come."""
    found, start = [], begins
    for part in PARTS:
        end = start + timedelta(minutes=part.minutes)
        state = "coming" if now is None or now < start else "now" if now < end else "done"
        gone = 0 if now is None else max(0, min(part.minutes, int((now - start).total_seconds() // 60)))
        found.append(Step(part, start, end, state, gone))
        start = end
    return found


def next_five(now: datetime) -> datetime:
    """`now` or the next full five minutes: when a session that has not begun might begin."""
    floor = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)
    return floor if floor == now else floor + timedelta(minutes=5)
