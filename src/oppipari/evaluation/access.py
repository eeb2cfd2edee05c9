"""Who may: answer (who was in a pair, or has signed up), run the evaluation (the supervisor), read what the round brought."""

from django.db.models import Q, QuerySet

from oppipari.evaluation.models import Questionnaire
from oppipari.organisation import access
from oppipari.organisation.models import Person, Unit
from oppipari.rounds.models import Round, SignUp


def questionnaires_for(person: Person) -> QuerySet[Questionnaire]:
    """Questionnaires of rounds that `person` was in a pair of, open or closed: who is late is told so."""
    return Questionnaire.objects.filter(round__pairs__members__person=person).distinct()


def start_questions_for(person: Person) -> QuerySet[Round]:
    """Rounds whose start questions are for `person`: those they signed up for, and are known to the supervisor of."""
    mine = SignUp.objects.taking_part().filter(person=person)
    return Round.objects.filter(pk__in=mine.values("round_id"))


def closings_for(person: Person) -> QuerySet[Round]:
    """Rounds whose closing page `person` may read: their own units', once closed; the supervisor before that too."""
    supervised = Q(
        unit_id__in=access.supervised_unit_ids(person), state__in=[Round.State.EVALUATING, Round.State.CLOSED]
    )
    joined = Q(unit_id__in=access.member_unit_ids(person), state=Round.State.CLOSED)
    return Round.objects.filter(supervised | joined)


def closed_of(unit: Unit) -> QuerySet[Round]:
    """The unit's closed rounds: what they brought may be read by the whole unit, also at its reading address."""
    return Round.objects.filter(unit=unit, state=Round.State.CLOSED)


def may_read_questions(person: Person) -> bool:
    """Who may read what the organisation asks: those who run rounds or look after them all."""
    return access.is_supervisor_anywhere(person) or access.is_coordinator(person)


def may_edit_questions(person: Person) -> bool:
    """Who may change it: the coordinator; where there is a single unit, its supervisor."""
    if access.is_coordinator(person):
        return True
    units = Unit.objects.filter(organisation_id=person.organisation_id, parent=None)
    return access.is_supervisor_anywhere(person) and units.count() == 1


def units_coordinated(person: Person) -> QuerySet[Unit]:
    """The work units whose released figures `person` may read as the coordinator of their organisation."""
    units = Unit.objects.filter(organisation=person.organisation_id, parent=None)
    return units if access.is_coordinator(person) else units.none()
