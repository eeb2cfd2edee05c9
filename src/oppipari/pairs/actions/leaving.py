"""Somebody withdraws from a round before pairs are published."""

from django.db import transaction

from oppipari.pairs.actions.common import keep_apart
from oppipari.pairs.names import NameIndex, two
from oppipari.rounds.models import Exclusion, SignUp


@transaction.atomic
def keep_apart_of_withdrawn(made: SignUp) -> None:
    """Keep a hash of the pairs that a sign-up's exclusion forbids, before the words are deleted with the sign-up.

    Without it a namesake of the one who withdraws would become possible at that moment, and only if it was they who
    wrote. Called inside the transaction that withdraws; doing it twice is harmless.
    """
    text = Exclusion.objects.filter(sign_up=made).values_list("text", flat=True).first()
    if not text:
        return
    known = SignUp.objects.filter(round=made.round_id).exclude(confirmed_at=None).select_related("person")
    meant = NameIndex(known).meant_by(text) - {made.pk}
    keep_apart(made.round, {two(made.pk, other) for other in meant})
