"""Erasing oneself, and the retention that runs by itself."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.insights.actions import drop_drafts, forget_person
from oppipari.meetings.work_times import feeds, rosters
from oppipari.messages.models import Outgoing
from oppipari.messages.named import forget_in_letters
from oppipari.organisation.deleted import forget_deleted
from oppipari.organisation.errors import DomainError
from oppipari.organisation.guards import for_each
from oppipari.organisation.models import AccessEntry, Person, Role
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.knowing import drop_if_nobody_waits
from oppipari.rounds.models import KEPT, Invitation, Round, SignUp

# A pair that goes on is told that it ends before anything of it is deleted; for a working morning, so long.
FOR_A_WORD = timedelta(weeks=2)


def why_not_yet(person: Person) -> list[str]:
    """Why a person cannot be erased just now, each with what to do about it; empty where they can."""
    found = []
    if PairMember.objects.filter(person=person, left_at=None, pair__state=Pair.State.MEETING).exists():
        found.append(
            _(
                "You have a pair or trio that meets now. End your meetings on its page first; then your data can be erased."
            ),
        )
    for role in person.roles.filter(kind=Role.Kind.SUPERVISOR):
        if not Role.objects.filter(kind=Role.Kind.SUPERVISOR, unit=role.unit).exclude(person=person).exists():
            found.append(_("You are the only supervisor of a unit. Add another supervisor first."))
    if person.roles.filter(kind=Role.Kind.ADMINISTRATOR).exists():
        found.append(_("You look after this installation. Give that role to somebody else first."))
    return list(dict.fromkeys(found))


@transaction.atomic
def erase_me(person: Person) -> None:
    """Erase a person and all that is theirs; what is released or published without names stays.

    Raises DomainError while they are in a pair that meets, or supervise a unit alone.
    """
    if reasons := why_not_yet(person):
        raise DomainError(reasons[0])
    # A pair whose other member stays keeps no trace of this one; an insight shown with names loses them.
    for place in PairMember.objects.filter(person=person).select_related("pair"):
        place.pair.insights.exclude(shown_names="").update(shown_names="")
        place.pair.insights.filter(state="draft").delete()
    forget_person(person)
    if person.email:
        # Also where others wrote it down: an invitation not answered yet.
        Invitation.objects.filter(email=person.email).delete()
    forget_in_letters(person.pk, str(person), person.email or "")
    rounds = [made.round for made in person.sign_ups.filter(confirmed_at=None).select_related("round")]
    person.delete()
    for round_ in rounds:
        drop_if_nobody_waits(round_)
    forget_deleted()


def retention(today: date) -> int:
    """Delete what has had its time: a closed round's personal data six months after it closed; returns how many rounds.

    Earlier pairs remain as keyed hashes; released figures, conclusions and published insights remain. Each round, and
    each other kind of data, is a transaction of its own.
    """
    old = Round.objects.filter(state=Round.State.CLOSED, closed_at__date__lt=today - KEPT)
    count = for_each(list(old.values_list("pk", flat=True)), lambda pk: _forget_round(pk, today), "retention of rounds")
    others: list[Callable[[date], object]] = [rosters.retention, feeds.retention, _forget_reads]
    if today == timezone.localdate():
        others += [_forget_letters, _forget_nobody]
    for_each(others, lambda forget: forget(today), "retention")
    return count


@transaction.atomic
def _forget_round(pk: int, today: date) -> bool:
    round_ = Round.objects.get(pk=pk)
    if not (Pair.objects.filter(round=round_).exists() or SignUp.objects.filter(round=round_).exists()):
        return False
    waits = round_.closed_at is not None and timezone.localdate(round_.closed_at) >= today - KEPT - FOR_A_WORD
    if waits and Pair.objects.active().filter(round=round_).exists():
        return False
    for pair in Pair.objects.filter(round=round_):
        # A draft would stay behind without anybody who could open it.
        drop_drafts(pair)
    Pair.objects.filter(round=round_).delete()
    SignUp.objects.filter(round=round_).delete()
    round_.invitations.all().delete()
    return True


def _forget_reads(today: date) -> None:
    AccessEntry.objects.filter(day__lt=today - KEPT).delete()


def _forget_letters(_today: date) -> None:
    limit = timezone.now() - KEPT
    Outgoing.objects.filter(Q(sent_at__lt=limit) | Q(created_at__lt=limit)).delete()


def _forget_nobody(_today: date) -> None:
    """Addresses that asked for a code and never came back, and strangers who withdrew: nobody of a unit."""
    month = timezone.now() - timedelta(days=30)
    Person.objects.filter(created_at__lt=month, roles=None, sign_ups=None).delete()
