"""What becomes of sign-ups and invitations whose addresses a mail server refuses, or whose people take another address."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.messages.actions import link, send
from oppipari.organisation.models import Person, PersonalLink
from oppipari.organisation.queries import supervisors_of
from oppipari.organisation.todo import Todo
from oppipari.rounds.models import Invitation, Round, SignUp
from oppipari.rounds.naming import about


def note_invitations(sender: Any, address: str, **kwargs: Any) -> None:
    """Note it at open invitations, and tell the supervisors of their rounds at once."""
    fresh = Invitation.objects.filter(email=address, confirmed_at=None, refused_at=None)
    running = fresh.exclude(round__state=Round.State.CLOSED)
    rounds = list(running.values_list("round_id", flat=True))
    fresh.update(refused_at=timezone.now())
    _tell(address, rounds)


def tell_of_person(sender: Any, address: str, **kwargs: Any) -> None:
    """Tell the supervisors of the rounds that somebody has signed up to, once, when their letters begin to come back.

    Who waits to be known read a code at their address, so it is theirs. A round that was closed is one of them as long as
    their pair goes on.
    """
    concerned = SignUp.objects.going_on().filter(person__email=address)
    _tell(address, concerned.values_list("round_id", flat=True))


def _tell(address: str, rounds: Iterable[int]) -> None:
    """One letter of one address, and one an hour and round: a file with many such addresses is one matter, and the page
    names them all."""
    told: set[int] = set()
    for round_ in Round.objects.filter(pk__in=list(rounds)).select_related("unit").order_by("pk"):
        for boss in supervisors_of(round_.unit):
            if boss.email != address and boss.pk not in told:
                told.add(boss.pk)
                send(
                    to=boss.email or "",
                    kind="letter_refused",
                    language=boss.language,
                    context={
                        "url": link(reverse("round_sign_ups", args=[round_.pk]) + "#refused"),
                        **about(boss, round_),
                    },
                    key=f"letter_refused:{round_.pk}:{timezone.now():%Y-%m-%d:%H}Z:{boss.pk}",
                )


def note_reached(sender: Any, address: str, **kwargs: Any) -> None:
    """A letter has arrived: the address is there."""
    Invitation.objects.filter(email=address).exclude(refused_at=None).update(refused_at=None)


def take_invitations_along(sender: Any, person: Person, old: str, proved: bool, **kwargs: Any) -> None:
    """Whoever was invited at their old address, and has read a code there, is invited at the new one."""
    if not (old and proved):
        return
    for made in Invitation.objects.filter(email=old, confirmed_at=None):
        if Invitation.objects.filter(round=made.round_id, email=person.email).exists():
            made.delete()
        else:
            made.email, made.refused_at = person.email or "", None
            made.save(update_fields=["email", "refused_at"])


def refused_in(round_: Round) -> tuple[list[Invitation], list[SignUp]]:
    """Open invitations that never arrived, and those who signed up and whose letters come back, by name."""
    invited = round_.invitations.filter(confirmed_at=None).exclude(refused_at=None)
    signed = SignUp.objects.active().filter(round=round_).exclude(person__email_refused_at=None)
    return list(invited.order_by("email")), list(signed.select_related("person").order_by("person__name", "pk"))


def todos_for_round(round_: Round) -> list[Todo]:
    """To how many people no letter comes, until the supervisor has given them a link by hand; two queries.

    Of a closed round only those whose pair goes on.
    """
    if not settings.MAIL_ENABLED:
        return []
    over = round_.state == Round.State.CLOSED
    invited = 0 if over else round_.invitations.filter(confirmed_at=None).exclude(refused_at=None).count()
    handed = PersonalLink.objects.filter(
        person=OuterRef("person"),
        kind=PersonalLink.Kind.HANDED,
        created_at__gte=OuterRef("person__email_refused_at"),
    )
    signed = SignUp.objects.active().filter(round=round_).exclude(person__email_refused_at=None).exclude(Exists(handed))
    count = invited + (signed.in_a_pair() if over else signed).count()
    if not count:
        return []
    text = ngettext(
        "Letters to %(count)d person come back. Give them a link yourself, and ask for the right address.",
        "Letters to %(count)d people come back. Give them a link yourself, and ask for the right addresses.",
        count,
    )
    url = reverse("round_sign_ups", args=[round_.pk]) + "#refused"
    return [Todo(text=text % {"count": count}, action=_("See who"), url=url, order=6)]
