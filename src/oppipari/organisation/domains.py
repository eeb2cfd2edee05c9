"""The mail domains that are an organisation's own: read from what somebody wrote, and compared with an address.

Both sides are compared as they stand in the domain name system (IDNA, RFC 3490), so that letters that only look alike
are not alike.
"""

import re
import unicodedata

from django.utils.translation import gettext as _

from oppipari.organisation.errors import DomainError
from oppipari.organisation.public_mail import is_ending, is_public
from oppipari.organisation.text import fold

MOST = 50
ANY = "*."
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# What is before the "@": letters, digits and the marks that people's addresses have. Quotes, "%", "!" and "=" are how
# one server is made to pass a letter on to another, and with "+" one mailbox has as many addresses as it likes.
_LOCAL = re.compile(r"[a-z0-9_'-]+(\.[a-z0-9_'-]+)*")


def _in_dns(domain: str) -> str | None:
    """The domain as it stands in the domain name system; None where it is none."""
    try:
        found = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = found.split(".")
    ok = len(found) <= 253 and len(labels) >= 2 and all(_LABEL.fullmatch(x) for x in labels)
    return found if ok and not labels[-1].isdecimal() else None


def _alphabets(text: str) -> set[str]:
    return {unicodedata.name(c, "?").split()[0] for c in text if c.isalpha()}


def _in_letters(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def shown(domain: str) -> str:
    """A stored domain for people to read, in its own letters, with what stands in the domain name system beside it."""
    start, plain = (ANY, domain[len(ANY) :]) if domain.startswith(ANY) else ("", domain)
    letters = _in_letters(plain)
    return domain if letters == plain else f"{start}{letters} ({domain})"


def _one(written: str) -> str:
    """One domain as it is stored. Raises DomainError with what is wrong with it."""
    text = fold(written).rstrip(".")
    text = text.removeprefix("@")
    start, plain = (ANY, text[len(ANY) :]) if text.startswith(ANY) else ("", text)
    told = {"domain": written.strip()[:80]}
    if "@" in plain:
        raise DomainError(_("“%(domain)s” is an address. Write only what comes after the @.") % told)
    found = _in_dns(plain)
    if found is None or is_ending(found.split(".")):
        raise DomainError(
            _("“%(domain)s” is not the domain of an organisation. Write it like kaupunki.fi or *.kaupunki.fi.") % told
        )
    if any(len(_alphabets(label)) > 1 for label in _in_letters(found).split(".")):
        raise DomainError(_("“%(domain)s” mixes letters of different alphabets that look alike. Type it anew.") % told)
    if is_public(found):
        raise DomainError(
            _("Anybody can get an address at “%(domain)s”, so it says nothing of where somebody works.") % told
        )
    return start + found


def read(text: str) -> list[str]:
    """The domains in `text`, one on each line or with commas or spaces between, as they are stored: each once, sorted.

    "kaupunki.fi" means exactly that; "*.kaupunki.fi" everything below it and not itself. Raises DomainError with a
    sentence for each that cannot be used.
    """
    found, wrong = set(), []
    for written in re.split(r"[\s,;]+", text):
        if written:
            try:
                found.add(_one(written))
            except DomainError as error:
                wrong.append(str(error.message))
    if wrong:
        raise DomainError(" ".join(wrong[:5]), field="domains")
    if len(found) > MOST:
        raise DomainError(_("Write at most %(count)d domains.") % {"count": MOST}, field="domains")
    return sorted(found)


def is_within(address: str, domains: list[str]) -> bool:
    """Whether `address` is at one of the stored `domains`; an address in an unusual form is not."""
    local, at, domain = fold(address).partition("@")
    if not at or not _LOCAL.fullmatch(local):
        return False
    there = _in_dns(domain)
    if there is None:
        return False
    return any(there.endswith(d[1:]) if d.startswith(ANY) else there == d for d in domains)
