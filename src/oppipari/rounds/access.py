"""Whose rounds and sign-ups: the query sets that views fetch from, and who runs a round."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oppipari.organisation import access
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round, SignUp


def rounds_supervised(person: Person) -> QuerySet[Round]:
    """Rounds of the units that `person` supervises."""
    return Round.objects.filter(unit_id__in=access.supervised_unit_ids(person))


def rounds_joined(person: Person) -> QuerySet[Round]:
    """Rounds that `person` takes part in: not withdrawn from, and known to the supervisor of."""
    return Round.objects.filter(pk__in=SignUp.objects.taking_part().filter(person=person).values("round_id"))


def own_sign_ups(person: Person) -> QuerySet[SignUp]:
    """The person's own sign-ups that are in force."""
    return SignUp.objects.filter(person=person, withdrawn_at=None)


def sign_ups_supervised(person: Person) -> QuerySet[SignUp]:
    """Sign-ups to the rounds that `person` supervises."""
    return SignUp.objects.filter(round__in=rounds_supervised(person), withdrawn_at=None)


def lock_round(round_: Round, by: Person) -> Round:
    """Lock the round until the transaction ends; returns it as it is now, with its unit. DomainError unless `by` supervises it."""
    fresh = Round.objects.select_for_update(of=("self",)).select_related("unit").get(pk=round_.pk)
    access.must_supervise(by, fresh.unit_id)
    return fresh


def lock_round_to_join(round_: Round, by: Person) -> Round:
    """As `lock_round`, for whoever lets somebody take part: DomainError where the round is closed, too."""
    fresh = lock_round(round_, by)
    if fresh.state == Round.State.CLOSED:
        raise DomainError(
            _("The round is closed, so nobody can come along any more. They can sign up for the next one.")
        )
    return fresh
