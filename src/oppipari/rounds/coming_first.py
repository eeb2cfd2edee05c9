"""Who was left without a pair, and comes first in the next round."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from oppipari.organisation.models import Person
from oppipari.rounds.models import RUNNING, Round, SignUp

State = Round.State


def left_without(round_: Round) -> QuerySet[SignUp]:
    """Those who took part in a round and have no pair in it in the end, whether they waited or their pair ended early."""
    return SignUp.objects.taking_part().filter(round=round_).without_a_place()


def waited_before(round_: Round, person: Person) -> bool:
    """Whether the person was without a pair in the end in the round this one was copied from, else in the one before it.

    Those who waited from the start and those whose pair ended early count alike. They were told that they come first, so
    it holds too where the supervisor opened a fresh round instead of copying.
    """
    before = _round_before(round_)
    return before is not None and left_without(before).filter(person=person).exists()


def _round_before(round_: Round) -> Round | None:
    if round_.copied_from is not None:
        return round_.copied_from
    earlier = (
        Round.objects.filter(unit=round_.unit_id, created_at__lt=round_.created_at).order_by("-created_at").first()
    )
    return earlier if earlier is not None and earlier.state == State.CLOSED else None


def come_first(round_: Round) -> list[SignUp]:
    """Who comes first in this round and has not answered it yet: their sign-ups to the round before, by name.

    They were left without a pair there, and promised it. Whoever said that it was enough for now was not, nor is anybody
    named who has withdrawn from this one.
    """
    if not round_.takes_sign_ups(timezone.localdate()) or (before := _round_before(round_)) is None:
        return []
    left = left_without(before).exclude(places__isnull=False, places__looks=False)
    answered = SignUp.objects.filter(round=round_).values("person")
    return list(left.exclude(person__in=answered).select_related("person").order_by("person__name", "pk"))


def is_unpaired(made: SignUp) -> bool:
    """Whether pairs have been published and this one, who takes part, has never had one; they may still get one."""
    running = made.round.state in RUNNING
    return running and made.confirmed_at is not None and not made.places.exists()


def units_first(person: Person) -> set[int]:
    """The units (their keys) in whose next round the person is among the first."""
    return set(Round.objects.filter(pk__in=comes_first(person)).values_list("unit_id", flat=True))


def comes_first(person: Person) -> set[int]:
    """The rounds (their keys) that left `person` without a pair, as long as they are among the first in the next one.

    So it is until the unit's next round has closed its sign-up or they have signed up to it. Whoever said that it was
    enough for now is not told of it.
    """
    later = Round.objects.filter(unit=OuterRef("round__unit"), created_at__gt=OuterRef("round__created_at"))
    formed = Q(round__state__in=RUNNING, places=None) | Q(round__state=State.CLOSED)
    mine = (
        SignUp.objects.taking_part()
        .filter(formed, person=person)
        .without_a_place()
        .exclude(places__looks=False)
        .exclude(Exists(later.exclude(state=State.SIGN_UP)))
        .exclude(Exists(later.filter(sign_ups__person=person, sign_ups__withdrawn_at=None)))
    )
    return set(mine.values_list("round_id", flat=True))
