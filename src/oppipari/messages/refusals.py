"""Whether a mail server refused an address for good, as its answer tells (RFC 5321, 4.2; RFC 3463)."""

import re
import smtplib

# 550 mailbox unavailable, 551 user not local, 553 mailbox name not allowed.
NO_MAILBOX = (550, 551, 553)
# The enhanced code after "5.", where a server gives one: bad mailbox, system or syntax, moved, null MX, mailbox disabled.
# Not the sender's address (1.7, 1.8), a full mailbox (2.2), or security and policy (7).
_ENHANCED = re.compile(r"\s*5\.(\d{1,3}\.\d{1,3})\b")
OF_THE_ADDRESS = {"1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}


def is_refused(error: Exception) -> bool:
    """Whether `error`, raised for a letter to one address, says that the mailbox is not there.

    A server that is away, busy, or against the letter's content or its sender says nothing of the address. Servers that
    take every letter first and send a report later are not understood: such reports are not read.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
        return bool(answers) and all(_no_mailbox(code, text, at_once=True) for code, text in answers)
    if isinstance(error, smtplib.SMTPDataError):
        # Some servers look at the address only when they have the whole letter; then only their own code tells it.
        return _no_mailbox(error.smtp_code, error.smtp_error, at_once=False)
    return False


def _no_mailbox(code: int, text: bytes | str, *, at_once: bool) -> bool:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    if not 550 <= code < 560:
        return False
    if found := _ENHANCED.match(words):
        return found[1] in OF_THE_ADDRESS
    return at_once and code in NO_MAILBOX
