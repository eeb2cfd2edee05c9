"""The one function through which the domain sends messages."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from oppipari.messages.models import Outgoing


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
) -> bool:
    """Queue one e-mail in the running transaction: it leaves if, and only if, that is committed.

    `kind` names the texts (`templates/messages/<kind>.txt`, the subject on its first line); `context` holds links and
    dates only, and whether it goes to three, JSON-safe. The same non-empty `key` never goes out twice. `calendar` is an
    .ics text sent as a calendar part with `calendar_method` REQUEST or CANCEL (iMIP, RFC 6047). Returns whether it was queued: False where the
    installation has no mail, the address is none, or the key is known. Raises ValueError on another method.
    """
    if calendar and calendar_method not in ("REQUEST", "CANCEL"):
        raise ValueError(f"a calendar is sent as REQUEST or CANCEL, not {calendar_method!r}")
    if not reaches(to):
        return False
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
        },
    )
    if not made:
        return False
    from oppipari.messages.tasks import deliver

    # In the same transaction as the row: neither exists without the other, also after a crash.
    deliver.enqueue(str(outgoing.id))
    return True
