"""What meetings tell of a round that is over: how many were held, and no more."""

from typing import Any

from oppipari.meetings.models import Meeting
from oppipari.rounds.brought import Brought
from oppipari.rounds.models import Round


def tell(sender: Any, round: Round, **kwargs: Any) -> list[Brought]:
    """How many meetings of the round were held."""
    return [Brought("meetings", count=Meeting.objects.filter(pair__round=round, state=Meeting.State.HELD).count())]
