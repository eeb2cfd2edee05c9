"""The one function through which the domain sends messages."""

from typing import Any


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
    """Queue one e-mail, to leave after the running transaction has been committed.

    `kind` names the texts (`templates/messages/<kind>.subject.txt` and `.txt`); `context` holds links and dates only,
    JSON-safe. The same non-empty `key` never goes out twice. `calendar` is an .ics text sent as a calendar part with
    `calendar_method` REQUEST or CANCEL (iMIP, RFC 6047). Returns whether it was queued: False where the installation
    has no mail or the key is known.
    """
    raise NotImplementedError
