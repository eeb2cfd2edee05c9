"""The secret address at which a unit's common pages can be read."""

import hashlib

from django.db import models


class ReadingAddress(models.Model):
    """One a unit at most; whoever knows the secret reads the wall and the closing pages without names, and nothing else."""

    unit = models.OneToOneField("organisation.Unit", on_delete=models.CASCADE, related_name="reading_address")
    # Of the secret in the address, which is stored nowhere.
    address_hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.unit_id}"

    @staticmethod
    def hash_of(secret: str) -> str:
        # The secret is long and random, so a plain hash tells nothing of it.
        return hashlib.sha256(secret.encode()).hexdigest()
