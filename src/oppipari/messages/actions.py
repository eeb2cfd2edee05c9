"""The one function through which the domain sends messages."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet

from oppipari.messages import kinds
from oppipari.messages.models import MOST_TRIES, Outgoing

# Where one calendar text ends and the next begins.
END_OF_CALENDAR = "END:VCALENDAR\r\n"


def link(path: str) -> str:
    """Return the absolute address of a path of this installation."""
    return f"{settings.SITE_URL}{path}"


def reaches(address: str | None) -> bool:
    """Whether a message to `address` would leave: the installation has mail, and it is an address."""
    if not settings.MAIL_ENABLED:
        return False
    try:
        validate_email(address or "")
    except ValidationError:
        return False
    return True


def drop_letters_to(address: str) -> int:
    """Empty the letters that wait for an address, inside the caller's transaction, so that none is sent; returns how many."""
    if not address:
        return 0
    # Nor does an answer to somebody else's letter go there.
    Outgoing.objects.filter(reply_to__iexact=address, sent_at=None).exclude(to__iexact=address).update(reply_to="")
    return _drop(Outgoing.objects.filter(to__iexact=address))


def drop_letters_with(keys: Iterable[str], *, beginning: str = "") -> int:
    """Empty the letters that wait with these keys, and with all of a `beginning`, inside the caller's transaction; returns
    how many.

    For letters that a person has made pointless, where others to the same address still hold. A key that is let go can
    be used again, since nothing was told with it.
    """
    begun = Q(key__startswith=beginning) if beginning else Q()
    waiting = Outgoing.objects.filter(Q(key__in=list(keys)) | begun)
    dropped = list(waiting.filter(sent_at=None, tries__lt=MOST_TRIES).values_list("pk", flat=True))
    count = _drop(waiting)
    for pk in dropped:
        Outgoing.objects.filter(pk=pk).update(key=str(pk))
    return count


def _drop(letters: QuerySet[Outgoing]) -> int:
    waiting = letters.select_for_update().filter(sent_at=None, tries__lt=MOST_TRIES)
    pks = list(waiting.values_list("pk", flat=True))
    return Outgoing.objects.filter(pk__in=pks).update(to="", reply_to="", context={}, calendar="", tries=MOST_TRIES)


def _let_go(to: str, threads: Collection[str]) -> None:
    """Let what waits for the morning and is about the same meetings leave, too, and first.

    A calendar that reads of the end before the beginning would keep the meeting.
    """
    from oppipari.messages.tasks import enqueue

    waiting = Outgoing.objects.select_for_update().filter(to=to, sent_at=None, at_once=False, tries__lt=MOST_TRIES)
    # Locked in the order in which all lock them, and queued in the order in which they were made.
    for outgoing in sorted(waiting.order_by("pk"), key=lambda letter: letter.created_at):
        if set(threads) & set(outgoing.context.get("threads", ())):
            outgoing.at_once = True
            outgoing.save(update_fields=["at_once"])
            enqueue(outgoing)


def readdress_letters(old: str, new: str) -> int:
    """Let what waits for a person's old address go to their new one, inside the caller's transaction; returns how many.

    But for codes, which belong to the mailbox they were asked for.
    """
    waiting = Outgoing.objects.select_for_update().filter(to__iexact=old, sent_at=None, tries__lt=MOST_TRIES)
    pks = list(
        waiting.exclude(kind__startswith="sign_in_").exclude(kind__startswith="address_").values_list("pk", flat=True)
    )
    Outgoing.objects.filter(reply_to__iexact=old, sent_at=None, tries__lt=MOST_TRIES).update(reply_to=new)
    return Outgoing.objects.filter(pk__in=pks).update(to=new)


@transaction.atomic
def send(
    *,
    to: str,
    kind: str,
    language: str,
    context: dict[str, Any] | None = None,
    key: str = "",
    calendar: str = "",
    calendar_method: str = "",
    reply_to: str = "",
    at_once: bool = False,
) -> bool:
    """Queue one e-mail in the running transaction: it leaves if, and only if, that is committed.

    `kind` names the texts (`templates/messages/<kind>.txt`, the subject on its first line); `context` holds links and
    dates only, whether it goes to three, what it is "about" (names of a pair, unit, round) for a reader who has several,
    and "also": further languages that the same letter is written in; JSON-safe. Whoever is named in it stands under
    "named" by id, and whose doing it is under "of", so that they can be forgotten (`messages.named`). The same non-empty `key` never goes out
    twice, so it names the act that is told, not only what it was done to. `calendar` is an .ics text sent as a calendar part with `calendar_method` REQUEST or CANCEL (iMIP, RFC 6047);
    several follow one another.

    It leaves in working hours; `at_once` where it answers a press of its receiver, or could not wait. An answer to it
    goes to `reply_to`, a person, else back to its receiver, as where the kind asks what is answered in private: never to
    the mailbox that it is sent from.

    Returns whether it was queued: False where the installation has no mail, the address is none, or the key is known.
    Raises ValueError on another method.
    """
    if calendar and calendar_method not in ("REQUEST", "CANCEL"):
        raise ValueError(f"a calendar is sent as REQUEST or CANCEL, not {calendar_method!r}")
    if calendar and not calendar.endswith(END_OF_CALENDAR):
        raise ValueError("a calendar text that does not end")
    if not reaches(to):
        return False
    if at_once and context:
        _let_go(to, context.get("threads", ()))
    # The row's own id, where nothing else tells repeats apart.
    row_id = uuid.uuid4()
    # The unique key decides, also between two requests at the same moment.
    outgoing, made = Outgoing.objects.get_or_create(
        key=key or str(row_id),
        defaults={
            "id": row_id,
            "to": to,
            "kind": kind,
            "language": language,
            "context": context or {},
            "calendar": calendar,
            "calendar_method": calendar_method,
            "reply_to": "" if kind in kinds.ANSWERED_ALONE else reply_to,
            "at_once": at_once or kind in kinds.AT_ONCE,
        },
    )
    if not made:
        return False
    from oppipari.messages.tasks import enqueue

    # In the same transaction as the row: neither exists without the other, also after a crash.
    enqueue(outgoing)
    return True
