"""What becomes of pairs when their round is closed: who wants to goes on, and nobody's question is taken from them.

A pair that was told that it continues goes on. A question of going on that is open is answered until its day, and its
result told then. A pair that has not been asked yet, since it met fewer times than planned, is asked now; what it has
booked stands. See docs/decisions/019-promises-to-pairs.md.
"""

from datetime import date

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError
from oppipari.pairs.actions.going_on import was_told_to_go_on
from oppipari.pairs.actions.time_to_answer import ahead, last_day
from oppipari.pairs.models import KeptApart, Pair, PairMember, Question
from oppipari.rounds.models import GOES_ON_FOR, Round


def to_be_asked(round_: Round) -> dict[int, date]:
    """The pairs (by id) that are asked when the round closes today, each with its last day to answer; one query."""
    today = timezone.localdate()
    pairs = Pair.objects.active().filter(round=round_, question=None).with_held()
    lasts = pairs.annotate(last=Max("meetings__starts_at", filter=ahead()))
    rows = lasts.values_list("pk", "meetings_agreed", "held", "last")
    return {
        pk: last_day(today, last and timezone.localdate(last), today + GOES_ON_FOR)
        for pk, agreed, held, last in rows
        # Told that they continue: they have been asked, and their meetings are not over.
        if not (was_told_to_go_on(agreed, round_) and held < agreed)
    }


def too_far_ahead(round_: Round) -> str:
    """Why the round cannot be closed yet: a meeting that is agreed lies beyond what its pairs would have; else empty."""
    limit = timezone.localdate() + GOES_ON_FOR
    meetings = Pair.objects.active().filter(round=round_, meetings__state__in=["proposed", "agreed"])
    if not meetings.filter(meetings__starts_at__date__gt=limit).exists():
        return ""
    return _(
        "Pairs have agreed on meetings more than 24 weeks ahead. So that they can be held, close the round nearer to them."
    )


def go_on_after_closing(round_: Round) -> None:
    """Ask those who have not been asked, and forget what nobody needs in a closed round; in the caller's transaction.

    Raises DomainError where that would take agreed meetings from a pair.
    """
    if why := too_far_ahead(round_):
        raise DomainError(why)
    # The round is held by now. Whoever presses "we met" meanwhile holds one pair: before the question is asked here, or after.
    list(Pair.objects.select_for_update().filter(round=round_).order_by("pk").values_list("pk"))
    today = timezone.localdate()
    Question.objects.bulk_create(
        [
            Question(pair_id=pk, asked_on=today, until=until, looked_on=today)
            for pk, until in to_be_asked(round_).items()
        ],
        ignore_conflicts=True,
    )
    # Nobody is given a new partner in a closed round.
    Question.objects.filter(pair__round=round_, pair__state=Pair.State.REPLACED).delete()
    PairMember.objects.filter(pair__round=round_).update(looks=None)
    PairMember.objects.filter(pair__round=round_).exclude(pair__state=Pair.State.MEETING).update(
        goes_on=None, goes_on_meetings=None, fine_until=None, ends_on=None
    )
    KeptApart.objects.filter(round=round_).delete()
