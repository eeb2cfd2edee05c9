"""What one person chose about their own calendar and reminders."""

import hashlib

from django.db import models

from oppipari.organisation.models import Person


class OwnCalendar(models.Model):
    """Exists once the person chose something, or was reminded; who has none has what the defaults say."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="own_calendar")
    # Their own copies say "Reserved": on a shared screen nobody reads what for, where or with whom.
    discreet = models.BooleanField(default=False)
    # A supervisor gets a copy of what is agreed in their units.
    copies = models.BooleanField(default=False)
    reminders = models.BooleanField(default=True)
    # The day of the last reminder and nothing else of it: neither what it was about nor whether it helped.
    reminded_on = models.DateField(null=True, blank=True)
    # Of the secret in the feed's address, which is stored nowhere.
    address_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.person_id}"

    @staticmethod
    def hash_of(secret: str) -> str:
        # The secret is long and random, so a plain hash tells nothing of it.
        return hashlib.sha256(secret.encode()).hexdigest()
