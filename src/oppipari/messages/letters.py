"""The e-mail of a waiting row: plain text in the reader's language, a calendar text along as iMIP (RFC 6047)."""

from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from oppipari.messages.models import Outgoing


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
    letter = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[outgoing.to],
        headers={"Message-ID": f"<{outgoing.pk}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    if outgoing.calendar:
        letter.attach_alternative(outgoing.calendar, f"text/calendar; method={outgoing.calendar_method}; charset=UTF-8")
        letter.attach("invite.ics", outgoing.calendar.encode(), "application/ics")
    return letter
