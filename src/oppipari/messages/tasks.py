"""What the background worker does: deliver what waits, try again later where the mail server does not answer."""

import logging
import smtplib
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.tasks import task
from django.template.loader import render_to_string
from django.utils import timezone, translation

from oppipari.messages.models import Outgoing

log = logging.getLogger(__name__)
MOST_TRIES = 8


@task
def deliver(outgoing_id: str) -> None:
    """Send one waiting message; delivered at least once, always with the same Message-ID."""
    outgoing = Outgoing.objects.filter(pk=outgoing_id, sent_at=None).first()
    if outgoing is None or outgoing.tries >= MOST_TRIES:
        return
    try:
        message_of(outgoing).send()
    except (OSError, smtplib.SMTPException) as error:
        outgoing.tries += 1
        outgoing.save(update_fields=["tries"])
        # Only the kind is logged: whom it was for is nobody's business but theirs.
        log.warning("could not send %s (%s), try %s", outgoing.kind, type(error).__name__, outgoing.tries)
        if outgoing.tries < MOST_TRIES:
            later = timezone.now() + timedelta(minutes=2**outgoing.tries)
            deliver.using(run_after=later).enqueue(outgoing_id)
        return
    outgoing.sent_at = timezone.now()
    outgoing.to, outgoing.context, outgoing.calendar = "", {}, ""
    outgoing.save()


def deliver_waiting() -> int:
    """Take up what a crash left behind: messages that have waited for an hour without a task; returns how many."""
    forgotten = Outgoing.objects.filter(
        sent_at=None, tries__lt=MOST_TRIES, created_at__lt=timezone.now() - timedelta(hours=1)
    )
    for pk in forgotten.values_list("pk", flat=True):
        deliver.enqueue(str(pk))
    return len(forgotten)


def message_of(outgoing: Outgoing) -> EmailMultiAlternatives:
    """The e-mail of a waiting row, in its language; a calendar text goes along as iMIP."""
    with translation.override(outgoing.language):
        text = render_to_string(f"messages/{outgoing.kind}.txt", outgoing.context | {"site_url": settings.SITE_URL})
    subject, _, body = text.strip().partition("\n")
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[outgoing.to],
        headers={"Message-ID": f"<{outgoing.id}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    if outgoing.calendar:
        message.attach_alternative(
            outgoing.calendar, f"text/calendar; method={outgoing.calendar_method}; charset=UTF-8"
        )
    return message
