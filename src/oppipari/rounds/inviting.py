"""Invitations: made by the supervisor, each answered by the person alone; nobody is signed up by one."""

import hashlib
import secrets
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.messages.actions import drop_letters_with, link, send
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person
from oppipari.organisation.text import fold, is_name, one_line
from oppipari.rounds.access import lock_round
from oppipari.rounds.models import Invitation, Round, SignUp


class Before(StrEnum):
    """What somebody does before they can answer the slip that they hold."""

    SIGN_OUT = "sign_out"
    OWN_LINK = "own_link"


# How the token of a slip of paper begins. The hash is of all of it, so that no letter's token becomes a slip's.
SLIP = "slip."


def _token(start: str = "") -> tuple[str, str]:
    token = start + secrets.token_urlsafe(24)
    return token, hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(round_: Round, by: Person, people: Iterable[dict[str, Any]]) -> int:
    """Invite people (`email`, `name`, and perhaps `answers`, `exclusion`); each confirms for themselves.

    Nobody is signed up by it. Who is invited already, takes part, or has withdrawn is not invited again: they know the
    way back. Whose invitation came back is. Returns how many.
    """
    fresh = lock_round(round_, by)
    if not fresh.takes_sign_ups(timezone.localdate()):
        raise DomainError(_("Sign-up is closed. Open it again, or move its closing day, to invite more people."))
    there: set[str | None] = set(fresh.invitations.filter(refused_at=None).values_list("email", flat=True))
    # Not those who wait: naming their address is a way of knowing them, which the letter then tells them.
    answered = SignUp.objects.filter(round=fresh).exclude(confirmed_at=None, withdrawn_at=None)
    there |= set(answered.values_list("person__email", flat=True))
    count = 0
    for someone in people:
        address = fold(someone["email"])
        if address in there:
            continue
        there.add(address)
        _forget(fresh.invitations.filter(email=address))
        token, hashed = _token()
        name = one_line(someone.get("name") or "")[:120]
        made = Invitation.objects.create(
            round=fresh,
            name=name if is_name(name) else "",
            email=address,
            token_hash=hashed,
            answers=someone.get("answers") or {},
            exclusion=one_line(someone.get("exclusion") or "")[:254],
        )
        _send(made, fresh, by, reverse("invitation", args=[token]))
        count += 1
    return count


def _send(made: Invitation, round_: Round, by: Person, path: str) -> None:
    """The letter: who invites, to what and until when, in all languages of the unit; a known reader's own comes first."""
    languages = languages_to([made], round_, by)[made.pk]
    send(
        to=made.email,
        kind="invitation",
        language=languages[0],
        context={
            "url": link(path),
            "also": languages[1:],
            "supervisor": str(by),
            "named": {str(by.pk): str(by)},
            "unit": round_.unit.name,
            "round": round_.name,
            "day": round_.sign_up_closes.isoformat(),
        },
        key=_key(made),
        reply_to=by.email or "",
    )


def languages_to(invitations: Iterable[Invitation], round_: Round, by: Person) -> dict[int, list[str]]:
    """In which languages each invitation speaks, by its id: all of the unit; a known reader's own comes first. One query."""
    found = list(invitations)
    of_unit = round_.unit.written_in(by.language)
    known = Person.objects.filter(email__in=[made.email for made in found]).values_list("email", "language")
    own = dict(known)
    return {m.pk: list(dict.fromkeys([*([own[m.email]] if m.email in own else []), *of_unit])) for m in found}


def _key(made: Invitation) -> str:
    return f"invitation:{made.pk}"


def _forget(invitations: QuerySet[Invitation]) -> int:
    """Delete invitations, and their letters that have not left; inside the caller's transaction."""
    found = list(invitations)
    drop_letters_with(_key(made) for made in found)
    return Invitation.objects.filter(pk__in=[made.pk for made in found]).delete()[0]


def forget_invitations_to(round_: Round, address: str | None) -> None:
    """Who was invited and has come needs no second record (inside the caller's transaction)."""
    if address:
        _forget(round_.invitations.filter(email=address))


def forget_unanswered(round_: Round) -> None:
    """The time to answer is over (inside the caller's transaction)."""
    _forget(round_.invitations.filter(confirmed_at=None))


@transaction.atomic
def take_back_invitation(round_: Round, by: Person, pk: int) -> bool:
    """The supervisor takes an invitation back that came back to them; returns whether it was still there."""
    fresh = lock_round(round_, by)
    return _forget(fresh.invitations.filter(pk=pk, confirmed_at=None).exclude(refused_at=None)) > 0


@transaction.atomic
def invitation_sheet(round_: Round, by: Person) -> list[tuple[Invitation, str]]:
    """New personal links for everyone who has not answered yet, to hand over; older links end.

    Only where there is no mail: there a link proves whose mailbox it came to, and one that the supervisor has seen
    would prove nothing. Raises DomainError otherwise.
    """
    fresh = lock_round(round_, by)
    if settings.MAIL_ENABLED:
        raise DomainError(_("The invitations were sent by e-mail, so there is no sheet to hand over."))
    sheet = []
    for made in fresh.invitations.filter(confirmed_at=None):
        token, made.token_hash = _token(SLIP)
        made.save(update_fields=["token_hash"])
        sheet.append((made, token))
    return sheet


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a token, if it has not been answered.

    Where there is no mail (any more), only a slip that was handed over: a letter from the days with mail can have been
    forwarded to anybody, and there is no mailbox to ask.
    """
    if not settings.MAIL_ENABLED and not token.startswith(SLIP):
        return None
    hashed = hashlib.sha256(token.encode()).hexdigest()
    return Invitation.objects.select_related("round__unit").filter(token_hash=hashed, confirmed_at=None).first()


def before_answering(made: Invitation, person: Person | None) -> Before | None:
    """Where there is no mail: what has to come before the slip can be answered by `person`, who is signed in, or by nobody
    who is. A slip never opens the page of somebody who is here already."""
    if person is not None and person.email not in (None, made.email):
        return Before.SIGN_OUT
    known = Person.objects.of_address(made.email)
    return Before.OWN_LINK if known is not None and person != known else None
