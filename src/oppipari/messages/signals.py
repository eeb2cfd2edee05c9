"""What the apps above hear of."""

from django.dispatch import Signal

# Both with sender=Outgoing and address=the address, inside the transaction that notes what became of the letter.
# The receiving server said for good that there is no such mailbox.
address_refused = Signal()
# A letter was taken for the address.
address_reached = Signal()
# A letter about meetings that has waited for the working morning is about to leave (sender=Outgoing, now): what the morning
# brings comes first, since it may be just what makes the letter untrue.
morning_has_come = Signal()
