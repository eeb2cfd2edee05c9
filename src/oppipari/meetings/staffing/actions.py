"""Keeping a round's rules of meetings."""

from django.db import transaction
from django.utils.translation import gettext as _

from oppipari.meetings.models import MeetingRules
from oppipari.organisation.errors import StaleEdit
from oppipari.organisation.models import Person
from oppipari.rounds.access import lock_round
from oppipari.rounds.models import Round


@transaction.atomic
def set_rules(round_: Round, by: Person, rules: MeetingRules, version: int) -> MeetingRules:
    """Keep the round's rules of meetings; `version` is that of the rules that `by` saw, 0 where none were set.

    Raises DomainError unless `by` supervises the round, StaleEdit when the rules were changed in between.
    """
    fresh = lock_round(round_, by)
    known = MeetingRules.objects.filter(round=fresh).first()
    now = known.version if known else 0
    if now != version:
        raise StaleEdit(
            _(
                "The rules were changed in another window in between. If you save again, what stands here takes their place."
            )
        )
    rules.round, rules.pk, rules.version = fresh, known.pk if known else None, now + 1
    rules.save()
    return rules
