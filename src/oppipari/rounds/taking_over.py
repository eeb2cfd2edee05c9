"""An invitation to an address that its reader has left, or has beside another: it becomes theirs, and they stay one person.

No former addresses are kept, so nobody can know whose it was. Whoever is signed in says that it is theirs, and a code that
went to the invited mailbox proves it.
"""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.messages.actions import link, send
from oppipari.organisation.errors import DomainError
from oppipari.organisation.limits import CODES_AN_HOUR, is_too_many
from oppipari.organisation.models import Person
from oppipari.organisation.own_details.actions import TIME, TRIES, Move, code, is_right, owner_of
from oppipari.rounds.inviting import forget_invitations_to
from oppipari.rounds.models import Invitation, SignUp


def ask_for_it(made: Invitation, person: Person, token: str) -> Move:
    """Send a code to the invited mailbox; returns what the session keeps until it comes back.

    Raises DomainError where there is no mail, `person` has no address that it could become theirs with, or too many
    were asked.
    """
    if not settings.MAIL_ENABLED or not person.email:
        raise DomainError(_("Sign out first."))
    if is_too_many(f"take:{person.pk}", CODES_AN_HOUR) or is_too_many(f"code:{made.email}", CODES_AN_HOUR):
        raise DomainError(_("Too many codes have been asked for within an hour. Try again a little later."))
    until = (timezone.now() + TIME).isoformat()
    asked = Move(person=person.pk, old=person.email, new=made.email, old_code="", new_code=code(), until=until)
    send(
        to=made.email,
        kind="address_invited",
        language=person.language,
        context={"code": asked.new_code, "url": link(reverse("invitation", args=[token])), "of": person.pk},
    )
    return asked


@transaction.atomic
def take_over(made: Invitation, person: Person, asked: Move, typed: str) -> bool:
    """Let the invitation be to `person`'s own address, if the code is right; returns whether it is.

    Raises DomainError where its time or its tries are over, either address was changed, or the invited one is somebody
    else's here: theirs is the invitation then.
    """
    fresh = Person.objects.select_for_update().get(pk=person.pk)
    there = Invitation.objects.select_for_update(of=("self",)).filter(pk=made.pk, confirmed_at=None).first()
    if (
        there is None
        or (asked.person, asked.old, asked.new) != (fresh.pk, fresh.email, there.email)
        or Move.of(asked.kept()) is None
        or asked.tries >= TRIES
    ):
        raise DomainError(_("This code no longer holds. Ask for a new one."))
    if not is_right(typed, asked.new_code):
        return False
    if owner_of(there.email, fresh) is not None:
        raise DomainError(
            _(
                "Somebody is here with the invited address already. If it is you, sign out and open the invitation again."
            )
        )
    # Who only asked for a code at it is nobody, and would be the second person.
    Person.objects.filter(email=there.email).exclude(pk=fresh.pk).delete()
    forget_invitations_to(there.round, fresh.email)
    if SignUp.objects.taking_part().filter(round=there.round_id, person=fresh).exists():
        # There is nothing to answer: what they have told stays as it is.
        forget_invitations_to(there.round, there.email)
        return True
    there.email, there.refused_at = fresh.email or "", None
    there.save(update_fields=["email", "refused_at"])
    return True
