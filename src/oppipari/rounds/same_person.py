"""Where no code proves who somebody is: a sign-up of somebody who is here already, joined to them by the supervisor's press.

Whoever signs up again without their own link is somebody new to the service, with only a name and perhaps an address that
they wrote. The supervisor, who knows people, says that it is the same person: then the sign-up becomes that person's, and
the newcomer is gone with their session and their link. So nobody gets into an account by knowing its name or address: who
signed up comes to it by the person's own link, or by one that the supervisor hands over.

A name and an address that somebody wrote prove nothing, so the supervisor can be wrong. The person reads on their own page
that a sign-up was joined to them; they and the supervisor can undo it until it leads to a pair. Then the sign-up goes with its
answers: whose it was is not known here any more, and they sign up anew.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.organisation import access
from oppipari.organisation.actions import record_read
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import AccessEntry, Person, Role
from oppipari.organisation.text import fold
from oppipari.rounds.access import lock_round, lock_round_to_join
from oppipari.rounds.coming_first import waited_before
from oppipari.rounds.inviting import forget_invitations_to
from oppipari.rounds.knowing import OF_A_UNIT, drop_if_nobody_waits, drop_own_letters, tell_person
from oppipari.rounds.models import Round, SignUp


def _is_only_this(made: SignUp) -> bool:
    """Whether whoever signed up is here by this sign-up alone: no address of their own, no place, no other sign-up."""
    person = made.person
    return (
        made.confirmed_at is None
        and person.email is None
        and not person.roles.exists()
        and not person.sign_ups.exclude(pk=made.pk).exists()
    )


def _people_of(round_: Round) -> list[Person]:
    """Those whom the round's unit knows."""
    known = Role.objects.filter(unit=round_.unit_id, kind__in=OF_A_UNIT).values("person")
    return list(Person.objects.filter(pk__in=known, is_active=True).order_by("name", "pk"))


def may_be(made: SignUp, people: Iterable[Person]) -> list[Person]:
    """Who of `people` it may be that signed up: who has the address that was written, and everybody of that name."""
    name = fold(made.person.name)
    same = [p for p in people if p.email and p.email == made.claimed_email]
    return same or [p for p in people if fold(p.name) == name and p.pk != made.person_id]


def offered(made: SignUp, by: Person) -> list[Person]:
    """Who of the round's unit `by` may say it is: never `by`, who signs up on their own page."""
    if not _is_only_this(made):
        return []
    return [p for p in may_be(made, _people_of(made.round)) if p.pk != by.pk]


def named_otherwise(made: SignUp, person: Person) -> bool:
    """Whether whoever signed up wrote another name than `person` has here."""
    return fold(made.person.name) != fold(person.name)


def look_for(round_: Round, waiting: Iterable[SignUp], by: Person) -> None:
    """Give each of `waiting` its `same`: those known to the unit whom it may be and who take no part yet, but not `by`; and `taken`,
    and `otherwise` where the one who has the address has another name; and `own`, whether the address or the name is that of `by`.

    `taken` is whether the address that was written is somebody's here, so that no newcomer can have it; `twice`, whether
    that one takes part in this round already. Three queries, and three more for each that is found.
    """
    rows = [made for made in waiting if made.person.email is None]
    claimed = [made.claimed_email for made in rows if made.claimed_email]
    owners = dict(Person.objects.filter(email__in=claimed).values_list("email", "pk"))
    there = set(SignUp.objects.active().filter(round=round_).values_list("person_id", flat=True))
    people = _people_of(round_) if rows else []
    for made in rows:
        found = may_be(made, people)
        made.taken = made.claimed_email in owners  # type: ignore[attr-defined]
        made.twice = owners.get(made.claimed_email) in there  # type: ignore[attr-defined]
        free = [p for p in found if p.pk not in there and p.pk != by.pk]
        made.same = free if free and _is_only_this(made) else []  # type: ignore[attr-defined]
        made.own = any(p.pk == by.pk for p in found) or owners.get(made.claimed_email) == by.pk  # type: ignore[attr-defined]
        made.otherwise = any(named_otherwise(made, p) for p in made.same)  # type: ignore[attr-defined]


