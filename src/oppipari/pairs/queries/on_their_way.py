"""Letters about a round's pairs that have not left yet."""

from datetime import datetime

from oppipari.messages.queries import leave_later
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round


def letters_leave(round_: Round) -> datetime | None:
    """When the letters of new pairs leave, where they wait for working hours; else None. Two queries at most."""
    pairs = Pair.objects.active().filter(round=round_).values_list("pk", flat=True)
    return leave_later(f"pair_published:{pk}:" for pk in pairs)
