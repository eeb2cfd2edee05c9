"""By which rules a round's meetings are placed, and which of them the pairs may agree on by themselves."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from oppipari.rounds.models import Round

FROM, UNTIL = time(8, 0), time(16, 0)


def weekdays() -> list[int]:
    """Monday to Friday."""
    return [0, 1, 2, 3, 4]


class MeetingRules(models.Model):
    """A round without a row has the defaults.

    `quiet`: hours when nobody leaves, [{"days": [0..6, empty: every day], "from": "07:00", "until": "09:00"}..].
    A meeting within the frame (these weekdays, from and until these local hours) that leaves the unit staffed (so many
    of a team, rooms, quiet hours) needs no yes of its own while `by_themselves` is on: the supervisor gave it once.
    """

    round = models.OneToOneField(Round, on_delete=models.CASCADE, related_name="meeting_rules")
    # Two: a pair of one team may meet. Fewer would keep the two of one team apart for ever.
    away_per_team = models.PositiveSmallIntegerField(
        _("how many of a team may be away at once"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    rooms = models.PositiveSmallIntegerField(
        _("how many meetings fit in your rooms at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    quiet = models.JSONField(default=list, blank=True)
    by_themselves = models.BooleanField(_("pairs agree by themselves"), default=False)
    frame_days = models.JSONField(default=weekdays)
    frame_from = models.TimeField(_("from"), default=FROM)
    frame_until = models.TimeField(_("until"), default=UNTIL)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.round}"
