"""Which trials supervisors are reminded of, and that they were: on the day to decide, and once more a week later."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from oppipari.insights.trials.models import Trial

# So long after the first reminder comes the second, and last.
BETWEEN_REMINDERS = timedelta(days=7)


def to_be_reminded_of(today: date) -> QuerySet[Trial]:
    """Trials whose choice is due and whose supervisors may be told so on `today`, those due longest first.

    On the day itself and once more a week later. One that was told of this morning is among them: a unit may have
    several supervisors.
    """
    told = (
        Q(reminded_on=None) | Q(reminded_on=today) | Q(reminded_on__lte=today - BETWEEN_REMINDERS, reminded_again=False)
    )
    return Trial.objects.filter(told, state=Trial.State.RUNNING, until__lte=today).order_by("until", "pk")


@transaction.atomic
def note_reminder(trial_id: int, today: date) -> bool:
    """Keep that the trial's supervisors are told today that the choice is due; False where that is not to be told.

    Called in the transaction that queues the message, once for each of them: two workers, or the same one twice, tell
    nobody a third time.
    """
    trial = to_be_reminded_of(today).select_for_update(of=("self",)).filter(pk=trial_id).first()
    if trial is None:
        return False
    if trial.reminded_on != today:
        trial.reminded_again = trial.reminded_on is not None
        trial.reminded_on = today
        # What was read before it is still what is read: the version stays.
        trial.save(update_fields=["reminded_on", "reminded_again"])
    return True
