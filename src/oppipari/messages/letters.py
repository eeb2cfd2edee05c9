"""The e-mail of a waiting row: plain text in the reader's language, a calendar text along as iMIP (RFC 6047)."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from oppipari.messages.models import Outgoing


class Letter(EmailMultiAlternatives):
    """Its calendar part travels as base64, octet for octet: as 8bit text it depends on every server on the way, and as
    quoted-printable Outlook and Zimbra have been seen to misread its line ends."""

    def message(self, *args: Any, **kwargs: Any) -> Any:
        message = super().message(*args, **kwargs)
        # From the text itself: the part made of it has lost the line ends that RFC 5545 asks for.
        texts = [str(text) for text, kind in self.alternatives if kind.startswith("text/calendar")]
        parts = [p for p in message.walk() if p.get_content_type() == "text/calendar"]
        for part, text in zip(parts, texts, strict=True):
            params = {"method": str(part.get_param("method")), "charset": "UTF-8"}
            part.set_content(text.encode(), "text", "calendar", cte="base64", params=params)
        return message


def letter_of(outgoing: Outgoing) -> EmailMultiAlternatives:
    """Return the e-mail of `outgoing`, with its id as the Message-ID.

    A calendar text is there twice: as an alternative of the text, which mail programs show with buttons for yes and
    no, and as the file invite.ics for those that know only attachments.
    """
    with translation.override(outgoing.language):
        text = render_to_string(
            f"messages/{outgoing.kind}.txt",
            outgoing.context | {"kind": outgoing.kind, "site_url": settings.SITE_URL},
        )
    # The first line is the subject; white space is folded, so that nothing can begin a header of its own.
    subject, _, body = text.strip().partition("\n")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    headers = {"Message-ID": f"<{outgoing.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if outgoing.calendar:
        # What Exchange itself writes, and older ones look for.
        headers["Content-Class"] = "urn:content-classes:calendarmessage"
    if stop := outgoing.context.get("stop", ""):
        headers["List-Unsubscribe"] = f"<{stop}>"
        if stop.startswith("https://"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    letter = Letter(subject=" ".join(subject.split()), body=body.strip() + "\n", to=[outgoing.to], headers=headers)
    if outgoing.calendar:
        letter.attach_alternative(outgoing.calendar, f"text/calendar; method={outgoing.calendar_method}; charset=UTF-8")
        letter.attach("invite.ics", outgoing.calendar.encode(), "application/ics")
    return letter
