"""Who looks for a partner in a running round: query sets that pages and actions share."""

from django.db.models import Q, QuerySet

from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round, SignUp


def without_pair(round_: Round) -> QuerySet[SignUp]:
    """Those who take part and have no pair now, whether or not they look for one."""
    placed = PairMember.objects.filter(pair__round=round_, left_at=None)
    return SignUp.objects.taking_part().filter(round=round_).exclude(pk__in=placed.values("sign_up"))


def looking(round_: Round) -> QuerySet[SignUp]:
    """Those who look for a partner: without a pair, not just being asked about it, and not having said "enough"."""
    not_now = PairMember.objects.filter(pair__round=round_).filter(
        Q(looks=False) | Q(pair__state=Pair.State.REPLACED, pair__question__isnull=False)
    )
    return without_pair(round_).exclude(pk__in=not_now.values("sign_up"))


def left_by_their_pair(round_: Round) -> QuerySet[SignUp]:
    """Those of `looking` whose pair ended early; they are first in line."""
    return looking(round_).filter(pk__in=PairMember.objects.filter(pair__round=round_).values("sign_up"))
