"""Which round a letter is about, told where its reader has more than one."""

from django.db.models import Q

from oppipari.organisation import access
from oppipari.organisation.models import Person, Role, Unit
from oppipari.rounds.models import Round, SignUp


def has_another(person: Person, round_: Round) -> bool:
    """Whether `person` takes part in, or supervises, another round than `round_` that goes on, or whose pairs go on."""
    if SignUp.objects.going_on().filter(person=person).exclude(round=round_).exists():
        return True
    mine = Role.objects.filter(person=person, kind=Role.Kind.SUPERVISOR).values("unit")
    going_on = ~Q(state=Round.State.CLOSED) | Q(pairs__state="meeting")
    return Round.objects.filter(going_on, unit__in=mine).exclude(pk=round_.pk).exists()


def about(person: Person, round_: Round, *first: str) -> dict[str, list[str]]:
    """What a letter's context says of what it is about: `first`, the unit and the round; nothing where there is only one.

    The subject and the first line never say it: a phone shows them to whoever sits beside.
    """
    return {"about": [*first, round_.unit.name, round_.name]} if has_another(person, round_) else {}


def about_unit(person: Person, unit: Unit) -> dict[str, list[str]]:
    """The same of a letter about a unit's wall, which outlives its rounds; nothing where the person has no other unit."""
    return {"about": [unit.name]} if access.member_unit_ids(person) - {unit.pk} else {}
