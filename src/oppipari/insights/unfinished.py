"""What is being tried in the unit when a round closes: trials belong to the unit and go on."""

from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.insights.models import Trial
from oppipari.rounds.models import Round
from oppipari.rounds.unfinished import Unfinished


def tell_unfinished(sender: Any, round: Round, **kwargs: Any) -> list[Unfinished]:
    """How many trials are going on, and until when the last one."""
    trials = Trial.objects.filter(unit=round.unit_id, state=Trial.State.RUNNING)
    if not (count := trials.count()):
        return []
    text = ngettext(
        "%(count)d trial is going on in the unit, until %(day)s. It goes on after the closing.",
        "%(count)d trials are going on in the unit, the last until %(day)s. They go on after the closing.",
        count,
    )
    last = trials.aggregate(last=Max("until"))["last"]
    url = reverse("wall", args=[round.unit_id])
    return [Unfinished(text % {"count": count, "day": "%(day)s"}, 40, last, _("To the trials"), url)]
