"""Rounds and their sign-ups: who takes part, how many, and what the round's page shows of them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.organisation import access
from oppipari.organisation.models import Person
from oppipari.organisation.reach import mail_leaves
from oppipari.rounds.models import Invitation, Round, SignUp

State = Round.State


def sign_ups(round_: Round) -> list[SignUp]:
    """Everyone who takes part, with their people and teams, by name."""
    rows = SignUp.objects.taking_part().filter(round=round_)
    return list(rows.select_related("person", "team").order_by("person__name", "pk"))


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
    """How many take part, how many wait until the supervisor knows them, how many invitations are unanswered."""
    return {
        "signed_up": SignUp.objects.taking_part().filter(round=round_).count(),
        "unknown": SignUp.objects.active().filter(round=round_, confirmed_at=None).count(),
        "invited": Invitation.objects.filter(round=round_, confirmed_at=None).count(),
    }


def invitations_made(count: int) -> str:
    """What the supervisor reads after making invitations: how many, and how they reach people."""
    made = ngettext("%(count)d invitation was made.", "%(count)d invitations were made.", count) % {"count": count}
    if not count:
        return made
    if mail_leaves():
        return " ".join([made, _("It goes by e-mail.") if count == 1 else _("They go by e-mail.")])
    return " ".join([made, _("No message is sent: make a sheet of them, and hand each person their own.")])


def joined_by_supervisors(round_: Round) -> list[SignUp]:
    """The sign-ups that a supervisor joined to somebody who has not said yet that they are theirs; before they led to a pair."""
    joined = SignUp.objects.joined().filter(round=round_).exclude(round__state=State.CLOSED)
    return list(joined.select_related("person").order_by("person__name", "pk"))


def has_been_told(round_: Round) -> bool:
    """Whether word of the round has reached anybody: somebody signed up, or a letter left. What is said aloud is not known
    here, nor whether a slip was handed over."""
    if SignUp.objects.filter(round=round_).exists():
        return True
    return mail_leaves() and Invitation.objects.filter(round=round_, refused_at=None).exists()


def round_of_invite(token: str) -> Round | None:
    """The round a public invitation leads to."""
    return Round.objects.select_related("unit__organisation").filter(invite_token=token).first()


def is_latest(round_: Round) -> bool:
    """Whether the unit has opened no round after this one."""
    return not Round.objects.filter(unit_id=round_.unit_id, created_at__gt=round_.created_at).exists()


def sign_up_of(round_: Round, person: Person) -> SignUp | None:
    """The person's own sign-up to the round."""
    return SignUp.objects.active().filter(round=round_, person=person).select_related("exclusion").first()


def open_to(person: Person) -> list[Round]:
    """The rounds of the person's own units that take sign-ups and that they have not answered; not of those they run."""
    units = access.member_unit_ids(person) - access.supervised_unit_ids(person)
    if not units:
        return []
    rounds = Round.objects.filter(unit__in=units, state=State.SIGN_UP, sign_up_closes__gte=timezone.localdate())
    return list(rounds.exclude(sign_ups__person=person).order_by("sign_up_closes", "pk"))


def round_part(round_: Round) -> dict[str, Any]:
    """The sign-up card of a round's page; none of a closed round whose sign-ups have been deleted."""
    counted = counts(round_)
    there = counted["signed_up"] or counted["unknown"]
    return {} if round_.state == State.CLOSED and not there else counted
