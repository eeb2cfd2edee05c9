"""What insights tell of a round: what its pairs published, and what the unit tried while it went on."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from oppipari.insights.models import Trial
from oppipari.insights.queries import published_of
from oppipari.rounds.brought import Brought
from oppipari.rounds.models import Round


def tell(sender: Any, round: Round, **kwargs: Any) -> list[Brought]:
    """Published insights of the round's pairs, and the trials that belong to it, the newest first."""
    return _insights(round) + _trials(round)


def _insights(round_: Round) -> list[Brought]:
    return [Brought("insight", i.text, i.shown_names) for i in published_of(round_)]


def _trials(round_: Round) -> list[Brought]:
    """Trials of the unit begun from when the round's pairs were published until the next round's were.

    A trial that grows out of the joint session begins after the round was closed, and still is what the round led to.
    """
    begins = round_.published_at
    if begins is None:
        return []
    later = Round.objects.filter(unit=round_.unit_id, published_at__gt=begins).order_by("published_at").first()
    found = Trial.objects.filter(unit=round_.unit_id, started_on__gte=timezone.localdate(begins)).exclude(problem="")
    if later is not None and later.published_at is not None:
        found = found.filter(started_on__lt=timezone.localdate(later.published_at))
    return [
        Brought(
            "trial",
            t.problem,
            ". ".join(filter(None, [str(t.get_state_display()), t.learnt])),
            reverse("trial", args=[t.pk]),
        )
        for t in found.order_by("-started_on", "-pk")
    ]
