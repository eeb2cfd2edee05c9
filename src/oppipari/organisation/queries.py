"""What pages read of units, roles and personal links."""

from datetime import timedelta

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.organisation import access
from oppipari.organisation.models import Organisation, Person, PersonalLink, Role, Unit
from oppipari.organisation.todo import Todo

# So long before it ends, one's own link is to be made anew.
ENDS_SOON = timedelta(days=30)
RUNS = (Role.Kind.SUPERVISOR, Role.Kind.ADMINISTRATOR)


def units_supervised(person: Person) -> QuerySet[Unit]:
    """The units that `person` supervises."""
    return Unit.objects.filter(pk__in=access.supervised_unit_ids(person))


def units_of_member(person: Person) -> QuerySet[Unit]:
    """The units whose common pages `person` may read."""
    return Unit.objects.filter(pk__in=access.member_unit_ids(person))


def teams_of(unit: Unit) -> list[Unit]:
    return list(unit.teams.all())


def supervisors_of(unit: Unit | int) -> list[Person]:
    """The supervisors of `unit` (or of the one with this id) by name."""
    return list(
        Person.objects.filter(roles__kind=Role.Kind.SUPERVISOR, roles__unit=unit, is_active=True).order_by("name", "pk")
    )


def answers_go_to(unit: Unit | int, person: Person | None = None) -> str:
    """The address to which answers to a letter to `person` go, of a supervisor of `unit`; empty where there is none.

    Never the person's own, nor that of the service.
    """
    others = (boss.email for boss in supervisors_of(unit) if person is None or boss.pk != person.pk)
    return next((address for address in others if address), "")


def link_of(token: str) -> PersonalLink | None:
    """The personal link behind `token`, whatever its state; nothing is used up."""
    return PersonalLink.objects.select_related("person").filter(token_hash=PersonalLink.hash_of(token)).first()


# -- ways in where no code comes by e-mail ------------------------------------------------------------------------------


def is_fresh() -> bool:
    """Whether nobody has set this installation up yet, so that the first link is the way in."""
    first = Person.objects.filter(email=None, roles__kind=Role.Kind.ADMINISTRATOR)
    return first.exists() or not Organisation.objects.exists()


def own_link_of(person: Person) -> PersonalLink | None:
    """The person's own way back that works now; its address is stored nowhere."""
    return PersonalLink.objects.usable().filter(person=person, kind=PersonalLink.Kind.OWN).first()


def supervisors_can_return() -> bool:
    """Whether anybody who runs something here has a link that still signs them in."""
    run = Person.objects.filter(is_active=True, roles__kind__in=RUNS)
    return PersonalLink.objects.usable().filter(person__in=run).exists()


def addresses_of_supervisors() -> list[str]:
    """Under which addresses those who run something here are known: for whoever looks after the installation."""
    run = Person.objects.filter(is_active=True, roles__kind__in=RUNS)
    return [address for address in run.order_by("email").values_list("email", flat=True).distinct() if address]


def todos_for_person(person: Person) -> list[Todo]:
    """What waits: to make one's own way back, where no code would come and there is none, or not for long any more."""
    if person.gets_letters:
        return []
    own = own_link_of(person)
    if own is not None and own.expires_at > timezone.now() + ENDS_SOON:
        return []
    text = (
        _("You have no way back here yet: no code reaches you by e-mail. Make a link of your own, and keep it.")
        if own is None
        else _("Your own link soon ends. Make a new one, and keep it.")
    )
    return [Todo(text=text, action=_("Make my own link"), url=reverse("own_link"), order=6)]
