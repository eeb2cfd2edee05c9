"""Where mail goes, read from one address: `smtp+tls://name:password@mail.example.org:587`."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import EmailValidator

BACKENDS = "django.core.mail.backends"
# A mail server that does not answer must not hold the worker up.
SECONDS = 30

# Of an installation without mail: files of calendars name nobody else.
NO_SENDER = "Oppipari <oppipari@localhost>"

# smtps is what the word means since RFC 8314: TLS from the first byte. STARTTLS is smtp+tls.
SMTP: dict[str, dict[str, Any]] = {
    "smtp": {},
    "smtp+tls": {"use_tls": True},
    "smtp+ssl": {"use_ssl": True},
    "smtps": {"use_ssl": True},
}
OTHERS = {
    "console": "console",
    "consolemail": "console",
    "file": "filebased",
    "filemail": "filebased",
    "memory": "locmem",
    "memorymail": "locmem",
}


def mailers_of(url: str) -> dict[str, dict[str, Any]]:
    """Return Django's MAILERS for an EMAIL_URL; without one, mail that goes nowhere.

    smtp://host, smtp+tls://user:password@host:587, smtps://host, file:///folder, console: and `?timeout=SECONDS`.
    Raises ImproperlyConfigured with what to write instead; the message never repeats the password.
    """
    if not url:
        return {"default": {"BACKEND": f"{BACKENDS}.dummy.EmailBackend"}}
    try:
        parts = urlsplit(url)
        port = parts.port
        timeout = int(parse_qs(parts.query).get("timeout", [str(SECONDS)])[0])
    except ValueError:
        # Python's own message would repeat a piece of a password that holds a slash.
        raise ImproperlyConfigured(
            "EMAIL_URL: the port or the timeout is not a number. Special letters of a password are written "
            "in percent form: / is %2F, @ is %40."
        ) from None
    if parts.scheme in SMTP:
        if not parts.hostname:
            raise ImproperlyConfigured(f"EMAIL_URL lacks a host: {parts.scheme}://mail.example.org")
        options: dict[str, Any] = {"host": parts.hostname, "timeout": timeout, **SMTP[parts.scheme]}
        if port is not None:
            options["port"] = port
        if parts.username:
            options |= {"username": unquote(parts.username), "password": unquote(parts.password or "")}
        return {"default": {"BACKEND": f"{BACKENDS}.smtp.EmailBackend", "OPTIONS": options}}
    if parts.scheme not in OTHERS:
        known = ", ".join([*SMTP, "file", "console"])
        raise ImproperlyConfigured(f"EMAIL_URL begins with {parts.scheme or 'nothing'}:, not with one of {known}.")
    backend = OTHERS[parts.scheme]
    mailer: dict[str, Any] = {"BACKEND": f"{BACKENDS}.{backend}.EmailBackend"}
    if backend == "filebased":
        if not parts.path.strip("/"):
            raise ImproperlyConfigured("EMAIL_URL lacks a folder: file:///var/mail/oppipari")
        mailer["OPTIONS"] = {"file_path": unquote(parts.path)}
    return {"default": mailer}


def sender_of(url: str, mail_from: str) -> str:
    """Return the sender of letters, MAIL_FROM; without EMAIL_URL nothing is sent, and it may be left out.

    Raises ImproperlyConfigured with what to write: letters from a made-up address are refused or end as spam, and calendars
    send their answers to it.
    """
    if not mail_from and not url:
        return NO_SENDER
    example = 'for example MAIL_FROM="Oppipari <oppipari@organisation.example>"'
    if not mail_from:
        raise ImproperlyConfigured(f"EMAIL_URL is set and MAIL_FROM is not: letters need a sender, {example}.")
    try:
        EmailValidator()(parseaddr(mail_from)[1])
    except ValidationError:
        raise ImproperlyConfigured(f"MAIL_FROM holds no e-mail address: {example}.") from None
    return mail_from
