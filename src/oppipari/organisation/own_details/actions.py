"""Correcting one's own name, and moving to another address; it stays the same person, with all that is theirs."""

import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.messages.actions import link, send
from oppipari.messages.named import call_otherwise, readdress
from oppipari.organisation import access
from oppipari.organisation.actions import record_read
from oppipari.organisation.errors import DomainError
from oppipari.organisation.limits import CODES_AN_HOUR, is_too_many
from oppipari.organisation.models import AccessEntry, Person
from oppipari.organisation.signals import address_changed, details_changing, name_changed
from oppipari.organisation.text import fold, is_name, one_line

# Two mailboxes have to be looked into.
TIME = timedelta(minutes=30)
TRIES = 5
# Letters and digits that are not taken for one another, and make no words.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Move:
    """A change of address on its way. It is kept in the session of the browser that asked, and nowhere else."""

    person: int
    old: str
    new: str
    # Empty where no code can come to the old address: there is none, or its server refuses it.
    old_code: str
    new_code: str
    until: str
    tries: int = 0

    @classmethod
    def of(cls, kept: Any) -> Self | None:
        """The move that a session holds, None where it holds none or its time is over."""
        try:
            move = cls(**kept)
            return move if datetime.fromisoformat(move.until) > timezone.now() else None
        except (TypeError, ValueError):
            return None

    def kept(self) -> dict[str, Any]:
        """What goes into a session."""
        return asdict(self)


def code() -> str:
    """A new code as it is written in a letter."""
    return "".join(secrets.choice(LETTERS) for _each in range(CODE_LENGTH))


@transaction.atomic
def correct_name(person: Person, name: str) -> None:
    """Call `person` by another name, everywhere at once; the same name changes nothing. DomainError where it is none."""
    clean = one_line(name)[:120]
    if not is_name(clean):
        raise DomainError(_("Write your name, not your address: your partner sees it."), field="name")
    fresh = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if clean == fresh.name:
        return
    details_changing.send(Person, person=fresh)
    old, fresh.name = fresh.name, clean
    fresh.save(update_fields=["name"])
    person.name = clean
    call_otherwise(fresh.pk, clean, fresh.email or "")
    name_changed.send(Person, person=fresh, old=old)


@transaction.atomic
def ask_to_move(person: Person, address: str) -> Move:
    """Send a code to the new address and one to the old; returns the move for the session to keep.

    What is answered is the same whether or not somebody here has the new address: who has it reads so in its mailbox,
    and no code leads to it. Raises DomainError where there is no mail, it is the same address, or too many were asked.
    """
    if not settings.MAIL_ENABLED:
        raise DomainError(_("This installation sends no e-mail, so nobody can prove here that an address is theirs."))
    new = fold(address)
    fresh = Person.objects.get(pk=person.pk)
    if new == fresh.email:
        raise DomainError(_("This is your address already."), field="address")
    if is_too_many(f"move:{person.pk}", CODES_AN_HOUR) or is_too_many(f"code:{new}", CODES_AN_HOUR):
        raise DomainError(_("Too many codes have been asked for within an hour. Try again a little later."))
    reads_old = fresh.gets_letters
    move = Move(
        person=fresh.pk,
        old=fresh.email or "",
        new=new,
        old_code=code() if reads_old else "",
        new_code=code(),
        until=(timezone.now() + TIME).isoformat(),
    )
    said = {"url": link(reverse("own_details")), "of": fresh.pk}
    if reads_old:
        send(to=move.old, kind="address_old", language=fresh.language, context=said | {"code": move.old_code})
    if (owner := owner_of(new, fresh)) is not None:
        # It is they who read it, in their own language.
        send(to=new, kind="address_taken", language=owner.language, context=said)
    else:
        send(to=new, kind="address_new", language=fresh.language, context=said | {"code": move.new_code})
    return move


def owner_of(address: str, person: Person) -> Person | None:
    """Who else is here with the address; not who only once asked for a code with it."""
    other = Person.objects.of_address(address)
    return None if other is None or other.pk == person.pk or is_nobody(other) else other


def is_nobody(person: Person) -> bool:
    """An address that asked for a code and has no place here: no role, no sign-up, so nothing in any round."""
    return not person.roles.exists() and not person.sign_ups.exists()


def is_right(typed: str, told: str) -> bool:
    """Whether the code that was typed, in whatever case and with whatever between, is the one that was sent."""
    clean = "".join(c for c in typed.upper() if c.isalnum())
    return bool(told) and hmac.compare_digest(clean.encode(), told.encode())


@transaction.atomic
def move(person: Person, asked: Move, old_code: str, new_code: str) -> bool:
    """Take the new address, if the codes are those of both mailboxes; returns whether they are.

    All that is `person`'s stays: sign-ups, pairs, earlier partners. What waits in the queue for the old address goes to
    the new one. Raises DomainError where the move has ended: its time or its tries are over, the address was changed
    meanwhile, or somebody has taken the new one.
    """
    fresh = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    over = DomainError(_("These codes no longer hold. Ask for new ones."))
    if asked.person != fresh.pk or asked.old != (fresh.email or "") or Move.of(asked.kept()) is None:
        raise over
    if asked.tries >= TRIES:
        raise over
    if not is_right(new_code, asked.new_code) or (asked.old_code and not is_right(old_code, asked.old_code)):
        return False
    if owner_of(asked.new, fresh) is not None:
        raise over
    Person.objects.filter(email=asked.new).exclude(pk=fresh.pk).delete()
    _take(fresh, asked.new, proved=bool(asked.old_code), confirmed_at=timezone.now())
    person.refresh_from_db()
    return True


def _take(person: Person, address: str, *, proved: bool, confirmed_at: datetime | None) -> None:
    details_changing.send(Person, person=person)
    old = person.email or ""
    person.email, person.email_confirmed_at, person.email_refused_at = address, confirmed_at, None
    person.save(update_fields=["email", "email_confirmed_at", "email_refused_at"])
    if old:
        readdress(old, address)
    address_changed.send(Person, person=person, old=old, proved=proved)


@transaction.atomic
def correct_address(person: Person, by: Person, address: str) -> None:
    """Where there is no mail: a supervisor corrects the address of somebody of their units, or their own.

    It stays a claim that nobody confirmed, and the person reads on their page who changed it. Raises DomainError where
    there is mail, `by` may not, or somebody has the address.
    """
    if settings.MAIL_ENABLED:
        raise DomainError(_("People change their address themselves, with codes to both mailboxes."))
    own = by.pk == person.pk and access.is_supervisor_anywhere(by)
    if not (own or access.may_hand_link(by, person)):
        raise DomainError(
            _("This person also belongs to another unit, so you alone cannot change their address."), field="address"
        )
    new = fold(address)
    fresh = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if new == fresh.email:
        return
    if Person.objects.filter(email=new).exists():
        raise DomainError(_("Somebody here already has this address."), field="address")
    record_read(by, [fresh], AccessEntry.What.ADDRESS)
    _take(fresh, new, proved=False, confirmed_at=None)
    person.refresh_from_db()
