"""What a person without a pair reads: their pair ended, they wait, or they said that it was enough for now."""

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.pairs.models import PairMember
from oppipari.rounds.models import RUNNING, SignUp


def _without_pair(person: Person) -> list[SignUp]:
    """The person's sign-ups to running rounds in which they have no pair, each with its ended places."""
    places = PairMember.objects.select_related("pair__question").order_by("-pk")
    return list(
        SignUp.objects.taking_part()
        .filter(person=person, round__state__in=RUNNING)
        .without_a_place()
        .select_related("round")
        .prefetch_related(Prefetch("places", places, to_attr="ended"))
    )


def were_three(place: PairMember) -> bool:
    """Whether it was a trio that ended with this place; one query."""
    return PairMember.objects.filter(pair=place.pair_id, left_at=place.left_at).count() > 2


def looks(places: list[PairMember]) -> bool | None:
    """One's own answer, of one's ended places (latest first); None while the question is open and not answered."""
    if hasattr(places[0].pair, "question"):
        return places[0].looks
    return not any(p.looks is False for p in places)


def todos_for_person(person: Person) -> list[Todo]:
    """The private question after a pair ended, in the same words whoever ended it; else that one waits for a partner."""
    todos = []
    for sign_up in _without_pair(person):
        ended: list[PairMember] = sign_up.ended  # type: ignore[attr-defined]
        text, action, url = (
            _("There was no pair for you yet in the round %(round)s. You come first in the next one."),
            _("Look at my sign-up"),
            reverse("my_sign_up", args=[sign_up.pk]),
        )
        order, waits = 30, False
        if ended:
            url, answer = reverse("looking", args=[sign_up.pk]), looks(ended)
            if answer is None:
                text = (
                    _("Your trio in the round %(round)s has ended. Would you like a new partner? Each answers alone.")
                    if were_three(ended[0])
                    else _(
                        "Your pair in the round %(round)s has ended. Would you like a new partner? Each answers alone."
                    )
                )
                action, order, waits = _("Answer in private"), 10, True
            elif answer:
                text = _("A new partner is looked for, for you, in the round %(round)s. You are first in line.")
                action = _("Look at my answer")
            else:
                continue
        todos.append(Todo(text=text % {"round": sign_up.round.name}, action=action, url=url, order=order, waits=waits))
    return todos


def resting(person: Person) -> dict[int, int]:
    """Sign-ups by round in which the person said that it was enough for now, and may think again."""
    return {s.round_id: s.pk for s in _without_pair(person) if s.ended and looks(s.ended) is False}  # type: ignore[attr-defined]
