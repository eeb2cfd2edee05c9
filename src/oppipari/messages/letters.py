"""The e-mail of a waiting row: plain text in the reader's language, a calendar text along as iMIP (RFC 6047)."""

from datetime import date
from email.policy import Policy
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from oppipari.messages import kinds
from oppipari.messages.actions import END_OF_CALENDAR
from oppipari.messages.flowing import flowed
from oppipari.messages.models import Outgoing


class Whole(str):
    """The value of a header that mail programs read word by word, a link or ids of messages: no word of it is broken.

    Python's own folding writes what is longer than a line as an encoded word, in which they find neither.
    """

    name = ""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


WHOLE = ("References", "In-Reply-To", "List-Unsubscribe")


class Letter(EmailMultiAlternatives):
    """Its text is flowed (`flowing`), and its calendar part travels as base64, octet for octet: as 8bit text it depends on
    every server on the way, and as quoted-printable Outlook and Zimbra have been seen to misread its line ends."""

    language = ""

    def message(self, *args: Any, **kwargs: Any) -> Any:
        message: Any = super().message(*args, **kwargs)
        body = message.get_body(("plain",))
        # Seven-bit, so that no server on the way writes its lines anew.
        flows = {"format": "flowed"}
        body.set_content(flowed(str(self.body)), "plain", "utf-8", cte="quoted-printable", params=flows)
        # From the text itself: the part made of it has lost the line ends that RFC 5545 asks for.
        texts = [str(text) for text, kind in self.alternatives if kind.startswith("text/calendar")]
        parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
        for part, text in zip(parts, texts, strict=True):
            params = {"method": str(part.get_param("method")), "charset": "UTF-8"}
            part.set_content(text.encode(), "text", "calendar", cte="base64", params=params)
        for name in WHOLE:
            if name in message:
                value = Whole(self.extra_headers[name])
                value.name = name
                message.replace_header(name, value)
        # Last: what is given a new content loses what was told of the old one.
        message["Content-Language"] = self.language
        return message


# What a language is called in itself, above its part of a letter in several.
IN_ITSELF = {"fi": "Suomeksi", "sv": "På svenska", "en": "In English"}
SIGNATURE = "\n-- \n"


def _text(outgoing: Outgoing) -> tuple[str, str]:
    """The subject and the text: in the letter's language, and below it in the others it is written in, if there are any."""
    languages = [outgoing.language, *outgoing.context.get("also", [])]
    subjects, texts, feet = [], [], []
    for language in languages:
        # The first line is the subject.
        subject, _, body = _rendered(outgoing, language).partition("\n")
        text, _, foot = body.strip().partition(SIGNATURE)
        subjects.append(subject.strip())
        texts.append(f"{IN_ITSELF[language]}\n\n{text.strip()}" if len(languages) > 1 else text.strip())
        feet.append(foot.strip())
    return " / ".join(dict.fromkeys(subjects)), "\n\n\n".join(texts) + "\n" + SIGNATURE + "\n\n".join(feet)


def _rendered(outgoing: Outgoing, language: str) -> str:
    to_oneself = outgoing.reply_to in ("", outgoing.to)
    context = outgoing.context | {
        "kind": outgoing.kind,
        "site_url": settings.SITE_URL,
        "answers_to": "" if to_oneself else outgoing.reply_to,
        "to_supervisor": outgoing.kind in kinds.TO_SUPERVISORS,
        "several": len(outgoing.context.get("threads", ())) > 1,
    }
    context["day"] = date.fromisoformat(context["day"]) if context.get("day") else None
    with translation.override(language):
        return render_to_string(f"messages/{outgoing.kind}.txt", context).strip()


def letter_of(outgoing: Outgoing) -> EmailMultiAlternatives:
    """Return the e-mail of `outgoing`, with its id as the Message-ID.

    A calendar text is there twice: as an alternative of the text, which mail programs show with buttons for yes and
    no, and as the file invite.ics for those that know only attachments. Of several each is a file, and the first is shown.
    """
    subject, body = _text(outgoing)
    letter = Letter(
        # White space is folded, so that nothing can begin a header of its own.
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[outgoing.to],
        reply_to=[outgoing.reply_to or outgoing.to],
        headers=_headers(outgoing),
    )
    letter.language = ", ".join([outgoing.language, *outgoing.context.get("also", [])])
    calendars = [f"{text}{END_OF_CALENDAR}" for text in outgoing.calendar.split(END_OF_CALENDAR)[:-1]]
    if calendars:
        letter.attach_alternative(calendars[0], f"text/calendar; method={outgoing.calendar_method}; charset=UTF-8")
    for number, calendar in enumerate(calendars, start=1):
        name = f"invite-{number}.ics" if len(calendars) > 1 else "invite.ics"
        letter.attach(name, calendar.encode(), "application/ics")
    return letter


def _headers(outgoing: Outgoing) -> dict[str, str]:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    headers = {
        "Message-ID": f"<{outgoing.pk}@{domain}>",
        "Auto-Submitted": "auto-generated",
        # Exchange looks for this one; nobody's holiday is told to whom an answer would go.
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    if threads := outgoing.context.get("threads"):
        # Of one meeting's letters each answers the same one, which was never sent: its first may not have come to all.
        headers["References"] = " ".join(f"<meeting-{thread}@{domain}>" for thread in threads)
        headers["In-Reply-To"] = f"<meeting-{threads[-1]}@{domain}>"
    if outgoing.calendar:
        # What Exchange itself writes, and older ones look for.
        headers["Content-Class"] = "urn:content-classes:calendarmessage"
    if stop := outgoing.context.get("stop", ""):
        headers["List-Unsubscribe"] = f"<{stop}>"
        if stop.startswith("https://"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    return headers
