"""Freezing what is told of a round when it closes."""

from oppipari.evaluation.benefits.models import RoundCounts
from oppipari.evaluation.benefits.queries import count_now, keys_compared
from oppipari.evaluation.queries import questionnaire_of
from oppipari.rounds.brought import brought
from oppipari.rounds.models import Round


def freeze_counts(round_: Round) -> RoundCounts:
    """Keep how many took part and met, from five on, and what may be compared; the first time counts.

    Inside the caller's transaction.
    """
    told = count_now(round_, brought(round_))
    q = questionnaire_of(round_)
    earlier, compared = keys_compared(round_, q.released if q else None)
    kept, _new = RoundCounts.objects.get_or_create(
        round=round_,
        defaults={
            "people": told.people,
            "pairs": told.pairs,
            "meetings": told.meetings,
            "earlier": earlier,
            "compared": compared,
        },
    )
    return kept
