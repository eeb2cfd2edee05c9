"""What the apps above hear of."""

from django.dispatch import Signal

# Letters to somebody's address have begun to come back (sender=Person, address), inside the same transaction; not again
# for every letter after that.
person_refused = Signal()
# A person's name or address is about to change (sender=Person, person=the Person as they are now), inside the same
# transaction: what rests on how they are called is to be kept.
details_changing = Signal()
# It has changed, with what stood there before: person, old (the name or the address).
name_changed = Signal()
# `proved` says that a code was read at the old address, too.
address_changed = Signal()
