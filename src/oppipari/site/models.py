"""Who keeps house: one process at a time, over all machines."""

from django.db import models


class Housekeeper(models.Model):
    """The one row says which machine's process keeps house, and since when it has not been heard of."""

    # The machine's name and the data folder; of no person.
    who = models.CharField(max_length=300)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.who
