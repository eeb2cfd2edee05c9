"""What the apps above hear of."""

from django.dispatch import Signal

# Calendars are told that a meeting was agreed (again), or that it is off (sender=Meeting, meeting=the Meeting), inside
# the same transaction and before the calendar text is written: what is written or queued on hearing it stands if, and
# only if, the meeting does, also after a crash.
calendars_told = Signal()
