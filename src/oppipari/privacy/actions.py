"""Erasing oneself, and the retention that runs by itself."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.insights.actions import drop_drafts, forget_person
from oppipari.meetings.work_times import feeds, rosters
from oppipari.messages.models import Outgoing
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry, Person, Role
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round, SignUp

KEPT = timedelta(days=183)


@transaction.atomic
def erase_me(person: Person) -> None:
    """Erase a person and all that is theirs; what is released or published without names stays.

    Raises DomainError while they are in a pair that meets, or supervise a unit alone.
    """
    if (
        PairMember.objects.filter(person=person, left_at=None, pair__state=Pair.State.MEETING)
        .exclude(pair__round__state=Round.State.CLOSED)
        .exists()
    ):
        raise DomainError(
            _("You are in a pair now. Finish it on your pair's page first; then your data can be erased.")
        )
    for role in person.roles.filter(kind=Role.Kind.SUPERVISOR):
        if not Role.objects.filter(kind=Role.Kind.SUPERVISOR, unit=role.unit).exclude(person=person).exists():
            raise DomainError(_("You are the only supervisor of a unit. Add another supervisor first."))
    if person.roles.filter(kind=Role.Kind.ADMINISTRATOR).exists():
        raise DomainError(_("You look after this installation. Give that role to somebody else first."))
    # A pair whose other member stays keeps no trace of this one; an insight shown with names loses them.
    for place in PairMember.objects.filter(person=person).select_related("pair"):
        place.pair.insights.exclude(shown_names="").update(shown_names="")
        place.pair.insights.filter(state="draft").delete()
    forget_person(person)
    person.delete()


@transaction.atomic
def retention(today: date) -> int:
    """Delete what has had its time: a closed round's personal data six months after it closed; returns how many rounds.

    Earlier pairs remain as keyed hashes; released figures, conclusions and published insights remain.
    """
    limit = timezone.now() - KEPT if today == timezone.localdate() else None
    old = Round.objects.filter(state=Round.State.CLOSED, closed_at__date__lt=today - KEPT)
    count = 0
    for round_ in old:
        if not (Pair.objects.filter(round=round_).exists() or SignUp.objects.filter(round=round_).exists()):
            continue
        for pair in Pair.objects.filter(round=round_):
            # A draft would stay behind without anybody who could open it.
            drop_drafts(pair)
        Pair.objects.filter(round=round_).delete()
        SignUp.objects.filter(round=round_).delete()
        round_.invitations.all().delete()
        count += 1
    rosters.retention(today)
    feeds.retention(today)
    AccessEntry.objects.filter(day__lt=today - KEPT).delete()
    if limit:
        Outgoing.objects.filter(Q(sent_at__lt=limit) | Q(created_at__lt=limit)).delete()
        # Addresses that asked for a code and never came back.
        nobody = Person.objects.filter(
            email_confirmed_at=None, created_at__lt=timezone.now() - timedelta(days=30), roles=None, sign_ups=None
        )
        nobody.delete()
    return count
