"""The secret address of a unit's screen."""

import hashlib

from django.db import models

from oppipari.organisation.models import Unit


class Screen(models.Model):
    """One a unit at most; whoever knows the secret reads the wall without names, and nothing else."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="screen")
    # Of the secret in the address, which is stored nowhere.
    address_hash = models.CharField(max_length=64, unique=True)
    # A television's own language is nobody's choice.
    language = models.CharField(max_length=5)

    def __str__(self) -> str:
        return f"{self.unit_id}"

    @staticmethod
    def hash_of(secret: str) -> str:
        # The secret is long and random, so a plain hash tells nothing of it.
        return hashlib.sha256(secret.encode()).hexdigest()
