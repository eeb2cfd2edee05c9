"""What the joint session's pages read; a fixed number of queries, however many lines there are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from oppipari.evaluation.models import Questionnaire
from oppipari.evaluation.together.agenda import LONG, Step, next_five, steps
from oppipari.evaluation.together.models import Conclusion, TogetherSession
from oppipari.organisation.models import Unit
from oppipari.rounds.models import Round

Kind = Conclusion.Kind


@dataclass(frozen=True, slots=True)
class Clock:
    """The session's times: `started` None before it has begun, `over` when its 45 minutes have passed."""

    steps: list[Step]
    started: datetime | None
    over: bool

    @property
    def ends(self) -> datetime:
        return self.steps[-1].ends


def clock(round_: Round, now: datetime | None = None) -> Clock:
    """The agenda with its times: from when it was started, else as if it began at the next full five minutes."""
    now = now or timezone.now()
    session = TogetherSession.objects.filter(round=round_).first()
    if session is None:
        return Clock(steps(next_five(now), None), None, False)
    return Clock(steps(session.started_at, now), session.started_at, now >= session.started_at + LONG)


@dataclass(frozen=True, slots=True)
class Column:
    """One of the three columns: its name and what is written in it."""

    kind: str
    name: Any
    lines: list[Conclusion]


def columns(round_: Round) -> list[Column]:
    """The three columns; one query."""
    written = list(Conclusion.objects.filter(round=round_))
    return [Column(k.value, k.label, [c for c in written if c.kind == k]) for k in Kind]


def trial_address(line: Conclusion, unit: int) -> str:
    """Where a trial can be started with this line's words in it, and the way back from there; "" where there are no trials, or none fits."""
    field = {Kind.SPREAD: "what", Kind.CHANGE: "problem"}.get(Kind(line.kind))
    back = reverse("together_conclusions", args=[line.round_id])
    try:
        return f"{reverse('trial_new', args=[unit])}?{urlencode({field: line.text, 'next': back})}" if field else ""
    except NoReverseMatch:
        return ""


def on_wall(unit: Unit) -> list[Conclusion]:
    """What the unit concluded together and hung on its wall, the newest first."""
    found = Conclusion.objects.filter(round__unit=unit, on_wall_since__isnull=False).select_related("round")
    return list(found.order_by("-on_wall_since", "-pk"))


def has_conclusions(round_: Round) -> bool:
    """Whether anything has been written in any of the columns."""
    return Conclusion.objects.filter(round=round_).exists()


def can_close(round_: Round) -> bool:
    """Whether the round can be closed: its questionnaire has been, and the round has not."""
    closed = Questionnaire.objects.filter(round=round_, state=Questionnaire.State.CLOSED)
    return round_.state == Round.State.EVALUATING and closed.exists()
