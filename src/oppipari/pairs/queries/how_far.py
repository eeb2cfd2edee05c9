"""How far a round's pairs are, as a whole."""

from django.db.models import Count, F, Q

from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

State = Round.State


def have_met(round_: Round) -> bool:
    """Whether the round's meetings are over: every pair has met as agreed. Of a round whose pairs are forgotten it is."""
    pairs = Pair.objects.filter(round=round_).exclude(state=Pair.State.REPLACED)
    if round_.state == State.CLOSED:
        return not pairs.exists() or pairs.filter(meetings__state="held").exists()
    counted = pairs.with_held().aggregate(
        all=Count("pk"), left=Count("pk", filter=Q(state=Pair.State.MEETING, held__lt=F("meetings_agreed")))
    )
    return bool(counted["all"]) and not counted["left"]


def is_trio(pair: Pair) -> bool:
    """Whether three are in it now; where one has left, two are."""
    return pair.members.filter(left_at=None).count() > 2
