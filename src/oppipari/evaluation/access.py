"""Who may: answer (who holds a ticket), run the evaluation (the supervisor), read what the round brought."""

from django.db.models import Q, QuerySet

from oppipari.evaluation.models import Questionnaire
from oppipari.organisation import access
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round


def questionnaires_for(person: Person) -> QuerySet[Questionnaire]:
    """Questionnaires that `person` holds a ticket to."""
    return Questionnaire.objects.filter(tickets__person=person)


def closings_for(person: Person) -> QuerySet[Round]:
    """Rounds whose closing page `person` may read: their own units', once closed; the supervisor before that too."""
    supervised = Q(
        unit_id__in=access.supervised_unit_ids(person), state__in=[Round.State.EVALUATING, Round.State.CLOSED]
    )
    joined = Q(unit_id__in=access.member_unit_ids(person), state=Round.State.CLOSED)
    return Round.objects.filter(supervised | joined)
