"""What waits to be mailed; once sent only the id remains, so that no archive of messages grows."""

import uuid

from django.db import models

# The pauses double from two minutes: the last of the tries is some four hours after the first.
MOST_TRIES = 8


class Outgoing(models.Model):
    """One e-mail on its way. Its id is the Message-ID, so that a repeat after a crash is recognised as the same."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The same key never goes out twice: a double click or a retried action asks for the same message.
    key = models.CharField(max_length=200, unique=True)
    # Emptied, like context and calendar, once it was sent.
    to = models.EmailField(max_length=254, blank=True)
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=5)
    # Where an answer goes, a person's address; emptied with the others.
    reply_to = models.EmailField(max_length=254, blank=True)
    # It answers a press of its receiver, or cannot wait; all else leaves in working hours.
    at_once = models.BooleanField(default=False)
    # Links, dates, and where its reader has several which pair, unit and round it is about; an invitation's sender; by id
    # who is named in these. Letters say that there is something to read, never what.
    context = models.JSONField(default=dict)
    # One calendar text, or several one after the other, as RFC 5545 (3.4) lets them follow each other.
    calendar = models.TextField(blank=True)
    calendar_method = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    tries = models.PositiveSmallIntegerField(default=0)
    # Its first delivery has begun: from then on it may have come, whatever the mail server or a crash made of it.
    begun = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
