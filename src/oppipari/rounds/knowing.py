"""Who belongs to a unit: decided in one place. Everybody else who signs up waits for the supervisor's "I know this person"."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.messages.actions import drop_letters_to, drop_letters_with, link, send
from oppipari.organisation.actions import give_role, record_read
from oppipari.organisation.domains import is_within
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry, Person, Role
from oppipari.organisation.own_details.actions import correct_address
from oppipari.organisation.queries import answers_go_to, supervisors_of
from oppipari.organisation.text import fold
from oppipari.rounds.access import lock_round, lock_round_to_join
from oppipari.rounds.inviting import forget_invitations_to
from oppipari.rounds.models import Invitation, Round, SignUp
from oppipari.rounds.naming import about

OF_A_UNIT = (Role.Kind.MEMBER, Role.Kind.SUPERVISOR)
# What a person is told of their own sign-up, each once however often they change their answers.
OWN_LETTERS = ("sign_up_received", "sign_up_waiting", "sign_up_confirmed", "sign_up_unpaired")


def is_known(round_: Round, person: Person, slip: Invitation | None = None) -> bool:
    """Whether `person`'s sign-up to `round_` takes part at once. Anything that is not certain is a no.

    Yes for a member or supervisor of the unit; for whoever read a code at the very address that was invited to this
    round and has not answered yet; for whoever read one at an address of the organisation's own domains; and, on an
    installation without mail, for whoever holds the `slip` of an invitation to this round. A sign-up alone, a link that
    can be forwarded, an address that somebody only wrote, and a place in another unit are none of these.
    """
    if not person.is_active:
        return False
    # Not the roles that a request has read already: one may have been taken away since.
    if Role.objects.filter(person=person, unit=round_.unit_id, kind__in=OF_A_UNIT).exists():
        return True
    if not person.email:
        return False
    if slip is not None and not settings.MAIL_ENABLED:
        return slip.round_id == round_.pk and slip.email == person.email
    if person.email_confirmed_at is None:
        return False
    if round_.invitations.filter(email=person.email, confirmed_at=None).exists():
        return True
    organisation = round_.unit.organisation
    return person.organisation_id == organisation.pk and is_within(person.email, organisation.mail_domains)


def is_for(invitation: Invitation, person: Person) -> bool:
    """Whether `person` has proved with a code that the invited mailbox is theirs."""
    return person.email == invitation.email and person.email_confirmed_at is not None


@transaction.atomic
def confirm_sign_ups(round_: Round, by: Person, ids: Iterable[int]) -> int:
    """The supervisor knows these people, whose names they have seen; returns how many were confirmed.

    Where an address that somebody wrote already belongs to somebody else here, they are left waiting. Raises
    DomainError when `by` does not run the round or it is closed, and, where a single one is named, with what to do about
    their address or when they no longer wait.
    """
    fresh = lock_round_to_join(round_, by)
    named = set(ids)
    waiting = list(
        SignUp.objects.select_for_update(of=("self",))
        .active()
        .filter(round=fresh, confirmed_at=None, pk__in=named)
        .select_related("person")
        .order_by("pk")
    )
    if len(named) == 1 and not waiting:
        raise DomainError(_("This sign-up no longer waits: it was answered or withdrawn in between."))
    claims = [made.claimed_email for made in waiting if made.claimed_email]
    taken = set(Person.objects.filter(email__in=claims).values_list("email", flat=True))
    count = 0
    for made in waiting:
        if not _take_address(made, taken):
            if len(named) > 1:
                continue
            raise DomainError(
                _(
                    "%(name)s wrote an address that somebody here already has. If they are the same person, ask "
                    "them to open their own link and sign up on their own page; else ask for the right address."
                )
                % {"name": made.person.name}
            )
        made.claimed_email, made.confirmed_at = "", timezone.now()
        made.save(update_fields=["claimed_email", "confirmed_at"])
        give_role(made.person, Role.Kind.MEMBER, fresh.unit)
        forget_invitations_to(fresh, made.person.email)
        tell_person(made, "sign_up_confirmed")
        count += 1
    drop_if_nobody_waits(fresh)
    return count


def _take_address(made: SignUp, taken: set[str | None]) -> bool:
    """Give the person the address that they wrote, where they have none; False where it is among those `taken` already."""
    if not made.claimed_email or made.person.email is not None:
        return True
    if made.claimed_email in taken:
        return False
    taken.add(made.claimed_email)
    made.person.email, made.person.email_confirmed_at = made.claimed_email, None
    made.person.save(update_fields=["email", "email_confirmed_at"])
    return True


@transaction.atomic
def turn_down(made: SignUp, by: Person) -> bool:
    """The supervisor does not know this person: an unconfirmed sign-up goes, with all it told.

    A person who came by it, and has nothing else here, goes too. Returns whether it still waited.
    """
    lock_round(made.round, by)
    current = SignUp.objects.select_related("person").filter(pk=made.pk, confirmed_at=None).first()
    if current is None:
        return False
    person = current.person
    drop_own_letters(current)
    current.delete()
    drop_if_nobody_waits(made.round)
    if not person.roles.exists() and not person.sign_ups.exists():
        drop_letters_to(person.email or "")
        person.delete()
    return True


@transaction.atomic
def correct_address_of(made: SignUp, by: Person, address: str) -> None:
    """Where there is no mail: the supervisor corrects the address of somebody who signed up to their round.

    Of somebody they do not know yet only what that one wrote is changed. Raises DomainError as `correct_address` does.
    """
    lock_round(made.round, by)
    fresh = SignUp.objects.select_for_update(of=("self",)).select_related("person").get(pk=made.pk)
    if fresh.person.email is not None or fresh.confirmed_at is not None:
        correct_address(fresh.person, by, address)
    elif settings.MAIL_ENABLED:
        raise DomainError(_("People change their address themselves, with codes to both mailboxes."))
    else:
        record_read(by, [fresh.person], AccessEntry.What.ADDRESS)
        fresh.claimed_email = fold(address)
        fresh.save(update_fields=["claimed_email"])


def waiting(round_: Round) -> list[SignUp]:
    """Those who wait for the supervisor, with their people, by name; `elsewhere` where another unit of the organisation
    knows them already."""
    another = Role.objects.filter(
        person=OuterRef("person"), kind__in=OF_A_UNIT, unit__organisation=round_.unit.organisation_id
    ).exclude(unit=round_.unit_id)
    rows = SignUp.objects.active().filter(round=round_, confirmed_at=None)
    return list(rows.select_related("person").annotate(elsewhere=Exists(another)).order_by("person__name", "pk"))


def tell_person(made: SignUp, kind: str) -> None:
    """Tell somebody by e-mail what became of their sign-up, once of each version: whoever comes back is told anew."""
    send(
        to=made.person.email or "",
        kind=kind,
        language=made.person.language,
        context={"url": link(reverse("my_sign_up", args=[made.pk])), **about(made.person, made.round)},
        key=f"{kind}:{made.pk}:{made.version}",
        reply_to=answers_go_to(made.round.unit_id, made.person),
    )


def drop_own_letters(made: SignUp) -> None:
    """Let what was not sent yet of a sign-up that is taken back not be sent (inside the caller's transaction)."""
    for kind in OWN_LETTERS:
        # The first is one of an earlier version of the program, which named no version of the sign-up.
        drop_letters_with([f"{kind}:{made.pk}"], beginning=f"{kind}:{made.pk}:")


def tell_supervisors(made: SignUp) -> None:
    """Tell the unit's supervisors that somebody waits: once a day and round at most, however many they are."""
    for boss in supervisors_of(made.round.unit):
        send(
            to=boss.email or "",
            kind="somebody_waits",
            language=boss.language,
            context={"url": link(reverse("round_sign_ups", args=[made.round_id])), **about(boss, made.round)},
            key=f"somebody_waits:{made.round_id}:{timezone.localdate()}:{boss.pk}",
        )


def drop_if_nobody_waits(round_: Round) -> None:
    """Let no letter leave that asks supervisors whether they know somebody when nobody waits any more (inside the caller's
    transaction). Whoever comes later on the same day is told of again."""
    if not SignUp.objects.active().filter(round=round_, confirmed_at=None).exists():
        drop_letters_with([], beginning=f"somebody_waits:{round_.pk}:")