@transaction.atomic
def join_to(made: SignUp, by: Person, pk: int) -> Person:
    """The supervisor says that whoever signed up is the person `pk` of their unit; returns that person.

    Raises DomainError when `by` does not run the round or it is closed, the sign-up no longer waits, or it cannot be they.
    """
    fresh = lock_round_to_join(made.round, by)
    current = SignUp.objects.active().select_for_update(of=("self",)).filter(pk=made.pk, confirmed_at=None)
    sign_up = current.select_related("person", "round").first()
    if sign_up is None:
        raise DomainError(_("This sign-up no longer waits: it was answered or withdrawn in between."))
    person = next((p for p in offered(sign_up, by) if p.pk == pk), None)
    if person is None:
        raise DomainError(
            _("They cannot be the same person as far as is known here. Ask them to sign up on their own page.")
        )
    if SignUp.objects.active().filter(Q(person=person), round=fresh).exists():
        raise DomainError(_("%(name)s has signed up for this round already.") % {"name": person.name})
    newcomer = sign_up.person
    SignUp.objects.filter(round=fresh, person=person).delete()  # an earlier one that was withdrawn
    sign_up.person, sign_up.claimed_email, sign_up.confirmed_at = person, "", timezone.now()
    sign_up.waited_last_round = waited_before(fresh, person)
    sign_up.joined_at = sign_up.confirmed_at
    sign_up.version += 1
    sign_up.save(update_fields=["person", "claimed_email", "confirmed_at", "joined_at", "waited_last_round", "version"])
    record_read(by, [person], AccessEntry.What.JOINED)
    # With them go their sessions and the link that was shown to them: neither may open what is the person's.
    newcomer.delete()
    tell_person(sign_up, "sign_up_confirmed")
    drop_if_nobody_waits(fresh)
    return person


def can_be_undone(made: SignUp) -> bool:
    """Whether the joining may still be wrong and can be taken back: nobody said that it is theirs, and it led to no pair."""
    return made.round.state != Round.State.CLOSED and SignUp.objects.joined().filter(pk=made.pk).exists()


@transaction.atomic
def undo_joining(made: SignUp, by: Person) -> None:
    """A sign-up was not the person's to whom it was joined: it goes, with its answers. They or the supervisor say so.

    Raises DomainError when `by` is neither, or it can no longer be undone.
    """
    current = _joined(made, by)
    drop_own_letters(current)
    if current.person_id == by.pk:
        # Whoever it was does not take part now, and only the supervisors can find them.
        Round.objects.filter(pk=current.round_id).update(undone_joinings=F("undone_joinings") + 1)
    current.delete()


@transaction.atomic
def hear_of_undone(round_: Round, by: Person, read: int) -> None:
    """A supervisor has read that so many sign-ups were not theirs to whom they were joined; what came since stays unread.

    Raises DomainError when `by` does not supervise the round.
    """
    fresh = lock_round(round_, by)
    fresh.undone_joinings = max(0, fresh.undone_joinings - max(0, read))
    fresh.save(update_fields=["undone_joinings"])


@transaction.atomic
def take_as_own(made: SignUp, by: Person) -> None:
    """The person says that the sign-up joined to them is theirs. Raises DomainError when it is not, or it was undone."""
    if made.person_id != by.pk:
        raise DomainError(_("Only the person themselves can say this."))
    current = _joined(made, by)
    current.joined_at = None
    current.save(update_fields=["joined_at"])
    forget_invitations_to(current.round, by.email)


def _joined(made: SignUp, by: Person) -> SignUp:
    """The joined sign-up as it is now, locked together with its round."""
    round_ = Round.objects.select_for_update().get(pk=made.round_id)
    current = (
        SignUp.objects.select_for_update(of=("self",)).select_related("person", "round").filter(pk=made.pk).first()
    )
    if current is None or not can_be_undone(current):
        raise DomainError(_("This can no longer be undone: it was answered, or led to a pair, in between."))
    if current.person_id != by.pk:
        access.must_supervise(by, round_.unit_id)
    return current
