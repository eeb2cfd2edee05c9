"""What the apps above hear of."""

from django.dispatch import Signal

# A pair was dissolved (sender=Pair, pair=the Pair), inside the same transaction: its coming meetings are called off.
pair_ended = Signal()
# Somebody joined a pair, which is a trio now (sender=Pair, pair, person=who came), inside the same transaction.
pair_joined = Signal()
# A pair finished as agreed (the same arguments): meetings beyond the agreed ones are called off, its insights stay.
pair_finished = Signal()
