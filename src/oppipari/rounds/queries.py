"""What pages read of rounds and sign-ups; a fixed number of queries, however many people there are."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.organisation.models import Person
from oppipari.organisation.todo import Todo
from oppipari.rounds.models import Invitation, Round, SignUp

State = Round.State


def sign_ups(round_: Round) -> list[SignUp]:
    """Everyone who signed up and has not withdrawn, with their people and teams, by name."""
    return list(
        SignUp.objects.active().filter(round=round_).select_related("person", "team").order_by("person__name", "pk")
    )


def taking_part(round_: Round) -> list[SignUp]:
    """Those who pairs are formed of, with all that forming needs."""
    return list(
        SignUp.objects.taking_part().filter(round=round_).select_related("person", "team", "exclusion").order_by("pk")
    )


class Named(NamedTuple):
    """Who takes part, without what they told: enough for names, lists and for seeing that something changed."""

    pk: int
    version: int
    person_id: int
    name: str
    email: str


def some_taking_part(round_: Round, ids: Iterable[int]) -> list[SignUp]:
    """Some of those who pairs are formed of, by sign-up id, with their people and what they told."""
    return list(SignUp.objects.taking_part().filter(round=round_, pk__in=list(ids)).select_related("person", "team"))


def named_taking_part(round_: Round) -> list[Named]:
    """Those who pairs are formed of, by id; much lighter than `taking_part` where there are thousands."""
    rows = SignUp.objects.taking_part().filter(round=round_).order_by("pk")
    named = rows.values_list("pk", "version", "person_id", "person__name", "person__email")
    return [Named(pk, version, person, name or email or "–", email or "") for pk, version, person, name, email in named]


def counts(round_: Round) -> dict[str, int]:
    """How many signed up, how many of them wait for confirmation, how many invitations are unanswered."""
    active = SignUp.objects.active().filter(round=round_)
    return {
        "signed_up": active.count(),
        "unknown": active.filter(confirmed_at=None).count(),
        "invited": Invitation.objects.filter(round=round_, confirmed_at=None).count(),
    }


def round_of_invite(token: str) -> Round | None:
    """The round a public invitation leads to."""
    return Round.objects.select_related("unit__organisation").filter(invite_token=token).first()


def is_latest(round_: Round) -> bool:
    """Whether the unit has opened no round after this one."""
    return not Round.objects.filter(unit_id=round_.unit_id, created_at__gt=round_.created_at).exists()


def sign_up_of(round_: Round, person: Person) -> SignUp | None:
    """The person's own sign-up to the round."""
    return SignUp.objects.active().filter(round=round_, person=person).select_related("exclusion").first()


def todos_for_person(person: Person) -> list[Todo]:
    """Nothing waits of a sign-up itself, but it can be looked at while it can still be changed."""
    mine = (
        SignUp.objects.active()
        .filter(person=person, round__state__in=[State.SIGN_UP, State.PAIRING])
        .select_related("round")
    )
    return [
        Todo(
            text=_("You have signed up for %(round)s. Pairs are published later.") % {"round": s.round.name},
            action=_("Look at my sign-up"),
            url=reverse("my_sign_up", args=[s.pk]),
            order=60,
        )
        for s in mine
    ]


def todos_for_round(round_: Round, person: Person) -> list[Todo]:
    """What waits for the supervisor before pairs are published."""
    if round_.state not in (State.SIGN_UP, State.PAIRING):
        return []
    n = counts(round_)
    todos = []
    if n["unknown"]:
        todos.append(
            Todo(
                text=ngettext(
                    "%(count)d sign-up waits: do you know this person?",
                    "%(count)d sign-ups wait: do you know these people?",
                    n["unknown"],
                )
                % {"count": n["unknown"]},
                action=_("Look at the sign-ups"),
                url=reverse("round_sign_ups", args=[round_.pk]),
                order=20,
            )
        )
    if round_.state == State.SIGN_UP:
        if round_.sign_up_closes < timezone.localdate() and n["signed_up"] >= 2:
            todos.append(
                Todo(
                    text=_("The closing day of sign-up has passed. Close sign-up and form the pairs."),
                    action=_("Close sign-up"),
                    url=reverse("round_sign_ups", args=[round_.pk]),
                    order=10,
                )
            )
        else:
            todos.append(
                Todo(
                    text=_("Tell your unit about the round: the slides, the link and the QR code are ready."),
                    action=_("Tell about the round"),
                    url=reverse("round_tell", args=[round_.pk]),
                    order=15 if n["signed_up"] < 2 else 30,
                )
            )
            if n["signed_up"] >= 2:
                todos.append(
                    Todo(
                        text=_("%(count)d people have signed up. When enough have, close sign-up and form the pairs.")
                        % {"count": n["signed_up"]},
                        action=_("To the sign-ups"),
                        url=reverse("round_sign_ups", args=[round_.pk]),
                        order=25,
                    )
                )
    return todos


def round_part(round_: Round) -> dict[str, Any]:
    """The sign-up card of a round's page; none of a closed round whose sign-ups have been deleted."""
    counted = counts(round_)
    return {} if round_.state == State.CLOSED and not counted["signed_up"] else counted


# -- who was left without a pair --------------------------------------------------------------------------------------


def left_without(round_: Round) -> QuerySet[SignUp]:
    """Those who took part in a round and have no pair in it in the end, whether they waited or their pair ended early."""
    return SignUp.objects.taking_part().filter(round=round_).exclude(places__isnull=False, places__left_at=None)


def comes_first(person: Person) -> set[int]:
    """The rounds (their keys) that left `person` without a pair, as long as they are among the first in the next one.

    So it is until the unit's next round has closed its sign-up or they have signed up to it. Whoever said that it was
    enough for now is not told of it.
    """
    later = Round.objects.filter(unit=OuterRef("round__unit"), created_at__gt=OuterRef("round__created_at"))
    formed = Q(round__state__in=[State.MEETING, State.EVALUATING], places=None) | Q(round__state=State.CLOSED)
    mine = (
        SignUp.objects.taking_part()
        .filter(formed, person=person)
        .exclude(places__isnull=False, places__left_at=None)
        .exclude(places__looks=False)
        .exclude(Exists(later.exclude(state=State.SIGN_UP)))
        .exclude(Exists(later.filter(sign_ups__person=person, sign_ups__withdrawn_at=None)))
    )
    return set(mine.values_list("round_id", flat=True))
