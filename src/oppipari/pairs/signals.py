"""What the apps above hear of."""

from django.dispatch import Signal

# A pair was dissolved (sender=Pair, pair=the Pair), inside the same transaction: its coming meetings are called off.
pair_ended = Signal()
