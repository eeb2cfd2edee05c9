"""Somebody withdraws from a round before pairs are published, or is called otherwise from now on."""

from django.db import transaction

from oppipari.organisation.models import Person
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


@transaction.atomic
def keep_apart_as_called(person: Person) -> None:
    """Keep hashes of the pairs that exclusions forbid to `person` as they are called now, before that changes.

    Words that mean somebody would mean nobody once they correct their name or address, and whoever wrote them would be
    paired with that very person. It holds until pairs are published, also where the words are taken back: whose they
    were is not in the hash. Called inside the transaction that changes it; doing it twice is harmless.
    """
    for mine in SignUp.objects.filter(person=person).exclude(confirmed_at=None).select_related("round"):
        written = Exclusion.objects.filter(sign_up__round=mine.round_id).exclude(sign_up=mine)
        if texts := list(written.values_list("sign_up_id", "text")):
            known = SignUp.objects.filter(round=mine.round_id).exclude(confirmed_at=None).select_related("person")
            index = NameIndex(known)
            meant = {two(other, mine.pk) for other, text in texts if mine.pk in index.meant_by(text)}
            keep_apart(mine.round, meant, as_called=True)
